//! The timestamps among plain scalars (spec, stores 2.3).

use crate::document::timestamp::{Timestamp, days_in_month};

/// Reads `Y-M-D`, `Y-M-D h:m:s[.frac]` (UTC, any number of blanks) or `Y-M-DTh:m:s[.frac]` with `Z` or `+hh:mm`; `T` may be small.
/// The year has four digits, the other fields one or two; of a fraction nine digits count.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    if text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let (date, clock) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((text.as_bytes()[at], &text[at + 1..]))),
        None => (text, None),
    };
    let mut fields = date.splitn(3, '-');
    let (year, month, day) = (fields.next()?, fields.next()?, fields.next()?);
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: u16 = year.parse().ok()?;
    let month = number(month, 1, 12)?;
    let day = number(day, 1, days_in_month(year, month))?;
    let midnight =
        Timestamp { year, month, day, hour: 0, minute: 0, second: 0, nanosecond: 0, offset_minutes: 0 };
    let Some((separator, clock)) = clock else { return Some(midnight) };
    let clock = if separator == b' ' { clock.trim_start_matches(' ') } else { clock };
    let (clock, zone) = clock.find(['Z', '+', '-']).map_or((clock, ""), |at| clock.split_at(at));
    let offset_minutes = match zone {
        "" if separator == b' ' => 0,
        "Z" if separator != b' ' => 0,
        _ if separator != b' ' => offset(zone)?,
        _ => return None,
    };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let mut fields = clock.splitn(3, ':');
    let hour = number(fields.next()?, 0, 23)?;
    let minute = number(fields.next()?, 0, 59)?;
    let second = number(fields.next()?, 0, 59)?;
    let nanosecond = nanoseconds(fraction)?;
    Some(Timestamp { hour, minute, second, nanosecond, offset_minutes, ..midnight })
}

/// `+hh:mm` or `-hh:mm`. sops can't encode an offset of a day or more, so such a text is no timestamp here.
fn offset(zone: &str) -> Option<i32> {
    let (&sign, digits) = zone.as_bytes().split_first()?;
    let [h1, h2, b':', m1, m2] = *digits else { return None };
    let two = |tens: u8, units: u8| {
        (tens.is_ascii_digit() && units.is_ascii_digit())
            .then(|| i32::from(tens - b'0') * 10 + i32::from(units - b'0'))
    };
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    let total = hours * 60 + minutes;
    let valid = minutes <= 60 && total < 24 * 60;
    valid.then_some(if sign == b'-' { -total } else { total })
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    let valid = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = &fraction[..fraction.len().min(9)];
    let number: u32 = valid.then(|| digits.parse().ok())??;
    Some(number * 10u32.pow(9 - digits.len() as u32))
}

/// One or two digits within a range.
fn number(text: &str, low: u8, high: u8) -> Option<u8> {
    let valid = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok())?.filter(|number| (low..=high).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::timestamp::rfc3339;

    #[test]
    fn every_accepted_form_has_its_canonical_one() {
        for (text, canonical) in [
            ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"),
            ("2001-12-14T1:2:3Z", "2001-12-14T01:02:03Z"),
            ("2001-1-1 01:02:03.5", "2001-01-01T01:02:03.5Z"),
            ("2001-01-01T00:00:00-00:00", "2001-01-01T00:00:00Z"),
            ("2024-01-01T00:00:00.1234567899Z", "2024-01-01T00:00:00.123456789Z"),
            ("2024-1-1   0:0:0", "2024-01-01T00:00:00Z"),
            ("2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00.5Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(parse(text).map(|time| rfc3339(&time)).as_deref(), Some(canonical), "{text}");
        }
    }

    #[test]
    fn near_misses_are_no_timestamps() {
        for text in [
            "2023-02-29",
            "2024-13-01",
            "2024-01-01T00:00:00",
            "2024-01-01 00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00.Z",
            "01-1-4",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00+1:00",
            "24-01-01",
            "2024-001-01",
            "2024-01-01T",
            "2024-01-01T00:00:00Zjunk",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
