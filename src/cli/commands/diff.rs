//! `diff`: what differs between versions of encrypted files, by key path.

mod range;

use crate::cli::colour::{self, When};
use crate::cli::comparison::{self, Comparison, Kind, Line, Opener, Version};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::json::SCHEMA;
use crate::cli::keys;
use crate::cli::screen;
use crate::disk;
use crate::git::{Entry, FileChange, GitError, Objects, Repository};
use crate::keys::printable;
use range::{Range, Span};
use serde_json::json;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Show what differs between versions of encrypted files, by key
#[derive(clap::Args)]
#[command(override_usage = "sops-rs diff [OPTIONS] [REVISION [REVISION]] [-- FILE...]\n       \
                            sops-rs diff [OPTIONS] <FILE> <FILE>")]
pub struct Args {
    /// Revisions (A, A B, A..B, A...B), files, or two files to compare with each other
    #[arg(value_name = "REVISION|FILE")]
    words: Vec<OsString>,
    /// Files or directories to be looked at
    #[arg(last = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Compare with what is staged instead of the work tree
    #[arg(long, visible_alias = "cached")]
    staged: bool,
    /// Show no values, only where they differ; needs no key
    #[arg(long)]
    keys_only: bool,
    /// Print the differences as JSON
    #[arg(long)]
    json: bool,
    /// Exit with 1 if there are differences
    #[arg(long)]
    exit_code: bool,
    /// When to use colours; on a terminal unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    color: When,
    #[command(flatten)]
    screen: screen::Showing,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let compared = compare(&args, context).map_err(|error| match error.code {
        // 1 says that there are differences.
        exit::GENERIC => CliError { code: exit::READ_INPUT, ..error },
        _ => error,
    })?;
    if args.json {
        let files: Vec<_> = compared.iter().map(comparison::json).collect();
        let text = format!("{:#}\n", json!({ "schema_version": SCHEMA, "files": files }));
        context.print(Zeroizing::new(text).as_bytes())?;
    } else {
        let lines: Vec<Line> = compared.iter().flat_map(comparison::lines).collect();
        let plain = joined(&lines, |line, out| out.push_str(&line.text));
        if compared.iter().any(|comparison| comparison.has_values) {
            screen::check(&args.screen, plain.as_bytes(), "the differences", context)?;
        }
        let text = match args.color.holds(context) {
            true => joined(&lines, |line, out| colour::paint(&line.text, colour(line.kind), out)),
            false => plain,
        };
        context.print(text.as_bytes())?;
    }
    match args.exit_code && !compared.is_empty() {
        true => Err(CliError::silent(exit::GENERIC)),
        false => Ok(()),
    }
}

/// All lines as one text.
fn joined(lines: &[Line], write: impl Fn(&Line, &mut String)) -> Zeroizing<String> {
    // Room for colours and line ends: growing would leave copies behind.
    let room = lines.iter().map(|line| line.text.len() + 16).sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for line in lines {
        write(line, &mut text);
        text.push('\n');
    }
    text
}

fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Head => "1",
        Kind::Added => "32",
        Kind::Removed => "31",
        Kind::Changed => "33",
        Kind::Note => "36",
        Kind::Alarm => "1;35",
    }
}

fn compare(args: &Args, context: &Context) -> Result<Vec<Comparison>, CliError> {
    let opener =
        |directory: &Path| (!args.keys_only).then(|| Opener::new(context, &args.order, directory.to_owned()));
    match range::read(&args.words, &args.files, args.staged, context)? {
        Range::Files(old, new) => {
            let read = |path: &Path| {
                let read = disk::read(path, context.limits.bytes);
                read.map(|mut file| file.take_bytes())
                    .map_err(|error| CliError::disk(exit::READ_INPUT, error))
            };
            let (before, after) = (read(&old)?, read(&new)?);
            if before == after {
                return Ok(Vec::new());
            }
            let version = |path: &Path, bytes: &[u8]| {
                (Some(path.display().to_string()), Version::of(bytes, path, &context.limits))
            };
            let mut opener = opener(&context.directory()?);
            Ok(vec![comparison::compare(version(&old, &before), version(&new, &after), opener.as_mut())])
        }
        Range::Repository { repository, span, files } => {
            let changes = match &span {
                Span::Commits(old, new) => repository.changes(old, new),
                Span::Index(old) => repository.staged_changes(old),
                Span::WorkTree(old) => repository.work_tree_changes(old),
            };
            let changes = changes.map_err(fault)?;
            let mut opener = opener(repository.top());
            let mut source =
                Source { objects: Objects::of(&repository).map_err(fault)?, repository, context };
            let mut compared = Vec::new();
            for change in changes.iter().filter(|change| is_meant(change, &files)) {
                let named = files.iter().any(|file| file == change.path());
                compared.extend(source.compare(change, named, opener.as_mut())?);
            }
            Ok(compared)
        }
    }
}

