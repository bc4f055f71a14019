//! direnv: what `.envrc` evaluates. The files are watched, so that a change of one loads the variables anew.

use super::{ExportError, Form, shell};
use crate::exec::environment::Variable;
use zeroize::Zeroizing;

/// Writes commands for direnv; `files` are paths from where `.envrc` stands.
///
/// # Errors
/// As [`Form::write`] for a shell.
pub fn write(files: &[String], variables: &[Variable]) -> Result<Zeroizing<String>, ExportError> {
    let mut out = Zeroizing::new(String::new());
    for file in files {
        out.push_str("watch_file ");
        shell::quote(file, &mut out);
        out.push('\n');
    }
    let variables = Form::Shell.write(variables)?;
    out.reserve_exact(variables.len());
    out.push_str(&variables);
    Ok(out)
}
