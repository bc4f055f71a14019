//! POSIX shells: `export NAME='value'`. Between single quotes nothing but a single quote has a meaning, line breaks
//! included, so this is safe for `eval` in every one of them.

use super::{Writer, names};

/// bash, dash and every other POSIX shell.
pub(super) const WRITER: Writer = Writer { reader: "a shell", unfit, around: ["", "", ""], variable };

/// The same lines; but zsh has many more names of its own.
pub(super) const ZSH: Writer = Writer { reader: "zsh", unfit: unfit_for_zsh, around: ["", "", ""], variable };

/// Variables that a shell keeps to itself: to assign one fails, changes the shell, or is not read back.
const OWN: &str = "\
    BASHOPTS BASHPID BASH_ARGC BASH_ARGV BASH_CMDS BASH_COMMAND BASH_LINENO BASH_SOURCE BASH_SUBSHELL \
    BASH_VERSINFO DIRSTACK EGID EPOCHREALTIME EPOCHSECONDS ERRNO EUID FUNCNAME GID GROUPS HISTCMD LINENO \
    OPTIND PIPESTATUS PPID RANDOM SECONDS SHLVL SRANDOM UID USERNAME _";

/// The same for zsh: arrays tied to others (`path` is `PATH`), tables of the shell, what it runs or counts.
const OWN_ZSH: &str = "\
    ARGC CDPATH COLUMNS FIGNORE FPATH FUNCNEST HISTCHARS HISTSIZE KEYBOARD_HACK LINES MAILCHECK MAILPATH \
    MANPATH MODULE_PATH NULLCMD PROMPT PROMPT2 PROMPT3 PROMPT4 PSVAR READNULLCMD RPROMPT SAVEHIST \
    SPROMPT TRY_BLOCK_ERROR TRY_BLOCK_INTERRUPT TTYIDLE WATCH WORDCHARS ZSH_EVAL_CONTEXT ZSH_SUBSHELL \
    aliases argv builtins cdpath commands dirstack fignore fpath functions galiases histchars history \
    historywords jobdirs jobstates jobtexts keymaps mailpath manpath module_path modules nameddirs \
    options parameters patchars path pipestatus prompt psvar reswords saliases status termcap terminfo \
    userdirs usergroups watch widgets";

fn unfit(name: &str) -> Option<&'static str> {
    let own = OWN.split(' ').any(|own| own == name);
    names::unfit_for_shells(name).or(own.then_some("shells keep that name for themselves"))
}

fn unfit_for_zsh(name: &str) -> Option<&'static str> {
    let own = OWN_ZSH.split(' ').any(|own| own == name);
    unfit(name).or(own.then_some("zsh keeps that name for itself"))
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
