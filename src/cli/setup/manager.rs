//! Entries in the files of two managers of hooks: the pre-commit framework and lefthook.

use super::Finding;
use super::hand::{Hand, read, refuse_link};
use super::hook;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::format::Format;
use crate::document::step::{self, Step};
use crate::document::syntax::Limits;
use crate::document::tree::{Item, Node};
use crate::document::value::{Kind, Value};
use crate::git::Repository;
use std::path::{Path, PathBuf};

const ID: &str = "sops-rs-check";
const ENTRY: &str = "sops-rs check --staged";

/// A program that keeps the hooks of a repository, and has a file of its own for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    PreCommit,
    Lefthook,
}

impl Manager {
    /// In the order in which they are looked for.
    pub const ALL: [Manager; 2] = [Manager::PreCommit, Manager::Lefthook];

    /// What its file is called; the first one is made where there is none.
    fn names(self) -> &'static [&'static str] {
        match self {
            Manager::PreCommit => &[".pre-commit-config.yaml"],
            Manager::Lefthook => &[
                "lefthook.yml",
                "lefthook.yaml",
                ".lefthook.yml",
                ".lefthook.yaml",
                "lefthook.toml",
                ".lefthook.toml",
                "lefthook.json",
                ".lefthook.json",
            ],
        }
    }

    /// What makes its hook in a clone.
    fn install(self) -> &'static str {
        match self {
            Manager::PreCommit => "pre-commit install",
            Manager::Lefthook => "lefthook install",
        }
    }

    fn file(self, repository: &Repository) -> PathBuf {
        let at = |name: &&str| repository.top().join(name);
        let there = self.names().iter().map(at).find(|path| path.symlink_metadata().is_ok());
        there.unwrap_or_else(|| at(&self.names()[0]))
    }

    /// A file with our entry and no other.
    fn fresh(self) -> String {
        match self {
            Manager::PreCommit => format!(
                "repos:\n  - repo: local\n    hooks:\n      - id: {ID}\n        name: sops-rs check\n        \
                 entry: {ENTRY}\n        language: system\n        pass_filenames: false\n"
            ),
            Manager::Lefthook => format!("pre-commit:\n  commands:\n    {ID}:\n      run: {ENTRY}\n"),
        }
    }

    /// Where our entry is, or would go.
    fn place(self, root: &Node) -> (Vec<Step>, bool) {
        let key = |key: &str| Step::Key(key.to_owned());
        match self {
            Manager::PreCommit => {
                let repos: Vec<&Node> = root
                    .get("repos")
                    .into_iter()
                    .flat_map(|repos| repos.entries().map(|(_, node)| node))
                    .collect();
                for (number, repo) in repos.iter().enumerate() {
                    let hooks: Vec<&Node> = repo
                        .get("hooks")
                        .into_iter()
                        .flat_map(|hooks| hooks.entries().map(|(_, node)| node))
                        .collect();
                    let ours = |hook: &&Node| hook.get("id").and_then(Node::text).is_some_and(|id| id == ID);
                    let Some(hook) = hooks.iter().position(ours) else { continue };
                    let repo = vec![key("repos"), Step::Index(number)];
                    return match hooks.len() {
                        1 => (repo, true),
                        _ => ([&repo[..], &[key("hooks"), Step::Index(hook)]].concat(), true),
                    };
                }
                (vec![key("repos"), Step::Index(repos.len())], false)
            }
            Manager::Lefthook => {
                let path = vec![key("pre-commit"), key("commands"), key(ID)];
                let is_there = step::find(root, &path).is_ok();
                (path, is_there)
            }
        }
    }

    fn entry(self) -> Node {
        match self {
            Manager::PreCommit => map(vec![
                ("repo", Node::str("local")),
                (
                    "hooks",
                    Node::List(vec![Item::Entry {
                        key: String::new(),
                        node: map(vec![
                            ("id", Node::str(ID)),
                            ("name", Node::str("sops-rs check")),
                            ("entry", Node::str(ENTRY)),
                            ("language", Node::str("system")),
                            ("pass_filenames", Node::Scalar(Value::new(Kind::Bool, "False"))),
                        ]),
                    }]),
                ),
            ]),
            Manager::Lefthook => map(vec![("run", Node::str(ENTRY))]),
        }
    }

    /// The text with our entry.
    fn added(self, text: &[u8], format: Format) -> Result<Vec<u8>, EditError> {
        let document = Document::parse(text, format, &Limits::default())?;
        let (path, is_there) = self.place(&root(&document));
        if is_there {
            return Ok(text.to_vec());
        }
        Ok(document.edited(&path, Change::Set(&self.entry()))?.as_bytes().to_vec())
    }

    /// The text without our entry, and without the maps that held nothing else.
    fn taken(self, text: &[u8], format: Format) -> Result<Vec<u8>, EditError> {
        let document = Document::parse(text, format, &Limits::default())?;
        let (mut path, is_there) = self.place(&root(&document));
        if !is_there {
            return Ok(text.to_vec());
        }
        if self == Manager::Lefthook {
            let is_alone = |path: &[Step]| {
                step::find(&root(&document), &path[..path.len() - 1])
                    .is_ok_and(|node| node.items().len() == 1)
            };
            while path.len() > 1 && is_alone(&path) {
                path.pop();
            }
        }
        Ok(document.edited(&path, Change::Remove)?.as_bytes().to_vec())
    }
}

