use super::*;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::tree::Node;
use crate::exec::flatten::Json;

fn tree(yaml: &str) -> Node {
    let document = Document::parse(yaml.as_bytes(), Format::Yaml, &Limits::default()).expect("yaml");
    document.trees().into_iter().next().expect("a document")
}

fn environment(files: &[&str], choice: Choice) -> Result<Vec<(String, String)>, String> {
    let mut environment = Environment::new(choice);
    for (number, yaml) in files.iter().enumerate() {
        let (file, tree) = (format!("{number}.yaml"), tree(yaml));
        let source = Source { file: &file, values: &tree, sealed: &tree };
        environment.add(source).map_err(|error| error.to_string())?;
    }
    let variables = environment.finish().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    Ok(variables.iter().map(|variable| (variable.name.clone(), text(&variable.value))).collect())
}

fn pairs(expected: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
    Ok(expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn json(json: Json) -> Choice {
    Choice { shape: Shape { json, ..Shape::default() }, ..Choice::default() }
}

#[test]
fn scalars_have_the_text_that_sops_gives_them() {
    let yaml = "s: \"a\\nb\"\ni: 0x10\nf: 1.0\nb: yes\nt: true\nn: null\ne: ''\n";
    let expected =
        [("s", "a\nb"), ("i", "16"), ("f", "1.0"), ("b", "yes"), ("t", "true"), ("n", ""), ("e", "")];
    assert_eq!(environment(&[yaml], Choice::default()), pairs(&expected));
}

#[test]
fn of_several_files_the_later_one_wins() {
    let files = ["a: 1\nb: 2\n", "b: 3\nc: 4\n"];
    assert_eq!(environment(&files, Choice::default()), pairs(&[("a", "1"), ("b", "3"), ("c", "4")]));
}

#[test]
fn strict_refuses_two_values_for_a_name_and_says_where_they_are() {
    let strict = || Choice { strict: true, ..Choice::default() };
    let between = environment(&["a: 1\n", "a: 1\n"], strict());
    assert_eq!(between, Err("the variable a is set twice: by a in 0.yaml and by a in 1.yaml".into()));
    let within = environment(&["a:\n  b: 1\na__b: 2\n"], strict());
    assert_eq!(within, Err("the variable a__b is set twice: by a.b in 0.yaml and by a__b in 0.yaml".into()));
}

#[test]
fn lists_are_refused_unless_they_are_wanted_as_json() {
    let yaml = "db:\n  ports: [1, 2.0, yes, true, null, \"q\\\"\", {k: [é]}]\n";
    let refused = environment(&[yaml], Choice::default());
    assert_eq!(refused, Err("0.yaml: db.ports is a list, which is no value for a variable".into()));
    let list = "[1,2.0,\"yes\",true,null,\"q\\\"\",{\"k\":[\"é\"]}]";
    assert_eq!(environment(&[yaml], json(Json::Lists)), pairs(&[("db__ports", list)]));
    let map = format!("{{\"ports\":{list}}}");
    assert_eq!(environment(&[yaml], json(Json::All)), pairs(&[("db", &map)]));
    assert_eq!(environment(&["l: []\nm: {}\n"], json(Json::All)), pairs(&[("l", "[]"), ("m", "{}")]));
}

#[test]
fn only_what_is_wanted_can_be_refused() {
    let yaml = "a: 1\nab: 2\nlist: [1]\nPATH: /evil\n\"\": x\n";
    let only = |names: &[&str]| Choice {
        only: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Choice::default()
    };
    assert_eq!(environment(&[yaml], only(&["a*"])), pairs(&[("a", "1"), ("ab", "2")]));
    assert_eq!(environment(&[yaml], only(&["ab"])), pairs(&[("ab", "2")]));
    assert_eq!(environment(&[yaml], only(&["ab", "B"])), Err("--only B: no variable has that name".into()));
}

#[test]
fn names_that_load_code_need_to_be_allowed_one_by_one() {
    let yaml = "LD_PRELOAD: /tmp/evil.so\nPATH: /bin\n";
    let message = environment(&[yaml], Choice::default()).expect_err("it is refused");
    assert!(message.starts_with("0.yaml: LD_PRELOAD would set the variable LD_PRELOAD, "), "{message}");
    assert!(!message.contains("evil"), "{message}");
    let allow = |names: &[&str]| Choice {
        allowed: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Choice::default()
    };
    let message = environment(&[yaml], allow(&["LD_PRELOAD"])).expect_err("PATH is refused");
    assert!(message.contains("PATH"), "{message}");
    assert!(environment(&[yaml], allow(&["PATH", "LD_PRELOAD"])).is_ok());
}

#[test]
fn a_flattened_name_is_refused_as_well() {
    let shape = Shape { separator: "_".into(), upper: true, ..Shape::default() };
    let message = environment(&["ld: {preload: x}\n"], Choice { shape, ..Choice::default() });
    assert!(message.expect_err("it is refused").contains("ld.preload would set the variable LD_PRELOAD"));
}

#[test]
fn what_no_variable_can_hold_is_refused_by_its_key() {
    for (yaml, message) in [
        ("a=b: 1\n", "0.yaml: [\"a=b\"] can't become a variable: "),
        ("\"\": 1\n", "0.yaml: [\"\"] can't become a variable: the name would be empty"),
        ("k: \"secret\\0\"\n", "0.yaml: the value of k holds a NUL byte, which no variable can"),
    ] {
        let fault = environment(&[yaml], Choice::default()).expect_err(yaml);
        assert!(fault.starts_with(message), "{fault}");
        assert!(!fault.contains("secret"), "{fault}");
    }
}
