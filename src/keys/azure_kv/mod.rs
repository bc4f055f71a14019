//! Azure Key Vault (spec, file-format 8).

mod key;

pub use key::AzureKvKey;
