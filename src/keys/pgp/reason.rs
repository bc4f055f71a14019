//! Why gpg did not do it: from its status lines (`[GNUPG:] …`), which do not depend on the language, else in its own
//! words.

use crate::keys::printable;

/// Most characters of gpg's own words.
const MOST_SAID: usize = 200;

/// A status line: its keyword and the words behind it.
fn statuses(complaint: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    complaint.lines().filter_map(|line| {
        let mut words = line.strip_prefix("[GNUPG:] ")?.split(' ');
        Some((words.next()?, words.collect()))
    })
}

/// Whether there is such a line, with this word at its start if one is given.
fn has(complaint: &str, keyword: &str, first: Option<&str>) -> bool {
    statuses(complaint)
        .any(|(word, rest)| word == keyword && first.is_none_or(|it| rest.first() == Some(&it)))
}

/// Why a message was not made.
pub(super) fn not_encrypted(complaint: &str) -> String {
    let invalid = |code| has(complaint, "INV_RECP", Some(code));
    let unusable = invalid("0") || invalid("3");
    if invalid("1") {
        "gpg has no public key for it: get it with `gpg --import FILE` or `gpg --recv-keys`".into()
    } else if invalid("5") || (unusable && has(complaint, "KEYEXPIRED", None)) {
        "its public key has expired: get the prolonged one with `gpg --recv-keys`, or take it out".into()
    } else if invalid("4") || (unusable && is_over(complaint)) {
        "its public key is revoked, or has no subkey left that is not: take it out, or name its successor"
            .into()
    } else if unusable {
        "gpg can't encrypt with its public key: a `!` behind a fingerprint may name a key for other uses"
            .into()
    } else {
        own_words(complaint, "gpg could not encrypt")
    }
}

/// Whether gpg considered a key and found that all of its subkeys are expired or revoked.
fn is_over(complaint: &str) -> bool {
    let mut flags = statuses(complaint).filter_map(|(word, rest)| match rest.as_slice() {
        [_, flags, ..] if word == "KEY_CONSIDERED" => flags.parse::<u32>().ok(),
        _ => None,
    });
    flags.any(|flags| flags & 2 != 0)
}

/// Why a message was not opened with the keys of `keyring`.
pub(super) fn not_decrypted(complaint: &str, keyring: &str) -> String {
    let code = statuses(complaint).find_map(|(word, rest)| match (word, rest.as_slice()) {
        ("ERROR", ["pkdecrypt_failed", code, ..]) => code.parse::<u32>().ok(),
        _ => None,
    });
    // The lower half of a number of libgpg-error says what, the upper half where.
    if let Some(why) = code.and_then(|code| failure(code & 0xFFFF)) {
        return why.into();
    }
    if let Some(line) = words(complaint).find(|line| line.contains("agent")) {
        return format!("the agent of gpg can't be reached: {}", printable(line, MOST_SAID));
    }
    if code.is_none() && has(complaint, "NO_SECKEY", None) {
        return format!("no secret key for it is in {keyring}");
    }
    if has(complaint, "NODATA", None) {
        return "its `enc` is damaged: gpg finds no message in it".into();
    }
    own_words(complaint, "gpg could not decrypt")
}

/// The errors of libgpg-error that a user can do something about, by their numbers.
fn failure(code: u32) -> Option<&'static str> {
    /// `ENOTTY` as libgpg-error numbers it.
    const NOT_A_TERMINAL: u32 = 0x8066;
    Some(match code {
        11 => "the passphrase is wrong",
        62 => "nobody answered the pinentry in time",
        77 => "the agent of gpg does not run",
        85 => "gpg found no pinentry to ask for the passphrase: install one",
        86 | NOT_A_TERMINAL => {
            "the pinentry has no terminal to ask at: run `export GPG_TTY=$(tty)` at one, or unlock the key before"
        }
        87 => "the PIN is wrong",
        99 | 198 => "the pinentry was cancelled",
        108..=112 => "the smartcard was removed, or can't be used: insert the one with this key",
        119 => "gpg found no scdaemon, by which it talks to smartcards: install it",
        _ => return None,
    })
}

/// What gpg said for people.
fn words(complaint: &str) -> impl Iterator<Item = &str> {
    let lines = complaint.lines().filter(|line| !line.starts_with("[GNUPG:]"));
    lines.map(|line| line.strip_prefix("gpg: ").unwrap_or(line).trim()).filter(|line| !line.is_empty())
}

fn own_words(complaint: &str, what: &str) -> String {
    // Other lines are about what it considered, or follow from the failure.
    let said = words(complaint).find(|line| line.contains("failed")).or_else(|| words(complaint).last());
    match said {
        Some(said) => format!("{what}: {}", printable(said, MOST_SAID)),
        None => format!("{what}, and does not say why"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_counts_and_not_the_language() {
        let complaint = "gpg: 1234: übersprungen: Kein öffentlicher Schlüssel\n[GNUPG:] INV_RECP 1 1234\n";
        assert!(not_encrypted(complaint).contains("no public key"));
        let canceled =
            "[GNUPG:] ERROR pkdecrypt_failed 83886179\n[GNUPG:] NO_SECKEY 12\ngpg: decryption failed: x\n";
        assert_eq!(not_decrypted(canceled, "k"), "the pinentry was cancelled");
        assert_eq!(not_decrypted("[GNUPG:] NO_SECKEY 12\n", "k"), "no secret key for it is in k");
    }

    #[test]
    fn a_key_is_expired_only_if_gpg_refused_it() {
        let other = "[GNUPG:] KEYEXPIRED 1577923200\n";
        let refused = "[GNUPG:] INV_RECP 0 1234\n";
        assert!(not_encrypted(&format!("{other}{refused}")).contains("expired"));
        assert!(!not_encrypted(refused).contains("expired") && !not_encrypted(other).contains("expired"));
    }

    #[test]
    fn what_is_not_known_is_said_in_gpgs_words_fit_for_a_terminal() {
        let complaint = "gpg: checking\ngpg: public key decryption failed: \u{1b}[2JOdd\n\ngpg: decryption failed: No secret key\n";
        let said = not_decrypted(complaint, "k");
        assert_eq!(said, "gpg could not decrypt: public key decryption failed: \u{FFFD}[2JOdd");
        assert_eq!(not_decrypted("", "k"), "gpg could not decrypt, and does not say why");
        assert!(not_encrypted(&format!("gpg: {}", "x".repeat(9999))).chars().count() < 300);
    }
}
