//! Airflow: `connections` and `variables` at the top level become its `AIRFLOW_CONN_*` and `AIRFLOW_VAR_*`, every other
//! section its settings `AIRFLOW__SECTION__KEY`.

use super::{Preset, is_null};
use crate::document::path::Component;
use crate::document::tree::Node;
use crate::exec::error::ExecError;
use crate::exec::flatten::{Leaf, Source, Visit, any_sealed};
use crate::exec::spell;

/// The fields of a connection in JSON (Airflow 2.3 and newer). Any other makes Airflow fail when the connection is
/// used, and with a message that shows the others.
const FIELDS: [&str; 8] =
    ["conn_type", "description", "host", "login", "password", "schema", "port", "extra"];

/// Maps and lists become JSON: a connection is one in Airflow's JSON form or a URI, a variable is anything. Null is
/// left out.
pub(super) fn leaves<'t>(source: Source<'t>, visit: &mut Visit<'_, 't>) -> Result<(), ExecError> {
    for ((section, node), (_, sealed)) in source.values.entries().zip(source.sealed.entries()) {
        let fault = |trail: &[Component<'_>], why| {
            let (file, key) = (source.file.to_owned(), Component::display_all(trail));
            Err(ExecError::Place { file, key, preset: Preset::Airflow.word(), why })
        };
        let Node::Map(_) = node else {
            return fault(
                &[Component::Key(section)],
                "at the top level are the maps `connections` and `variables` and sections of settings",
            );
        };
        for ((key, node), (_, sealed)) in node.entries().zip(sealed.entries()) {
            let trail = [Component::Key(section), Component::Key(key)];
            if is_null(node) {
                continue;
            }
            if section == "connections"
                && let Some((field, why)) = unfit(node)
            {
                let trail: Vec<_> = trail.into_iter().chain(field.map(Component::Key)).collect();
                return fault(&trail, why);
            }
            let name = name(section, key);
            let secret = any_sealed(sealed);
            visit(Leaf { name: &name, trail: &trail, node, secret, spell: spell::any })?;
        }
    }
    Ok(())
}

/// As Airflow asks for it: it makes keys upper-case, and the dots of sections underscores.
fn name(section: &str, key: &str) -> String {
    let key = key.to_uppercase();
    match section {
        "connections" => format!("AIRFLOW_CONN_{key}"),
        "variables" => format!("AIRFLOW_VAR_{key}"),
        _ => format!("AIRFLOW__{}__{key}", section.replace('.', "_").to_uppercase()),
    }
}

/// Why a node is no connection, with the field that makes it so.
fn unfit(node: &Node) -> Option<(Option<&str>, &'static str)> {
    match node {
        Node::Scalar(_) => None,
        Node::List(_) => Some((None, "a connection is a URI, JSON, or a map of its fields")),
        Node::Map(_) => {
            let other = node.entries().map(|(key, _)| key).find(|key| !FIELDS.contains(key))?;
            let why =
                "a connection has conn_type, description, host, login, password, schema, port and extra";
            Some((Some(other), why))
        }
    }
}
