//! What a scalar is: the typing rules that sops' YAML reader has (spec, stores 2.3). They are neither YAML 1.1
//! nor YAML 1.2, and every value enters the MAC in the form that they give.

use super::time;
use crate::document::timestamp::{Timestamp, rfc3339};
use crate::document::value::{Kind, canonical_float};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use granit_parser::Tag;

/// A resolved scalar: its kind, and its canonical bytes unless they are the text itself.
pub(super) struct Resolved {
    pub kind: Kind,
    pub canonical: Option<Vec<u8>>,
}

/// The explicit tags that change what a text is. All other tags leave text alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    /// No tag, or the non-specific tag `!`.
    Implicit,
    Text,
    Binary,
    Null,
    Bool,
    Int,
    Float,
    Time,
}

impl Typing {
    pub(super) fn of(tag: Option<&Tag>) -> Typing {
        let Some(tag) = tag else { return Typing::Implicit };
        match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
            Some("null") => Typing::Null,
            Some("bool") => Typing::Bool,
            Some("int") => Typing::Int,
            Some("float") => Typing::Float,
            Some("timestamp") => Typing::Time,
            Some("binary") => Typing::Binary,
            Some(_) => Typing::Text,
            None if tag.suffix() == "!" && tag.handle().is_empty() => Typing::Implicit,
            None => Typing::Text,
        }
    }

    /// Whether a token behind the tag would not be read as text, so that the tag has to go with the value.
    pub(super) fn rejects_tokens(self) -> bool {
        !matches!(self, Typing::Implicit | Typing::Text)
    }
}

/// Resolves a scalar from its decoded text. `quoted` is true of every style but plain.
///
/// A text that does not fit its tag, which sops refuses, is text.
pub(super) fn resolve(text: &str, quoted: bool, typing: Typing) -> Resolved {
    let plain = || Plain::of(text);
    match typing {
        Typing::Implicit if quoted => Resolved::text(),
        Typing::Implicit => plain().resolved(text),
        Typing::Text => Resolved::text(),
        Typing::Binary => match STANDARD.decode(text.replace(['\n', '\r'], "")) {
            Ok(bytes) => Resolved { kind: Kind::Str, canonical: Some(bytes) },
            Err(_) => Resolved::text(),
        },
        Typing::Float => match plain() {
            Plain::Int(number) => Plain::Float(number as f64).resolved(text),
            float @ Plain::Float(_) => float.resolved(text),
            _ => Resolved::text(),
        },
        Typing::Null | Typing::Bool | Typing::Int | Typing::Time => {
            let fits = |plain: &Plain| {
                matches!(
                    (typing, plain),
                    (Typing::Null, Plain::Null)
                        | (Typing::Bool, Plain::Bool(_))
                        | (Typing::Int, Plain::Int(_) | Plain::Big(_))
                        | (Typing::Time, Plain::Time(_))
                )
            };
            Some(plain()).filter(fits).map_or_else(Resolved::text, |plain| plain.resolved(text))
        }
    }
}

impl Resolved {
    fn text() -> Resolved {
        Resolved { kind: Kind::Str, canonical: None }
    }
}

/// A plain scalar's value.
pub(super) enum Plain {
    Text,
    Null,
    Bool(bool),
    Int(i64),
    /// Above the signed range. sops refuses these; here they are text of decimal digits.
    Big(u64),
    Float(f64),
    Time(Timestamp),
}

impl Plain {
    /// Resolves the text of a plain scalar without a tag.
    pub(super) fn of(text: &str) -> Plain {
        let bytes = text.as_bytes();
        match bytes.first() {
            None => Plain::Null,
            Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => word(text),
            Some(b'.' | b'+' | b'-' | b'0'..=b'9') => number_or_time(text),
            Some(_) => Plain::Text,
        }
    }

    fn resolved(self, text: &str) -> Resolved {
        let (kind, canonical) = match self {
            Plain::Text => return Resolved::text(),
            Plain::Null => return Resolved { kind: Kind::Null, canonical: Some(Vec::new()) },
            Plain::Bool(true) => (Kind::Bool, "True".to_owned()),
            Plain::Bool(false) => (Kind::Bool, "False".to_owned()),
            Plain::Int(number) => (Kind::Int, number.to_string()),
            Plain::Big(number) => (Kind::Str, number.to_string()),
            Plain::Float(number) => (Kind::Float, canonical_float(number)),
            Plain::Time(time) => (Kind::Time, rfc3339(&time)),
        };
        Resolved { kind, canonical: (canonical != text).then(|| canonical.into_bytes()) }
    }
}

fn word(text: &str) -> Plain {
    match text {
        "~" | "null" | "Null" | "NULL" => Plain::Null,
        "true" | "True" | "TRUE" => Plain::Bool(true),
        "false" | "False" | "FALSE" => Plain::Bool(false),
        _ => Plain::Text,
    }
}

fn number_or_time(text: &str) -> Plain {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Plain::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Plain::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Plain::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if let Some(time) = time::parse(text) {
        return Plain::Time(time);
    }
    if text.starts_with('.') && !underscores_between_digits(text) {
        return Plain::Text;
    }
    let digits: String;
    let text = match text.contains('_') {
        true => {
            digits = text.replace('_', "");
            &digits
        }
        false => text,
    };
    integer(text).unwrap_or_else(|| float(text).map_or(Plain::Text, Plain::Float))
}

/// Behind a leading point, underscores are allowed only where Go's number syntax has them.
fn underscores_between_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
    (1..bytes.len()).all(|at| bytes[at] != b'_' || digit(bytes.get(at - 1)) && digit(bytes.get(at + 1)))
}

