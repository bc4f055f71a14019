//! AWS KMS (spec, file-format 8).

mod key;

pub use key::AwsKmsKey;
