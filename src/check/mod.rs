//! Whether files are as the policy, the config with its creation rules, says: encrypted, for the right recipients, with
//! nothing left in clear and nothing broken. Needs no key; [`verify`] does, and opens the values too.
//!
//! One file per kind of check, each a function from a file to its [`Finding`]s. Where files and configs come from, and how
//! findings are printed, is up to the caller.

mod decrypted;
mod difference;
mod drift;
mod finding;
mod leftovers;
mod looks;
mod overlap;
mod placeholder;
mod plain;
mod policy;
mod values;
mod verify;
mod wanted;

#[cfg(test)]
mod tests;

pub use decrypted::decrypted;
pub use difference::Difference;
pub use drift::Drift;
pub use finding::{Finding, Kind, Level};
pub use looks::is_sealed;
pub use overlap::overlaps;
pub use verify::verify;
pub use wanted::{Groups, Wanted, WantedError, groups_of};

use crate::config::Rule;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::file::{FileError, Sealed};
use crate::keys::Recipient;
use std::path::Path;
use zeroize::Zeroizing;

/// The creation rule for a file.
pub struct Ruled<'a> {
    pub rule: &'a Rule,
    /// The config's name, for messages.
    pub config: &'a str,
    /// What the config calls a recipient.
    pub name: &'a dyn Fn(&Recipient) -> Option<String>,
}

/// What the config says about a file.
pub enum Policy<'a> {
    /// There is no config, or none that can be used.
    Absent,
    /// A config of this name, no rule of which is for the file.
    Unmatched(&'a str),
    Ruled(Ruled<'a>),
}

/// What became of a file.
pub struct Checked {
    pub findings: Vec<Finding>,
    /// The encrypted file, if it is one and can be read, for [`verify`].
    pub sealed: Option<Sealed>,
}

impl Policy<'_> {
    /// Whether a file has to be encrypted, by its path. A rule for every file says nothing about this one, so then the
    /// file's name has to tell.
    pub fn expects(&self, path: &Path) -> bool {
        match self {
            Policy::Absent | Policy::Unmatched(_) => false,
            Policy::Ruled(_) if looks::is_for_git(path) => false,
            Policy::Ruled(ruled) => !ruled.rule.is_for_every_file() || looks::is_for_secrets(path),
        }
    }
}

/// Checks a file without any key. A file that neither is nor should be encrypted has no findings.
pub fn check(path: &Path, bytes: Zeroizing<Vec<u8>>, policy: &Policy<'_>, limits: &Limits) -> Checked {
    let format = looks::sealed_format(path, &bytes);
    let (is_expected, looks_sealed) = (policy.expects(path), is_sealed(&bytes, format));
    let only = |findings| Checked { findings, sealed: None };
    if !is_expected && !looks_sealed {
        return only(Vec::new());
    }
    let marked = std::str::from_utf8(&bytes).ok().and_then(leftovers::markers);
    if let Some(finding) = marked.filter(|_| format != Format::Binary || looks_sealed) {
        return only(vec![finding]);
    }
    let plain = |bytes: &[u8]| match policy {
        Policy::Ruled(ruled) if is_expected => only(plain::plain(bytes, format, ruled, limits)),
        _ => only(Vec::new()),
    };
    if !looks_sealed {
        return plain(&bytes);
    }
    let has_tokens = bytes.windows(TOKEN.len()).any(|window| window == TOKEN);
    let document = match Document::from_bytes(bytes, format, limits) {
        Ok(document) => document,
        // A text that only speaks of sops is nobody's business.
        Err(_) if !is_expected && !has_tokens => return only(Vec::new()),
        Err(error) => return only(vec![leftovers::syntax(error, format)]),
    };
    if !document.has_metadata() {
        return plain(document.text().as_bytes());
    }
    match Sealed::of(document) {
        Err(_) if !is_expected && !has_tokens => only(Vec::new()),
        Ok(sealed) => Checked { findings: findings(&sealed, policy), sealed: Some(sealed) },
        Err(FileError::Metadata { place, error }) => only(vec![policy::unreadable(&error, place)]),
        Err(error) => only(vec![Finding::new(Kind::BadMetadata, error.to_string()).at(error.place())]),
    }
}

/// How every token starts.
const TOKEN: &[u8] = b"ENC[AES256_GCM,";

fn findings(sealed: &Sealed, policy: &Policy<'_>) -> Vec<Finding> {
    let mut findings = policy::block(sealed);
    match policy {
        Policy::Absent => findings.extend(values::values(sealed, None)),
        Policy::Unmatched(config) => {
            let what = format!("the file is encrypted, and no creation rule of {config} is for it");
            findings.push(Finding::new(Kind::NoRule, what));
            findings.extend(values::values(sealed, None));
        }
        Policy::Ruled(ruled) => {
            findings.extend(policy::policy(sealed, ruled));
            findings.extend(values::values(sealed, Some(ruled.rule)));
        }
    }
    // Stable, so that findings of one place stay in the order of the checks.
    findings.sort_by_key(|finding| finding.place.map_or((0, 0), |place| (place.line, place.column)));
    findings
}
