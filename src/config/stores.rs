//! How whole files are written out where that has to be done (spec, config 5). Files that are encrypted or
//! decrypted in their own format keep their layout and need none of this.

use super::error::Fault;
use super::fields::Fields;
use super::node::Node;

const STORES: &[&str] = &["yaml", "json", "json_binary", "dotenv", "ini"];
const INDENTED: &[&str] = &["indent"];
#[cfg(test)]
pub(super) const KEYS: &[&[&str]] = &[STORES, INDENTED];

/// The most blanks per level.
const MAX_INDENT: i64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stores {
    /// Blanks per level of YAML.
    pub yaml: u32,
    /// Blanks per level of JSON; `None` is a tab.
    pub json: Option<u32>,
    /// The same, for the JSON in which a binary file is sealed.
    pub json_binary: Option<u32>,
}

impl Default for Stores {
    fn default() -> Stores {
        Stores { yaml: 4, json: None, json_binary: None }
    }
}

pub(super) fn stores(node: &Node) -> Result<Stores, Fault> {
    let fields = Fields::of(node, "`stores`", STORES)?;
    for key in ["dotenv", "ini"] {
        if let Some(node) = fields.get(key) {
            Fields::of(node, &format!("`{key}`"), &[])?;
        }
    }
    let yaml = indent(&fields, "yaml")?;
    Ok(Stores {
        yaml: yaml.flatten().filter(|indent| *indent > 0).unwrap_or(4),
        json: indent(&fields, "json")?.flatten(),
        json_binary: indent(&fields, "json_binary")?.flatten(),
    })
}

/// The `indent` of a format: nothing when it is not set, `Some(None)` for JSON's tab.
fn indent(fields: &Fields<'_>, format: &str) -> Result<Option<Option<u32>>, Fault> {
    let Some(node) = fields.get(format) else { return Ok(None) };
    let inner = Fields::of(node, &format!("`{format}`"), INDENTED)?;
    match inner.integer("indent")? {
        None => Ok(None),
        Some(-1) if format != "yaml" => Ok(Some(None)),
        Some(indent @ 0..=MAX_INDENT) => Ok(Some(u32::try_from(indent).ok())),
        Some(other) => {
            Err(inner.fault("indent", format!("`indent` must be from 0 to {MAX_INDENT}, found {other}")))
        }
    }
}
