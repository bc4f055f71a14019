//! Which files a check is about: of the work tree, the index or a revision; all of them, those that are named, or those
//! that differ from an earlier state.

use super::named::Named;
use super::place::Places;
use super::source::{File, Source};
use crate::cli::batch;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::config::{absolute, is_config};
use crate::git::{Entry, GitError, Objects, Repository};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// What is to be checked.
pub enum Target {
    WorkTree,
    /// What is about to be committed: what differs from HEAD, or everything.
    Index {
        everything: bool,
    },
    /// A commit, or with `A..B` what B has otherwise than A.
    Revision(String),
}

/// The files of a check.
pub struct Scope {
    pub(super) source: Source,
    pub(super) places: Places,
    /// Every file that there is, configs included where they are listed.
    pub(super) all: Vec<File>,
    /// By the number of a file in `all`: whether it is to be checked.
    pub(super) chosen: Vec<bool>,
    /// Whether all files are known, so that the rules can be tried on them.
    pub(super) is_whole: bool,
}

impl Scope {
    /// `arguments` are files, directories and globs; none of them is everything.
    pub fn of(target: &Target, arguments: &[PathBuf], context: &Context) -> Result<Scope, CliError> {
        match target {
            Target::WorkTree => work_tree(arguments, context),
            Target::Index { everything } => {
                let repository = repository(context)?;
                // `git commit -a` and `git commit FILE` commit an index of their own, which a hook is told so.
                let here = context.directory()?;
                let file = context.var("GIT_INDEX_FILE").map(|file| absolute(Path::new(&file), &here));
                let entries = repository.index(file.as_deref()).map_err(failed)?;
                let base = match *everything || !arguments.is_empty() {
                    true => None,
                    false => {
                        Some(repository.head().map_or_else(|| Ok(Vec::new()), |head| repository.tree(&head)))
                    }
                };
                let base = base.transpose().map_err(failed)?;
                let (scope, unknown) = of_git(&repository, entries, base, arguments, context)?;
                // A hook manager may name files that the commit takes away.
                unknown
                    .iter()
                    .for_each(|file| context.warn(&format!("{file} is not in the index, and not checked")));
                Ok(scope)
            }
            Target::Revision(revision) => {
                let repository = repository(context)?;
                let (base, revision) = range(revision)?;
                let tree = |revision| repository.commit(revision).and_then(|commit| repository.tree(&commit));
                let base = base.map(tree).transpose().map_err(failed)?;
                let entries = tree(revision).map_err(failed)?;
                let (scope, unknown) = of_git(&repository, entries, base, arguments, context)?;
                match unknown.first() {
                    None => Ok(scope),
                    Some(file) => Err(CliError::new(exit::NO_FILE, format!("{revision} has no file {file}"))
                        .hint("`git ls-tree -r --name-only REVISION` lists its files")),
                }
            }
        }
    }

    /// The files to check, configs left out.
    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        let chosen = self.all.iter().zip(&self.chosen).filter(|(_, chosen)| **chosen);
        chosen.map(|(file, _)| file).filter(|file| !is_config(&file.path))
    }

    /// The configs among the files to check.
    pub(super) fn configs(&self) -> impl Iterator<Item = &File> {
        let chosen = self.all.iter().zip(&self.chosen).filter(|(_, chosen)| **chosen);
        chosen.map(|(file, _)| file).filter(|file| is_config(&file.path))
    }
}

fn repository(context: &Context) -> Result<Repository, CliError> {
    Repository::around(&context.directory()?).map_err(failed)
}

fn failed(error: GitError) -> CliError {
    CliError::git_or(error, "without --staged and --rev, files can be checked anywhere")
}

/// `A..B` as its two ends; the one that is left out is HEAD.
fn range(revision: &str) -> Result<(Option<&str>, &str), CliError> {
    if revision.contains("...") {
        let message = format!("{revision:?} is a symmetric difference, and a check needs one state");
        return Err(CliError::new(exit::READ_INPUT, message).hint("write `$(git merge-base A B)..B`"));
    }
    let Some((base, end)) = revision.split_once("..") else { return Ok((None, revision)) };
    let [base, end] = [base, end].map(|end| if end.is_empty() { "HEAD" } else { end });
    Ok((Some(base), end))
}

