//! The merge driver, as git calls it: `%O %A %B %L %P %S %X %Y`. It uses no key that is not ready, asks nothing, starts
//! nothing, and answers 0 (merged) or 1 (conflict) and nothing else: git gives a whole merge up at 129.

use super::report::left_to_repair;
use super::{Access, Labeled, Three, Verdict, Wishes, merge, report};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::config::absolute;
use crate::disk::{self, NewMode, Options, PATIENCE, Snapshot};
use crate::document::markers;
use crate::file::MacCheck;
use crate::keys::printable;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The longest marker that is believed: git itself takes any number.
const LONGEST_MARKER: usize = 1000;

/// The characters of a path that messages show.
const LONGEST_NAME: usize = 200;

/// git's words.
pub struct Driven<'a> {
    base: &'a OsStr,
    ours: &'a OsStr,
    theirs: &'a OsStr,
    size: usize,
    path: Option<PathBuf>,
    label_ours: String,
    label_theirs: String,
}

impl<'a> Driven<'a> {
    /// `None` with fewer than three words. What an old git does not fill in arrives as it stands in its settings.
    pub fn of(words: &'a [OsString]) -> Option<Driven<'a>> {
        let [base, ours, theirs, rest @ ..] = words else { return None };
        let word = |at: usize| rest.get(at).filter(|word| !word.is_empty() && !is_unfilled(word));
        let label = |at: usize, default: &str| {
            word(at)
                .map_or_else(|| default.to_owned(), |label| printable(&label.to_string_lossy(), LONGEST_NAME))
        };
        let size = word(0).and_then(|size| size.to_str()?.parse().ok());
        Some(Driven {
            base,
            ours,
            theirs,
            size: size.unwrap_or(markers::SIZE).clamp(markers::SIZE, LONGEST_MARKER),
            path: word(1).map(PathBuf::from),
            label_ours: label(3, "ours"),
            label_theirs: label(4, "theirs"),
        })
    }
}

/// `%P` and the like.
fn is_unfilled(word: &OsStr) -> bool {
    matches!(word.as_encoded_bytes(), [b'%', letter] if letter.is_ascii_alphabetic())
}

/// Merges into the file of our side.
pub fn drive(driven: &Driven<'_>, context: &mut Context) -> Result<(), CliError> {
    merged(driven, context).map_err(|error| CliError { code: exit::GENERIC, ..error })
}

fn merged(driven: &Driven<'_>, context: &mut Context) -> Result<(), CliError> {
    let read = |file: &OsStr| -> Result<Snapshot, CliError> {
        disk::read(Path::new(file), context.limits.bytes)
            .map_err(|error| CliError::disk(exit::READ_INPUT, error))
    };
    let (base, ours, theirs) = (read(driven.base)?, read(driven.ours)?, read(driven.theirs)?);
    // Whoever writes the repository chooses the name, and terminals obey what is in it.
    let name = driven.path.as_deref().unwrap_or(Path::new(driven.ours)).display().to_string();
    let name = printable(&name, LONGEST_NAME);
    let directory = context.directory()?;
    let three = Three {
        base: Some(base.bytes()),
        ours: Labeled { bytes: ours.bytes(), label: &driven.label_ours },
        theirs: Labeled { bytes: theirs.bytes(), label: &driven.label_theirs },
        name: name.clone(),
        path: driven.path.as_deref().map(|path| absolute(path, &directory)),
        size: driven.size,
    };
    let wishes = Wishes { access: Access::passive(context), rule: None, check: MacCheck::Verify };
    let outcome = merge(&three, &wishes, context);
    if let Some(bytes) = outcome.bytes.filter(|bytes| bytes.as_slice() != ours.bytes()) {
        let options = Options { in_place: true };
        disk::write(Path::new(driven.ours), &bytes, NewMode::Private, options, PATIENCE)
            .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))?;
    }
    let verdict = match outcome.verdict {
        Verdict::Refused(error) => Verdict::Refused(left_to_repair(error, &name)),
        verdict => verdict,
    };
    report(verdict, &name, context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_old_git_leaves_open_gets_a_default() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let full = words("o a b 9 dir/x.yaml base HEAD topic");
        let full = Driven::of(&full).expect("three files");
        assert_eq!((full.size, full.label_ours.as_str(), full.label_theirs.as_str()), (9, "HEAD", "topic"));
        let old = words("o a b 7 x.yaml %S %X %Y");
        let old = Driven::of(&old).expect("three files");
        assert_eq!((old.label_ours.as_str(), old.label_theirs.as_str()), ("ours", "theirs"));
        let few = words("o a b %L");
        let few = Driven::of(&few).expect("three files");
        assert_eq!((few.size, few.path), (7, None));
        assert!(Driven::of(&words("o a")).is_none());
    }
}
