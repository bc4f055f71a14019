//! The environments of the config: which one is meant, and what its words mean.

use super::config;
use super::context::Context;
use super::error::CliError;
use super::exit;
use crate::config::{Config, Environment, Word};
use crate::exec::preset::Preset;
use clap::ValueEnum;
use std::io::ErrorKind;
use std::path::PathBuf;

/// The environment that is meant without a name, where there are several.
const DEFAULT: &str = "default";

/// What is done about files that are not there. One that can't be opened is an error in any case.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum IfMissing {
    #[default]
    Error,
    Warn,
    Ignore,
}

/// An environment and the config that it is from.
pub struct Chosen {
    config: Config,
    pub environment: Environment,
}

/// The environment of this name; without one, the only one or the default one.
pub fn choose(name: Option<&str>, context: &Context) -> Result<Chosen, CliError> {
    let config = config::load(None, context)?.filter(|config| !config.environments.is_empty());
    let Some(config) = config else {
        return Err(CliError::new(exit::GENERIC, "there is no config with environments").hint(
            "name files with -f, or give .sops-rs.yaml a map `environments:` with a name and its `files:`",
        ));
    };
    let found = match (name, config.environments.as_slice()) {
        (None, [only]) => Some(only),
        (name, all) => all.iter().find(|one| one.name == name.unwrap_or(DEFAULT)),
    };
    match found.cloned() {
        Some(environment) => Ok(Chosen { config, environment }),
        None => Err(not_there(name, &config)),
    }
}

fn not_there(name: Option<&str>, config: &Config) -> CliError {
    let path = config.path().display();
    let names: Vec<&str> = config.environments.iter().map(|one| one.name.as_str()).collect();
    let names = names.join(", ");
    match name {
        Some(name) => CliError::new(exit::GENERIC, format!("there is no environment `{name}` in {path}"))
            .hint(format!("there are {names}")),
        None => CliError::new(exit::GENERIC, format!("{path} has several environments: {names}"))
            .hint(format!("choose one with -e, or call one of them `{DEFAULT}`")),
    }
}

impl Chosen {
    /// The preset of the environment, if it names one.
    pub fn preset(&self) -> Result<Option<Preset>, CliError> {
        self.meaning("preset", &self.environment.preset, Preset::from_word, &Preset::ALL.map(Preset::word))
    }

    /// What the word of a flag stands for.
    pub fn flag<T: ValueEnum>(&self, key: &str, word: &Option<Word>) -> Result<Option<T>, CliError> {
        let values = T::value_variants().iter().filter_map(T::to_possible_value);
        let words: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.meaning(key, word, |word| T::from_str(word, false).ok(), &words)
    }

    fn meaning<T>(
        &self,
        key: &str,
        word: &Option<Word>,
        of: impl Fn(&str) -> Option<T>,
        known: &[&str],
    ) -> Result<Option<T>, CliError> {
        let Some(word) = word else { return Ok(None) };
        of(&word.text).map(Some).ok_or_else(|| {
            let reason = format!("`{key}` is none of {}", known.join(", "));
            let hint = "correct the word; `sops-rs run --help` says what each means".to_owned();
            config::fault(self.config.invalid(word.place, reason, hint))
        })
    }

    /// What the config is called in messages.
    pub fn config(&self) -> String {
        self.config.path().display().to_string()
    }
}

/// The files that are there: those of the environment, then those of the command line.
pub fn files(
    named: &[PathBuf],
    if_missing: Option<IfMissing>,
    chosen: Option<&Chosen>,
    context: &Context,
) -> Result<Vec<PathBuf>, CliError> {
    let directory = context.directory()?;
    let of_config = match chosen {
        Some(chosen) => chosen.flag("if_missing", &chosen.environment.if_missing)?,
        None => None,
    };
    let if_missing = if_missing.or(of_config).unwrap_or_default();
    let own = chosen.iter().flat_map(|chosen| &chosen.environment.files);
    // In the shortest form, for messages.
    let own = own.map(|file| file.strip_prefix(&directory).unwrap_or(file));
    let mut files = Vec::new();
    for file in own.chain(named.iter().map(PathBuf::as_path)) {
        let missing = file.metadata().is_err_and(|fault| fault.kind() == ErrorKind::NotFound);
        match (missing, if_missing) {
            (false, _) => files.push(file.to_owned()),
            (true, IfMissing::Error) => {
                return Err(CliError::no_such_file(file)
                    .hint("check the name; `--if-missing warn` goes on without the file"));
            }
            (true, IfMissing::Warn) => context.warn(&format!("there is no file {}", file.display())),
            (true, IfMissing::Ignore) => {}
        }
    }
    Ok(files)
}
