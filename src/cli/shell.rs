//! Words of a command that a person is told to type.

/// A word in the quotes that a shell needs. One that no quotes can hold stays bare: it is to be read, not run.
pub fn word(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), |quoted| quoted.into_owned())
}

/// A file's name as an argument: one that starts with a dash would be a flag.
pub fn file(name: &str) -> String {
    let dashed = if name.starts_with('-') { "./" } else { "" };
    word(&format!("{dashed}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        assert_eq!((word("a/b.yaml").as_str(), word("a b").as_str()), ("a/b.yaml", "'a b'"));
        assert_eq!(shlex::split(&word("it's $HOME")), Some(vec!["it's $HOME".to_owned()]));
        assert_eq!(word("a\0b"), "a\0b");
        assert_eq!(file("-x y"), "'./-x y'");
    }
}
