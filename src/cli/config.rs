//! Finding the config of a file, and how it wants whole texts written.

use super::context::Context;
use super::error::CliError;
use super::exit;
use crate::config::{Config, ConfigError, Rule, find};
use crate::document::format::Format;
use crate::document::syntax::Emit;
use std::path::Path;

/// The config that is named by flag, else the one found above the file, else none.
pub fn load(file: Option<&Path>, context: &Context) -> Result<Option<Config>, CliError> {
    let directory = context.directory()?;
    let path = match &context.config {
        Some(path) => Some(path.clone()),
        None => {
            let search = find(file, &directory);
            search.warning().into_iter().for_each(|warning| context.warn(&warning));
            search.config
        }
    };
    let Some(path) = path else { return Ok(None) };
    let config = Config::load(&path, &directory).map_err(fault)?;
    for warning in &config.warnings {
        context.warn(&format!("{}:{}: {}", path.display(), warning.place, warning.text));
    }
    Ok(Some(config))
}

/// The creation rule for a file, with the config that it is from; `None` when there is no config, it has no rules, or
/// none of them is for the file.
pub fn rule_for(path: &Path, context: &Context) -> Result<Option<(Config, Rule)>, CliError> {
    let Some(config) = load(Some(path), context)? else { return Ok(None) };
    match config.rule_for(path).map(Option::<&Rule>::cloned) {
        Ok(rule) => Ok(rule.map(|rule| (config, rule))),
        Err(ConfigError::NoMatch { .. }) => Ok(None),
        Err(error) => Err(fault(error)),
    }
}

/// A config that can't be used, or has no rule for a file.
pub fn fault(error: ConfigError) -> CliError {
    let hint = error.hint().unwrap_or(".sops-rs.yaml.example shows every field and what it takes").to_owned();
    let in_sops = matches!(error, ConfigError::NoMatch { .. })
        .then(|| "error loading config: no matching creation rules found".to_owned());
    CliError { hint: Some(hint), in_sops, ..CliError::new(exit::GENERIC, error.to_string()) }
}

/// How a whole text is written: `--indent`, else the config's `stores`. A broken config is no reason not to show
/// a file (quirk Q36).
pub fn emit(format: Format, file: Option<&Path>, context: &Context) -> Emit {
    if context.indent.is_some() {
        return Emit { indent: context.indent };
    }
    let stores = match load(file, context) {
        Ok(config) => config.map(|config| config.stores).unwrap_or_default(),
        Err(error) => {
            context.warn(&error.message);
            Default::default()
        }
    };
    let indent = match format {
        Format::Yaml => Some(stores.yaml),
        Format::Json => stores.json,
        Format::Binary => stores.json_binary,
        Format::Toml | Format::Dotenv | Format::Ini => None,
    };
    Emit { indent }
}
