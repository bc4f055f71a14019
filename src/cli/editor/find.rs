//! Which editor the user wants.

use super::kind::Kind;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Variables that name an editor; the first that is set counts.
const VARIABLES: [&str; 3] = ["SOPS_EDITOR", "VISUAL", "EDITOR"];
/// What is tried when none is set.
const DEFAULTS: [&str; 3] = ["nano", "vim", "vi"];

/// An editor with its arguments.
#[derive(Debug)]
pub struct Editor {
    pub program: String,
    pub arguments: Vec<OsString>,
    pub kind: Kind,
}

/// The editor of SOPS_EDITOR, VISUAL or EDITOR, split as a shell would; else the first of nano, vim and vi there is.
pub fn find(context: &Context) -> Result<Editor, CliError> {
    let path = context.var("PATH").unwrap_or_default();
    for variable in VARIABLES {
        let Some(value) = context.var(variable) else { continue };
        let words = value.to_str().and_then(shlex::split).ok_or_else(|| {
            CliError::new(exit::NO_EDITOR, format!("{variable} can't be split into words"))
                .hint("close its quotes, as in EDITOR='code --wait'")
        })?;
        if let [program, arguments @ ..] = words.as_slice() {
            return Ok(Editor::new(program, arguments, &path));
        }
    }
    let found = DEFAULTS.into_iter().find(|name| on_path(name, &path).is_some());
    found.map(|name| Editor::new(name, &[], &path)).ok_or_else(|| {
        CliError::new(exit::NO_EDITOR, "no editor is set, and there is no nano, vim or vi")
            .hint("name one: EDITOR='code --wait' sops-rs edit FILE")
    })
}

impl Editor {
    fn new(program: &str, arguments: &[String], path: &OsString) -> Editor {
        let file = on_path(program, path).and_then(|file| file.canonicalize().ok());
        let target = file.as_deref().map(base_name).unwrap_or_default();
        let mut kind = Kind::of(&base_name(Path::new(program)), &target);
        if let Kind::Vim { graphical } = &mut kind {
            *graphical |= arguments.iter().any(|argument| argument == "-g");
        }
        let own = arguments.iter().map(OsString::from);
        let added = kind.arguments().iter().map(OsString::from);
        Editor { program: program.to_owned(), arguments: own.chain(added).collect(), kind }
    }

    /// For messages: the program's name without its directory.
    pub fn name(&self) -> String {
        base_name(Path::new(&self.program))
    }

    /// Whether its own temporary files can be sent to the private directory.
    pub fn takes_tmpdir(&self) -> bool {
        matches!(self.kind, Kind::Vim { .. } | Kind::Nano)
    }
}

fn base_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The file that a program's name stands for.
fn on_path(program: &str, path: &OsString) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let runs = |file: &PathBuf| {
        file.metadata().is_ok_and(|stat| stat.is_file() && stat.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(runs);
    }
    std::env::split_paths(path).map(|directory| directory.join(program)).find(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_arguments_come_before_ours() {
        let words = ["-u".to_owned(), "NONE".to_owned()];
        let editor = Editor::new("vim", &words, &OsString::new());
        assert_eq!(editor.arguments[..3], ["-u", "NONE", "-n"]);
    }
}
