//! Called as `sops`: the command lines of programs that shell out to sops, beside the real one.

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::tools::SOPS;

const PLAIN: &str = "user: app\ndb:\n    port: 5432\n    password: old\n";

/// Both programs with the same arguments in sandboxes of the same content. `{R}` is Alice's recipient.
fn both(setup: &[&str], args: &[&str]) -> (Sandbox, Outcome, Sandbox, Outcome) {
    let fill = |words: &[&str]| -> Vec<String> {
        words.iter().map(|word| word.replace("{R}", &recipient("alice"))).collect()
    };
    let prepare = || {
        let sandbox = Sandbox::new();
        sandbox.write("plain.yaml", PLAIN);
        sandbox.write("sealed.yaml", PLAIN);
        sandbox.write("blob", [0, 159, 146, 150]);
        sandbox.sops(SOPS, ["-e", "-i", "--age", &recipient("alice"), "sealed.yaml"]).ok();
        if !setup.is_empty() {
            sandbox.sops(SOPS, fill(setup)).ok();
        }
        sandbox
    };
    let (ours, theirs) = (prepare(), prepare());
    let our_outcome = ours.as_sops(fill(args)).run();
    let their_outcome = theirs.sops(SOPS, fill(args));
    (ours, our_outcome, theirs, their_outcome)
}

/// The exit codes agree, and so do the outputs.
fn same(args: &[&str]) {
    let (_, ours, _, theirs) = both(&[], args);
    assert_eq!(ours.status.code(), theirs.status.code(), "{}\n{}", ours.describe(), theirs.describe());
    let (ours, theirs) = (ours.stdout, theirs.stdout);
    assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&theirs), "{args:?}");
}

#[test]
fn legacy_decrypting_prints_what_sops_prints() {
    for args in [
        &["-d", "sealed.yaml"][..],
        &["--decrypt", "sealed.yaml"],
        &["-decrypt", "sealed.yaml"],
        &["-d=true", "sealed.yaml"],
        &["-d", "-extract", "[\"db\"][\"password\"]", "sealed.yaml"],
        &["--decrypt", "--extract=[\"db\"]", "sealed.yaml"],
        &["-d", "--output-type", "json", "sealed.yaml"],
        &["--output-type", "dotenv", "-d", "--extract", "[\"user\"]", "sealed.yaml"],
        &["-d", "--ignore-mac", "sealed.yaml"],
        &["--verbose=false", "-d", "sealed.yaml"],
        // Flags of other modes are let go.
        &["-d", "--age", "{R}", "--encrypted-regex", "^x$", "sealed.yaml"],
        &["decrypt", "sealed.yaml"],
        &["decrypt", "sealed.yaml", "-extract", "[\"user\"]"],
        &["decrypt", "--ignore-mac", "sealed.yaml"],
        &["decrypt", "--enable-local-keyservice", "sealed.yaml"],
        &["decrypt", "--enable-local-keyservice=true", "sealed.yaml"],
        &["decrypt", "--enable-local-keyservice=false", "sealed.yaml"],
    ] {
        same(args);
    }
}

/// How helm-secrets, a clean/smudge filter, the textconv of sops' documentation, and editor plugins call it.
#[test]
fn the_command_lines_of_other_programs_work() {
    for args in [
        &["--decrypt", "--input-type", "yaml", "--output-type", "yaml", "sealed.yaml"][..],
        &["--output-type", "yaml", "--input-type", "yaml", "--decrypt", "sealed.yaml"],
        &["decrypt", "--input-type=yaml", "--output-type=json", "sealed.yaml"],
        &["filestatus", "sealed.yaml"],
        &["filestatus", "plain.yaml"],
        &["filestatus", "--input-type", "yaml", "sealed.yaml"],
    ] {
        same(args);
    }
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let types = ["--input-type", "yaml", "--output-type", "yaml"];
    let encrypt = ["--encrypt", "--age", &recipient("alice")];
    let run = |words: &[&str]| sandbox.as_sops(words).run();
    run(&[&encrypt[..], &types, &["--in-place", "a.yaml"]].concat()).ok();
    assert_eq!(sandbox.sops(SOPS, ["-d", "a.yaml"]).text(), PLAIN);
    run(&[&["--decrypt"], &types[..], &["--output", "out.yaml", "a.yaml"]].concat()).ok();
    assert_eq!(sandbox.text("out.yaml"), PLAIN);
    let stdin = sandbox.as_sops(["--decrypt", "--input-type", "yaml", "--output-type", "yaml", "/dev/stdin"]);
    assert_eq!(stdin.pipe(sandbox.read("a.yaml")).run().text(), PLAIN);
    // The filter of a repository: binary through standard input, both ways.
    let clean = [
        "--encrypt",
        "--age",
        &recipient("alice"),
        "--input-type",
        "binary",
        "--output-type",
        "binary",
        "/dev/stdin",
    ];
    let sealed = sandbox.as_sops(clean).pipe("any bytes").run().ok();
    let smudge = ["--decrypt", "--input-type", "binary", "/dev/stdin"];
    assert_eq!(sandbox.as_sops(smudge).pipe(&sealed).run().ok(), b"any bytes");
    run(&["--decrypt", "--in-place", "a.yaml"]).ok();
    assert_eq!(sandbox.text("a.yaml"), PLAIN);
}

