//! Which slots are secret: the six selection rules of sops (spec, file-format 4).

pub mod pattern;
pub mod select;

use pattern::Pattern;

/// The rule of a file. Exactly one is active; [`Selection::default`] when none is named.
#[derive(Clone, PartialEq, Eq)]
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
    pub fn from_field(name: &str, value: &str) -> Option<Result<Selection, pattern::PatternError>> {
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

    /// The rule of an existing file's setting. A pattern that does not compile matches nothing there, as in
    /// sops (quirk Q1); only new files may not have one.
    pub fn of_file(name: &str, value: &str) -> Selection {
        let pattern = || Pattern::new(value).unwrap_or_else(|_| Pattern::never(value));
        match name {
            "encrypted_suffix" => Selection::EncryptedSuffix(value.into()),
            "unencrypted_regex" => Selection::UnencryptedRegex(pattern()),
            "encrypted_regex" => Selection::EncryptedRegex(pattern()),
            "unencrypted_comment_regex" => Selection::UnencryptedCommentRegex(pattern()),
            "encrypted_comment_regex" => Selection::EncryptedCommentRegex(pattern()),
            _ => Selection::UnencryptedSuffix(value.into()),
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
