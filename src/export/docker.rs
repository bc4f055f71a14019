//! `docker run --env-file`: `NAME=value`, all of it as it stands. There are no quotes and no escapes, so no line breaks
//! either (package `kvfile` of the docker CLI).

use super::{Writer, names};

pub(super) const WRITER: Writer =
    Writer { reader: "docker", unfit: names::unfit_for_files, around: ["", "", ""], variable };

/// docker reads no longer lines, the line end included.
const LONGEST_LINE: usize = (64 << 10) - 1;

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    if value.contains('\n') {
        return Err("it has several lines, and docker's env files know no quotes");
    }
    if value.ends_with('\r') {
        return Err("it ends with a carriage return, which docker takes for a part of the line end");
    }
    if name.len() + 1 + value.len() + 1 > LONGEST_LINE {
        return Err("it is longer than the 64 KiB that docker reads of a line");
    }
    for part in [name, "=", value, "\n"] {
        out.push_str(part);
    }
    Ok(())
}