#[test]
fn legacy_set_and_rotate_change_the_file() {
    let (ours, outcome, ..) = both(&[], &["--set", "[\"db\"][\"password\"] \"new\"", "sealed.yaml"]);
    outcome.ok();
    assert_eq!(ours.sops(SOPS, ["-d", "sealed.yaml"]).text(), PLAIN.replace("old", "new"));
    for args in [&["-r", "-i", "sealed.yaml"][..], &["-rotate", "-in-place", "sealed.yaml"]] {
        let (ours, outcome, ..) = both(&[], args);
        outcome.ok();
        assert_eq!(ours.sops(SOPS, ["-d", "sealed.yaml"]).text(), PLAIN);
    }
}

#[test]
fn failures_have_the_exit_codes_of_sops() {
    for args in [
        &[][..],
        &["-d"],
        &["-d", "none.yaml"],
        &["-d", "plain.yaml"],
        &["decrypt", "none.yaml"],
        &["-e", "plain.yaml"],
        &["-e", "--age", "{R}", "sealed.yaml"],
        &["-e", "--age", "nonsense", "plain.yaml"],
        &["-d", "-i", "--output", "x", "sealed.yaml"],
        &["-d", "--extract", "[\"none\"]", "sealed.yaml"],
        &["-d", "--extract", "[\"none", "sealed.yaml"],
        &["--set", "nonsense", "sealed.yaml"],
        &["--set", "[\"a\"] nonsense", "sealed.yaml"],
        &["set", "sealed.yaml"],
        &["set", "none.yaml", "[\"a\"]", "1"],
        &["unset", "sealed.yaml", "[\"none\"]"],
        &["rotate"],
        &["rotate", "none.yaml"],
        &["rotate", "--add-age", "{R}", "none.yaml"],
        &["-r", "none.yaml"],
        &["filestatus", "none.yaml"],
        &["updatekeys", "sealed.yaml"],
        &["exec-env", "sealed.yaml"],
        &["exec-env", "none.yaml", "true"],
        &["exec-env", "plain.yaml", "true"],
        &["exec-file", "sealed.yaml", "exit 7"],
        &["--nonsense", "sealed.yaml"],
        &["decrypt", "--nonsense", "sealed.yaml"],
        &["help", "nonsense"],
    ] {
        let (_, ours, _, theirs) = both(&[], args);
        assert_eq!(ours.status.code(), theirs.status.code(), "{}\n{}", ours.describe(), theirs.describe());
    }
}

#[test]
fn messages_that_programs_match_on_are_those_of_sops() {
    let (_, ours, _, theirs) = both(&[], &["-d", "plain.yaml"]);
    assert_eq!(
        (ours.stderr.as_str(), ours.stderr.as_str()),
        (theirs.stderr.as_str(), "sops metadata not found\n")
    );
    for args in [
        &["-e", "plain.yaml"][..],
        &["-d", "none.yaml"],
        &["-d", "-i", "--output", "x", "sealed.yaml"],
        &["set", "sealed.yaml"],
        &["set", "sealed.yaml", "[\"a", "1"],
        &["set", "sealed.yaml", "[\"a\"]", "x"],
        &["unset", "sealed.yaml", "[\"none\"]"],
        &[],
        &["help", "nonsense"],
    ] {
        let (sandbox, ours, their_sandbox, theirs) = both(&[], args);
        assert_eq!(sandbox.anonymous(&ours.stderr), their_sandbox.anonymous(&theirs.stderr), "{args:?}");
    }
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    sandbox.as_sops(["-e", "-i", "--age", &recipient("bob"), "a.yaml"]).run().ok();
    let message = sandbox.as_sops(["-d", "a.yaml"]).run().fails(128);
    assert!(
        message.starts_with("Failed to get the data key required to decrypt the SOPS file."),
        "{message}"
    );
    sandbox.write(
        ".sops.yaml",
        format!("creation_rules:\n  - path_regex: x\n    age: {}\n", recipient("alice")),
    );
    sandbox.write("b.yaml", PLAIN);
    let message = sandbox.as_sops(["-e", "b.yaml"]).run().fails(1);
    assert_eq!(message, "error loading config: no matching creation rules found\n");
}

