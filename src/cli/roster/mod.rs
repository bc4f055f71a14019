//! The recipients that a config lists: their names, and its rules with one recipient more or less.

mod edit;
mod names;

pub use edit::{Edit, edited};
pub use names::Names;

use super::config;
use super::context::Context;
use super::error::CliError;
use super::exit;
use crate::config::{Config, Rule};
use crate::disk::{self, Options, PATIENCE, Snapshot};
use crate::keys::Recipient;
use std::path::Path;

/// A config and the file that it was read from.
pub struct Roster {
    pub config: Config,
    pub names: Names,
    snapshot: Snapshot,
}

impl Roster {
    /// The config of a file, or of the working directory.
    pub fn load(file: Option<&Path>, context: &Context) -> Result<Roster, CliError> {
        let directory = context.directory()?;
        let found = config::load(file, context)?.ok_or_else(|| {
            CliError::new(exit::GENERIC, "there is no config file that could list recipients")
                .hint("write one with `sops-rs init`, or name it with --config")
        })?;
        let snapshot = disk::read(found.path(), context.limits.bytes)
            .map_err(|error| CliError::disk(exit::READ_INPUT, error))?;
        // What is edited has to be what the rules are from.
        let config = Config::parse(found.path(), &directory, snapshot.bytes()).map_err(config::fault)?;
        let names = Names::of(&String::from_utf8_lossy(snapshot.bytes()));
        Ok(Roster { config, names, snapshot })
    }

    pub fn rules(&self) -> &[Rule] {
        self.config.creation_rules.as_deref().unwrap_or_default()
    }

    /// The number of the rule for a file, if this config is the one that the file has.
    pub fn rule_number(&self, path: &Path, context: &Context) -> Result<Option<usize>, CliError> {
        let Some(nearest) = config::load(Some(path), context)? else { return Ok(None) };
        if nearest.path() != self.config.path() {
            return Ok(None);
        }
        let rule = self.config.rule_for(path).ok().flatten();
        Ok(rule.and_then(|rule| self.rules().iter().position(|known| known.place == rule.place)))
    }

    /// Recipients of the rules, each once.
    pub fn recipients(&self) -> Vec<Recipient> {
        let mut all = Vec::new();
        for recipient in self.rules().iter().flat_map(|rule| rule.groups.iter().flatten()) {
            if !all.contains(recipient) {
                all.push(recipient.clone());
            }
        }
        all
    }

    /// The config's text.
    pub fn text(&self) -> &[u8] {
        self.snapshot.bytes()
    }

    /// Puts a new text in the config's place.
    pub fn replace(&self, text: &[u8]) -> Result<(), CliError> {
        let replaced = disk::lock(self.snapshot.path(), PATIENCE)
            .and_then(|guard| guard.replace(&self.snapshot, text, Options::default()));
        replaced.map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))
    }
}
