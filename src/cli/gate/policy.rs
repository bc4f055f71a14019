//! Keys that the policy knows: those of the nearest config of a file as it is committed, and those approved before.

use crate::cli::consent::Policy;
use crate::cli::context::Context;
use crate::cli::pins::Pins;
use crate::config::{Config, NAMES, find};
use crate::git::Repository;
use crate::keys::Recipient;
use std::path::{Path, PathBuf};

/// The most bytes of a config file.
const MOST: usize = 1 << 20;

/// Whether a rule of the config, whichever files it is for, or an approval in its repository names the key.
pub fn knows(key: &Recipient, file: Option<&Path>, context: &Context) -> bool {
    let Ok(here) = context.directory() else { return false };
    let directory = file.and_then(Path::parent).unwrap_or(&here);
    let policy = context.consent.policy(directory, || policy(directory, &here, context));
    let bare = key.bare();
    let approved = |place: &PathBuf| {
        let pins = Pins::of(place, context);
        pins.knows(key) || pins.knows(&bare)
    };
    policy.keys.contains(&bare) || policy.place.as_ref().is_some_and(approved)
}

fn policy(directory: &Path, here: &Path, context: &Context) -> Policy {
    let directory = resolved(directory);
    // `of` looks above a file.
    let (some_file, config) = (directory.join(NAMES[0]), context.config.as_ref());
    let repository = Repository::of(&some_file);
    let committed = repository.as_ref().filter(|_| config.is_none());
    let nearest = committed.and_then(|repository| nearest(repository, &directory));
    let path = match (nearest, config) {
        (Some(path), _) => Some(path),
        (None, Some(path)) => Some(resolved(&here.join(path))),
        (None, None) => find(Some(&some_file), here).config.map(|path| resolved(&path)),
    };
    match path {
        Some(path) => of_config(&path, here, context),
        None => Policy { keys: Vec::new(), place: repository.map(|repository| repository.top().to_owned()) },
    }
}

/// The nearest config above a directory that is in the last commit.
fn nearest(repository: &Repository, directory: &Path) -> Option<PathBuf> {
    let above = directory.ancestors().take_while(|above| above.starts_with(repository.top()));
    let paths: Vec<PathBuf> = above.flat_map(|above| NAMES.map(|name| above.join(name))).collect();
    // Without a commit, or without git, nobody else can have brought a config.
    let committed = repository.entries("HEAD", &paths).unwrap_or_default();
    let entry = |path: &Path| {
        let name = path.strip_prefix(repository.top()).ok();
        committed.iter().find(|entry| Some(entry.path.as_path()) == name)
    };
    paths.into_iter().find_map(|path| match entry(&path)? {
        entry if entry.is_file() => Some(path),
        entry if entry.is_link() => Some(resolved(&path)),
        _ => None,
    })
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What a config, its links followed, says in the last commit; on disk where git does not track it, as no commit of
/// somebody else can have brought it then. One that is only staged, or in conflict, may come
/// from a merge that is not finished.
fn of_config(path: &Path, here: &Path, context: &Context) -> Policy {
    let repository = Repository::of(path);
    let at = |commit: &str| repository.as_ref().and_then(|repository| repository.blob(commit, path, MOST));
    let committed = at("HEAD");
    let has_commits = || repository.as_ref().is_some_and(|repository| repository.head().is_some());
    let only_staged = committed.is_none()
        && [":0", ":2", ":3"].into_iter().any(|stage| at(stage).is_some())
        && has_commits();
    let place = repository.as_ref().map(|repository| repository.top().to_owned());
    let place = place.or_else(|| path.parent().map(Path::to_owned));
    if only_staged {
        return Policy { keys: Vec::new(), place };
    }
    let config = match committed {
        Some(bytes) => Config::parse(path, here, &bytes),
        None => Config::load(path, here),
    };
    let keys = config.map(|config| keys(&config)).unwrap_or_else(|error| {
        context.warn(&error.to_string());
        Vec::new()
    });
    Policy { keys, place }
}

fn keys(config: &Config) -> Vec<Recipient> {
    let rules = config.creation_rules.iter().flatten();
    rules.flat_map(|rule| &rule.groups).flatten().map(Recipient::bare).collect()
}
