use super::*;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::tree::Node;

fn variable(name: &str, value: &[u8], secret: bool) -> Variable {
    let source = ("f.yaml".to_owned(), format!("key.{name}"));
    Variable { name: name.into(), value: Zeroizing::new(value.to_vec()), secret, source }
}

fn written(form: Form, name: &str, value: &str) -> String {
    let text = form.write(&[variable(name, value.as_bytes(), true)]);
    text.map_or_else(|fault| panic!("{fault}"), |text| text.to_string())
}

#[test]
fn each_form_quotes_as_its_reader_unquotes() {
    let value = "it's \"$x\" \\ %\né";
    for (form, text) in [
        (Form::Shell, "export A='it'\\''s \"$x\" \\ %\né'\n"),
        (Form::Zsh, "export A='it'\\''s \"$x\" \\ %\né'\n"),
        (Form::Fish, "set -gx A 'it\\'s \"$x\" \\\\ %\né'\n"),
        (Form::PowerShell, "${env:A} = \"it's `\"`$x`\" \\ %`n$([char]233)\"\n"),
        (Form::Nu, "{\n  \"A\": \"it's \\\"$x\\\" \\\\ %\\né\"\n}\n"),
        (Form::Json, "{\n  \"A\": \"it's \\\"$x\\\" \\\\ %\\né\"\n}\n"),
    ] {
        assert_eq!(written(form, "A", value), text, "{form:?}");
    }
    assert_eq!(written(Form::PowerShell, "a-b", "it's"), "${env:a-b} = 'it''s'\n");
    assert_eq!(written(Form::Nu, "a", "\u{1b}"), "{\n  \"a\": \"\\u{1b}\"\n}\n");
    assert_eq!(written(Form::Json, "a", "\u{1b}"), "{\n  \"a\": \"\\u001b\"\n}\n");
    assert_eq!(written(Form::Docker, "A", "it's \"$x\" # \\"), "A=it's \"$x\" # \\\n");
}

#[test]
fn dotenv_takes_the_weakest_quotes_that_all_readers_understand() {
    for (value, text) in [
        ("", "A=\n"),
        ("a.b/c:1@x%+,=-_", "A=a.b/c:1@x%+,=-_\n"),
        ("two words", "A='two words'\n"),
        ("$2a$10$x", "A='$2a$10$x'\n"),
        ("a\nb", "A='a\nb'\n"),
        ("C:\\new", "A='C:\\new'\n"),
        ("it's", "A=\"it's\"\n"),
        ("C:\\", "A=\"C:\\\\\"\n"),
        ("\\\\x \"y\"", "A=\"\\\\\\\\x \\\"y\\\"\"\n"),
        ("a\r\n", "A=\"a\\r\n\"\n"),
    ] {
        assert_eq!(written(Form::Dotenv, "A", value), text);
    }
    for value in ["${x}", "a ${x:-y} b", "it's $5", "it's `x`", "$\\\\", "$\\", "`\r"] {
        let fault =
            Form::Dotenv.write(&[variable("A", value.as_bytes(), true)]).expect_err(value).to_string();
        assert!(fault.starts_with("f.yaml: the value of key.A can't be written for dotenv: "), "{fault}");
        assert!(!fault.contains(value), "{fault}");
    }
}

#[test]
fn what_is_no_text_is_refused_but_by_kubernetes() {
    let bytes = [variable("A", b"hunter2\xff", true)];
    for form in [Form::Dotenv, Form::Shell, Form::Fish, Form::PowerShell, Form::Nu, Form::Docker, Form::Json]
    {
        let fault = form.write(&bytes).expect_err("it is refused").to_string();
        assert!(fault.ends_with("it is not text in UTF-8") && !fault.contains("hunter2"), "{fault}");
    }
    assert!(github::write(&bytes, "d").is_err());
    let secret = k8s::write("s", None, &bytes).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(
        secret.as_str(),
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"s\"\ntype: Opaque\ndata:\n  \"A\": \"aHVudGVyMv8=\"\n"
    );
}

#[test]
fn nothing_is_written_for_no_variables() {
    for (form, text) in [(Form::Dotenv, ""), (Form::Shell, ""), (Form::Json, "{\n}\n"), (Form::Nu, "{\n}\n")]
    {
        assert_eq!(form.write(&[]).unwrap_or_else(|fault| panic!("{fault}")).as_str(), text);
    }
    let secret = k8s::write("s", Some("n"), &[]).unwrap_or_else(|fault| panic!("{fault}"));
    assert!(secret.ends_with("  namespace: \"n\"\ntype: Opaque\ndata: {}\n"));
}

#[test]
fn a_value_with_the_delimiter_can_not_end_its_own_lines() {
    let fault = github::write(&[variable("A", b"x\nguess\nPATH<<y", true)], "guess").err();
    assert!(fault.is_some_and(|fault| fault.to_string().ends_with("it holds the delimiter")));
}

#[test]
fn masks_are_for_lines_that_are_long_and_rare_enough() {
    let variables = [
        variable("PEM", b"{\nlong line 100%\r\n}\n", true),
        variable("PIN", b"123", true),
        variable("FLAG", b"True", true),
        variable("HOST", b"example.org", false),
    ];
    let made = github::write(&variables, "d").unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(made.masks.as_str(), "::add-mask::long line 100%25\n");
    assert_eq!(made.unmasked, ["PIN", "FLAG"]);
    assert!(made.env.starts_with("PEM<<d\n{\nlong line 100%\r\n}\n\nd\nPIN<<d\n123\nd\n"));
}

fn tree(yaml: &str) -> Node {
    let document = Document::parse(yaml.as_bytes(), Format::Yaml, &Limits::default()).expect("yaml");
    document.trees().into_iter().next().expect("a document")
}

#[test]
fn files_for_dlt_are_merged_map_by_map() {
    let files = ["a: {b: 1, c: {d: x}}\ne: [1]\nf: 1\n", "a: {b: 2, c: null, g: {}}\ne: [2]\nf: {h: 1.5}\n"];
    let text = dlt_toml::write(files.map(tree).into()).unwrap_or_else(|fault| panic!("{fault}"));
    let again = Document::parse(text.as_bytes(), Format::Toml, &Limits::default()).expect("TOML").trees();
    assert!(again == [tree("e: [2]\na: {b: 2, g: {}, c: {d: x}}\nf: {h: 1.5}\n")], "{}", text.as_str());
}
