//! The variables that a program gets from files.

use super::error::ExecError;
use super::flatten::{Leaf, Shape, Source};
use super::preset::Preset;
use super::{guard, name};
use crate::document::path::Component;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// Which variables are wanted, and how they are named.
#[derive(Default)]
pub struct Choice {
    pub preset: Preset,
    /// Other presets than [`Preset::Plain`] take nothing but its prefix.
    pub shape: Shape,
    /// Patterns for names; all names when empty.
    pub only: Vec<String>,
    /// Refused names that are wanted all the same.
    pub allowed: Vec<String>,
    /// Whether two values for one name are an error; otherwise the later one wins.
    pub strict: bool,
}

/// Variables from any number of files. Deliberately without `Debug`.
pub struct Environment {
    choice: Choice,
    variables: Vec<Variable>,
    by_name: HashMap<String, usize>,
    /// For each pattern of `only`, whether a name matched.
    used: Vec<bool>,
}

pub struct Variable {
    pub name: String,
    pub value: Zeroizing<Vec<u8>>,
    /// Whether the value, or any part of it, was encrypted in its file.
    pub secret: bool,
    /// The file and the key in it.
    pub source: (String, String),
}

impl Variable {
    /// A variable that is no secret and from no file.
    pub fn clear(name: &str, value: &[u8]) -> Variable {
        let value = Zeroizing::new(value.to_vec());
        Variable { name: name.to_owned(), value, secret: false, source: Default::default() }
    }
}

impl Environment {
    pub fn new(choice: Choice) -> Environment {
        let used = vec![false; choice.only.len()];
        Environment { choice, variables: Vec::new(), by_name: HashMap::new(), used }
    }

    /// Adds a file's values.
    ///
    /// # Errors
    /// Names and values that can't be a variable's, names that are refused, lists that were not asked for as JSON,
    /// what the preset has no place for, and in strict mode a name that is taken.
    pub fn add(&mut self, source: Source<'_>) -> Result<(), ExecError> {
        // Lent for the walk, which needs it beside the rest.
        let shape = std::mem::take(&mut self.choice.shape);
        let added = self.choice.preset.leaves(source, &shape, &mut |leaf| self.take(source.file, leaf));
        self.choice.shape = shape;
        added
    }

    fn take(&mut self, file: &str, leaf: Leaf<'_, '_>) -> Result<(), ExecError> {
        if !self.wants(leaf.name) {
            return Ok(());
        }
        let (file, key) = self.source(file, Component::display_all(leaf.trail), leaf.name)?;
        let Some(value) = (leaf.spell)(leaf.node) else {
            return Err(ExecError::List { file, key });
        };
        if value.contains(&0) {
            return Err(ExecError::Nul { file, key });
        }
        self.put(Variable { name: leaf.name.to_owned(), value, secret: leaf.secret, source: (file, key) })
    }

    /// Sets a variable that no file has set. It is no secret, and [`Choice::only`] is not about it.
    ///
    /// # Errors
    /// A name or a value that can't be a variable's, or a name that is refused.
    pub fn fill(&mut self, file: &str, name: &str, value: &str) -> Result<(), ExecError> {
        let (file, key) = self.source(file, name.to_owned(), name)?;
        match (value.contains('\0'), self.by_name.contains_key(name)) {
            (true, _) => Err(ExecError::Nul { file, key }),
            (false, true) => Ok(()),
            (false, false) => {
                self.put(Variable { source: (file, key), ..Variable::clear(name, value.as_bytes()) })
            }
        }
    }

    /// How many variables there are so far.
    pub fn count(&self) -> usize {
        self.variables.len()
    }

    /// The place of a variable, if it may have its name.
    fn source(&self, file: &str, key: String, name: &str) -> Result<(String, String), ExecError> {
        let file = file.to_owned();
        if let Some(why) = name::fault(name) {
            return Err(ExecError::Name { file, key, why });
        }
        let allowed = self.choice.allowed.iter().any(|allowed| allowed == name);
        match (guard::refused(name), allowed) {
            (Some(reason), false) => Err(ExecError::Refused { file, key, name: name.to_owned(), reason }),
            _ => Ok((file, key)),
        }
    }

    fn wants(&mut self, name: &str) -> bool {
        let only = self.choice.only.iter().zip(&mut self.used);
        let fits = only.filter(|(pattern, _)| name::matches(pattern, name));
        let count = fits.map(|(_, used)| *used = true).count();
        count > 0 || self.choice.only.is_empty()
    }

    fn put(&mut self, variable: Variable) -> Result<(), ExecError> {
        let Some(&taken) = self.by_name.get(&variable.name) else {
            self.by_name.insert(variable.name.clone(), self.variables.len());
            self.variables.push(variable);
            return Ok(());
        };
        let before = &mut self.variables[taken];
        if self.choice.strict {
            let [first, second] =
                [&before.source, &variable.source].map(|(file, key)| format!("{key} in {file}"));
            return Err(ExecError::Collision { name: variable.name, first, second });
        }
        *before = variable;
        Ok(())
    }

    /// The variables, once all files were added.
    ///
    /// # Errors
    /// A pattern of `only` that no name matches.
    pub fn finish(self) -> Result<Vec<Variable>, ExecError> {
        let unused = self.choice.only.into_iter().zip(self.used).find(|(_, used)| !used);
        match unused {
            Some((pattern, _)) => Err(ExecError::Unmatched { pattern }),
            None => Ok(self.variables),
        }
    }
}

#[cfg(test)]
mod tests;
