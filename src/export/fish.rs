//! fish: `set -gx NAME 'value'`, for `| source`. Between single quotes a backslash has a meaning before a quote and
//! before another one.

use super::{Writer, names};

pub(super) const WRITER: Writer = Writer { reader: "fish", unfit, around: ["", "", ""], variable };

/// Variables that fish does not let anybody set, or that do not hold what is assigned.
const OWN: &str = "FISH_VERSION PWD SHLVL _ argv fish_kill_signal fish_killring fish_pid history hostname pipestatus \
    status status_generation umask version";

fn unfit(name: &str) -> Option<&'static str> {
    let own = OWN.split(' ').any(|own| own == name);
    names::unfit_for_shells(name).or(own.then_some("fish keeps that name for itself"))
}

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    out.push_str("set -gx ");
    out.push_str(name);
    out.push_str(" '");
    for letter in value.chars() {
        if matches!(letter, '\'' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push_str("'\n");
    Ok(())
}
