//! AWS KMS (spec, file-format 8). The client is AWS' own SDK: it alone knows all the ways in which credentials are
//! found. Nothing of it is built before the first key is used.

#[cfg(feature = "aws")]
mod answer;
#[cfg(feature = "aws")]
mod backend;
#[cfg(feature = "aws")]
mod credentials;
#[cfg(feature = "aws")]
mod fault;
mod key;
#[cfg(feature = "aws")]
mod session;
#[cfg(feature = "aws")]
mod transport;

#[cfg(feature = "aws")]
pub use backend::AwsKmsBackend;
pub use key::AwsKmsKey;
