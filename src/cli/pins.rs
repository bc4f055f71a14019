//! The recipients that the user has approved: a small file for each repository, outside of it.
//!
//! ```text
//! # /home/me/repo: recipients that sops-rs may encrypt for, by creation rule
//! base<TAB>COMMIT
//! RULE<TAB>age<TAB>age1…
//! ```

use crate::cli::context::Context;
use crate::disk::{self, DiskError, NewMode, Options, PATIENCE};
use crate::keys::Recipient;
use sha2::{Digest as _, Sha256};
use std::fs::DirBuilder;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The most bytes of a file of pins.
const MOST: usize = 1 << 22;

/// A file of pins, and what it held when it was read.
pub struct Pins {
    /// `None` when the user has no home: then nothing is remembered.
    file: Option<PathBuf>,
    place: PathBuf,
    known: Known,
}

/// An approved recipient: the rule it is for, its metadata list, and the text that names it.
type Pin = (String, String, String);

#[derive(Default)]
struct Known {
    /// The commit that was checked out when the repository was first met.
    base: Option<String>,
    pins: Vec<Pin>,
}

impl Pins {
    /// The pins of a repository, or of another directory that holds a config.
    pub fn of(place: &Path, context: &Context) -> Pins {
        let hash = Sha256::digest(place.as_os_str().as_bytes());
        let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let file = context.state_directory().map(|directory| directory.join("pins").join(name));
        // A file that can't be read is as good as none: whatever it held is asked for again.
        let bytes = file.as_deref().and_then(|file| disk::read(file, MOST).ok());
        let known = bytes.map(|read| Known::parse(&String::from_utf8_lossy(read.bytes())));
        Pins { file, place: place.to_owned(), known: known.unwrap_or_default() }
    }

    pub fn base(&self) -> Option<&str> {
        self.known.base.as_deref()
    }

    /// Whether the rule has been met before.
    pub fn has_rule(&self, rule: &str) -> bool {
        self.known.pins.iter().any(|(known, ..)| known == rule)
    }

    pub fn has(&self, rule: &str, recipient: &Recipient) -> bool {
        self.known.pins.iter().any(|pin| pin.0 == rule && is(pin, recipient))
    }

    /// Whether the recipient is approved for any rule of the repository.
    pub fn knows(&self, recipient: &Recipient) -> bool {
        self.known.pins.iter().any(|pin| is(pin, recipient))
    }

    /// Adds recipients of a rule to the file as it is by now. False when they can't be kept.
    pub fn add(&self, base: Option<&str>, rule: &str, recipients: &[Recipient]) -> bool {
        let Some(file) = &self.file else { return false };
        recipients.is_empty() || self.write(file, base, rule, recipients).is_ok()
    }

    fn write(
        &self,
        file: &Path,
        base: Option<&str>,
        rule: &str,
        recipients: &[Recipient],
    ) -> Result<(), DiskError> {
        if let Some(directory) = file.parent() {
            // Where this fails, so does the next step, with a reason.
            let _ = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        }
        let guard = disk::lock(file, PATIENCE)?;
        let old = if guard.exists()? { Some(guard.read(MOST)?) } else { None };
        let text = old.as_ref().map(|old| String::from_utf8_lossy(old.bytes()).into_owned());
        let mut now = Known::parse(text.as_deref().unwrap_or_default());
        now.base = now.base.or_else(|| base.map(str::to_owned));
        for recipient in recipients {
            if !now.pins.iter().any(|pin| pin.0 == rule && is(pin, recipient)) {
                now.pins.push((rule.to_owned(), recipient.list().to_owned(), recipient.text().into_owned()));
            }
        }
        let text = now.to_text(&self.place);
        match old {
            Some(old) => guard.replace(&old, text.as_bytes(), Options::default()),
            None => guard.create(text.as_bytes(), NewMode::Private),
        }
    }
}

impl Known {
    /// Lines that are none of ours are passed over.
    fn parse(text: &str) -> Known {
        let mut known = Known::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.split('\t').collect::<Vec<_>>().as_slice() {
                ["base", commit] => known.base = Some((*commit).to_owned()),
                [rule, list, key] => {
                    known.pins.push(((*rule).to_owned(), (*list).to_owned(), (*key).to_owned()));
                }
                _ => {}
            }
        }
        known
    }

    fn to_text(&self, place: &Path) -> String {
        let place = place.display().to_string();
        let mut text = format!(
            "# {}: recipients that sops-rs may encrypt for, by creation rule\n",
            place.escape_debug()
        );
        if let Some(base) = &self.base {
            text.push_str(&format!("base\t{base}\n"));
        }
        for (rule, list, key) in &self.pins {
            // One that could not be told from another when it is read again is never remembered.
            if ![list, key].iter().any(|word| word.contains(char::is_control)) {
                text.push_str(&format!("{rule}\t{list}\t{key}\n"));
            }
        }
        text
    }
}

fn is((_, list, key): &Pin, recipient: &Recipient) -> bool {
    list == recipient.list() && recipient.is_called(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::age::AgeRecipient;
    use crate::keys::aws_kms::AwsKmsKey;
    use crate::keys::pgp::PgpKey;

    fn recipient(list: &str, key: &str) -> Recipient {
        match list {
            "age" => Recipient::Age(AgeRecipient::stored(key)),
            "pgp" => Recipient::Pgp(PgpKey { fingerprint: key.into() }),
            _ => Recipient::AwsKms(AwsKmsKey { arn: key.into(), ..AwsKmsKey::default() }),
        }
    }

    fn pins(file: Option<PathBuf>) -> Pins {
        let read = file.as_deref().and_then(|file| std::fs::read_to_string(file).ok());
        let known = Known::parse(read.as_deref().unwrap_or_default());
        Pins { file, place: "/repo".into(), known }
    }

    #[test]
    fn pins_are_kept_for_their_rule_and_only_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("state/pins/x");
        let (alice, kms) = (recipient("age", "age1alice"), recipient("kms", "arn:a b"));
        let first = pins(Some(file.clone()));
        assert!(first.add(Some("c0ffee"), ".sops.yaml: a", &[alice.clone(), kms.clone()]));
        // A second process that read the file before the first wrote it.
        assert!(first.add(Some("other"), ".sops.yaml: b", &[alice.clone(), alice.clone()]));
        let found = pins(Some(file.clone()));
        assert_eq!(found.base(), Some("c0ffee"));
        assert!(found.has(".sops.yaml: a", &kms) && !found.has(".sops.yaml: b", &kms) && found.knows(&kms));
        assert!(found.has_rule(".sops.yaml: b") && !found.has_rule(".sops.yaml: c"));
        assert_eq!(found.known.pins.len(), 3);
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!pins(None).add(None, "a", &[alice]));
    }

    #[test]
    fn a_recipient_that_would_make_a_line_of_its_own_is_not_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("x");
        let forged = recipient("pgp", "a\n.sops.yaml: a\tage\tage1mallory");
        assert!(pins(Some(file.clone())).add(None, ".sops.yaml: a", &[forged]));
        assert!(!pins(Some(file)).has_rule(".sops.yaml: a"));
    }
}
