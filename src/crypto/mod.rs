//! Value ↔ token: the data key, the token's text, the cipher, typed plaintext and the MAC.

pub mod cipher;
pub mod data_key;
pub mod mac;
pub mod random;
mod stack;
pub mod token;
pub mod typed;

pub use cipher::Cipher;
pub use data_key::DataKey;
pub use mac::Mac;
pub use random::Random;
pub use stack::wipe_stack;
pub use token::Token;

/// What went wrong with one token. Says nothing about its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    #[error("expected an encrypted value (ENC[AES256_GCM,…]), found text in clear")]
    NotAToken,
    #[error("the token has no {0} field, or it is out of place")]
    Field(&'static str),
    #[error("the token's {0} is not canonical base64")]
    Base64(&'static str),
    #[error("the token's iv has {0} bytes (32 are expected; 12 and 16 are read)")]
    NonceLength(usize),
    #[error("the token's tag has {0} bytes instead of 16")]
    TagLength(usize),
    #[error("the token has an unknown type")]
    UnknownType,
    #[error("there is text behind the token's closing bracket")]
    TrailingText,
    #[error("the value fails its authentication: it was changed, or moved from another key or file")]
    Authentication,
    #[error("the decrypted bytes are no {0}")]
    NotOfType(&'static str),
    #[error("the value is too large to encrypt")]
    TooLarge,
    #[error("the system gives no random bytes")]
    NoRandom,
}
