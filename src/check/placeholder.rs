//! Values that nobody has filled in yet.

/// Longest placeholder in bytes.
const LONGEST: usize = 60;

/// What a placeholder says, in lower case and without what is between its words. dlt writes `<configure me>`.
const WORDS: [&str; 9] = [
    "changeit",
    "changeme",
    "changethis",
    "configureme",
    "fillin",
    "fillmein",
    "insertme",
    "replaceme",
    "replacethis",
];

/// Whether a value is a placeholder. Only what is one as a whole counts, as a secret can have any word in it.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let inside = text.trim_matches(|c: char| !c.is_alphanumeric());
    let letters: String = inside.chars().filter(char::is_ascii_alphabetic).collect();
    let letters = letters.to_ascii_lowercase();
    let bracketed = text.starts_with('<') && text.ends_with('>');
    WORDS.contains(&letters.as_str())
        || (bracketed && letters.starts_with("your"))
        || ["TODO", "FIXME", "TBD"].iter().any(|word| is_led_by(inside, word))
        || (inside.len() >= 3 && inside.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x')))
}

/// `TODO`, and `TODO: ask ops`.
fn is_led_by(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ', '(']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for text in [
            "<configure me>",
            "CHANGEME",
            "change_me",
            "Change-Me!",
            "changeme123",
            "TODO",
            "TODO: ask ops",
            "xxx",
            "XXXXXXXX",
            "<your-password>",
            "${REPLACE_ME}",
            "TBD",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "hunter2",
            "todo",
            "xx",
            "TODOS",
            "changeme-not-really",
            "<password>",
            "xxy",
            "your password",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
