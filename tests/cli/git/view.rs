//! `view`: structure without values, for every file that there is.

use super::trace::trace;
use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::sealed;
use crate::support::{corpus, files, fixtures};
use std::path::{Path, PathBuf};

/// Every fixture that is a file of a format, plain or sealed, and the corpus.
fn every_fixture() -> Vec<(PathBuf, Format)> {
    let mut found = Vec::new();
    for folder in ["plain", "sops-3.13.2", "sops-3.12.2", "rops-0.1.7"] {
        for format in Format::ALL {
            let folder = fixtures().join(folder).join(format.word());
            let there = folder.is_dir().then(|| files(&folder)).into_iter().flatten();
            found.extend(there.map(|file| (file, format)));
        }
    }
    found.extend(
        Format::ALL
            .into_iter()
            .flat_map(|format| corpus::corpus(format).into_iter().map(move |file| (file, format))),
    );
    assert!(found.len() > 200, "{} fixtures", found.len());
    found
}

/// The values and comments of a plain file, as its JSON view names them: their number by path.
fn structure(sandbox: &Sandbox, file: &Path, format: Format) -> Vec<String> {
    let words = ["view", "--json", "--input-type", format.word()].map(Path::new);
    let text = sandbox.run(words.into_iter().chain([file])).text();
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let values = json["files"][0]["values"].as_array().expect("a list of values");
    values.iter().map(|value| format!("{} {}", value["document"], value["path"])).collect()
}

#[test]
fn every_fixture_is_seen_in_its_own_format_without_a_value() {
    let sandbox = Sandbox::new();
    let mut viewed = 0;
    for (file, format) in every_fixture() {
        let words = ["view", "--input-type", format.word()].map(Path::new);
        let outcome =
            sandbox.sops_rs(words.into_iter().chain([file.as_path()])).without("SOPS_AGE_KEY_FILE").run();
        // Some plain files are there to be refused.
        if !outcome.success() {
            assert!(!file.starts_with(fixtures().join("sops-3.13.2")), "{}", outcome.describe());
            continue;
        }
        let shown = outcome.text();
        assert!(!shown.contains("ENC["), "{}: {shown}", file.display());
        if format == Format::Binary {
            assert_eq!(shown, "***\n");
            continue;
        }
        let again = format.file("again");
        sandbox.write(&again, &shown);
        assert_eq!(sandbox.run(["view", &again]).text(), shown, "{} is not stable", file.display());
        let (before, after) =
            (structure(&sandbox, &file, format), structure(&sandbox, Path::new(&again), format));
        assert_eq!(before, after, "{} has another structure", file.display());
        viewed += 1;
    }
    assert!(viewed > 150, "only {viewed} files were viewed");
}

#[test]
fn no_value_and_no_comment_of_a_plain_file_is_left() {
    let sandbox = Sandbox::new();
    let canary = "CaNaRy";
    for (format, plain) in [
        (
            Format::Yaml,
            "# CaNaRy\na: CaNaRy # CaNaRy\nb: |\n  CaNaRy\n  # CaNaRy\nc: [1, 'CaNaRy', {d: \"CaNaRy\"}] # CaNaRy\n# CaNaRy\ne: !!str CaNaRy\nf: &x CaNaRy\ng: *x\nh:\n# CaNaRy\n- >-\n  CaNaRy\n  CaNaRy\n\n  CaNaRy\n- CaNaRy\n  CaNaRy\ni: [ # CaNaRy\n  1, # CaNaRy\n  # CaNaRy\n]\n---\nCaNaRy: 1\n...\n# CaNaRy\n",
        ),
        (Format::Json, "{\"a\": \"CaNaRy\", \"b\": [\"CaNaRy\", 17, {\"c\": \"CaNaRy\\u0020\"}]}"),
        (
            Format::Toml,
            "# CaNaRy\na = \"CaNaRy\" # CaNaRy\nb = '''\nCaNaRy\n'''\nc = [ # CaNaRy\n  'CaNaRy', # CaNaRy\n  # CaNaRy\n]\n[t] # CaNaRy\nd = { e = \"CaNaRy\" }\n",
        ),
        (Format::Dotenv, "# CaNaRy\nA=CaNaRy\nB=\"CaNaRy\" # CaNaRy\n"),
        (
            Format::Ini,
            "; CaNaRy\n# CaNaRy\nx = CaNaRy\n[s] ; CaNaRy\na = CaNaRy ; CaNaRy\nb = \"\"\"CaNaRy\nCaNaRy\"\"\"\nc = `CaNaRy`\n",
        ),
    ] {
        let file = format.file("plain");
        sandbox.write(&file, plain);
        let shown = sandbox.run(["view", &file]).text();
        // In YAML one key is called so, to see that keys stay.
        let expected = usize::from(format == Format::Yaml);
        assert_eq!(shown.matches(canary).count(), expected, "{file}: {shown}");
    }
}

