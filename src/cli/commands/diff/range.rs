//! Which versions the words of `diff` mean.

use super::fault;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::config::absolute;
use crate::git::Repository;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What is compared.
pub enum Range {
    Files(PathBuf, PathBuf),
    Repository {
        repository: Repository,
        span: Span,
        /// Relative to the top; all files when there are none.
        files: Vec<PathBuf>,
    },
}

/// Two states of a repository; the names are those of commits or trees.
pub enum Span {
    Commits(String, String),
    Index(String),
    WorkTree(String),
}

/// Tells revisions and files apart: a word is a FILE when there is such a file, and behind `--` anyhow.
pub fn read(
    words: &[OsString],
    behind: &[PathBuf],
    staged: bool,
    context: &Context,
) -> Result<Range, CliError> {
    if let ([old, new], [], false) = (words, behind, staged) {
        let (old, new) = (PathBuf::from(old), PathBuf::from(new));
        if old.is_file() && new.is_file() {
            return Ok(Range::Files(old, new));
        }
    }
    let directory = context.directory()?;
    let repository = Repository::around(&directory).map_err(fault)?;
    let is_file = |word: &OsString| behind.is_empty() && Path::new(word).symlink_metadata().is_ok();
    let revisions = words.iter().take_while(|word| !is_file(word)).count();
    let (revisions, named) = words.split_at(revisions);
    let revisions: Vec<&str> = revisions.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let span = span(&revisions, staged, &repository)?;
    let base = if repository.is_bare() { repository.top().to_owned() } else { directory };
    let files = named.iter().map(Path::new).chain(behind.iter().map(PathBuf::as_path));
    let files = files.map(|file| {
        let path = absolute(file, &base);
        path.strip_prefix(repository.top()).map(Path::to_owned).map_err(|_| {
            CliError::new(exit::READ_INPUT, format!("{} is not in this repository", file.display()))
                .hint("two files anywhere can be compared with each other")
        })
    });
    let files = files.collect::<Result<Vec<PathBuf>, CliError>>()?;
    Ok(Range::Repository { repository, span, files })
}

fn span(revisions: &[&str], staged: bool, repository: &Repository) -> Result<Span, CliError> {
    let commit = |revision: &str| {
        let revision = if revision.is_empty() { "HEAD" } else { revision };
        repository.commit(revision).map_err(fault)
    };
    let old = match revisions {
        [] => match repository.head() {
            Some(head) => head,
            // Before the first commit everything is new.
            None => repository.empty_tree().map_err(fault)?,
        },
        [range] if range.contains("...") => {
            let (one, other) = range.split_once("...").unwrap_or_default();
            let (one, other) = (commit(one)?, commit(other)?);
            let base = repository.merge_base(&one, &other).map_err(fault)?.ok_or_else(|| {
                CliError::new(exit::READ_INPUT, format!("{range} has no common ancestor"))
                    .hint("compare the two revisions themselves, with two dots")
            })?;
            return between(base, other, staged);
        }
        [range] if range.contains("..") => {
            let (old, new) = range.split_once("..").unwrap_or_default();
            return between(commit(old)?, commit(new)?, staged);
        }
        [revision] => commit(revision)?,
        [old, new] => return between(commit(old)?, commit(new)?, staged),
        _ => {
            return Err(CliError::new(exit::READ_INPUT, "more than two revisions can't be compared")
                .hint("a FILE that is not there goes behind --"));
        }
    };
    match (staged, repository.is_bare()) {
        (_, true) => {
            Err(CliError::new(exit::READ_INPUT, "a bare repository has no work tree to compare with")
                .hint("name two revisions"))
        }
        (true, _) => Ok(Span::Index(old)),
        (false, _) => Ok(Span::WorkTree(old)),
    }
}

fn between(old: String, new: String, staged: bool) -> Result<Span, CliError> {
    match staged {
        true => Err(CliError::new(exit::CONFLICTING, "--staged compares with one revision, not two")
            .hint("leave out --staged, or the second revision")),
        false => Ok(Span::Commits(old, new)),
    }
}
