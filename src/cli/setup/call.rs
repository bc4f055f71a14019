//! How git calls this program.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use std::path::{Path, PathBuf};

/// The program's usual name.
const NAME: &str = "sops-rs";

/// What stands behind the program's name in git's settings.
pub const TEXTCONV: &str = "textconv";
/// Versions of git before 2.44 have no names for the sides of a merge, and leave `%S %X %Y` as they are.
pub const MERGE: &str = "merge --driver %O %A %B %L %P %S %X %Y";

/// The program as a word of shell: by its name where that leads here, so that it may move, else by its path.
pub fn program(context: &Context) -> Result<String, CliError> {
    let here = context.executable()?;
    if on_path(NAME, context).is_some_and(|found| is_same(&found, &here)) {
        return Ok(NAME.to_owned());
    }
    let path = here.to_str().and_then(|path| shlex::try_quote(path).ok());
    path.map(|path| path.into_owned()).ok_or_else(|| {
        let message = format!("git can't call a program whose path is no text: {}", here.display());
        CliError::new(exit::GENERIC, message).hint(format!("put `{NAME}` on the search path"))
    })
}

/// The command line of the merge driver, in which git replaces what follows a `%`.
pub fn merge_driver(program: &str) -> String {
    format!("{} {MERGE}", program.replace('%', "%%"))
}

/// Whether a setting calls this program, wherever it is, for this job.
pub fn is_ours(setting: &str, job: &str) -> bool {
    let Some(words) = shlex::split(setting) else { return false };
    let Some((program, rest)) = words.split_first() else { return false };
    let name = Path::new(program).file_name();
    let is_named = name.is_some_and(|name| [NAME, "sops"].iter().any(|own| name == *own));
    is_named && rest.first().map(String::as_str) == job.split(' ').next()
}

/// Whether the program of a setting is there.
pub fn leads_somewhere(setting: &str, context: &Context) -> bool {
    let words = shlex::split(setting).unwrap_or_default();
    let Some(program) = words.first().map(|word| word.replace("%%", "%")) else { return false };
    match program.contains('/') {
        true => super::hand::is_executable(Path::new(&program)),
        false => on_path(&program, context).is_some(),
    }
}

/// The program of this name that a shell would start. Parts of the path that depend on the directory do not count.
fn on_path(name: &str, context: &Context) -> Option<PathBuf> {
    let path = context.var("PATH")?;
    let directories = std::env::split_paths(&path).filter(|directory| directory.is_absolute());
    directories.map(|directory| directory.join(name)).find(|file| super::hand::is_executable(file))
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_this_program_are_known_wherever_it_was() {
        assert!(is_ours("sops-rs textconv", TEXTCONV));
        assert!(is_ours("'/a b/sops-rs' textconv --flag", TEXTCONV));
        assert!(is_ours(&merge_driver("/opt/sops-rs"), MERGE));
        for other in
            ["", "sops -d", "'", "my-sops-rs textconv", "sops-rs-wrapper textconv", "sops-rs decrypt"]
        {
            assert!(!is_ours(other, TEXTCONV), "{other}");
        }
        assert_eq!(merge_driver("'/100%/x'"), format!("'/100%%/x' {MERGE}"));
    }
}
