//! PGP keys, by way of the user's gpg (spec, file-format 8).

mod key;

pub use key::PgpKey;
