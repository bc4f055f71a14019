//! GitHub Actions: masks for the job's log, and variables for the steps behind this one.

use super::{ExportError, names, text};
use crate::exec::environment::Variable;
use zeroize::Zeroizing;

const READER: &str = "GitHub Actions";

/// A shorter line is not masked: a digit, or the brace of a value with several lines, would blacken all of the log.
const SHORTEST_LINE: usize = 4;

/// Nor are these, in any case of their letters.
const COMMON: [&str; 3] = ["true", "false", "null"];

/// What goes where.
pub struct Workflow {
    /// Commands for standard output, one per line of each secret value; to be printed before anything else is.
    pub masks: Zeroizing<String>,
    /// Lines for the file that `GITHUB_ENV` names, to be appended.
    pub env: Zeroizing<String>,
    /// The names of secret variables of which no line is masked.
    pub unmasked: Vec<String>,
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
    let mut unmasked = Vec::new();
    for variable in variables {
        if let Some(why) = unfit(&variable.name) {
            return Err(ExportError::name(READER, variable, why));
        }
        let value = text(READER, variable)?;
        if value.contains(delimiter) {
            return Err(ExportError::value(READER, variable, "it holds the delimiter"));
        }
        if variable.secret && !mask(value, &mut masks) {
            unmasked.push(variable.name.clone());
        }
        for part in [&variable.name, "<<", delimiter, "\n", value, "\n", delimiter, "\n"] {
            env.push_str(part);
        }
    }
    Ok(Workflow { masks, env, unmasked })
}

fn unfit(name: &str) -> Option<&'static str> {
    let own = name.starts_with("GITHUB_") || name.starts_with("RUNNER_");
    names::unfit_for_files(name).or(own.then_some("the runner does not let a job set names of its own"))
}

/// The log is masked line by line. Whether any line of the value is.
fn mask(value: &str, out: &mut String) -> bool {
    let before = out.len();
    for line in value.split(['\n', '\r']) {
        let word = line.trim();
        if word.len() < SHORTEST_LINE || COMMON.iter().any(|common| word.eq_ignore_ascii_case(common)) {
            continue;
        }
        out.push_str("::add-mask::");
        for (number, part) in line.split('%').enumerate() {
            // The escape character of these commands.
            out.push_str(if number > 0 { "%25" } else { "" });
            out.push_str(part);
        }
        out.push('\n');
    }
    out.len() > before
}
