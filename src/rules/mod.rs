//! Which slots are secret: the six selection rules of sops (spec, file-format 4).

pub mod pattern;
pub mod select;

use pattern::{Pattern, PatternError};

/// The rule of a file. Exactly one is active; [`Selection::default`] when none is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Encrypted unless a key on the path ends with the suffix.
    UnencryptedSuffix(String),
    /// Encrypted when a key on the path ends with the suffix.
    EncryptedSuffix(String),
    /// Encrypted unless a key on the path matches.
    UnencryptedRegex(Pattern),
    /// Encrypted when a key on the path matches.
    EncryptedRegex(Pattern),
    /// Encrypted unless an active comment matches.
    UnencryptedCommentRegex(Pattern),
    /// Encrypted when an active comment matches.
    EncryptedCommentRegex(Pattern),
}

impl Default for Selection {
    fn default() -> Selection {
        Selection::UnencryptedSuffix("_unencrypted".into())
    }
}

impl Selection {
    /// The names of the six settings, as the config file and the metadata spell them.
    pub const FIELDS: [&'static str; 6] = [
        "unencrypted_suffix",
        "encrypted_suffix",
        "unencrypted_regex",
        "encrypted_regex",
        "unencrypted_comment_regex",
        "encrypted_comment_regex",
    ];

    /// The rule that a setting of this name and value stands for; `None` for a name that is no rule.
    pub fn from_field(name: &str, value: &str) -> Option<Result<Selection, PatternError>> {
        Some(match name {
            "unencrypted_suffix" => Ok(Selection::UnencryptedSuffix(value.into())),
            "encrypted_suffix" => Ok(Selection::EncryptedSuffix(value.into())),
            "unencrypted_regex" => Pattern::new(value).map(Selection::UnencryptedRegex),
            "encrypted_regex" => Pattern::new(value).map(Selection::EncryptedRegex),
            "unencrypted_comment_regex" => Pattern::new(value).map(Selection::UnencryptedCommentRegex),
            "encrypted_comment_regex" => Pattern::new(value).map(Selection::EncryptedCommentRegex),
            _ => return None,
        })
    }

    /// The rule of an existing file's setting. A pattern that sops can't compile matches nothing there, so that
    /// the file still opens (quirk Q1); one that only this program can't take is an error.
    pub fn of_file(name: &str, value: &str) -> Option<Result<Selection, PatternError>> {
        match Selection::from_field(name, value)? {
            Err(error) if !error.valid_in_sops => {
                let never = Pattern::never(value);
                Some(Ok(match name {
                    "unencrypted_regex" => Selection::UnencryptedRegex(never),
                    "encrypted_regex" => Selection::EncryptedRegex(never),
                    "unencrypted_comment_regex" => Selection::UnencryptedCommentRegex(never),
                    _ => Selection::EncryptedCommentRegex(never),
                }))
            }
            result => Some(result),
        }
    }

    /// The setting's name and value.
    pub fn field(&self) -> (&'static str, &str) {
        match self {
            Selection::UnencryptedSuffix(suffix) => ("unencrypted_suffix", suffix),
            Selection::EncryptedSuffix(suffix) => ("encrypted_suffix", suffix),
            Selection::UnencryptedRegex(pattern) => ("unencrypted_regex", pattern.as_str()),
            Selection::EncryptedRegex(pattern) => ("encrypted_regex", pattern.as_str()),
            Selection::UnencryptedCommentRegex(pattern) => ("unencrypted_comment_regex", pattern.as_str()),
            Selection::EncryptedCommentRegex(pattern) => ("encrypted_comment_regex", pattern.as_str()),
        }
    }

    /// The pattern of a comment rule.
    pub fn comment_pattern(&self) -> Option<&Pattern> {
        match self {
            Selection::UnencryptedCommentRegex(pattern) | Selection::EncryptedCommentRegex(pattern) => {
                Some(pattern)
            }
            _ => None,
        }
    }
}
