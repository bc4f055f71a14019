//! Secrets handed to another program: in its environment, or under a path that is gone when it ends (spec, cli 9
//! and 10).
//!
//! ```text
//! trees ─preset→ names and values ─guard→ Environment ──┐
//!                                                        ├→ Launch ─→ in place of this process,
//! plaintext ─→ Offer: FIFO, file in memory, memfd → {} ──┤            or a child that is watched
//! plaintexts ─→ Folder: files in memory, by their names ─┘
//! ```
//!
//! Wherever nothing has to be removed afterwards, the program takes the place of this process: then signals, exit
//! status and streams are its own, and no second copy of the values stays behind (security R18).

mod child;
pub mod environment;
mod error;
mod fifo;
pub mod flatten;
mod folder;
pub mod guard;
pub mod launch;
pub mod mask;
mod memfd;
mod name;
pub mod offer;
pub mod preset;
pub mod shield;
pub mod signals;
mod spell;
pub mod user;

pub use child::Ended;
pub use environment::Environment;
pub use error::ExecError;
pub use folder::Folder;
pub use launch::{Launch, Line};
pub use offer::Offer;
