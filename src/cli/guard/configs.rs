//! The config of each file, as it is in the state that is checked, read once however many files it is for.

use super::scope::Scope;
use super::source::{File, Unread};
use super::{Located, Name};
use crate::check::{Finding, Kind, overlaps};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::roster::Names;
use crate::config::{Config, ConfigError, NAMES, absolute, find, is_config};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes of a config file.
const MOST: usize = 1 << 20;

/// A config and what it was read from.
pub struct Loaded {
    pub name: Arc<Name>,
    /// What it calls its recipients.
    pub names: Names,
    /// `None` when it can't be used, which is a finding.
    pub config: Option<Config>,
}

/// The configs of all files that are checked.
#[derive(Default)]
pub struct Configs {
    by_directory: HashMap<PathBuf, Option<usize>>,
    by_path: HashMap<PathBuf, usize>,
    loaded: Vec<Loaded>,
    pub found: Vec<Located>,
}

impl Configs {
    /// Reads the config of every file of the scope, and those that are to be checked themselves.
    pub fn of(scope: &Scope, context: &Context) -> Result<Configs, CliError> {
        let mut configs = Configs::default();
        let listed: HashMap<&Path, &File> = scope
            .all
            .iter()
            .filter(|file| is_config(&file.path))
            .map(|file| (file.path.as_path(), file))
            .collect();
        let named = match &context.config {
            Some(path) => {
                let path = absolute(path, &context.directory()?);
                Some(configs.load(&path, None, scope, context)?)
            }
            None => None,
        };
        for file in scope.configs() {
            configs.load(&file.path, Some(file), scope, context)?;
        }
        for file in scope.files() {
            let Some(directory) = file.path.parent() else { continue };
            if configs.by_directory.contains_key(directory) {
                continue;
            }
            let number = match (named, &file.blob) {
                (Some(number), _) => Some(number),
                (None, Some(_)) => {
                    let above =
                        file.path.ancestors().skip(1).take_while(|at| at.starts_with(&scope.places.root));
                    let mut paths = above.flat_map(|at| NAMES.map(|name| at.join(name)));
                    let config = paths.find_map(|path| listed.get(path.as_path()).copied());
                    config.map(|file| configs.load(&file.path, Some(file), scope, context)).transpose()?
                }
                (None, None) => {
                    let search = find(Some(&file.path), &scope.places.here);
                    configs.misnamed(&search, scope);
                    search.config.map(|path| configs.load(&path, None, scope, context)).transpose()?
                }
            };
            configs.by_directory.insert(directory.to_owned(), number);
        }
        configs.overlaps(scope);
        Ok(configs)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.loaded.len()
    }

    /// The config of a file.
    pub fn of_file(&self, path: &Path) -> Option<&Loaded> {
        let number = self.by_directory.get(path.parent()?)?;
        self.loaded.get((*number)?)
    }

    fn load(
        &mut self,
        path: &Path,
        file: Option<&File>,
        scope: &Scope,
        context: &Context,
    ) -> Result<usize, CliError> {
        if let Some(&number) = self.by_path.get(path) {
            return Ok(number);
        }
        let here = context.directory()?;
        let on_disk = || File {
            path: path.canonicalize().unwrap_or(path.to_owned()),
            blob: None,
            before: None,
            in_conflict: false,
        };
        let bytes = match file {
            Some(file) => scope.source.read(file, MOST),
            None => scope.source.read(&on_disk(), MOST),
        };
        let name = scope.places.name(path);
        let bytes = bytes.map_err(|why| {
            let why = match why {
                Unread::Gone => "there is no such file".to_owned(),
                Unread::TooLarge => "it has more than 1 MiB".to_owned(),
                Unread::Failed(why) => why,
            };
            CliError::new(exit::READ_INPUT, format!("the config {} can't be read", name.shown)).cause(why)
        })?;
        let config = match Config::parse(path, &here, &bytes) {
            Ok(config) => {
                let warnings = config.warnings.iter();
                let findings = warnings.map(|warning| {
                    Finding::new(Kind::ConfigWarning, warning.text.clone()).at(Some(warning.place))
                });
                self.add(&name, findings);
                Some(config)
            }
            Err(error) => {
                self.add(&name, [unusable(error)].into_iter());
                None
            }
        };
        let names = Names::of(&String::from_utf8_lossy(&bytes));
        self.loaded.push(Loaded { name, names, config });
        self.by_path.insert(path.to_owned(), self.loaded.len() - 1);
        Ok(self.loaded.len() - 1)
    }

    fn add(&mut self, name: &Arc<Name>, findings: impl Iterator<Item = Finding>) {
        self.found.extend(findings.map(|finding| Located { file: Arc::clone(name), finding }));
    }

    fn misnamed(&mut self, search: &crate::config::Search, scope: &Scope) {
        let Some(path) = search.misnamed.as_ref().filter(|path| !self.by_path.contains_key(*path)) else {
            return;
        };
        let what = "this file is not used, as a config must end in .yaml";
        let finding = Finding::new(Kind::ConfigWarning, what).fix("rename it");
        self.add(&scope.places.name(path), [finding].into_iter());
        // Once is enough.
        self.by_path.insert(path.clone(), usize::MAX);
    }

    /// Tries the rules of each config on every file that has it, where all files are known.
    fn overlaps(&mut self, scope: &Scope) {
        if !scope.is_whole {
            return;
        }
        let mut files: Vec<Vec<&Path>> = self.loaded.iter().map(|_| Vec::new()).collect();
        for file in scope.all.iter().filter(|file| !is_config(&file.path)) {
            let directory = file.path.parent().and_then(|directory| self.by_directory.get(directory));
            if let Some(of_config) = directory.copied().flatten().and_then(|number| files.get_mut(number)) {
                of_config.push(&file.path);
            }
        }
        let found: Vec<Located> = self
            .loaded
            .iter()
            .zip(files)
            .filter(|(loaded, _)| loaded.is_checked(scope))
            .flat_map(|(loaded, files)| {
                let findings =
                    loaded.config.iter().flat_map(move |config| overlaps(config, files.iter().copied()));
                findings.map(|finding| Located { file: Arc::clone(&loaded.name), finding })
            })
            .collect();
        self.found.extend(found);
    }
}

impl Loaded {
    /// Whether the config itself is what the check is about: with all of the files, or changed with some of them.
    fn is_checked(&self, scope: &Scope) -> bool {
        let Some(path) = self.config.as_ref().map(Config::path) else { return false };
        scope.chosen.iter().all(|chosen| *chosen) || scope.configs().any(|file| file.path == path)
    }
}

fn unusable(error: ConfigError) -> Finding {
    match error {
        ConfigError::Invalid { place, reason, hint, .. } => {
            let finding = Finding::new(Kind::ConfigError, reason).at(place);
            hint.map_or(finding.clone(), |hint| finding.fix(hint))
        }
        error => Finding::new(Kind::ConfigError, error.to_string()),
    }
}