#[test]
fn what_is_in_clear_shows_on_request_unless_it_should_be_secret() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", "# note\nhost_unencrypted: db1 # here\npassword: hunter2\n");
    let before = sandbox.run(["view", "--clear", "a.yaml"]).text();
    assert_eq!(before, "#***\nhost_unencrypted: db1 #***\npassword: \"***\"\n");
    sealed(&sandbox, "a.yaml", "# note\nhost_unencrypted: db1\npassword: hunter2\n", &["alice"]);
    let planted = sandbox.text("a.yaml").replacen("password:", "planted: in clear\npassword:", 1);
    sandbox.write("a.yaml", planted);
    assert_eq!(
        sandbox.run(["view", "--clear", "a.yaml"]).text(),
        "#***\nhost_unencrypted: db1\nplanted: \"***\"\npassword: \"***\"\n"
    );
    assert_eq!(
        sandbox.run(["view", "a.yaml"]).text(),
        "#***\nhost_unencrypted: \"***\"\nplanted: \"***\"\npassword: \"***\"\n"
    );
    sandbox.write("b.yaml", "open: yes\npassword: hunter2\n");
    let alice = recipient("alice");
    sandbox
        .write(".sops.yaml", format!("creation_rules:\n  - encrypted_regex: ^password$\n    age: {alice}\n"));
    let by_rule = sandbox.run(["view", "--clear", "b.yaml"]).text();
    assert_eq!(by_rule, "open: yes\npassword: \"***\"\n");
}

#[test]
fn several_files_have_headers_and_standard_input_has_none() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", "a: 1");
    sandbox.write("b.env", "B=2\n");
    let shown = sandbox.run(["view", "a.yaml", "b.env"]).text();
    assert_eq!(shown, "==> a.yaml <==\na: \"***\"\n\n==> b.env <==\nB=***\n");
    let shown = sandbox.sops_rs(["view", "--input-type", "yaml"]).pipe("a: 1\n").run().text();
    assert_eq!(shown, "a: \"***\"\n");
    assert!(sandbox.run(["view", "missing.yaml"]).fails(100).contains("missing.yaml"));
    sandbox.write("bad.yaml", "a: [\n");
    assert!(sandbox.run(["view", "bad.yaml"]).fails(2).contains("bad.yaml:"));
}

#[test]
fn as_json_each_value_has_its_path_type_and_state() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "a.yaml", "db:\n  ports: [1, true]\n  name_unencrypted: x\n# c\nnone:\n", &["alice"]);
    let text = sandbox.sops_rs(["view", "--json", "a.yaml"]).without("SOPS_AGE_KEY_FILE").run().text();
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["schema_version"], 1);
    let file = &json["files"][0];
    assert_eq!(
        (&file["file"], &file["format"], &file["encrypted"]),
        (&"a.yaml".into(), &"yaml".into(), &true.into())
    );
    let values = file["values"].as_array().expect("values").iter();
    let lines: Vec<String> =
        values.map(|value| format!("{} {} {}", value["path"], value["type"], value["encrypted"])).collect();
    assert_eq!(
        lines,
        [
            "[\"db\",\"ports\",0] \"int\" true",
            "[\"db\",\"ports\",1] \"bool\" true",
            "[\"db\",\"name_unencrypted\"] \"str\" false",
            "[] \"comment\" true",
            "[\"none\"] \"null\" false",
        ]
    );
}

#[test]
fn a_view_starts_and_reaches_nothing_and_reads_no_key() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "a.yaml", "a: 1\n", &["alice"]);
    let traced = trace(&sandbox, &["view", "a.yaml"], |program| program.env("SOPS_AGE_KEY_CMD", "false"));
    assert_eq!(traced.calls, ["execve"], "{}", traced.text);
    assert!(!traced.text.contains("alice.age"), "{}", traced.text);
    assert_eq!(traced.outcome.text(), "a: \"***\"\n");
}
