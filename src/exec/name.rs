//! Names of variables: what a name may hold, and patterns for them.

/// Why no variable can have a name.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("the name would be empty");
    }
    name.contains(['=', '\0']).then_some("names of variables hold no = and no NUL byte")
}

/// Whether a name fits a pattern in which each `*` stands for any text. Takes time in proportion to both lengths
/// multiplied, at most.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    // Each part as early as possible leaves the most to those behind it.
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name) in [
            ("A", "A"),
            ("A*", "A"),
            ("A*", "ABC"),
            ("*C", "ABC"),
            ("A*C", "AC"),
            ("*B*", "ABC"),
            ("*", ""),
            ("A**C", "ABC"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("A", "AB"), ("A", "a"), ("A*A", "A"), ("*B", "ABC"), ("A*B*C", "ACB"), ("", "A")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn names_that_no_system_takes_have_a_fault() {
        assert!(fault("").is_some() && fault("a=b").is_some() && fault("a\0").is_some());
        assert!(fault("a b-c.d").is_none());
    }
}
