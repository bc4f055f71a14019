//! Google Cloud KMS (spec, file-format 8).

mod key;

pub use key::GcpKmsKey;
