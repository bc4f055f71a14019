//! The transit engine of HashiCorp Vault and OpenBao (spec, file-format 8).

mod key;

pub use key::HcVaultKey;