#[test]
fn a_missing_mac_is_a_mismatch_to_those_who_match_on_it() {
    let (sandbox, ..) = both(&[], &["filestatus", "sealed.yaml"]);
    let text = sandbox.text("sealed.yaml");
    let without: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("mac:")).collect();
    sandbox.write("sealed.yaml", without.join("\n"));
    let message = sandbox.as_sops(["-d", "sealed.yaml"]).run().fails(51);
    assert!(message.starts_with("MAC mismatch. "), "{message}");
}

#[test]
fn a_file_whose_name_tells_no_format_keeps_the_one_that_was_named() {
    let sandbox = Sandbox::new();
    sandbox.write("values", PLAIN);
    let alice = recipient("alice");
    for args in [
        &["-e", "-i", "--age", &alice, "--input-type", "yaml", "values"][..],
        &["set", "--input-type", "yaml", "values", "[\"db\"][\"password\"]", "\"new\""],
        &["rotate", "-i", "--input-type", "yaml", "values"],
    ] {
        sandbox.as_sops(args).run().ok();
    }
    let types = ["--input-type", "yaml", "--output-type", "yaml"];
    let plain = sandbox.sops(SOPS, [&["-d"], &types[..], &["values"]].concat()).text();
    assert_eq!(plain, PLAIN.replace("old", "new"));
}

#[test]
fn commands_that_are_not_there_are_no_files_to_edit() {
    let sandbox = Sandbox::new();
    for args in [&["publish", "a.yaml"][..], &["--verbose", "publish"]] {
        let message = sandbox.as_sops(args).run().fails(1);
        assert!(message.contains("this build has no command"), "{message}");
    }
}

#[test]
fn nothing_is_said_that_sops_would_not_say() {
    let (_, ours, _, _) = both(&[], &["set", "sealed.yaml", "[\"user\"]", "\"x\""]);
    assert_eq!(ours.stderr, "");
    let (_, ours, _, _) = both(&[], &["set", "sealed.yaml", "[\"user\"]", "\"app\""]);
    assert_eq!(ours.stderr, "");
}

#[test]
fn the_first_line_of_the_version_is_that_of_sops() {
    for flag in ["--version", "-v", "-version"] {
        let (_, ours, _, theirs) = both(&[], &[flag]);
        let first = |outcome: Outcome| outcome.text().lines().next().map(str::to_owned);
        assert_eq!(first(ours), first(theirs));
    }
}

#[test]
fn superfluous_arguments_are_warned_of_and_let_go() {
    let (_, ours, _, theirs) = both(&[], &["-d", "sealed.yaml", "more"]);
    assert!(ours.stderr.contains("only the first one"), "{}", ours.describe());
    assert_eq!(ours.text(), theirs.text());
}

#[test]
fn the_completion_scripts_of_sops_find_the_commands() {
    let sandbox = Sandbox::new();
    let names = sandbox.as_sops(["--generate-bash-completion"]).run().text();
    for name in ["encrypt", "decrypt", "set", "exec-env"] {
        assert!(names.lines().any(|line| line == name), "{names}");
    }
}

#[test]
fn completion_and_manual_come_from_the_parser() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = sandbox.run(["completion", shell]).text();
        assert!(script.contains("sops-rs") && script.contains("decryption-order"), "{shell}");
    }
    sandbox.run(["completion", "tcsh"]).refuses();
    assert!(sandbox.run(["man"]).text().contains(".TH sops-rs 1"));
    std::fs::create_dir(sandbox.path("pages")).expect("a folder");
    sandbox.run(["man", "--output", "pages"]).ok();
    assert!(sandbox.text("pages/sops-rs-decrypt.1").contains("ignore"));
}
