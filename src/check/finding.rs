//! What a check found: its kind, where, and what mends it. Never holds a value of a file.

use crate::document::error::Place;
use std::borrow::Cow;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Good to know.
    Note,
    /// Probably not meant.
    Warning,
    /// Against the policy, or broken.
    Error,
}

impl Level {
    /// As it stands in reports.
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// One thing that was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    pub level: Level,
    /// `None` for the file as a whole.
    pub place: Option<Place>,
    /// The value's path, as [`crate::document::path::Paths::display`] writes it.
    pub key: Option<String>,
    /// What was found, without any value.
    pub what: String,
    /// What to do; `{file}` stands for the file's name and `{key}` for the value's path, each as a word of a command.
    pub fix: Cow<'static, str>,
}

impl Finding {
    /// A finding about a file as a whole, with the level and the fix that are usual for its kind.
    pub fn new(kind: Kind, what: impl Into<String>) -> Finding {
        let fix = Cow::Borrowed(kind.fix());
        Finding { kind, level: kind.level(), place: None, key: None, what: what.into(), fix }
    }

    /// With the place of what was found.
    pub fn at(mut self, place: Option<Place>) -> Finding {
        self.place = place;
        self
    }

    /// With the path of the value that it is about.
    pub fn key(mut self, key: Option<String>) -> Finding {
        self.key = key;
        self
    }

    /// With another level than is usual for its kind.
    pub fn level(mut self, level: Level) -> Finding {
        self.level = level;
        self
    }

    /// With another fix than is usual for its kind.
    pub fn fix(mut self, fix: impl Into<Cow<'static, str>>) -> Finding {
        self.fix = fix.into();
        self
    }
}

/// One row per kind: its variant, its stable name, its usual level, what it is, and what mends it.
macro_rules! kinds {
    ($($kind:ident $id:literal $level:ident $about:literal $fix:literal)*) => {
        /// The kinds of findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $(#[doc = $about] $kind),* }

        impl Kind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// The name in reports, which does not change from version to version.
            pub fn id(self) -> &'static str {
                match self { $(Kind::$kind => $id),* }
            }

            /// How bad it is when nothing else is said.
            pub fn level(self) -> Level {
                match self { $(Kind::$kind => Level::$level),* }
            }

            /// What it is, in one line.
            pub fn about(self) -> &'static str {
                match self { $(Kind::$kind => $about),* }
            }

            /// What mends it when nothing else is said.
            pub fn fix(self) -> &'static str {
                match self { $(Kind::$kind => $fix),* }
            }
        }
    };
}

