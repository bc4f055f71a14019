//! Repetitions, and the limits that Go sets on them.

use super::PatternError;
use super::cursor::Cursor;

/// Go's limit on a repetition count, and on the product of nested ones.
const MAX_REPEAT: u32 = 1000;

/// What stands before the place that is read, in its alternative.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Before {
    Nothing,
    /// Something that may be repeated; `weight` is the largest product of nested repetition counts in it.
    Atom {
        weight: u32,
    },
    Repetition,
    /// Something, and then flags. Go lets a repetition reach back over the flags.
    Flags,
}

/// A repetition operator, without the `?` that makes it lazy.
pub(super) enum Operator {
    Simple,
    Counted { min: u32, max: Option<u32> },
}

/// Reads `*`, `+`, `?` or `{…}` if one comes next. A brace that is no repetition is an ordinary character.
pub(super) fn operator(cursor: &mut Cursor<'_>) -> Result<Option<Operator>, PatternError> {
    match cursor.peek() {
        Some('*' | '+' | '?') => {
            cursor.next();
            Ok(Some(Operator::Simple))
        }
        Some('{') => counted(cursor),
        _ => Ok(None),
    }
}

fn counted(cursor: &mut Cursor<'_>) -> Result<Option<Operator>, PatternError> {
    let start = cursor.mark();
    let rest = &cursor.rest()[1..];
    let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b',').count();
    let (body, rest) = rest.split_at(length);
    if !rest.starts_with('}') {
        return Ok(None);
    }
    let (min, max) = match body.split_once(',') {
        None => (number(body), number(body).map(Some)),
        Some((min, "")) => (number(min), Some(None)),
        Some((min, max)) => (number(min), number(max).map(Some)),
    };
    let (Some(min), Some(max)) = (min, max) else { return Ok(None) };
    cursor.take_until("}");
    if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || max < min) {
        return Err(cursor.invalid_at(start, "a repetition count above 1000, or with its ends swapped"));
    }
    Ok(Some(Operator::Counted { min, max }))
}

/// Digits without leading zeros, as Go wants them; numbers that are far too large come back as the largest.
fn number(digits: &str) -> Option<u32> {
    let canonical = digits == "0" || !digits.starts_with('0');
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (canonical && all_digits).then(|| digits.parse().unwrap_or(u32::MAX))
}

impl Operator {
    /// The weight of what is repeated, with this repetition around it; `None` when Go refuses it as too large.
    pub(super) fn around(&self, weight: u32) -> Option<u32> {
        let Operator::Counted { min, max } = *self else { return Some(weight) };
        let times = max.unwrap_or(min);
        let product = match max {
            Some(0) => 1,
            _ => weight.saturating_mul(times.max(1)),
        };
        let checked = min >= 2 || max.is_some_and(|max| max >= 2);
        (!checked || product <= MAX_REPEAT).then_some(product)
    }
}
