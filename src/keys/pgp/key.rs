//! A PGP key, by its name.

/// A fingerprint; a `!` at its end forces the subkey. One from a file may hold anything; [`PgpKey::check`] says whether
/// gpg can be asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PgpKey {
    pub fingerprint: String,
}

/// Hexadecimal digits of a long key id, the least that gpg takes for a trusted key.
const KEY_ID: usize = 16;
/// Those of the longest fingerprints, of version 6.
const LONGEST: usize = 64;

impl PgpKey {
    /// Blanks do not count (spec, config 2.1).
    pub fn parse(text: &str) -> Result<PgpKey, String> {
        match text.split_whitespace().collect::<String>() {
            fingerprint if fingerprint.is_empty() => Err("an empty fingerprint".into()),
            fingerprint => Ok(PgpKey { fingerprint }),
        }
    }

    /// Whether it is a fingerprint or a long key id. Anything else that finds a key for gpg, such as a mail address, is
    /// not enough for sops either, and nothing else can be taken for an option.
    pub fn check(&self) -> Result<(), String> {
        let name = self.fingerprint.strip_suffix('!').unwrap_or(&self.fingerprint);
        let digits = name.strip_prefix("0x").unwrap_or(name);
        let fits = (KEY_ID..=LONGEST).contains(&digits.len());
        match fits && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(()),
            false => Err("not a PGP fingerprint: expected its 40 hexadecimal digits".into()),
        }
    }

    /// What gpg is told to trust: the long key id, with the `!` where there is one.
    pub(super) fn long_id(&self) -> &str {
        let kept = KEY_ID + usize::from(self.fingerprint.ends_with('!'));
        let start = self.fingerprint.len().saturating_sub(kept);
        self.fingerprint.get(start..).unwrap_or(&self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "85D77543B3D624B63CEA9E6DBC17301B491B3F21";

    fn key(text: &str) -> PgpKey {
        PgpKey { fingerprint: text.into() }
    }

    #[test]
    fn nothing_but_hexadecimal_digits_reaches_gpg() {
        for sound in [FINGERPRINT, "bc17301b491b3f21", "0xBC17301B491B3F21", "BC17301B491B3F21!"] {
            assert_eq!(key(sound).check(), Ok(()), "{sound}");
        }
        for other in [
            "",
            "!",
            "491B3F21",
            "a@x.example",
            "--output=/tmp/x",
            "-oBC17301B491B3F21",
            "BC17301B491B3F21!!",
        ] {
            assert!(key(other).check().is_err(), "{other}");
        }
        assert!(key(&FINGERPRINT.repeat(2)).check().is_err());
    }

    #[test]
    fn gpg_trusts_the_long_id_with_its_mark() {
        assert_eq!(key(FINGERPRINT).long_id(), "BC17301B491B3F21");
        assert_eq!(key(&format!("{FINGERPRINT}!")).long_id(), "BC17301B491B3F21!");
        assert_eq!(key("0xBC17301B491B3F21").long_id(), "BC17301B491B3F21");
        assert_eq!(key("ü").long_id(), "ü");
    }
}
