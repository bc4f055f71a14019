//! Why variables can't be written. Names and places only, never a value.

use crate::exec::environment::Variable;

/// Why a reader can't have a variable.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("{file}: {key} can't become the variable {name} for {reader}: {why}")]
    Name { file: String, key: String, name: String, reader: &'static str, why: &'static str },
    #[error("{file}: the value of {key} can't be written for {reader}: {why}")]
    Value { file: String, key: String, name: String, reader: &'static str, why: &'static str },
    #[error("{given:?} is no {what} for a Kubernetes Secret: {why}")]
    Manifest { what: &'static str, given: String, why: &'static str },
    #[error("the values have {size} bytes together, and a Kubernetes Secret holds {limit}")]
    Size { size: usize, limit: usize },
    #[error(transparent)]
    Toml(crate::document::error::SyntaxError),
}

impl ExportError {
    pub(super) fn name(reader: &'static str, variable: &Variable, why: &'static str) -> ExportError {
        let ((file, key), name) = (variable.source.clone(), variable.name.clone());
        ExportError::Name { file, key, name, reader, why }
    }

    pub(super) fn value(reader: &'static str, variable: &Variable, why: &'static str) -> ExportError {
        let ((file, key), name) = (variable.source.clone(), variable.name.clone());
        ExportError::Value { file, key, name, reader, why }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            ExportError::Name { .. } => {
                "rename the key, choose others with --only, or hand it over with exec-env, which takes any name".into()
            }
            ExportError::Value { .. } => {
                "choose other variables with --only, or hand it over with exec-env, which takes any text".into()
            }
            ExportError::Manifest { what, .. } => format!("give another one with --{what}"),
            ExportError::Size { .. } => "choose variables with --only, and make several Secrets".into(),
            ExportError::Toml(error) => return error.hint.clone(),
        })
    }
}
