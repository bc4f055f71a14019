//! `filestatus` beside the real sops.

use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{plain, sealed, sealed_by_sops};
use crate::support::tools::SOPS;

#[test]
fn the_line_is_that_of_sops_to_the_letter() {
    for format in Format::OF_SOPS {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed_by_sops(&sandbox, &name, plain(format), &["alice"]);
        let theirs = sandbox.sops(SOPS, ["filestatus", &name]).text();
        assert_eq!(theirs, "{\"encrypted\":true}\n");
        let without_key = sandbox.sops_rs(["filestatus", &name]).without("SOPS_AGE_KEY_FILE").run();
        assert_eq!(without_key.text(), theirs, "{name}");
        assert_eq!(sandbox.as_sops(["filestatus", &name]).run().text(), theirs, "{name}");
    }
    let sandbox = Sandbox::new();
    for format in Format::ALL {
        let name = format.file("plain");
        sandbox.write(&name, plain(format));
        assert_eq!(sandbox.run(["filestatus", &name]).text(), "{\"encrypted\":false}\n", "{name}");
    }
    sealed(&sandbox, "s.toml", plain(Format::Toml), &["alice"]);
    assert_eq!(sandbox.run(["filestatus", "s.toml"]).text(), "{\"encrypted\":true}\n");
    let args = ["filestatus", "--input-type", "yaml", "plain.json"];
    assert_eq!(sandbox.run(args).text(), sandbox.sops(SOPS, args).text());
}

#[test]
fn the_exit_codes_are_those_of_sops() {
    let sandbox = Sandbox::new();
    sealed_by_sops(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let text = sandbox.text("s.yaml");
    let line = |start: &str| text.lines().find(|line| line.trim_start().starts_with(start)).expect("a line");
    sandbox.write("no-mac.yaml", text.replace(line("mac:"), ""));
    sandbox.write("no-time.yaml", text.replace(line("lastmodified:"), ""));
    sandbox.write("broken.yaml", "a: [\n");
    sandbox.write("empty.json", "{}");
    for args in [
        &["filestatus"][..],
        &["filestatus", "missing.yaml"],
        &["filestatus", "no-mac.yaml"],
        &["filestatus", "no-time.yaml"],
        &["filestatus", "broken.yaml"],
        &["filestatus", "empty.json"],
        &["filestatus", "--input-type", "json", "s.yaml"],
    ] {
        let (ours, theirs) = (sandbox.run(args), sandbox.sops(SOPS, args));
        assert_eq!(ours.status.code(), theirs.status.code(), "{args:?} {}", ours.describe());
        let shown = |stdout: &[u8]| String::from_utf8_lossy(stdout).into_owned();
        assert_eq!(shown(&ours.stdout), shown(&theirs.stdout), "{args:?}");
    }
}

#[test]
fn many_files_have_a_line_each_with_their_names() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "a \"b\".yaml", "a: b\n", &["alice"]);
    sandbox.write("c.yaml", "a: b\n");
    let shown = sandbox.run(["filestatus", "a \"b\".yaml", "c.yaml"]).text();
    let lines =
        "{\"file\":\"a \\\"b\\\".yaml\",\"encrypted\":true}\n{\"file\":\"c.yaml\",\"encrypted\":false}\n";
    assert_eq!(shown, lines);
    let checked = sandbox.run(["filestatus", "--check", "a \"b\".yaml", "c.yaml"]);
    assert!(checked.status.code() == Some(1) && checked.stdout == lines.as_bytes());
    sandbox.run(["filestatus", "--check", "a \"b\".yaml"]).ok();
    let one = sandbox.run(["filestatus", "--check", "c.yaml"]);
    assert!(one.status.code() == Some(1) && one.stdout == b"{\"encrypted\":false}\n", "{}", one.describe());
}

#[test]
fn of_a_directory_those_are_shown_that_are_or_should_be_encrypted() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "d/secret-a.yaml", "a: b\n", &["alice"]);
    sealed(&sandbox, "d/x/other.yaml", "a: b\n", &["alice"]);
    let rule = format!("creation_rules:\n  - path_regex: secret\n    age: {}\n", recipient("alice"));
    sandbox.write("d/.sops.yaml", rule);
    sandbox.write("d/secret-b.yaml", "a: b\n");
    sandbox.write("d/code.rs", "fn main() {}");
    sandbox.write("d/README.md", "sops files have lastmodified and mac");
    assert_eq!(
        sandbox.run(["filestatus", "d"]).text(),
        "{\"file\":\"d/secret-a.yaml\",\"encrypted\":true}\n{\"file\":\"d/secret-b.yaml\",\"encrypted\":false}\n\
         {\"file\":\"d/x/other.yaml\",\"encrypted\":true}\n"
    );
    let checked = sandbox.run(["filestatus", "--check", "d"]);
    assert_eq!(checked.status.code(), Some(1), "{}", checked.describe());
}