fn work_tree(arguments: &[PathBuf], context: &Context) -> Result<Scope, CliError> {
    let here = context.directory()?;
    let root = Repository::around(&here).ok().filter(|repository| !repository.is_bare());
    let root = root.map_or_else(|| here.clone(), |repository| repository.top().to_owned());
    let is_whole = arguments.is_empty();
    let selection = match is_whole {
        true => batch::select(std::slice::from_ref(&root), context)?,
        false => batch::select(arguments, context)?,
    };
    let mut all = Vec::with_capacity(selection.files.len());
    for file in selection.files {
        if file.named && file.path.symlink_metadata().is_err() {
            return Err(CliError::no_such_file(&file.path));
        }
        all.push(File { path: absolute(&file.path, &here), blob: None, before: None, in_conflict: false });
    }
    let chosen = vec![true; all.len()];
    Ok(Scope { source: Source::Disk, places: Places { root, here }, all, chosen, is_whole })
}

/// The scope of files that git has, and the arguments that name none of them.
fn of_git(
    repository: &Repository,
    entries: Vec<Entry>,
    base: Option<Vec<Entry>>,
    arguments: &[PathBuf],
    context: &Context,
) -> Result<(Scope, Vec<String>), CliError> {
    let root = repository.top().to_owned();
    // In a bare repository there is no other place than the top of the tree.
    let here = if repository.is_bare() { root.clone() } else { context.directory()? };
    let mut seen = HashSet::new();
    let entries: Vec<Entry> = entries
        .into_iter()
        .filter(|entry| entry.is_file() && (entry.stage == 0 || seen.insert(entry.path.clone())))
        .collect();
    let base: Option<HashMap<&Path, &Entry>> =
        base.as_ref().map(|base| base.iter().map(|entry| (entry.path.as_path(), entry)).collect());
    let mut chosen = match &base {
        Some(base) => changed(&entries, base),
        None => vec![true; entries.len()],
    };
    let mut unknown = Vec::new();
    if !arguments.is_empty() {
        let named = Named::of(arguments, &root, &here);
        chosen.iter_mut().zip(&entries).for_each(|(chosen, entry)| *chosen &= named.has(&entry.path));
        with_configs(&entries, &mut chosen, None);
        unknown = named.unknown(&entries);
    }
    let before = |entry: &Entry| base.as_ref()?.get(entry.path.as_path()).map(|old| old.id.clone());
    let file = |entry: Entry| File {
        path: root.join(&entry.path),
        before: before(&entry).filter(|id| *id != entry.id),
        blob: Some(entry.id),
        in_conflict: entry.stage != 0,
    };
    let source = Source::Objects(Mutex::new(Objects::of(repository).map_err(failed)?));
    let all = entries.into_iter().map(file).collect();
    Ok((Scope { source, places: Places { root, here }, all, chosen, is_whole: true }, unknown))
}

/// Which entries differ from those of an earlier state. A config that does has all files below it with it, as it may
/// want something else of them now.
fn changed(entries: &[Entry], before: &HashMap<&Path, &Entry>) -> Vec<bool> {
    let is_new = |entry: &Entry| {
        before.get(entry.path.as_path()).is_none_or(|old| (&old.id, old.mode) != (&entry.id, entry.mode))
    };
    let mut chosen: Vec<bool> = entries.iter().map(is_new).collect();
    let now: HashSet<&Path> = entries.iter().map(|entry| entry.path.as_path()).collect();
    let gone: Vec<&Path> =
        before.keys().copied().filter(|path| is_config(path) && !now.contains(path)).collect();
    with_configs(entries, &mut chosen, Some(&gone));
    chosen
}

/// Chooses the files below each config that is chosen, or that is gone.
fn with_configs(entries: &[Entry], chosen: &mut [bool], gone: Option<&[&Path]>) {
    let configs = entries.iter().zip(chosen.iter()).filter(|(_, chosen)| **chosen);
    let configs = configs.map(|(entry, _)| entry.path.as_path()).filter(|path| is_config(path));
    let configs = configs.chain(gone.unwrap_or_default().iter().copied());
    let directories: HashSet<&Path> = configs.filter_map(Path::parent).collect();
    if directories.is_empty() {
        return;
    }
    for (chosen, entry) in chosen.iter_mut().zip(entries) {
        *chosen |= entry.path.ancestors().skip(1).any(|above| directories.contains(above));
    }
}
