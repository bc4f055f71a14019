//! The key service of sops: a process that wraps and unwraps data keys for others, over gRPC (spec, cli 15).
//!
//! Client and server speak it as sops does, so either side may be the real one. The service is `KeyService` without a
//! package; its two methods take a `messages::Key` and bytes. What is called `ciphertext` is the text that a file
//! stores in `enc` (Q69), `plaintext` is the raw data key or share.
//!
//! There is neither TLS nor a login in this protocol: who can connect can use the server's keys, and who can listen gets
//! the data keys. Unix sockets are for their owner alone here, and TCP stays on the machine unless the caller says
//! otherwise.
//!
//! Data keys are wiped from the messages when these are dropped. The buffers of HTTP/2 between the messages and the
//! system are not wiped.

mod address;
mod answer;
mod client;
mod connection;
mod key;
mod listener;
mod messages;
mod server;

pub use address::Address;
pub use answer::{Act, Answers, Consent, Journal, Refusal};
pub use client::KeyServiceBackend;
pub use listener::{ListenError, Listener};
pub use server::{Running, serve};

use std::time::Duration;

const ENCRYPT: &str = "/KeyService/Encrypt";
const DECRYPT: &str = "/KeyService/Decrypt";

/// Largest message in bytes, either way. A wrapped key has a few hundred; sixteen of a plugin's stanzas still fit.
const LARGEST: usize = 64 << 10;

/// How long connecting may take, and how long the other side may say nothing at all after that.
const GREETING: Duration = Duration::from_secs(5);
