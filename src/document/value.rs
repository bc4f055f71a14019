//! A typed value in the canonical bytes that sops encrypts and hashes (spec, file-format 3.3).

use zeroize::Zeroizing;

/// What a slot holds. The first seven are sops' own types and can be sealed; the last three are
/// never encrypted and add nothing to the MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Str,
    Int,
    Float,
    Bool,
    Time,
    /// Read as text, never written (spec, quirks Q10).
    Bytes,
    Comment,
    Null,
    EmptyMap,
    EmptyList,
}

impl Kind {
    /// The word after `type:` in a token; `None` for kinds that are never sealed.
    pub fn tag(self) -> Option<&'static str> {
        Some(match self {
            Kind::Str => "str",
            Kind::Int => "int",
            Kind::Float => "float",
            Kind::Bool => "bool",
            Kind::Time => "time",
            Kind::Bytes => "bytes",
            Kind::Comment => "comment",
            Kind::Null | Kind::EmptyMap | Kind::EmptyList => return None,
        })
    }

    /// The inverse of [`Kind::tag`].
    pub fn from_tag(tag: &str) -> Option<Kind> {
        [Kind::Str, Kind::Int, Kind::Float, Kind::Bool, Kind::Time, Kind::Bytes, Kind::Comment]
            .into_iter()
            .find(|kind| kind.tag() == Some(tag))
    }
}

/// A value that owns its bytes and wipes them when dropped. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    pub kind: Kind,
    /// Canonical bytes; empty for null and empty containers.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Value {
    pub fn new(kind: Kind, bytes: impl Into<Vec<u8>>) -> Value {
        Value { kind, bytes: Zeroizing::new(bytes.into()) }
    }

    pub fn str(text: &str) -> Value {
        Value::new(Kind::Str, text.as_bytes())
    }

    pub fn borrow(&self) -> ValueRef<'_> {
        ValueRef { kind: self.kind, bytes: &self.bytes }
    }
}

/// A value lent by a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ValueRef<'a> {
    pub kind: Kind,
    pub bytes: &'a [u8],
}

impl<'a> ValueRef<'a> {
    pub fn to_value(self) -> Value {
        Value::new(self.kind, self.bytes)
    }

    /// Whether there is something to encrypt: not null, not an empty container, not empty text
    /// (spec, file-format 3.3).
    pub fn is_sealable(self) -> bool {
        self.kind.tag().is_some() && !self.bytes.is_empty()
    }

    /// The text of the value, lossy only for binary content.
    pub fn text(self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.bytes)
    }
}

/// The canonical form of a double: shortest digits that round-trip, positional, no forced `.0`;
/// `+Inf`, `-Inf`, `NaN`, `-0` (spec, file-format 3.3).
pub fn canonical_float(number: f64) -> String {
    match number {
        n if n.is_nan() => "NaN".into(),
        n if n == f64::INFINITY => "+Inf".into(),
        n if n == f64::NEG_INFINITY => "-Inf".into(),
        n => format!("{n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_have_the_digits_that_sops_hashes() {
        for (number, text) in [
            (1.0, "1"),
            (1.5, "1.5"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (-0.0, "-0"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(canonical_float(number), text);
        }
        assert_eq!(canonical_float(5e-324).len(), 326);
        assert_eq!(canonical_float(f64::MAX).len(), 309);
    }
}
