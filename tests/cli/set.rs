//! `set` and `unset`: one value changes, and the rest of the file does not.

use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::tools::{SOPS, SOPS_VERSIONS};

const PLAIN: &str =
    "# the database\ndb:\n  user: app   # who\n  password: 'old'\n\n# the rest\nlist:\n  - a\n  - b\n";

fn sealed(name: &str, plain: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(name, plain);
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), name]).ok();
    sandbox
}

fn plain(sandbox: &Sandbox, name: &str) -> String {
    sandbox.run(["decrypt", name]).text()
}

/// Lines of the sealed file that are not in the other, without those of the metadata.
fn changed_tokens(old: &str, new: &str) -> usize {
    let leaves = |text: &str| -> Vec<String> {
        text.lines().take_while(|line| !line.starts_with("sops:")).map(str::to_owned).collect()
    };
    let old = leaves(old);
    leaves(new).iter().filter(|line| !old.contains(line)).count()
}

#[test]
fn set_changes_one_value_and_one_token() {
    let sandbox = sealed("a.yaml", PLAIN);
    let before = sandbox.text("a.yaml");
    let outcome = sandbox.run(["set", "a.yaml", "[\"db\"][\"password\"]", "\"new\""]);
    assert!(outcome.success() && outcome.stderr.contains("history"), "{}", outcome.describe());
    assert_eq!(plain(&sandbox, "a.yaml"), PLAIN.replace("'old'", "'new'"));
    assert_eq!(changed_tokens(&before, &sandbox.text("a.yaml")), 1);
}

#[test]
fn a_new_key_goes_to_its_map_with_its_parents() {
    let sandbox = sealed("a.yaml", PLAIN);
    sandbox.run(["set", "a.yaml", "db.port", "5432"]).ok();
    sandbox.run(["set", "a.yaml", "new.deep.key", "true"]).ok();
    sandbox.run(["set", "a.yaml", "list[9]", "\"c\""]).ok();
    let expected = PLAIN.replace("'old'\n", "'old'\n  port: 5432\n").replace("- b\n", "- b\n  - c\n")
        + "new:\n  deep:\n    key: true\n";
    assert_eq!(plain(&sandbox, "a.yaml"), expected);
}

#[test]
fn unset_takes_the_line_and_leaves_the_rest() {
    let sandbox = sealed("a.yaml", PLAIN);
    sandbox.run(["unset", "a.yaml", "db.password"]).ok();
    sandbox.run(["unset", "a.yaml", "list[0]"]).ok();
    assert_eq!(plain(&sandbox, "a.yaml"), PLAIN.replace("  password: 'old'\n", "").replace("  - a\n", ""));
}

#[test]
fn unset_of_everything_leaves_a_file_that_opens() {
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Binary) {
        let (name, text, path) = match format {
            Format::Yaml => ("a.yaml", "a: 1\n", "a"),
            Format::Json => ("a.json", "{\"a\": 1}\n", "a"),
            Format::Toml => ("a.toml", "a = 1\n", "a"),
            Format::Dotenv => ("a.env", "A=1\n", "A"),
            _ => ("a.ini", "[a]\nb = 1\n", "a"),
        };
        let sandbox = sealed(name, text);
        sandbox.run(["unset", name, path]).ok();
        sandbox.run(["set", name, if format == Format::Ini { "s.x" } else { "x" }, "\"1\""]).ok();
        assert!(plain(&sandbox, name).contains('x'), "{name}");
        if format != Format::Toml {
            assert!(sandbox.sops(SOPS, ["decrypt", name]).success(), "{name}");
        }
    }
}

#[test]
fn every_format_is_changed_in_place_and_sops_reads_it() {
    for (name, text, path, value, expected) in [
        (
            "a.json",
            "{\n\t\"a\": {\"b\": 1, \"c\": [1,2]}\n}",
            "a.c[1]",
            "{\"x\": null}",
            "{\n\t\"a\": {\"b\": 1, \"c\": [1,{\"x\": null}]}\n}",
        ),
        ("a.env", "# top\nA=1\nB=two\n", "A", "\"x y\"", "# top\nA=x y\nB=two\n"),
        (
            "a.ini",
            "[one]\nk = v ; note\n\n[two]\nl = w\n",
            "one.n",
            "5",
            "[one]\nk = v ; note\nn = 5\n\n[two]\nl = w\n",
        ),
        (
            "a.toml",
            "# t\n[a]\nx = 'v' # c\n\n[b]\ny = 1\n",
            "a.z",
            "[1, 2]",
            "# t\n[a]\nx = 'v' # c\nz = [1, 2]\n\n[b]\ny = 1\n",
        ),
    ] {
        let sandbox = sealed(name, text);
        sandbox.run(["set", name, path, value]).ok();
        assert_eq!(plain(&sandbox, name), expected, "{name}");
        if name != "a.toml" {
            assert!(sandbox.sops(SOPS, ["decrypt", name]).success(), "{name}");
        }
    }
}

