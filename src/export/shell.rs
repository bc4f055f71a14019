//! POSIX shells: `export NAME='value'`. Between single quotes nothing but a single quote has a meaning, line breaks
//! included, so this is safe for `eval` in every one of them.

use super::{Writer, names};

pub(super) const WRITER: Writer = Writer { reader: "a shell", unfit, around: ["", "", ""], variable };

/// Variables that bash, dash or zsh keeps to itself: to assign one fails, changes the shell, or is not read back.
/// `path` and its like are zsh's other names for `PATH` and so on.
const OWN: [&str; 38] = [
    "BASHOPTS",
    "BASHPID",
    "BASH_ARGC",
    "BASH_ARGV",
    "BASH_CMDS",
    "BASH_LINENO",
    "BASH_SOURCE",
    "BASH_SUBSHELL",
    "BASH_VERSINFO",
    "DIRSTACK",
    "EGID",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "ERRNO",
    "EUID",
    "FUNCNAME",
    "GID",
    "GROUPS",
    "HISTCMD",
    "LINENO",
    "OPTIND",
    "PIPESTATUS",
    "PPID",
    "RANDOM",
    "SECONDS",
    "SRANDOM",
    "UID",
    "USERNAME",
    "_",
    "argv",
    "cdpath",
    "fpath",
    "mailpath",
    "manpath",
    "module_path",
    "path",
    "pipestatus",
    "status",
];

fn unfit(name: &str) -> Option<&'static str> {
    let own = OWN.contains(&name).then_some("some shells keep that name for themselves");
    names::unfit_for_shells(name).or(own)
}

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    out.push_str("export ");
    out.push_str(name);
    out.push('=');
    quote(value, out);
    out.push('\n');
    Ok(())
}

/// A text as one word of a shell.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('\'');
    for (number, part) in text.split('\'').enumerate() {
        if number > 0 {
            out.push_str("'\\''");
        }
        out.push_str(part);
    }
    out.push('\'');
}
