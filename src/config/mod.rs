//! The config file, `.sops-rs.yaml` or `.sops.yaml`: which recipients a new file gets, and what in it is secret
//! (spec, config 1, 2, 4, 5); and which files make an environment for programs. Both names have the same content. Unlike sops, unknown keys are errors: a misspelled
//! setting must not leave a secret in clear.
//!
//! ```
//! use sops_rs::config::Config;
//! use std::path::Path;
//!
//! let text = b"creation_rules:
//!   - path_regex: ^prod/
//!     age: age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg
//! ";
//! let config = Config::parse(Path::new("/repo/.sops-rs.yaml"), Path::new("/"), text)?;
//! let rule = config.rule_for(Path::new("/repo/prod/db.yaml"))?.expect("the config has rules");
//! assert_eq!(rule.groups[0].len(), 1);
//! assert!(config.rule_for(Path::new("/repo/test/db.yaml")).is_err());
//! # Ok::<(), sops_rs::config::ConfigError>(())
//! ```

mod creation;
mod destination;
mod environment;
mod error;
mod fields;
mod find;
mod groups;
mod merge;
mod node;
mod path;
mod reading;
mod scalar;
mod stores;
mod suggest;
mod yaml;

#[cfg(test)]
mod tests;

pub use creation::Rule;
pub use destination::{Destination, Target};
pub use environment::{Environment, Word};
pub use error::{ConfigError, Warning};
pub use find::{NAMES, Search, find, is_config};
pub use path::absolute;
pub use stores::Stores;

use crate::document::error::Place;
use error::{Fault, Tried};
use fields::Fields;
use reading::Reading;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most bytes of a config file.
const MAX_BYTES: u64 = 1 << 20;

const KEYS: &[&str] = &["creation_rules", "destination_rules", "environments", "stores"];

/// A config file that was read.
#[derive(Debug)]
pub struct Config {
    path: PathBuf,
    /// Its directory, absolute: what paths are relative to.
    directory: PathBuf,
    /// `None` when the file has no `creation_rules`, which is as if there were no file; an empty list is one in
    /// which no file finds its rule.
    pub creation_rules: Option<Vec<Rule>>,
    pub destination_rules: Vec<Destination>,
    pub environments: Vec<Environment>,
    pub stores: Stores,
    /// What is allowed, and surely not meant.
    pub warnings: Vec<Warning>,
}

impl Config {
    /// Reads a config file; `working_directory` is what its path is relative to.
    pub fn load(path: &Path, working_directory: &Path) -> Result<Config, ConfigError> {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(length) if length as u64 <= MAX_BYTES => Config::parse(path, working_directory, &bytes),
            Ok(_) => {
                let source = io::Error::new(io::ErrorKind::FileTooLarge, "it has more than 1 MiB");
                Err(ConfigError::Unreadable { path: path.to_owned(), source })
            }
            Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// As [`Config::load`], from the bytes of the file.
    pub fn parse(path: &Path, working_directory: &Path, bytes: &[u8]) -> Result<Config, ConfigError> {
        read(path, working_directory, bytes).map_err(|fault| fault.in_file(path))
    }

    /// The file that this is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A fault at a place of this file that only shows when the config is used.
    pub fn invalid(&self, place: Place, reason: String, hint: String) -> ConfigError {
        Fault::at(place, reason).hint(hint).in_file(&self.path)
    }

    /// Every creation rule whose pattern matches a file, with its number, in their order; the first is the one that
    /// holds.
    pub fn rules_for(&self, file: &Path) -> impl Iterator<Item = (usize, &Rule)> {
        let subject = path::subject(&absolute(file, &self.directory), &self.directory);
        self.creation_rules.iter().flatten().enumerate().filter(move |(_, rule)| rule.matches(&subject))
    }

    /// The creation rule for a file: the first whose pattern matches. `None` when the config has no rules.
    /// A relative path is taken to start at the config's directory.
    pub fn rule_for(&self, file: &Path) -> Result<Option<&Rule>, ConfigError> {
        let Some(rules) = &self.creation_rules else { return Ok(None) };
        let subject = path::subject(&absolute(file, &self.directory), &self.directory);
        let matching = rules.iter().find(|rule| rule.matches(&subject));
        matching.map(Some).ok_or_else(|| ConfigError::NoMatch {
            path: self.path.clone(),
            file: subject,
            tried: rules.iter().map(Tried::of).collect(),
        })
    }
}

fn read(path: &Path, working_directory: &Path, bytes: &[u8]) -> Result<Config, Fault> {
    let root = yaml::parse(bytes)?;
    let mut reading = Reading::default();
    let mut config = Config {
        path: path.to_owned(),
        directory: path::directory_of(path, working_directory),
        creation_rules: None,
        destination_rules: Vec::new(),
        environments: Vec::new(),
        stores: Stores::default(),
        warnings: Vec::new(),
    };
    let Some(root) = root else { return Ok(config) };
    let fields = Fields::top(&root, "the config", KEYS)?;
    if fields.get("creation_rules").is_some() {
        let rules = fields.list("creation_rules")?.iter();
        config.creation_rules =
            Some(rules.map(|node| creation::rule(node, &mut reading)).collect::<Result<_, _>>()?);
    }
    let destinations = fields.list("destination_rules")?.iter();
    config.destination_rules =
        destinations.map(|node| destination::destination(node, &mut reading)).collect::<Result<_, _>>()?;
    if let Some(node) = fields.get("environments") {
        config.environments = environment::environments(node, &config.directory)?;
    }
    if let Some(node) = fields.get("stores") {
        config.stores = stores::stores(node)?;
    }
    config.warnings = reading.warnings;
    Ok(config)
}

/// Every key that means something somewhere in a config.
#[cfg(test)]
fn known_keys() -> impl Iterator<Item = &'static str> {
    [KEYS, creation::KEYS, destination::KEYS, environment::KEYS]
        .into_iter()
        .chain(groups::KEYS.iter().copied())
        .chain(stores::KEYS.iter().copied())
        .flatten()
        .copied()
}
