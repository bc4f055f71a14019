//! Points in time in the one spelling that sops encrypts and hashes (spec, file-format 3.3).

use std::fmt::Write;

/// A date and time of day with its offset from UTC, as a text spells it. The fields are taken as valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// 0 to 9999; sops can't encode other years.
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub nanosecond: u32,
    /// East of UTC.
    pub offset_minutes: i32,
}

/// RFC 3339 with up to nine fraction digits and no trailing zeros among them; `Z` for no offset.
pub fn rfc3339(time: &Timestamp) -> String {
    let Timestamp { year, month, day, hour, minute, second, .. } = *time;
    let mut out = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if time.nanosecond != 0 {
        let digits = format!(".{:09}", time.nanosecond);
        out.push_str(digits.trim_end_matches('0'));
    }
    if time.offset_minutes == 0 {
        out.push('Z');
    } else {
        let sign = if time.offset_minutes < 0 { '-' } else { '+' };
        let minutes = time.offset_minutes.unsigned_abs();
        // Writing to a String can't fail.
        let _ = write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    }
    out
}

/// How many days a month of the Gregorian calendar has.
pub fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: Timestamp = Timestamp {
        year: 2024,
        month: 1,
        day: 2,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        offset_minutes: 0,
    };

    #[test]
    fn a_fraction_loses_its_trailing_zeros() {
        assert_eq!(rfc3339(&MIDNIGHT), "2024-01-02T00:00:00Z");
        let time = Timestamp { nanosecond: 120_000_000, ..MIDNIGHT };
        assert_eq!(rfc3339(&time), "2024-01-02T00:00:00.12Z");
        let time = Timestamp { nanosecond: 7, ..MIDNIGHT };
        assert_eq!(rfc3339(&time), "2024-01-02T00:00:00.000000007Z");
    }

    #[test]
    fn an_offset_has_hours_and_minutes() {
        let time = Timestamp { offset_minutes: 7 * 60, ..MIDNIGHT };
        assert_eq!(rfc3339(&time), "2024-01-02T00:00:00+07:00");
        let time = Timestamp { offset_minutes: -30, ..MIDNIGHT };
        assert_eq!(rfc3339(&time), "2024-01-02T00:00:00-00:30");
    }

    #[test]
    fn february_has_29_days_in_leap_years_only() {
        assert_eq!([2024, 2023, 1900, 2000].map(|year| days_in_month(year, 2)), [29, 28, 28, 29]);
    }
}
