//! Value ↔ token: the data key, the token's text, the cipher and the MAC.

pub mod data_key;

pub use data_key::DataKey;