#[test]
fn numbers_keep_their_kind() {
    let sandbox = sealed("a.json", "{\"a\": 1}");
    sandbox.run(["set", "a.json", "a", "9007199254740993"]).ok();
    assert!(sandbox.text("a.json").contains("type:int"));
    assert_eq!(plain(&sandbox, "a.json"), "{\"a\": 9007199254740993}");
}

#[test]
fn values_come_from_standard_input_and_files_without_a_word_about_history() {
    let sandbox = sealed("a.yaml", PLAIN);
    let outcome =
        sandbox.sops_rs(["set", "--value-stdin", "a.yaml", "db.password"]).pipe("\"piped\"\n").run();
    assert!(outcome.success() && outcome.stderr.is_empty(), "{}", outcome.describe());
    assert_eq!(sandbox.run(["decrypt", "--extract", "db.password", "a.yaml"]).text(), "piped");
    sandbox.write("value", "not \"JSON\"\n");
    sandbox.run(["set", "--value-file", "--text", "a.yaml", "db.password", "value"]).ok();
    assert_eq!(sandbox.run(["decrypt", "--extract", "db.password", "a.yaml"]).text(), "not \"JSON\"");
}

#[test]
fn without_a_terminal_a_missing_value_is_an_error() {
    let sandbox = sealed("a.yaml", PLAIN);
    let before = sandbox.read("a.yaml");
    sandbox.run(["set", "a.yaml", "db.password"]).fails(100);
    sandbox.sops_rs(["set", "a.yaml", "db.password"]).detached().run().fails(100);
    assert_eq!(sandbox.read("a.yaml"), before);
}

#[test]
fn what_can_not_be_set_is_refused_and_nothing_changes() {
    let sandbox = sealed("a.yaml", PLAIN);
    let before = sandbox.read("a.yaml");
    for (path, value, code) in [
        ("[\"db\"", "1", 7),
        ("", "1", 7),
        ("db", "text", 7),
        ("db[0]", "1", 1),
        ("list.key", "1", 1),
        ("sops", "1", 203),
    ] {
        let message = sandbox.run(["set", "a.yaml", path, value]).fails(code);
        assert!(!message.contains("panic"), "{path}: {message}");
    }
    for path in ["none", "db.none", "list[7]", "db.user.deep"] {
        sandbox.run(["unset", "a.yaml", path]).fails(1);
    }
    sandbox.run(["unset", "--idempotent", "a.yaml", "none"]).ok();
    sandbox.run(["unset", "--idempotent", "a.yaml", "db.user.deep"]).fails(1);
    sandbox.run(["set", "none.yaml", "a", "1"]).fails(2);
    assert_eq!(sandbox.read("a.yaml"), before);
}

