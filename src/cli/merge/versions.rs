//! Where the three versions of a file that is to be mended are found: in the index during a merge, in the parents of
//! the commit that merged it, or between the markers in its text.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::document::markers;
use crate::git::{GitError, Objects, Repository};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Three versions, with what their markers are to say.
pub struct Versions {
    pub base: Option<Zeroizing<Vec<u8>>>,
    pub ours: Zeroizing<Vec<u8>>,
    pub theirs: Zeroizing<Vec<u8>>,
    pub labels: [String; 2],
}

impl Versions {
    /// One text on both sides.
    pub fn alone(bytes: &[u8]) -> Versions {
        let copy = || Zeroizing::new(bytes.to_vec());
        Versions { base: None, ours: copy(), theirs: copy(), labels: ["ours".into(), "theirs".into()] }
    }
}

/// A file with the repository that it is in.
pub struct Home {
    repository: Repository,
    /// Relative to the top of the work tree.
    path: PathBuf,
}

impl Home {
    /// `None` outside of a repository, or where there is no git. `file` has its links followed.
    pub fn of(file: &Path) -> Option<Home> {
        let repository = Repository::around(file.parent()?).ok()?;
        let path = file.strip_prefix(repository.top()).ok()?.to_owned();
        Some(Home { repository, path })
    }

    /// The versions of a merge that is not finished.
    pub fn unmerged(&self, context: &Context) -> Result<Option<Versions>, CliError> {
        let entries = self.repository.index(None).map_err(fault)?;
        let mine = || entries.iter().filter(|entry| entry.path == self.path && entry.stage > 0);
        if mine().next().is_none() {
            return Ok(None);
        }
        let mut objects = Objects::of(&self.repository).map_err(fault)?;
        let mut stage = |stage: u8| {
            let entry = mine().find(|entry| entry.stage == stage && entry.is_file());
            let id = entry.map(|entry| entry.id.as_str());
            id.map_or(Ok(None), |id| objects.blob(id, context.limits.bytes)).map_err(fault)
        };
        let (base, ours, theirs) = (stage(1)?, stage(2)?, stage(3)?);
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            let message = format!("{}: one side of the merge has no such file", self.path.display());
            return Err(CliError::new(exit::GENERIC, message)
                .hint("keep it with `git add FILE`, or let it go with `git rm FILE`"));
        };
        Ok(Some(Versions { base, ours, theirs, labels: ["ours".into(), "theirs".into()] }))
    }

    /// The versions that the last merge of the file had, if the file is as that merge left it.
    pub fn merged(&self, bytes: &[u8], context: &Context) -> Result<Option<Versions>, CliError> {
        let Some(commit) = self.last_change()? else { return Ok(None) };
        let parents = self.repository.parents(&commit).map_err(fault)?;
        let [one, other] = parents.as_slice() else { return Ok(None) };
        let base = self.repository.merge_base(one, other).map_err(fault)?;
        let blob = |commit: &str| self.blob(commit, context);
        let (Some(now), Some(ours), Some(theirs)) = (blob(&commit), blob(one), blob(other)) else {
            return Ok(None);
        };
        if now.as_slice() != bytes {
            return Ok(None);
        }
        let labels = [one, other].map(|id| id.chars().take(10).collect());
        Ok(Some(Versions { base: base.and_then(|base| blob(&base)), ours, theirs, labels }))
    }

    /// Versions of the file from before, the newest first: what an unverified text is compared with.
    pub fn earlier(&self, context: &Context) -> Vec<Zeroizing<Vec<u8>>> {
        let last = self.last_change().ok().flatten();
        let parents = last.as_deref().and_then(|last| self.repository.parents(last).ok()).unwrap_or_default();
        last.iter().chain(&parents).filter_map(|commit| self.blob(commit, context)).collect()
    }

    fn last_change(&self) -> Result<Option<String>, CliError> {
        // Before the first commit there is no history to look into.
        self.repository.head().map_or(Ok(None), |_| self.repository.last_change(&self.path).map_err(fault))
    }

    fn blob(&self, commit: &str, context: &Context) -> Option<Zeroizing<Vec<u8>>> {
        self.repository.blob(commit, &self.repository.top().join(&self.path), context.limits.bytes)
    }
}

/// The sides between the markers of a text; `None` when it has no markers.
pub fn between_markers(bytes: &[u8], name: &str) -> Result<Option<Versions>, CliError> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(None) };
    let Some(found) = markers::find(text) else { return Ok(None) };
    let sides = markers::split(text, found.size).map_err(|error| {
        CliError::new(exit::GENERIC, format!("{name}:{}: {}", error.line, error.reason))
            .hint("mend the markers, or take the file from a commit with `git checkout COMMIT -- FILE`")
    })?;
    let bytes = |text: Zeroizing<String>| Zeroizing::new(text.as_bytes().to_vec());
    let [ours, theirs] = markers::labels(text, found.size);
    Ok(Some(Versions {
        base: sides.base.map(bytes),
        ours: bytes(sides.ours),
        theirs: bytes(sides.theirs),
        labels: [ours.unwrap_or("ours").to_owned(), theirs.unwrap_or("theirs").to_owned()],
    }))
}

fn fault(error: GitError) -> CliError {
    CliError { code: exit::GENERIC, ..CliError::git(error) }
}
