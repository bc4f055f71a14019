//! Azure Key Vault (spec, file-format 8): RSA-OAEP-256 with a key that stays in its vault.

#[cfg(feature = "azure")]
mod backend;
#[cfg(feature = "azure")]
mod challenge;
#[cfg(feature = "azure")]
mod credential;
#[cfg(feature = "azure")]
mod fault;
#[cfg(feature = "azure")]
mod field;
mod key;
#[cfg(feature = "azure")]
mod once;
#[cfg(feature = "azure")]
mod token;
#[cfg(feature = "azure")]
mod vault;

#[cfg(feature = "azure")]
pub use backend::AzureKvBackend;
pub use key::AzureKvKey;
