//! GitHub Actions: masks for the job's log, and variables for the steps behind this one.

use super::{ExportError, names, text};
use crate::exec::environment::Variable;
use zeroize::Zeroizing;

const READER: &str = "GitHub Actions";

/// A line of several that is shorter is not masked: a brace or a blank of a multi-line value would blacken the log.
const SHORTEST_LINE: usize = 4;

/// What goes where.
pub struct Workflow {
    /// Commands for standard output, one per line of each secret value; to be printed before anything else is.
    pub masks: Zeroizing<String>,
    /// Lines for the file that `GITHUB_ENV` names, to be appended.
    pub env: Zeroizing<String>,
}

/// Writes variables for a job. `delimiter` is a word that nobody can guess, of letters and digits: a value that could
/// end its own lines would set other variables.
///
/// # Errors
/// Names that a job can't set, values that are no text, and a value with the delimiter in it.
pub fn write(variables: &[Variable], delimiter: &str) -> Result<Workflow, ExportError> {
    let room = |extra: usize| {
        variables
            .iter()
            .map(|each| each.name.len() + 2 * each.value.len() + 2 * delimiter.len() + extra)
            .sum()
    };
    let mut masks = Zeroizing::new(String::with_capacity(room(32)));
    let mut env = Zeroizing::new(String::with_capacity(room(8)));
    for variable in variables {
        if let Some(why) = unfit(&variable.name) {
            return Err(ExportError::name(READER, variable, why));
        }
        let value = text(READER, variable)?;
        if value.contains(delimiter) {
            return Err(ExportError::value(READER, variable, "it holds the delimiter"));
        }
        if variable.secret {
            mask(value, &mut masks);
        }
        for part in [&variable.name, "<<", delimiter, "\n", value, "\n", delimiter, "\n"] {
            env.push_str(part);
        }
    }
    Ok(Workflow { masks, env })
}

fn unfit(name: &str) -> Option<&'static str> {
    let own = name.starts_with("GITHUB_") || name.starts_with("RUNNER_");
    names::unfit_for_files(name).or(own.then_some("the runner does not let a job set names of its own"))
}

/// The log is masked line by line.
fn mask(value: &str, out: &mut String) {
    let lines = || value.split(['\n', '\r']).filter(|line| !line.is_empty());
    let several = lines().nth(1).is_some();
    for line in lines().filter(|line| !several || line.trim().len() >= SHORTEST_LINE) {
        out.push_str("::add-mask::");
        for letter in line.chars() {
            match letter {
                // The escape character of these commands.
                '%' => out.push_str("%25"),
                _ => out.push(letter),
            }
        }
        out.push('\n');
    }
}
