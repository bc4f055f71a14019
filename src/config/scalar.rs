//! What a YAML scalar means to sops' YAML reader, as far as a config needs it (spec, stores 2.3).

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// A whole number; `None` when it does not fit.
    Integer(Option<i64>),
    Float,
    Text,
}

impl Scalar {
    /// `plain` is a scalar without quotes and without a tag.
    pub(super) fn of(text: &str, plain: bool) -> Scalar {
        if !plain {
            return Scalar::Text;
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
            "true" | "True" | "TRUE" => Scalar::Bool(true),
            "false" | "False" | "FALSE" => Scalar::Bool(false),
            _ => number(text).unwrap_or(Scalar::Text),
        }
    }

    pub(super) fn found(self) -> &'static str {
        match self {
            Scalar::Null => "nothing",
            Scalar::Bool(_) => "true or false",
            Scalar::Integer(_) | Scalar::Float => "a number",
            Scalar::Text => "text",
        }
    }
}

fn number(text: &str) -> Option<Scalar> {
    let text = text.replace('_', "");
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    for (radix, prefix) in [(16, "0x"), (8, "0o"), (2, "0b")] {
        if let Some(digits) = unsigned.strip_prefix(prefix) {
            let all = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
            return all.then(|| Scalar::Integer(i64::from_str_radix(digits, radix).ok()));
        }
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Scalar::Integer(text.parse().ok()));
    }
    // Rust's floats are those of YAML, for text that starts with a digit or a dot.
    text.parse::<f64>().ok().map(|_| Scalar::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_means_what_it_means_to_sops() {
        for (text, means) in [
            ("2", Scalar::Integer(Some(2))),
            ("-1", Scalar::Integer(Some(-1))),
            ("0x10", Scalar::Integer(Some(16))),
            ("99999999999999999999", Scalar::Integer(None)),
            ("1e3", Scalar::Float),
            (".5", Scalar::Float),
            ("1.2.3", Scalar::Text),
            ("85D77543B3D6", Scalar::Text),
            ("0x", Scalar::Text),
            ("-", Scalar::Text),
            ("~", Scalar::Null),
            ("yes", Scalar::Text),
            ("True", Scalar::Bool(true)),
        ] {
            assert_eq!(Scalar::of(text, true), means, "{text}");
        }
        assert_eq!(Scalar::of("2", false), Scalar::Text);
    }
}
