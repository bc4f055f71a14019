//! A PGP key, by its name.

/// A fingerprint, or whatever else gpg finds a key by. A `!` at its end forces the subkey.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PgpKey {
    pub fingerprint: String,
}

impl PgpKey {
    /// Blanks do not count (spec, config 2.1).
    pub fn parse(text: &str) -> Result<PgpKey, String> {
        match text.split_whitespace().collect::<String>() {
            fingerprint if fingerprint.is_empty() => Err("an empty fingerprint".into()),
            fingerprint => Ok(PgpKey { fingerprint }),
        }
    }
}
