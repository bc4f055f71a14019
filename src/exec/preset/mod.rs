//! Which variables a file makes: a preset gives each value its name and its text, as the program that is to read them
//! wants them.

mod airflow;
mod dbt;
mod dlt;

use super::error::ExecError;
use super::flatten::{self, EmptyKeys, Json, Shape, Source, Visit};
use crate::document::tree::Node;
use crate::document::value::Kind;
use std::fmt;

/// Whose variables are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Nobody's in particular: the keys joined, in any [`Shape`].
    #[default]
    Plain,
    /// Those that dlt looks configuration up in.
    Dlt,
    /// Those of dbt's `env_var`, where the name says what is secret.
    Dbt,
    /// Airflow's connections, variables and settings.
    Airflow,
}

impl Preset {
    /// Every preset, in the order of the help.
    pub const ALL: [Preset; 4] = [Preset::Plain, Preset::Dlt, Preset::Dbt, Preset::Airflow];

    /// The word for this preset on the command line and in a config.
    pub fn word(self) -> &'static str {
        match self {
            Preset::Plain => "plain",
            Preset::Dlt => "dlt",
            Preset::Dbt => "dbt",
            Preset::Airflow => "airflow",
        }
    }

    /// The inverse of [`Preset::word`].
    pub fn from_word(word: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.word() == word)
    }

    /// Shows each variable that a document makes to `visit`, in the order of the document.
    pub(super) fn leaves<'t>(
        self,
        source: Source<'t>,
        shape: &Shape,
        visit: &mut Visit<'_, 't>,
    ) -> Result<(), ExecError> {
        match self {
            Preset::Plain => flatten::leaves(source, shape, EmptyKeys::Joined, visit),
            Preset::Dlt => dlt::leaves(source, &shape.prefix, visit),
            Preset::Dbt => dbt::leaves(source, &shape.prefix, visit),
            Preset::Airflow => airflow::leaves(source, visit),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The keys in upper case, joined by `__`, lists as JSON. Null is left out: there is no text for it.
fn upper<'t>(
    source: Source<'t>,
    prefix: &str,
    empty: EmptyKeys,
    visit: &mut Visit<'_, 't>,
) -> Result<(), ExecError> {
    let shape = Shape { upper: true, prefix: prefix.into(), json: Json::Lists, ..Shape::default() };
    flatten::leaves(source, &shape, empty, &mut |leaf| match is_null(leaf.node) {
        true => Ok(()),
        false => visit(leaf),
    })
}

fn is_null(node: &Node) -> bool {
    matches!(node, Node::Scalar(value) if value.kind == Kind::Null)
}

#[cfg(test)]
mod tests;
