//! Commands that print identities.

use super::Fault;
use crate::keys::program;
use std::process::{Command, Stdio};
use zeroize::Zeroizing;

/// Runs `line`, split as a shell would and without one, and gives what it prints; `None` when the line has
/// no word. The child sees the caller's environment and the recipient that is being tried, has no stdin and
/// no visible stderr (spec, config 8).
pub(super) fn run(line: &str, recipient: &str, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
    let words = shlex::split(line).ok_or(Fault::Quotes)?;
    let Some((name, arguments)) = words.split_first() else { return Ok(None) };
    let mut command = Command::new(name);
    command.args(arguments).env("SOPS_AGE_RECIPIENT", recipient).stderr(Stdio::null());
    let ran = program::run(&mut command, None, limit)?;
    if ran.status.success() { Ok(Some(ran.printed)) } else { Err(Fault::Exit(ran.status.to_string())) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn printed(line: &str) -> Result<Option<String>, Fault> {
        let printed = run(line, "age1me", 1 << 16)?;
        Ok(printed.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()))
    }

    #[test]
    fn a_command_is_split_like_a_shell_does_and_sees_the_recipient() {
        assert_eq!(printed("printf '%s|' a 'b c' d\\ e # note").unwrap().unwrap(), "a|b c|d e|");
        assert_eq!(printed("printf %s '$HOME;' | cat").unwrap().unwrap(), "$HOME;|cat", "no shell");
        assert_eq!(printed("printenv SOPS_AGE_RECIPIENT").unwrap().unwrap(), "age1me\n");
        assert_eq!(printed("cat").unwrap().unwrap(), "", "stdin is empty");
    }

    #[test]
    fn an_empty_command_is_none() {
        assert_eq!(printed("").unwrap(), None);
        assert_eq!(printed("  # nothing").unwrap(), None);
    }

    #[test]
    fn failures_say_what_failed_and_not_what_was_run() {
        assert_eq!(printed("echo 'x"), Err(Fault::Quotes));
        assert!(
            matches!(printed("/nonexistent/AGE-SECRET-KEY-1X"), Err(Fault::Start(why)) if !why.contains("AGE"))
        );
        assert_eq!(
            printed("sh -c 'echo AGE-SECRET-KEY-1X; exit 3'"),
            Err(Fault::Exit("exit status: 3".into()))
        );
        assert_eq!(printed("yes"), Err(Fault::TooLarge(1 << 16)));
    }
}
