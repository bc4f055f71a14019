//! Ready-made servers of key services, each started when the first test asks for it and shared by all tests of this
//! program. Tests make keys of their own, and leave those of others alone.

mod aws;
mod drongo;
mod openbao;
mod process;

pub use aws::{Aws, ministack, moto};
pub use drongo::{Drongo, drongo};
pub use openbao::{OpenBao, openbao};

/// Variables for a program that is to use a service.
pub type Variables = Vec<(&'static str, String)>;
