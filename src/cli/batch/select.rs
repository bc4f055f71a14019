//! Which files the arguments mean: files, directories and globs.

use super::flags::Flags;
use super::glob::Glob;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::output::Output;
use crate::config::{absolute, is_config};
use crate::disk;
use crate::git;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file to work on.
pub struct File {
    /// As typed, or below the directory as typed.
    pub path: PathBuf,
    /// Named itself, not by a directory or glob: then it is an error if the command is not for it.
    pub named: bool,
}

impl File {
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// What the arguments of a command mean.
pub struct Selection {
    pub files: Vec<File>,
    /// More than one file was named, or a directory or glob.
    pub many: bool,
}

/// Expands arguments. In a git repository the files of a directory are those that git does not ignore; configs never
/// count, nor do links.
pub fn select(arguments: &[PathBuf], context: &Context) -> Result<Selection, CliError> {
    let directory = context.directory()?;
    let (mut files, mut seen, mut many) = (Vec::new(), HashSet::new(), arguments.len() > 1);
    let mut add = |path: PathBuf, named| {
        if seen.insert(absolute(&path, &directory)) {
            files.push(File { path, named });
        }
    };
    for argument in arguments {
        if argument.is_dir() {
            many = true;
            below(argument, context)?.into_iter().for_each(|path| add(join(argument, &path), false));
            continue;
        }
        let exists = argument.symlink_metadata().is_ok();
        match argument.to_str().filter(|_| !exists).and_then(Glob::parse) {
            Some(glob) => {
                many = true;
                let matching = matching(&glob, context)?;
                if matching.is_empty() {
                    let message = format!("no file matches {}", argument.display());
                    return Err(CliError::new(exit::NO_FILE, message)
                        .hint("ignored files of a git repository have to be named one by one"));
                }
                matching.into_iter().for_each(|path| add(path, false));
            }
            None => add(argument.clone(), true),
        }
    }
    Ok(Selection { files, many })
}

/// The selection when a command that otherwise prints has to write many files in place, or nothing; `None` for one file
/// or standard input.
pub fn select_in_place(
    arguments: &[PathBuf],
    output: &Output,
    flags: &Flags,
    context: &Context,
) -> Result<Option<Selection>, CliError> {
    if arguments.is_empty() && flags.is_dry() {
        let message = "--dry-run and --check are about files, and standard input is none";
        return Err(CliError::new(exit::CONFLICTING, message).hint("name a FILE"));
    }
    let single = match arguments {
        [] => true,
        // What is there is printed or refused as ever.
        [one] => (!output.in_place || one.is_file()) && one.symlink_metadata().is_ok(),
        _ => false,
    };
    if single && !flags.is_dry() {
        return Ok(None);
    }
    let selection = select(arguments, context)?;
    if !selection.many && !flags.is_dry() {
        return Ok(None);
    }
    output.check_many(flags.is_dry())?;
    Ok(Some(selection))
}

fn matching(glob: &Glob, context: &Context) -> Result<Vec<PathBuf>, CliError> {
    let root = if glob.directory.as_os_str().is_empty() { Path::new(".") } else { &glob.directory };
    if !root.is_dir() {
        return Ok(Vec::new());
    }
    let paths = below(root, context)?.into_iter().filter(|path| glob.matches(path));
    Ok(paths.map(|path| join(&glob.directory, &path)).collect())
}

fn join(directory: &Path, path: &Path) -> PathBuf {
    if directory == Path::new(".") { path.to_owned() } else { directory.join(path) }
}

/// The regular files below a directory, relative to it and sorted. What another run is writing just now is none.
fn below(directory: &Path, context: &Context) -> Result<Vec<PathBuf>, CliError> {
    let mut paths = match git::files(directory) {
        Some(paths) => paths,
        None => walk(directory)?,
    };
    paths.sort();
    paths.dedup();
    let here = context.directory()?;
    let config = context.config.as_ref().map(|path| absolute(path, &here));
    paths.retain(|path| {
        let whole = directory.join(path);
        !is_config(path)
            && !path.file_name().is_some_and(disk::is_temporary)
            && config.as_ref() != Some(&absolute(&whole, &here))
            && whole.symlink_metadata().is_ok_and(|found| found.is_file())
    });
    Ok(paths)
}

/// Every file below a directory but those of git's own directories. Links are not followed.
fn walk(root: &Path) -> Result<Vec<PathBuf>, CliError> {
    let fail = |path: &Path, error| {
        CliError::new(exit::READ_INPUT, format!("the directory {} can't be read", path.display()))
            .cause(error)
    };
    let (mut found, mut open) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = open.pop() {
        let directory = root.join(&below);
        for entry in fs::read_dir(&directory).map_err(|error| fail(&directory, error))? {
            let entry = entry.map_err(|error| fail(&directory, error))?;
            let kind = entry.file_type().map_err(|error| fail(&directory, error))?;
            let path = below.join(entry.file_name());
            if kind.is_dir() && entry.file_name() != ".git" {
                open.push(path);
            } else if kind.is_file() {
                found.push(path);
            }
        }
    }
    Ok(found)
}
