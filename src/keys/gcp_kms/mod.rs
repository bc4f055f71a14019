//! Google Cloud KMS (spec, file-format 8), over its REST interface.

#[cfg(feature = "gcp")]
mod backend;
#[cfg(feature = "gcp")]
mod credentials;
#[cfg(feature = "gcp")]
mod endpoint;
mod key;
#[cfg(feature = "gcp")]
mod service;
#[cfg(feature = "gcp")]
mod session;

#[cfg(feature = "gcp")]
pub use backend::GcpKmsBackend;
pub use key::GcpKmsKey;
