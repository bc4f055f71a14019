//! Decrypted bytes to a typed value: what each type accepts, and its canonical form (spec, file-format 3.3, 3.4).

use super::CryptoError;
use crate::document::timestamp::days_in_month;
use crate::document::value::{Kind, Value, canonical_float};
use zeroize::Zeroizing;

/// The value that `bytes` stand for, re-serialised as sops hashes it. Type `bytes` becomes text (quirk Q10).
pub fn canonical(kind: Kind, bytes: Zeroizing<Vec<u8>>) -> Result<Value, CryptoError> {
    let text = || std::str::from_utf8(&bytes).ok();
    let canonical = match kind {
        Kind::Str | Kind::Bytes => return Ok(Value { kind: Kind::Str, bytes }),
        Kind::Comment => return Ok(Value { kind, bytes }),
        Kind::Int => text().and_then(|text| text.parse::<i64>().ok()).map(|number| number.to_string()),
        Kind::Float => text().and_then(go_float).map(canonical_float),
        Kind::Bool => text().and_then(go_bool).map(|yes| if yes { "True" } else { "False" }.to_owned()),
        Kind::Time => text().and_then(rfc3339),
        Kind::Null | Kind::EmptyMap | Kind::EmptyList => None,
    };
    let text = canonical.ok_or(CryptoError::NotOfType(kind.tag().unwrap_or("value")))?;
    Ok(Value { kind, bytes: Zeroizing::new(text.into_bytes()) })
}

fn go_bool(text: &str) -> Option<bool> {
    match text {
        "True" | "true" | "TRUE" | "T" | "t" | "1" => Some(true),
        "False" | "false" | "FALSE" | "F" | "f" | "0" => Some(false),
        _ => None,
    }
}

/// Decimal and exponent forms, infinities and NaN. Hexadecimal floats, which Go also takes, are not read:
/// nothing writes them.
fn go_float(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    // Rust turns an overflow into infinity where Go reports it.
    let spelled_infinite = text.trim_start_matches(['+', '-']).to_ascii_lowercase().starts_with("inf");
    (number.is_finite() || number.is_nan() || spelled_infinite).then_some(number)
}

/// A timestamp in RFC 3339 (`T`, a zone, a fraction with `.` or `,`) in canonical form: at most nanoseconds
/// without trailing zeros, `Z` for a zero offset.
pub fn rfc3339(text: &str) -> Option<String> {
    let (seconds, rest) = text.split_at_checked(19)?;
    if !is_date_time(seconds.as_bytes()) {
        return None;
    }
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) if digits(rest) > 0 => rest.split_at(digits(rest)),
        Some(_) => return None,
        None => ("", rest),
    };
    let zone = match zone.as_bytes() {
        b"Z" | b"+00:00" | b"-00:00" => "Z",
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |a: &u8, b: &u8| Some(digit(*a)? * 10 + digit(*b)?);
            (two(h1, h2)? < 24 && two(m1, m2)? < 60).then_some(zone)?
        }
        _ => return None,
    };
    let fraction = fraction.get(..9).unwrap_or(fraction).trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{seconds}{dot}{fraction}{zone}"))
}

/// [`rfc3339`] in whole seconds, as the MAC's additional data has it (spec, file-format 5.3).
pub fn rfc3339_seconds(text: &str) -> Option<String> {
    let full = rfc3339(text)?;
    let zone = full[19..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    Some(format!("{}{zone}", &full[..19]))
}

fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

fn is_date_time(text: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| {
        text[range].iter().try_fold(0, |sum, &byte| Some(sum * 10 + digit(byte)?))
    };
    let shape = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let fields = (number(0..4), number(5..7), number(8..10), number(11..13), number(14..16), number(17..19));
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) = fields else {
        return false;
    };
    if !(1..=12).contains(&month) {
        return false;
    }
    let days = u32::from(days_in_month(year as u16, month as u8));
    shape.iter().all(|&(at, byte)| text[at] == byte)
        && (1..=days).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, text: &str) -> Option<String> {
        let value = canonical(kind, Zeroizing::new(text.as_bytes().to_vec())).ok()?;
        String::from_utf8(value.bytes.to_vec()).ok()
    }

    #[test]
    fn each_type_takes_what_sops_takes() {
        for (kind, text, canonical) in [
            (Kind::Int, "05", Some("5")),
            (Kind::Int, "+7", Some("7")),
            (Kind::Int, "0x10", None),
            (Kind::Int, "9223372036854775808", None),
            (Kind::Float, "1e3", Some("1000")),
            (Kind::Float, "-Inf", Some("-Inf")),
            (Kind::Float, "nan", Some("NaN")),
            (Kind::Float, "1e999", None),
            (Kind::Float, " 1", None),
            (Kind::Bool, "t", Some("True")),
            (Kind::Bool, "yes", None),
            (Kind::Time, "2024-01-01T01:02:03.120Z", Some("2024-01-01T01:02:03.12Z")),
            (Kind::Time, "2024-01-01T01:02:03,5+00:00", Some("2024-01-01T01:02:03.5Z")),
            (Kind::Time, "2006-01-02T15:04:05+07:00", Some("2006-01-02T15:04:05+07:00")),
            (Kind::Time, "2024-01-01 01:02:03Z", None),
            (Kind::Time, "2024-02-30T01:02:03Z", None),
            (Kind::Time, "2024-01-01T24:02:03Z", None),
            (Kind::Time, "2024-01-01T01:02:03", None),
            (Kind::Str, "anything", Some("anything")),
            (Kind::Bytes, "anything", Some("anything")),
        ] {
            assert_eq!(read(kind, text).as_deref(), canonical, "{text}");
        }
    }

    #[test]
    fn the_macs_timestamp_has_whole_seconds() {
        assert_eq!(rfc3339_seconds("2026-11-22T00:46:58.123Z").as_deref(), Some("2026-11-22T00:46:58Z"));
        assert_eq!(rfc3339_seconds("2026-11-22T00:46:58+00:00").as_deref(), Some("2026-11-22T00:46:58Z"));
        assert_eq!(
            rfc3339_seconds("2026-11-22T00:46:58.5+02:00").as_deref(),
            Some("2026-11-22T00:46:58+02:00")
        );
    }
}
