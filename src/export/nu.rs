//! nushell: a record, for `from nuon | load-env`. nushell has no `eval`, and reads no program before it runs another.

use super::Writer;
use super::record::{AROUND, Escape, entry};

pub(super) const WRITER: Writer = Writer { reader: "nushell", unfit, around: AROUND, variable };

fn unfit(name: &str) -> Option<&'static str> {
    ["CURRENT_FILE", "FILE_PWD", "PWD"].contains(&name).then_some("nushell keeps that name for itself")
}

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    entry(name, value, Escape::Nu, out);
    Ok(())
}
