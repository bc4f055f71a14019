//! dlt: the variables that its own `add_config_dict_to_env` makes of the same values (dlt 1.26 to 1.31, module
//! `dlt.common.configuration.utils`).

use super::upper;
use crate::document::tree::Node;
use crate::document::value::Kind;
use crate::exec::error::ExecError;
use crate::exec::flatten::{EmptyKeys, Leaf, Source, Visit};
use crate::exec::spell;
use zeroize::Zeroizing;

/// Beside the case nothing about sections and keys changes, hyphens stay too, since dlt asks for just that name.
pub(super) fn leaves<'t>(
    source: Source<'t>,
    prefix: &str,
    visit: &mut Visit<'_, 't>,
) -> Result<(), ExecError> {
    upper(source, prefix, EmptyKeys::Dropped, &mut |leaf| visit(Leaf { spell: text, ..leaf }))
}

/// Booleans and doubles as Python's `str` spells them, times with their fractions of a second, lists as compact JSON.
fn text(node: &Node) -> Option<Zeroizing<Vec<u8>>> {
    match node {
        // Canonically booleans are spelled as in Python, and times are whole.
        Node::Scalar(value) if matches!(value.kind, Kind::Bool | Kind::Time) => Some(value.bytes.clone()),
        Node::Scalar(value) if value.kind == Kind::Float => {
            let number: Option<f64> = value.borrow().text().parse().ok();
            Some(
                number
                    .map_or_else(|| value.bytes.clone(), |number| Zeroizing::new(float(number).into_bytes())),
            )
        }
        _ => spell::any(node),
    }
}

/// The shortest digits that round-trip; with an exponent from 1e16 up and below 1e-4, else with one decimal at least.
fn float(number: f64) -> String {
    if !number.is_finite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", if number.is_nan() { "nan" } else { "inf" });
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => {
            let plain = format!("{number}");
            if plain.contains('.') { plain } else { plain + ".0" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_spelled_as_in_python() {
        for (number, text) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e6, "1000000.0"),
            (1.5e15, "1500000000000000.0"),
            (1e16, "1e+16"),
            (1.25e22, "1.25e+22"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e-300, "1e-300"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(float(number), text);
        }
    }
}