/// Whether the files and directories that were named, if any were, have one of the two paths.
fn is_meant(change: &FileChange, files: &[PathBuf]) -> bool {
    let entries = || [&change.old, &change.new].into_iter().flatten();
    let is_below = |entry: &Entry| files.is_empty() || files.iter().any(|file| entry.path.starts_with(file));
    entries().any(is_below) && entries().all(Entry::is_file)
}

/// Where versions are read.
struct Source<'a> {
    objects: Objects,
    repository: Repository,
    context: &'a Context,
}

/// A side of a change as it was read; `Err` says why it can't be.
type Bytes = Result<Zeroizing<Vec<u8>>, String>;

impl Source<'_> {
    /// `None` where both sides are the same, or the file has nothing to do with encryption and was not named.
    fn compare(
        &mut self,
        change: &FileChange,
        named: bool,
        opener: Option<&mut Opener<'_>>,
    ) -> Result<Option<Comparison>, CliError> {
        let (old, new) = (self.read(change.old.as_ref())?, self.read(change.new.as_ref())?);
        let is_same = matches!((&old, &new), (Some(Ok(old)), Some(Ok(new))) if old == new)
            && change.old.as_ref().map(|entry| &entry.path) == change.new.as_ref().map(|entry| &entry.path);
        let may_be_sealed = |side: &Option<Bytes>| match side {
            Some(Ok(bytes)) => Version::looks_sealed(bytes),
            _ => false,
        };
        let counts = named || may_be_sealed(&old) || may_be_sealed(&new);
        if is_same || !counts || (old.is_none() && new.is_none()) {
            return Ok(None);
        }
        let side = |entry: &Option<Entry>, bytes: Option<Bytes>| match (entry, bytes) {
            (Some(entry), Some(Ok(bytes))) => {
                (Some(name(&entry.path)), Version::of(&bytes, &entry.path, &self.context.limits))
            }
            (Some(entry), Some(Err(reason))) => (Some(name(&entry.path)), Version::Unreadable(reason)),
            _ => (None, Version::Missing),
        };
        let compared = comparison::compare(side(&change.old, old), side(&change.new, new), opener);
        Ok(Some(compared))
    }

    /// `None` where the side has no file.
    fn read(&mut self, entry: Option<&Entry>) -> Result<Option<Bytes>, CliError> {
        let Some(entry) = entry else { return Ok(None) };
        let limit = self.context.limits.bytes;
        if entry.is_in_work_tree() {
            let path = self.repository.top().join(&entry.path);
            let read = disk::read_regular(&path, limit).map(|mut file| file.take_bytes());
            return Ok(Some(read.map_err(|error| error.to_string())));
        }
        let bytes = self.objects.blob(&entry.id, limit).map_err(fault)?;
        Ok(Some(bytes.ok_or_else(|| format!("it is not there, or has more than {limit} bytes"))))
    }
}

fn name(path: &Path) -> String {
    printable(&String::from_utf8_lossy(path.as_os_str().as_bytes()), usize::MAX)
}

fn fault(error: GitError) -> CliError {
    match error {
        GitError::NoCommit(_) => {
            CliError::git(error).hint("name a commit, branch or tag; a FILE that is gone goes behind --")
        }
        error => CliError::git_or(error, "two files can be compared anywhere"),
    }
}
