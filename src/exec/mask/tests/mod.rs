mod forms;
mod stream;

use super::{Mask, Options};

/// A mask for values, the shortest of which have so many bytes.
fn mask(minimum: usize, values: &[&[u8]]) -> Mask {
    Mask::of(values.iter().map(|value| (*value, "name")), Options { minimum })
}

fn masked(values: &[&str], text: &str) -> String {
    let values: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
    String::from_utf8_lossy(&mask(8, &values).apply(text.as_bytes())).into_owned()
}

#[test]
fn short_values_are_told_by_name_and_common_words_and_empty_ones_are_not_secrets() {
    let values =
        [("", "EMPTY"), ("true", "BOOL"), ("Localhost", "HOST"), ("5432", "PORT"), ("hunter2!!", "OK")];
    let mask = Mask::of(values.map(|(value, name)| (value.as_bytes(), name)), Options::default());
    assert_eq!(mask.short(), ["PORT"]);
    assert!(!mask.is_empty());
    assert_eq!(*mask.apply(b"true Localhost 5432 hunter2!!"), *b"true Localhost 5432 ***");
    let none = Mask::of([(&b"postgresql"[..], "KIND"), (b"", "EMPTY")], Options { minimum: 0 });
    assert!(none.is_empty());
    assert_eq!(*none.apply(b"postgresql"), *b"postgresql");
}

#[test]
fn the_replacement_does_not_tell_the_length() {
    for length in [8, 9, 100, 1023, 1024, 1025, 5000] {
        let secret: String = (0..length).map(|n| char::from(b'a' + (n * n % 23) as u8)).collect();
        assert_eq!(masked(&[&secret], &format!("<{secret}>")), "<***>", "{length}");
    }
}

#[test]
fn of_secrets_within_and_across_each_other_nothing_is_left() {
    let secrets = ["password-one", "password-one-and-more", "more-than-that"];
    assert_eq!(masked(&secrets, "password-one password-one-and-more-than-that."), "*** ***.");
    assert_eq!(masked(&secrets, "password-one-and-mor"), "***-and-mor");
    assert_eq!(masked(&["abababab"], "xabababababababy"), "x***y");
}
