//! TOML's dates and times in the canonical form of a timestamp.

use toml_datetime::{Date, Datetime, Offset, Time};

/// RFC 3339 as sops writes it (spec, file-format 3.3): a date is its midnight, and what has no offset is in UTC.
/// `None` for what is no point in time: a time of day, a leap second.
pub(super) fn canonical(datetime: &Datetime) -> Option<String> {
    let Date { year, month, day } = datetime.date?;
    let Time { hour, minute, second, nanosecond } =
        datetime.time.unwrap_or(Time { hour: 0, minute: 0, second: None, nanosecond: None });
    let second = second.unwrap_or(0);
    if second > 59 {
        return None;
    }
    let mut out = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let fraction = format!(".{:09}", nanosecond.unwrap_or(0));
    out.push_str(fraction.trim_end_matches('0').trim_end_matches('.'));
    match datetime.offset {
        None | Some(Offset::Z) | Some(Offset::Custom { minutes: 0 }) => out.push('Z'),
        Some(Offset::Custom { minutes }) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            out.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
        }
    }
    Some(out)
}

/// Whether a canonical timestamp is a TOML offset date-time as it stands.
pub(super) fn is_toml(canonical: &str) -> bool {
    canonical.parse::<Datetime>().is_ok_and(|datetime| datetime.time.is_some() && datetime.offset.is_some())
}
