//! The variables that files make, for a program (`exec-env`) or as text (`export`).

use super::error::CliError;
use super::exit;
use super::program::fault;
use crate::exec::Environment;
use crate::exec::environment::{Choice, Variable};
use crate::exec::flatten::{Json, Shape, Source};
use crate::exec::preset::Preset;
use crate::file::Open;

/// Flags that say which variables are made.
#[derive(clap::Args)]
pub struct Flags {
    /// Make the variables that this program wants: plain (any), dlt, dbt or airflow
    #[arg(long, value_name = "PRESET", value_parser = preset)]
    preset: Option<Preset>,
    /// Take these variables only, by the names that the program sees; * stands for any text
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Put this before every name
    #[arg(long)]
    prefix: Option<String>,
    /// What joins the keys of nested maps; `__` unless told otherwise
    #[arg(long, value_name = "TEXT")]
    separator: Option<String>,
    /// Make names upper-case
    #[arg(long)]
    upper: bool,
    /// Hand lists over as compact JSON; with `=all` each map and list at the top level
    #[arg(long, value_name = "WHICH", value_parser = which, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "lists")]
    json: Option<Json>,
    /// Refuse two values for one name, of one file or of several
    #[arg(long)]
    strict: bool,
    /// Let a file set this variable although programs load code by it, such as PATH or LD_PRELOAD
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    allow_env: Vec<String>,
}

fn which(word: &str) -> Result<Json, String> {
    match word {
        "lists" => Ok(Json::Lists),
        "all" => Ok(Json::All),
        _ => Err("there are only `lists` and `all`".into()),
    }
}

fn preset(word: &str) -> Result<Preset, String> {
    Preset::from_word(word).ok_or_else(|| {
        let words = Preset::ALL.map(Preset::word).join(", ");
        format!("there is no preset {word:?}, only {words}")
    })
}

impl Flags {
    /// The preset; without one the plain names.
    pub fn preset(&self) -> Preset {
        self.preset.unwrap_or_default()
    }

    /// The same flags; where they say nothing, these values.
    pub fn or(mut self, preset: Option<Preset>, only: &[String], prefix: Option<&str>) -> Flags {
        self.preset = self.preset.or(preset);
        if self.only.is_empty() {
            self.only = only.to_vec();
        }
        self.prefix = self.prefix.or_else(|| prefix.map(str::to_owned));
        self
    }

    /// An empty collection of the variables that are wanted.
    pub fn collection(&self) -> Result<Collection, CliError> {
        self.check()?;
        let default = Shape::default();
        let shape = Shape {
            separator: self.separator.clone().unwrap_or(default.separator),
            upper: self.upper,
            prefix: self.prefix.clone().unwrap_or_default(),
            json: self.json.unwrap_or_default(),
        };
        let choice = Choice {
            preset: self.preset(),
            shape,
            only: self.only.clone(),
            allowed: self.allow_env.clone(),
            strict: self.strict,
        };
        Ok(Collection { environment: Environment::new(choice) })
    }

    /// The first flag that names or chooses variables, if there is one.
    pub fn any(&self) -> Option<&'static str> {
        let others = [
            (self.preset.is_some(), "--preset"),
            (!self.only.is_empty(), "--only"),
            (self.prefix.is_some(), "--prefix"),
            (self.strict, "--strict"),
            (!self.allow_env.is_empty(), "--allow-env"),
        ];
        self.shaping().or_else(|| others.into_iter().find(|(given, _)| *given).map(|(_, flag)| flag))
    }

    /// The first flag that a preset decides in the user's place, if it was given.
    fn shaping(&self) -> Option<&'static str> {
        let flags = [
            (self.upper, "--upper"),
            (self.separator.is_some(), "--separator"),
            (self.json.is_some(), "--json"),
        ];
        flags.into_iter().find(|(given, _)| *given).map(|(_, flag)| flag)
    }

    /// Refuses flags that contradict each other (exit 8).
    fn check(&self) -> Result<(), CliError> {
        let prefix = self.prefix.as_ref().filter(|_| self.preset() == Preset::Airflow).map(|_| "--prefix");
        match (self.preset(), self.shaping().or(prefix)) {
            (Preset::Plain, _) | (_, None) => Ok(()),
            (preset, Some(flag)) => {
                let message = format!("{flag} contradicts --preset {preset}, which decides that itself");
                Err(CliError::new(exit::CONFLICTING, message)
                    .hint(format!("leave {flag} out, or shape the names yourself without --preset")))
            }
        }
    }
}

/// Variables from any number of files, of which later ones win.
pub struct Collection {
    environment: Environment,
}

impl Collection {
    /// Adds the values of an opened file.
    pub fn add(&mut self, name: &str, open: &Open) -> Result<(), CliError> {
        match (open.trees().first(), open.sealed_trees().first()) {
            (Some(values), Some(sealed)) => {
                self.environment.add(Source { file: name, values, sealed }).map_err(fault)
            }
            _ => Ok(()),
        }
    }

    /// Sets a variable of the config that no file has set. `config` is for messages.
    pub fn fill(&mut self, config: &str, name: &str, value: &str) -> Result<(), CliError> {
        self.environment.fill(config, name, value).map_err(fault)
    }

    /// How many variables there are so far.
    pub fn count(&self) -> usize {
        self.environment.count()
    }

    /// The variables, or why one can't be had.
    pub fn finish(self) -> Result<Vec<Variable>, CliError> {
        self.environment.finish().map_err(fault)
    }
}