kinds! {
    PlaintextFile "plaintext-file" Error
        "a creation rule is for the file, and it is not encrypted"
        "`sops-rs encrypt -i {file}`"
    DecryptedFile "decrypted-file" Error
        "a file that was encrypted in the earlier state and is in clear now, with no creation rule for it"
        "`sops-rs encrypt -i {file}`; if it is to be in clear from now on, `git commit --no-verify`"
    PlaintextValue "plaintext-value" Error
        "a value of an encrypted file that should be encrypted is in clear"
        "put the line back as it was, or take a new one out, then `sops-rs set {file} {key}`; if it was pushed, change the secret"
    PlaintextComment "plaintext-comment" Warning
        "a comment of an encrypted file that should be encrypted is in clear"
        "`sops-rs rotate -i {file}`"
    NoTokens "no-tokens" Error
        "a file with sops metadata in which nothing is encrypted"
        "remove the sops block, then `sops-rs encrypt -i {file}`"
    LostMetadata "lost-metadata" Error
        "a file with encrypted values and without sops metadata: nobody can open it"
        "restore the sops block from the last good commit: `git log --oneline -- {file}`"
    DamagedToken "damaged-token" Error
        "an encrypted value that is no whole token any more"
        "restore the value from the last good commit: `git log --oneline -- {file}`"
    TokenInClear "token-in-clear" Note
        "an encrypted value where the file's rule has clear ones: readers get the ciphertext"
        "take the value out, then `sops-rs set {file} {key}`"
    MissingRecipient "missing-recipient" Error
        "a recipient of the creation rule can't read the file"
        "`sops-rs updatekeys {file}`"
    ExcessRecipient "excess-recipient" Error
        "somebody can read the file whom the creation rule does not list"
        "`sops-rs updatekeys {file} && sops-rs rotate -i {file}`, or add the recipient to the rule"
    KeyGroups "key-groups" Error
        "other key groups or another threshold than in the creation rule"
        "`sops-rs updatekeys {file}`"
    Selection "selection" Error
        "the file follows another rule of what is secret than its creation rule"
        "`sops-rs decrypt -i {file} && sops-rs encrypt -i {file}`"
    MacScope "mac-scope" Error
        "the file's mac covers other values than the creation rule says"
        "`sops-rs decrypt -i {file} && sops-rs encrypt -i {file}`"
    ConflictMarkers "conflict-markers" Error
        "conflict markers of a merge"
        "`sops-rs merge --repair {file}`"
    DuplicateMetadata "duplicate-metadata" Error
        "two sops blocks, or a field of the block twice, as a merge of text leaves them"
        "`sops-rs merge --repair {file}`"
    DuplicateKey "duplicate-key" Error
        "a key that its map has twice"
        "remove one of the two"
    SyntaxError "syntax-error" Error
        "a text that is not of the file's format"
        "correct the file at that place"
    BadMetadata "bad-metadata" Error
        "a sops block that can't be used"
        "restore the sops block from the last good commit: `git log --oneline -- {file}`"
    StrayMetadata "stray-metadata" Error
        "a text in the sops block that is none of its fields: in clear, as a line that was added at the end of a file can be"
        "put the line above the sops block, then `sops-rs set {file}` and its key; if it was pushed, change the secret"
    NoMac "no-mac" Error
        "an encrypted file without a mac: values can be moved and dropped unnoticed"
        "restore the sops block from the last good commit: `git log --oneline -- {file}`"
    Placeholder "placeholder" Warning
        "a placeholder that nobody has filled in, such as `<configure me>`"
        "`sops-rs set {file} {key}`"
    ShadowedRule "shadowed-rule" Warning
        "a creation rule that is also for files that an earlier one takes, and says something else"
        "put the more specific rule first, or narrow one of the two path_regex"
    ConfigError "config-error" Error
        "a config that can't be used: no file below it can be compared with its rules"
        "correct the config at that place"
    ConfigWarning "config-warning" Warning
        "something in a config that is surely not meant"
        "correct the config at that place"
    NoRule "no-rule" Note
        "an encrypted file for which the config has no creation rule"
        "add a creation rule whose path_regex matches the file"
    Unreadable "unreadable" Error
        "a file that could not be read, and was not checked"
        "make the file readable"
    TooLarge "too-large" Error
        "a file that is too large to be checked"
        "raise the limit with --max-size if the file is what you expect"
    Unmerged "unmerged" Error
        "a file that is in conflict in the index"
        "merge it, then `git add {file}`"
    Unverified "unverified" Error
        "with --verify: a file that none of the keys at hand opens, so that its mac was not checked"
        "set SOPS_AGE_KEY_FILE to a file with the right identity; `sops-rs recipients who {file}` tells whose"
    DamagedValue "damaged-value" Error
        "with --verify: an encrypted value that fails its authentication"
        "restore the value from the last good commit: `git log --oneline -- {file}`"
    MacMismatch "mac-mismatch" Error
        "with --verify: the mac does not match: values were added, removed, reordered or replaced"
        "compare the file with its last good commit: `git log -p -- {file}`"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_says_what_to_do() {
        let ids: HashSet<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
        assert_eq!(ids.len(), Kind::ALL.len());
        assert!(Kind::ALL.iter().all(|kind| !kind.about().is_empty() && !kind.fix().is_empty()));
        assert!(Level::Error > Level::Warning && Level::Warning > Level::Note);
    }
}
