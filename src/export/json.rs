//! JSON: one object, each value a text.

use super::Writer;
use super::record::{AROUND, Escape, entry};

pub(super) const WRITER: Writer = Writer { reader: "JSON", unfit: |_| None, around: AROUND, variable };

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    entry(name, value, Escape::Json, out);
    Ok(())
}