fn map(entries: Vec<(&str, Node)>) -> Node {
    Node::Map(entries.into_iter().map(|(key, node)| Item::Entry { key: key.to_owned(), node }).collect())
}

fn root(document: &Document) -> Node {
    document.trees().into_iter().next().unwrap_or(Node::Map(Vec::new()))
}

/// Whether a manager's file has our entry.
pub fn has(manager: Manager, repository: &Repository) -> bool {
    let file = manager.file(repository);
    let Some(text) = read(&file) else { return false };
    let document = Document::parse(&text, Format::of_path(&file), &Limits::default());
    document.is_ok_and(|document| manager.place(&root(&document)).1)
}

/// Puts our entry into the manager's file, which is made where there is none.
pub fn apply(manager: Manager, repository: &Repository, hand: &Hand<'_>) -> Result<(), CliError> {
    let file = manager.file(repository);
    refuse_link(&file, &name(&file), "add the entry where it leads")?;
    let changed = hand.change(&file, |old| match old {
        None => Ok(Some(manager.fresh().into_bytes())),
        Some(old) => manager
            .added(old, Format::of_path(&file))
            .map(Some)
            .map_err(|error| by_hand(manager, &file, &error)),
    })?;
    if changed {
        hand.say("wrote", "would write", &format!("the entry {ID} in {}", name(&file)));
        hand.context.say(&format!(
            "each clone needs `{}` for it; so no hook of our own is written",
            manager.install()
        ));
    }
    Ok(())
}

/// Takes our entry out again; a file with nothing else goes.
pub fn remove(manager: Manager, repository: &Repository, hand: &Hand<'_>) -> Result<(), CliError> {
    let file = manager.file(repository);
    if file.is_symlink() || !has(manager, repository) {
        return Ok(());
    }
    hand.change(&file, |old| {
        let Some(old) = old.filter(|old| *old != manager.fresh().as_bytes()) else { return Ok(None) };
        manager.taken(old, Format::of_path(&file)).map(Some).map_err(|error| {
            CliError::new(exit::WRITE_OUTPUT, format!("{ID} can't be taken out of {}", name(&file)))
                .cause(error)
                .hint("take it out by hand")
        })
    })?;
    hand.say("removed", "would remove", &format!("the entry {ID} from {}", name(&file)));
    Ok(())
}

/// What is missing where a manager has our entry.
pub fn check(manager: Manager, repository: &Repository) -> Option<Finding> {
    let missing = !hook::is_installed(repository);
    missing.then(|| {
        let file = manager.file(repository);
        let text = format!("{} has our entry, but this clone has no pre-commit hook", name(&file));
        Finding::new("hook", text, manager.install())
    })
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn by_hand(manager: Manager, file: &Path, error: &EditError) -> CliError {
    CliError::new(exit::WRITE_OUTPUT, format!("{} can't take the entry {ID}", name(file)))
        .cause(error)
        .hint(format!("add it by hand:\n{}", manager.fresh().trim_end()))
}