/// An integer with the base that its prefix gives; `None` if it isn't one or is out of range.
fn integer(text: &str) -> Option<Plain> {
    let (sign, rest) = match text.as_bytes()[..] {
        [sign @ (b'+' | b'-'), ..] => (Some(sign), &text[1..]),
        _ => (None, text),
    };
    let (radix, digits) = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &rest[2..]),
        [b'0', b'b' | b'B', ..] => (2, &rest[2..]),
        [b'0', b'o' | b'O', ..] => (8, &rest[2..]),
        [b'0', _, ..] => (8, &rest[1..]),
        _ => (10, rest),
    };
    // `0b` and `0o` in lower case may carry the sign behind the prefix.
    let (sign, digits) = match digits.as_bytes() {
        [inner @ (b'+' | b'-'), ..]
            if sign.is_none() && (rest.starts_with("0b") || rest.starts_with("0o")) =>
        {
            (Some(*inner), &digits[1..])
        }
        _ => (sign, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match (sign, i64::try_from(size)) {
        (Some(b'-'), _) if size == 1 << 63 => Some(Plain::Int(i64::MIN)),
        (Some(b'-'), Ok(number)) => Some(Plain::Int(-number)),
        (_, Ok(number)) => Some(Plain::Int(number)),
        (None, Err(_)) => Some(Plain::Big(size)),
        (Some(_), Err(_)) => None,
    }
}

/// Digits, an optional point, an optional exponent; nothing else that Rust would parse, and nothing infinite.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = digits(whole)
        && digits(fraction)
        && digits(exponent)
        && !exponent.is_empty()
        && !(whole.is_empty() && fraction.is_empty());
    let number: f64 = shaped.then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> (Kind, String) {
        let resolved = resolve(text, false, Typing::Implicit);
        let bytes = resolved.canonical.unwrap_or_else(|| text.as_bytes().to_vec());
        (resolved.kind, String::from_utf8(bytes).unwrap())
    }

    fn all(kind: Kind, pairs: &[(&str, &str)]) {
        for (text, canonical) in pairs {
            assert_eq!(typed(text), (kind, canonical.to_string()), "{text}");
        }
    }

    #[test]
    fn words_that_other_readers_take_for_values_are_text() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
            "tRue",
            "nULL",
            ".iNF",
            "inf",
            "nan",
            "1e400",
            "_1",
            "0b12",
            "0o18",
            "1:30",
            "1,000",
            "190:20:30",
            "2024-02-30",
            "0xFFFFFFFFFFFFFFFFFF",
            "._5",
            ".5_",
            "+",
            "-",
            ".",
            "0x",
            "2024-01-02 03:04:05 +01:00",
            "2024-01-02T03:04:05z",
            "<<",
            "--1",
            "0x-1",
            "1e",
            "e5",
            "+.nan",
        ] {
            assert_eq!(typed(text), (Kind::Str, text.to_owned()));
        }
    }

    #[test]
    fn integers_have_the_base_of_their_prefix() {
        all(
            Kind::Int,
            &[
                ("0755", "493"),
                ("017", "15"),
                ("0o17", "15"),
                ("0O17", "15"),
                ("0b101", "5"),
                ("0x1F", "31"),
                ("+1", "1"),
                ("1_000", "1000"),
                ("1__0", "10"),
                ("1_", "1"),
                ("0o-17", "-15"),
                ("0b-101", "-5"),
                ("-0", "0"),
                ("-9223372036854775808", "-9223372036854775808"),
            ],
        );
    }

    #[test]
    fn numbers_beyond_the_signed_range_are_text_or_doubles() {
        all(
            Kind::Str,
            &[("9223372036854775808", "9223372036854775808"), ("0xFFFFFFFFFFFFFFFF", "18446744073709551615")],
        );
        all(
            Kind::Float,
            &[
                ("18446744073709551616", "18446744073709552000"),
                ("-9223372036854775809", "-9223372036854776000"),
                ("+18446744073709551615", "18446744073709552000"),
                ("08", "8"),
            ],
        );
    }

    #[test]
    fn doubles_are_positional() {
        all(
            Kind::Float,
            &[
                (".5", "0.5"),
                ("5.", "5"),
                ("1.e3", "1000"),
                ("1_e3", "1000"),
                (".5_5", "0.55"),
                ("-.INF", "-Inf"),
                (".NaN", "NaN"),
                ("-0.0", "-0"),
                ("1e-7", "0.0000001"),
            ],
        );
    }

    #[test]
    fn booleans_nulls_and_dates_are_canonical() {
        all(Kind::Bool, &[("true", "True"), ("FALSE", "False")]);
        all(Kind::Null, &[("", ""), ("~", ""), ("NULL", "")]);
        all(
            Kind::Time,
            &[("2024-1-2", "2024-01-02T00:00:00Z"), ("2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z")],
        );
    }

    #[test]
    fn a_tag_decides_only_where_the_text_fits() {
        let tagged = |text, typing| {
            let resolved = resolve(text, true, typing);
            (resolved.kind, resolved.canonical.map(|bytes| String::from_utf8(bytes).unwrap()))
        };
        assert_eq!(tagged("5", Typing::Text), (Kind::Str, None));
        assert_eq!(tagged("0x5", Typing::Int), (Kind::Int, Some("5".into())));
        assert_eq!(tagged("5", Typing::Float), (Kind::Float, None));
        assert_eq!(tagged("aG\nk=\n", Typing::Binary), (Kind::Str, Some("hi".into())));
        assert_eq!(tagged("five", Typing::Int), (Kind::Str, None));
        assert_eq!(tagged("true", Typing::Bool), (Kind::Bool, Some("True".into())));
    }
}
