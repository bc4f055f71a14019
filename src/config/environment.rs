//! Environments: the files that a program gets its variables from, under a name. sops ignores them.

use super::error::Fault;
use super::fields::{self, Fields};
use super::node::{Entry, Kind, Node};
use crate::document::error::Place;
use std::path::{Path, PathBuf};

pub(super) const KEYS: &[&str] = &["files", "preset", "variables", "only", "prefix", "mask", "if_missing"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    pub name: String,
    /// In the order in which they count: of two values for one variable the later one wins. Absolute.
    pub files: Vec<PathBuf>,
    /// How variables are named.
    pub preset: Option<Word>,
    /// Variables that are no secrets, by the names that programs see; files win over them.
    pub variables: Vec<(String, String)>,
    /// Patterns for the names of variables from files; all when empty.
    pub only: Vec<String>,
    /// What stands before the names of variables from files.
    pub prefix: Option<String>,
    /// When secrets in the program's output are masked.
    pub mask: Option<Word>,
    /// What is done about files that are not there.
    pub if_missing: Option<Word>,
    /// Where it stands in its file.
    pub place: Place,
}

/// A word of a closed list that the user of the config knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub place: Place,
}

/// The environments of a config, in the order of the file.
pub(super) fn environments(node: &Node, directory: &Path) -> Result<Vec<Environment>, Fault> {
    let Kind::Map(entries) = &node.kind else {
        return Err(node.wrong("environments", "a map").hint("write `NAME:` and below it `files:`"));
    };
    entries.iter().map(|entry| environment(entry, directory)).collect()
}

fn environment(entry: &Entry, directory: &Path) -> Result<Environment, Fault> {
    let what = format!("the environment `{}`", entry.key);
    let fields = Fields::of(&entry.value, &what, KEYS)?;
    let texts = |key: &'static str| -> Result<Vec<&str>, Fault> {
        fields.list(key)?.iter().map(|node| fields::strict_text(node, key, "a list of texts")).collect()
    };
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let files: Vec<PathBuf> =
        texts("files")?.into_iter().map(|file| super::absolute(Path::new(file), directory)).collect();
    let variables: Vec<_> = fields.texts_by_key("variables")?.into_iter().map(owned).collect();
    if files.is_empty() && variables.is_empty() {
        return Err(Fault::at(entry.place, format!("{what} is empty")).hint("name its `files`"));
    }
    Ok(Environment {
        name: entry.key.clone(),
        files,
        preset: word(&fields, "preset")?,
        variables,
        only: texts("only")?.into_iter().map(str::to_owned).collect(),
        prefix: fields.text("prefix")?.map(str::to_owned),
        mask: word(&fields, "mask")?,
        if_missing: word(&fields, "if_missing")?,
        place: entry.place,
    })
}

fn word(fields: &Fields<'_>, key: &str) -> Result<Option<Word>, Fault> {
    let place = fields.get(key).map(|node| node.place);
    Ok(fields.text(key)?.zip(place).map(|(text, place)| Word { text: text.to_owned(), place }))
}
