//! `edit` under the name `sops`, beside the real one: a FILE alone, `edit FILE`, new files.

use super::{alice, plain, sops};
use crate::support::format::Format;
use crate::support::outcome::Outcome;
use crate::support::peer;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::tools;

/// Both programs with the same arguments and editor in sandboxes of the same content.
fn both(editor: &str, args: &[&str]) -> [(Sandbox, Outcome); 2] {
    let sealed = {
        let sandbox = Sandbox::new();
        sandbox.write("a.yaml", plain("word").replace(" # who", ""));
        sandbox.sops(tools::SOPS, ["-e", "--age", &alice(), "a.yaml"]).ok()
    };
    let prepare = || {
        let sandbox = Sandbox::new();
        sandbox.write("a.yaml", &sealed);
        sandbox.write("plain.yaml", "a: 1\n");
        sandbox.write(".sops.yaml", format!("creation_rules:\n  - age: {}\n", alice()));
        sandbox
    };
    let run = |program: Program| program.env("EDITOR", editor).run();
    let (ours, theirs) = (prepare(), prepare());
    let our_outcome = run(ours.as_sops(args));
    let their_outcome = run(theirs.program(&sops(), args));
    [(ours, our_outcome), (theirs, their_outcome)]
}

/// What sops reads in a file.
fn values(sandbox: &Sandbox, name: &str) -> peer::View {
    peer::opens(sandbox, tools::SOPS, Format::Yaml, &sandbox.read(name)).expect("sops opens it")
}

#[test]
fn the_same_arguments_have_the_same_exit_code_and_lead_to_the_same_values() {
    let change = "sed -i s/word/other/";
    for (editor, args) in [
        (change, &["a.yaml"][..]),
        (change, &["edit", "a.yaml"]),
        (change, &["--ignore-mac", "a.yaml"]),
        (change, &["a.yaml", "--ignore-mac"]),
        (change, &["-input-type", "yaml", "-output-type", "yaml", "a.yaml"]),
        ("sed -i -e 's/port: .*/port: 1/' -e '$a\\more: [1, 2.5, x]'", &["edit", "a.yaml"]),
        ("sed -i /password/d", &["a.yaml"]),
        ("true", &["a.yaml"]),
        ("true", &["-s", "a.yaml"]),
        ("true", &["edit", "--show-master-keys", "a.yaml"]),
        ("true", &["new.yaml"]),
        ("false", &["new.yaml"]),
        ("false", &["edit", "a.yaml"]),
        ("none-such", &["a.yaml"]),
        ("true", &["plain.yaml"]),
        ("true", &["."]),
        ("true", &["edit"]),
        ("true", &["edit", "--decryption-order", "age,age", "a.yaml"]),
    ] {
        let [(our_sandbox, ours), (their_sandbox, theirs)] = both(editor, args);
        assert_eq!(ours.status.code(), theirs.status.code(), "{}\n{}", ours.describe(), theirs.describe());
        assert_eq!(values(&our_sandbox, "a.yaml"), values(&their_sandbox, "a.yaml"), "{editor} {args:?}");
        assert_eq!(our_sandbox.path("new.yaml").exists(), their_sandbox.path("new.yaml").exists());
    }
}

#[test]
fn a_saved_edit_says_nothing_and_an_unchanged_file_what_sops_says() {
    for (editor, args) in [
        ("sed -i s/word/other/", ["edit", "a.yaml"]),
        ("true", ["edit", "a.yaml"]),
        ("true", ["edit", "new.yaml"]),
    ] {
        let [(_, ours), (_, theirs)] = both(editor, &args);
        assert_eq!((ours.stdout, ours.stderr), (theirs.stdout, theirs.stderr), "{editor} {args:?}");
    }
}

#[test]
fn a_new_file_is_one_that_sops_opens() {
    let [(sandbox, outcome), _] = both("sed -i s/app/operator/", &["new.yaml"]);
    assert!(outcome.success(), "{}", outcome.describe());
    let opened = sandbox.sops(tools::SOPS, ["-d", "new.yaml"]).text();
    assert!(opened.contains("user: operator"), "{opened}");
}
