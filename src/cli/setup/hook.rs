//! The pre-commit hook of a clone. One that is there already is kept and runs after ours.

use super::Finding;
use super::call;
use super::hand::{Hand, is_executable, read, refuse_link};
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::shell;
use crate::git::Repository;
use crate::git::block::{self, Place};
use crate::git::hooks::{self, HOOK, KEPT};
use std::path::{Path, PathBuf};

const FIX: &str = "sops-rs git-setup";
const SHELL: &[u8] = b"#!/bin/sh\n";

/// Where the hooks of a clone are.
pub enum Hooks {
    /// In the repository's own directory, where nobody else has them.
    Own(PathBuf),
    /// Where `core.hooksPath` says: in the work tree, where they are everybody's, or anywhere else. The file that a
    /// line has to be in.
    Shared(PathBuf),
}

/// The hooks' place; `None` in a bare repository, where nothing is committed.
pub fn place(repository: &Repository) -> Result<Option<Hooks>, CliError> {
    if repository.is_bare() {
        return Ok(None);
    }
    let directory = repository.git_path("hooks").map_err(CliError::git)?;
    let common = repository.common_directory().map_err(CliError::git)?;
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if directory == common.join("hooks") || real(&directory).starts_with(real(&common)) {
        return Ok(Some(Hooks::Own(directory)));
    }
    // husky keeps its own starters in `_`, which git does not track, and the hooks above it.
    let is_husky = directory.ends_with(".husky/_");
    let hooks = if is_husky { directory.parent().unwrap_or(&directory) } else { &directory };
    Ok(Some(Hooks::Shared(hooks.join(HOOK))))
}

/// Writes the hook, or with `edit_shared` a line into the one that is everybody's.
pub fn apply(repository: &Repository, edit_shared: bool, hand: &Hand<'_>) -> Result<(), CliError> {
    match place(repository)? {
        None => Ok(()),
        Some(Hooks::Own(directory)) => write(&directory, hand),
        Some(Hooks::Shared(file)) if edit_shared => edit(&file, hand),
        Some(Hooks::Shared(_)) => Ok(()), // the check afterwards says what to add
    }
}

fn write(directory: &Path, hand: &Hand<'_>) -> Result<(), CliError> {
    let (hook, kept) = (directory.join(HOOK), directory.join(KEPT));
    let exists = hook.symlink_metadata().is_ok();
    let is_ours = is_own(&hook);
    if exists && !is_ours {
        if read(&hook).is_some_and(|text| hooks::runs_the_check(&text)) {
            return Ok(());
        }
        if kept.symlink_metadata().is_ok() {
            let message = format!("there are two earlier hooks, {} and {KEPT}", hook.display());
            return Err(CliError::new(exit::WRITE_OUTPUT, message)
                .hint(format!("put what both do into {KEPT}, remove {HOOK}, and run `{FIX}` again")));
        }
        hand.rename(&hook, &kept)?;
        hand.say(
            "kept",
            "would keep",
            &format!("the pre-commit hook that was there, as {KEPT}; it runs after ours"),
        );
    }
    let text = hooks::text(&call::program(hand.context)?);
    let changed = match hand.is_dry && exists && !is_ours {
        // It was not moved out of the way.
        true => true,
        false => hand.change(&hook, |_| Ok(Some(text.into_bytes())))? | hand.make_executable(&hook)?,
    };
    if changed {
        hand.say("wrote", "would write", &format!("the pre-commit hook {}", hook.display()));
    }
    Ok(())
}

/// Whether the hook is ours, and a file of its own: what a link leads to may be anybody's.
fn is_own(hook: &Path) -> bool {
    !hook.is_symlink() && read(hook).is_some_and(|text| hooks::is_ours(&text))
}

