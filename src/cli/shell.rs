//! Words of a command that a person is told to type.

/// A word in the quotes that a shell needs. One that no quotes can hold stays bare: it is to be read, not run.
pub fn word(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), |quoted| quoted.into_owned())
}
