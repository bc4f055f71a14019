use super::super::laws::edits::{edited, path, value};
use super::super::laws::parse;
use super::*;

const TEXT: &str = "{\"m\": {\"k\": 1}, \"l\": [1, {\"k\": 2}], \"s\": 3}";

/// What [`apply`] makes of [`TEXT`], as compact JSON.
fn applied(at: &str, new: Option<&str>) -> Result<String, EditError> {
    let mut tree = parse(Format::Json, TEXT).trees().remove(0);
    let node = new.map(value);
    apply(&mut tree, &path(at), node.as_ref().map_or(Change::Remove, Change::Set))?;
    let text = Format::Json.syntax().emit(&[tree], crate::document::syntax::Emit { indent: Some(0) });
    Ok(text.unwrap_or_default().replace('\n', ""))
}

#[test]
fn a_change_is_made_as_sops_makes_it() {
    for (at, new, after) in [
        ("m/k", Some("5"), r#"{"m": {"k": 5},"l": [1,{"k": 2}],"s": 3}"#),
        ("m/n", Some("5"), r#"{"m": {"k": 1,"n": 5},"l": [1,{"k": 2}],"s": 3}"#),
        ("l/7", Some("5"), r#"{"m": {"k": 1},"l": [1,{"k": 2},5],"s": 3}"#),
        ("l/1/k", None, r#"{"m": {"k": 1},"l": [1,{}],"s": 3}"#),
        ("s/a/3/b", Some("5"), r#"{"m": {"k": 1},"l": [1,{"k": 2}],"s": {"a": [{"b": 5}]}}"#),
        ("s/0", Some("5"), r#"{"m": {"k": 1},"l": [1,{"k": 2}],"s": [5]}"#),
        ("n/2", Some("5"), r#"{"m": {"k": 1},"l": [1,{"k": 2}],"s": 3,"n": [5]}"#),
        ("l/0", None, r#"{"m": {"k": 1},"l": [{"k": 2}],"s": 3}"#),
    ] {
        assert_eq!(applied(at, new).ok().as_deref(), Some(after), "{at}");
    }
}

#[test]
fn a_path_that_does_not_fit_names_the_step() {
    for (at, new, message) in [
        ("l/k", Some("1"), "the key \"k\" leads into a list, which has positions"),
        ("m/0", Some("1"), "position 0 leads into a map, which has keys"),
        ("m/0", None, "position 0 leads into a map, which has keys"),
        ("s/k", None, "k leads into a value that is no map or list"),
        ("x", None, "Key not found: x"),
        ("x/y", None, "Key not found: x"),
        ("l/2", None, "Index 2 out of bounds"),
    ] {
        let error = applied(at, new).expect_err(at);
        assert_eq!(error.to_string(), message);
        assert_eq!(
            matches!(error, EditError::Missing(_)),
            message.contains("not found") || message.contains("bounds")
        );
    }
}

#[test]
fn a_path_without_steps_is_the_whole_document() {
    let map = value("{\"s\": {\"k\": 5}}");
    for (format, before, after) in [
        (Format::Json, "{\"a\": 1}\n", "{\"s\": {\"k\": 5}}\n"),
        (Format::Json, "{\n  \"a\": 1\n}", "{\n  \"s\": {\n    \"k\": 5\n  }\n}"),
        (Format::Toml, "# c\na = 1\n", "[s]\nk = 5\n"),
        (Format::Ini, "a = 1\n", "[s]\nk = 5\n"),
    ] {
        assert_eq!(
            edited(format, before, &[], Some(&map)).map(|text| text.to_string()).as_deref(),
            Ok(after)
        );
    }
    assert!(edited(Format::Dotenv, "A=1\n", &[], Some(&map)).is_err());
    assert!(edited(Format::Json, TEXT, &[], Some(&value("[1]"))).is_err());
    assert!(matches!(edited(Format::Json, TEXT, &[], None), Err(EditError::Path(_))));
}

#[test]
fn a_path_with_too_many_steps_is_refused() {
    let set = |at: &[Step]| edited(Format::Json, TEXT, at, Some(&value("1"))).map(|text| text.len());
    let deep = vec![Step::Key("k".into()); 100_000];
    let error = set(&deep).expect_err("deep");
    assert_eq!(error.to_string(), "the path has 100000 steps, more than the limit of 128");
    // The path alone would fit, but not with what it leads to.
    let error = edited(Format::Json, TEXT, &deep[..128], Some(&value("{\"k\": {}}")))
        .map(|text| text.len())
        .expect_err("deep");
    assert!(error.to_string().contains("nested deeper than 128 levels"), "{error}");
}

#[test]
fn nothing_in_a_binary_file_can_be_set() {
    let document = Document::binary(b"bytes");
    let node = value("1");
    for change in [Change::Set(&node), Change::Remove] {
        let Err(EditError::Syntax(error)) = document.edited(&path("data"), change) else { panic!("edited") };
        assert!(error.hint.is_some());
        assert_eq!(error.path.as_deref(), Some("data"));
    }
}

#[test]
fn an_error_never_holds_a_value() {
    let secret = value("[\"s3cret\"]");
    for (format, text) in [(Format::Dotenv, "a=s3cret\n"), (Format::Ini, "[a]\nb = s3cret\n")] {
        let error = edited(format, text, &path("a/b"), Some(&secret)).expect_err("a list");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}
