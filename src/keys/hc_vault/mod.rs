//! The transit engine of HashiCorp Vault and OpenBao (spec, file-format 8).

#[cfg(feature = "vault")]
mod address;
#[cfg(feature = "vault")]
mod backend;
mod key;
#[cfg(feature = "vault")]
mod refusal;
#[cfg(feature = "vault")]
mod settings;
#[cfg(feature = "vault")]
mod token;

#[cfg(feature = "vault")]
pub use backend::HcVaultBackend;
pub use key::HcVaultKey;