/// Puts our line into a hook that is shared with others.
fn edit(file: &Path, hand: &Hand<'_>) -> Result<(), CliError> {
    let hint = format!("add this line to where it leads: {}", hooks::line());
    refuse_link(file, &file.display().to_string(), hint)?;
    let changed = hand.change(file, |old| {
        if old.is_some_and(|old| hooks::runs_the_check(old) && block::lines(old).is_none()) {
            return Ok(old.map(<[u8]>::to_vec));
        }
        if old.is_some_and(|old| !is_shell(old)) {
            return Err(CliError::new(exit::WRITE_OUTPUT, format!("{} is no shell script", file.display()))
                .hint("let it run `sops-rs check --staged` and end with its exit status"));
        }
        Ok(Some(block::with(old.unwrap_or(SHELL), &[hooks::line()], Place::Top)))
    })?;
    if changed {
        hand.make_executable(file)?;
        hand.say("wrote", "would write", &format!("a line for the check into {}", file.display()));
    }
    Ok(())
}

fn is_shell(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    !first.starts_with("#!") || first.trim_end().ends_with("sh") || first.contains("sh ")
}

/// Takes out the hook and the line, wherever they are, and puts an earlier hook back.
pub fn remove(repository: &Repository, hand: &Hand<'_>) -> Result<(), CliError> {
    // Ours may be there although core.hooksPath leads elsewhere by now.
    let usual = repository.common_directory().map_err(CliError::git)?.join("hooks");
    match place(repository)? {
        None => return Ok(()),
        Some(Hooks::Shared(file)) => take_line(&file, hand)?,
        Some(Hooks::Own(directory)) if directory != usual => take_out(&directory, hand)?,
        Some(Hooks::Own(_)) => {}
    }
    take_out(&usual, hand)
}

fn take_out(directory: &Path, hand: &Hand<'_>) -> Result<(), CliError> {
    let (hook, kept) = (directory.join(HOOK), directory.join(KEPT));
    let is_ours = is_own(&hook);
    if is_ours {
        hand.change(&hook, |_| Ok(None))?;
        hand.say("removed", "would remove", &format!("the pre-commit hook {}", hook.display()));
    }
    if kept.symlink_metadata().is_err() {
        return Ok(());
    }
    if !is_ours && hook.symlink_metadata().is_ok() {
        hand.context.warn(&format!("{} is not from git-setup and stays, and so does {KEPT}", hook.display()));
        return Ok(());
    }
    hand.rename(&kept, &hook)?;
    hand.say("put back", "would put back", "the pre-commit hook that was there before");
    Ok(())
}

fn take_line(file: &Path, hand: &Hand<'_>) -> Result<(), CliError> {
    if file.is_symlink() {
        return Ok(());
    }
    let changed = hand.change(file, |old| {
        let Some(old) = old else { return Ok(None) };
        let rest = block::without(old);
        Ok(rest.map_or_else(|| Some(old.to_vec()), |rest| (rest != SHELL).then_some(rest)))
    })?;
    if changed {
        hand.say("removed", "would remove", &format!("the line for the check from {}", file.display()));
    }
    Ok(())
}

/// What is wrong with the hook that git starts, if anything is.
pub fn check(repository: &Repository) -> Result<Option<Finding>, CliError> {
    let (file, fix) = match place(repository)? {
        None => return Ok(None),
        Some(Hooks::Own(directory)) => (directory.join(HOOK), FIX.to_owned()),
        Some(Hooks::Shared(file)) => {
            let fix = format!("{FIX} --edit-hook, or add this line to {}: {}", file.display(), hooks::line());
            (file, fix)
        }
    };
    let Some(text) = read(&file) else {
        let text = format!("there is no pre-commit hook {}", file.display());
        return Ok(Some(Finding::new("hook", text, fix)));
    };
    if !hooks::is_ours(&text) && !hooks::runs_the_check(&text) {
        let text = format!("the pre-commit hook {} does not run `sops-rs check`", file.display());
        return Ok(Some(Finding::new("hook", text, fix)));
    }
    // husky starts its hooks with a shell.
    let is_started = is_executable(&file) || file.parent().is_some_and(|parent| parent.ends_with(".husky"));
    Ok((!is_started).then(|| {
        let text = format!("the pre-commit hook {} is not executable, so git passes it over", file.display());
        Finding::new("hook-mode", text, format!("chmod +x {}", shell::file(&file.to_string_lossy())))
    }))
}

/// Whether git has any pre-commit hook to run, as managers of hooks install one.
pub fn is_installed(repository: &Repository) -> bool {
    repository.git_path("hooks").is_ok_and(|directory| is_executable(&directory.join(HOOK)))
}
