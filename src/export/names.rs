//! Names that many readers agree on.

/// What a shell can export.
pub(super) fn unfit_for_shells(name: &str) -> Option<&'static str> {
    let fits = |(at, byte): (usize, u8)| {
        byte == b'_' || byte.is_ascii_alphabetic() || at > 0 && byte.is_ascii_digit()
    };
    match !name.is_empty() && name.bytes().enumerate().all(fits) {
        true => None,
        false => Some("names of shell variables have letters, digits and _ only, and no digit in front"),
    }
}

/// What parsers of files take, and need no quotes for.
pub(super) fn unfit_for_files(name: &str) -> Option<&'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    match !name.is_empty() && name.bytes().all(fits) {
        true => None,
        false => Some("names have letters, digits, _, . and - only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_take_fewer_names_than_files() {
        for (name, shells, files) in [
            ("A_b1", true, true),
            ("_", true, true),
            ("1A", false, true),
            ("a-b.c", false, true),
            ("a b", false, false),
            ("", false, false),
            ("é", false, false),
            ("a\nb", false, false),
            ("a;rm", false, false),
        ] {
            assert_eq!(unfit_for_shells(name).is_none(), shells, "{name}");
            assert_eq!(unfit_for_files(name).is_none(), files, "{name}");
        }
    }
}