#[test]
fn a_missing_file_is_made_when_a_rule_matches() {
    for (name, path, expected) in [
        ("a.yaml", "db.password", "db:\n  password: x\n"),
        ("a.json", "db.password", "{\n\t\"db\": {\n\t\t\"password\": \"x\"\n\t}\n}\n"),
        ("a.toml", "db.password", "[db]\npassword = \"x\"\n"),
        ("a.env", "DB_PASSWORD", "DB_PASSWORD=x\n"),
        ("a.ini", "db.password", "[db]\npassword = x\n"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(
            ".sops.yaml",
            format!("creation_rules:\n  - path_regex: a\\.\n    age: {}\n", recipient("alice")),
        );
        sandbox.run(["set", name, path, "\"x\""]).ok();
        assert_eq!(plain(&sandbox, name), expected);
        sandbox.run(["set", "b.yaml", path, "\"x\""]).fails(2);
        sandbox.as_sops(["set", "a.x.yaml", path, "\"x\""]).run().fails(2);
        assert!(!sandbox.path("b.yaml").exists() && !sandbox.path("a.x.yaml").exists());
    }
}

#[test]
fn a_dry_run_makes_no_missing_file_and_does_not_say_that_it_did() {
    let sandbox = Sandbox::new();
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - age: {}\n", recipient("alice")));
    let outcome = sandbox.run(["set", "--dry-run", "a.yaml", "a", "1"]);
    assert!(outcome.success() && outcome.stderr.ends_with("a.yaml would be new\n"), "{}", outcome.describe());
    assert!(!sandbox.path("a.yaml").exists());
}

#[test]
fn documents_that_the_output_type_can_not_hold_are_not_dropped() {
    let sandbox = sealed("a.yaml", "a: 1\n---\nb: 2\n");
    let before = sandbox.read("a.yaml");
    sandbox.run(["set", "--output-type", "json", "a.yaml", "a", "5"]).fails(4);
    assert_eq!(sandbox.read("a.yaml"), before);
}

#[test]
fn a_value_that_is_there_already_writes_nothing() {
    let sandbox = sealed("a.yaml", PLAIN);
    let before = sandbox.read("a.yaml");
    sandbox.run(["set", "a.yaml", "db.user", "\"app\""]).ok();
    sandbox.run(["set", "--idempotent", "a.yaml", "db.user", "\"app\""]).ok();
    sandbox.run(["set", "--dry-run", "a.yaml", "db.user", "\"other\""]).ok();
    assert_eq!(sandbox.read("a.yaml"), before);
}

#[test]
fn set_on_a_file_of_sops_keeps_its_tokens() {
    for version in SOPS_VERSIONS {
        let sandbox = Sandbox::new();
        sandbox.write("a.yaml", PLAIN);
        sandbox.sops(version, ["-e", "-i", "--age", &recipient("alice"), "a.yaml"]).ok();
        let before = sandbox.text("a.yaml");
        sandbox.run(["set", "a.yaml", "db.password", "\"new\""]).ok();
        assert_eq!(changed_tokens(&before, &sandbox.text("a.yaml")), 1);
        let theirs = sandbox.sops(version, ["decrypt", "--extract", "[\"db\"][\"password\"]", "a.yaml"]);
        assert_eq!(theirs.text(), "new");
    }
}

/// The same arguments for both programs: the same exit code, and the same data afterwards.
#[test]
fn set_and_unset_answer_as_sops_does() {
    let cases: &[&[&str]] = &[
        &["set", "F", "[\"db\"][\"user\"]", "\"x\""],
        &["set", "F", "[\"db\"][\"n\"]", "1.5"],
        &["set", "F", "[\"db\"][\"n\"]", "{\"a\": [1, 2], \"b\": null}"],
        &["set", "F", "[\"new\"][\"deep\"]", "true"],
        &["set", "F", "[\"new\"][0]", "\"first\""],
        &["set", "F", "[\"list\"][0]", "\"x\""],
        &["set", "F", "[\"list\"][9]", "\"x\""],
        &["set", "F", "[\"db\"]", "\"a scalar now\""],
        &["set", "F", "[\"db\"][\"user\"][\"deep\"]", "\"x\""],
        &["set", "F", "[\"db", "1"],
        &["set", "F", "[\"db\"]", "not json"],
        &["set", "F", "[\"db\"]"],
        &["set", "none.yaml", "[\"db\"]", "1"],
        &["unset", "F", "[\"db\"][\"user\"]"],
        &["unset", "F", "[\"list\"][1]"],
        &["unset", "F", "[\"list\"][2]"],
        &["unset", "F", "[\"none\"]"],
        &["unset", "--idempotent", "F", "[\"none\"]"],
        &["unset", "F", "[\"db\"]"],
        &["unset", "F"],
    ];
    for case in cases {
        let sandbox = sealed("ours.yaml", PLAIN);
        std::fs::copy(sandbox.path("ours.yaml"), sandbox.path("theirs.yaml")).expect("a copy");
        let named = |name: &'static str| case.iter().map(move |word| if *word == "F" { name } else { word });
        let ours = sandbox.as_sops(named("ours.yaml")).run();
        let theirs = sandbox.sops(SOPS, named("theirs.yaml"));
        assert_eq!(ours.status.code(), theirs.status.code(), "{}\n{}", ours.describe(), theirs.describe());
        let json = |name| sandbox.sops(SOPS, ["decrypt", "--output-type", "json", name]).text();
        assert_eq!(json("ours.yaml"), json("theirs.yaml"), "{case:?}");
    }
}

#[test]
fn fifty_sets_at_once_lose_none() {
    let sandbox = sealed("a.yaml", "start: 0\n");
    std::thread::scope(|scope| {
        for n in 0..50 {
            let sandbox = &sandbox;
            scope.spawn(move || sandbox.run(["set", "a.yaml", &format!("key{n}"), &n.to_string()]).ok());
        }
    });
    let all = plain(&sandbox, "a.yaml");
    let lost: Vec<usize> = (0..50).filter(|n| !all.contains(&format!("\nkey{n}: {n}\n"))).collect();
    assert!(lost.is_empty(), "{lost:?}");
}
