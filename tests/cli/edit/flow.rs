//! What `edit` does between an editor's start and its end, beside sops where sops does the same.

use super::{alice, decrypted, edit, no_trace, plain, script, sealed, sops};
use crate::support::format::Format;
use crate::support::peer;
use crate::support::sandbox::{Input, Sandbox};
use crate::support::tools;

/// The lines that differ.
fn changed(old: &str, new: &str) -> Vec<String> {
    let old: Vec<&str> = old.lines().collect();
    new.lines().filter(|line| !old.contains(line)).map(str::to_owned).collect()
}

#[test]
fn an_edit_changes_one_token_and_comes_back_as_it_was_typed() {
    let sandbox = sealed(&plain("flow-one"));
    let before = sandbox.text("a.yaml");
    let outcome = edit(&sandbox, "sed -i -e s/app/'new  name'/ -e '$a\\# the  end'", &["a.yaml"]).run();
    assert_eq!((outcome.status.code(), outcome.stderr.as_str()), (Some(0), ""), "nothing is said");
    let expected = format!("{}# the  end\n", plain("flow-one").replace("app", "new  name"));
    assert_eq!(decrypted(&sandbox, "a.yaml"), expected);
    let after = sandbox.text("a.yaml");
    let mut lines = changed(&before, &after);
    // Within one second the time stays the same.
    lines.retain(|line| !line.starts_with("    lastmodified:"));
    let starts = ["    user: ENC", "#ENC", "    mac: ENC"];
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn every_format_can_be_edited_and_sops_reads_the_result() {
    let texts = [
        (Format::Yaml, "a: word\n"),
        (Format::Json, "{\"a\": \"word\",  \"b\": [1]}"),
        (Format::Toml, "a = 'word' # why\n"),
        (Format::Dotenv, "a=word"),
        (Format::Ini, "[s]\na = word\n"),
        (Format::Binary, "\u{0}word\n\n"),
    ];
    for (format, text) in texts {
        let sandbox = Sandbox::new();
        let name = format.file("a");
        sandbox.write(&name, text);
        sandbox.run(["encrypt", "-i", "--age", &alice(), &name]).ok();
        edit(&sandbox, "sed -i s/word/other/", &[&name]).run().ok();
        let expected = text.replace("word", "other");
        assert_eq!(decrypted(&sandbox, &name), expected, "{format:?}");
        if format != Format::Toml {
            let seen = peer::opens(&sandbox, tools::SOPS, format, &sandbox.read(&name));
            let direct = peer::reads(&sandbox, tools::SOPS, format, expected.as_bytes());
            assert_eq!(seen, direct, "{format:?}");
        }
    }
}

#[test]
fn the_same_script_does_the_same_in_sops() {
    // The editor, and what both answer.
    let editors = [
        ("sed -i s/app/changed/", 0),
        ("true", 200),
        ("touch", 200),
        ("sed -i s/nothing/here/", 200),
        ("false", 201),
        ("sh -c 'exit 7'", 201),
        ("not-installed", 201),
        ("sed -i 's/unclosed", 201),
    ];
    for (editor, code) in editors {
        let (ours, theirs) = (sealed(&plain("same")), sealed(&plain("same")));
        std::fs::copy(ours.path("a.yaml"), theirs.path("a.yaml")).expect("a copy");
        let ran = edit(&ours, editor, &["a.yaml"]).run();
        let peer = theirs.program(&sops(), ["edit", "a.yaml"]).env("EDITOR", editor).run();
        assert_eq!(ran.status.code(), Some(code), "{}", ran.describe());
        assert_eq!(peer.status.code(), Some(code), "{}", peer.describe());
        let opened = |sandbox: &Sandbox| {
            peer::opens(sandbox, tools::SOPS, Format::Yaml, &sandbox.read("a.yaml")).expect("sops opens it")
        };
        // sops moves inline comments (quirk Q11), so values are what must be the same.
        assert_eq!(opened(&ours).differs(&opened(&theirs)), None, "{editor}");
        if code == 200 {
            assert!(peer.stderr.contains(ran.stderr.trim()), "{} {}", ran.stderr, peer.stderr);
        }
    }
}

#[test]
fn a_new_file_starts_from_an_example_and_is_sealed_by_its_rule() {
    for format in Format::ALL {
        let sandbox = Sandbox::new();
        let rule = format!(
            "creation_rules:\n  - path_regex: new\n    age: {}\n    encrypted_regex: (?i)password\n",
            alice()
        );
        sandbox.write(".sops.yaml", rule);
        let name = format.file("new");
        let run = |editor: &str| sandbox.sops_rs(["edit", &name]).env("EDITOR", editor).run();
        assert!(run("true").fails(200).contains("File has not changed, exiting."));
        assert!(!sandbox.path(&name).exists(), "{format:?}");
        run("sed -i -e s/change.me/canary/ -e s/example/word/").ok();
        let (sealed, opened) = (sandbox.text(&name), decrypted(&sandbox, &name));
        if format == Format::Binary {
            assert!(opened.starts_with("An word"), "{opened}");
        } else {
            assert!(opened.contains("canary") && !sealed.contains("canary"), "{format:?}: {sealed}");
            assert!(sealed.contains("encrypted_regex") && sealed.contains("app"), "{format:?}: {sealed}");
        }
    }
}

#[test]
fn a_new_file_takes_the_flags_of_encrypt() {
    let sandbox = Sandbox::new();
    let args = ["--input-type", "json", "--encrypted-suffix", "word", "new.secret"];
    edit(&sandbox, "sed -i s/app/operator/", &args).run().ok();
    let sealed = sandbox.text("new.secret");
    assert!(sealed.contains("\"operator\"") && sealed.contains("\"encrypted_suffix\": \"word\""), "{sealed}");
    edit(&sandbox, "sed -i s/app/x/", &["--output-type", "json", "new.yaml"]).run().ok();
    assert!(sandbox.text("new.yaml").starts_with('{'));
    let other = ["--input-type", "json", "--output-type", "yaml", "new.secret"];
    edit(&sandbox, "true", &other).run().fails(8);
}

#[test]
fn keys_and_places_are_tried_before_the_editor_starts() {
    let sandbox = sealed(&plain("before"));
    let editor = script(&sandbox, "editor", &format!("touch '{}'", sandbox.path("started").display()));
    let editor = editor.to_str().expect("a plain path");
    let not_mine = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
    sandbox.write("plain.yaml", "a: 1\n");
    edit(&sandbox, editor, &["--age", not_mine, "new.yaml"]).run().fails(1);
    edit(&sandbox, editor, &["--age", "age1plugin1qqqqqqqqqqqq", "new.yaml"]).run().refuses();
    edit(&sandbox, editor, &["plain.yaml"]).run().fails(1);
    edit(&sandbox, editor, &["."]).run().fails(2);
    edit(&sandbox, editor, &["--decryption-order", "age,age", "a.yaml"]).run().fails(112);
    edit(&sandbox, editor, &["none/new.yaml"]).run().fails(3);
    edit(&sandbox, editor, &["a.yaml"]).without("SOPS_AGE_KEY_FILE").run().fails(128);
    let message = sandbox.sops_rs(["edit", "new.yaml"]).env("EDITOR", editor).run().fails(1);
    assert!(message.contains("creation rule"), "{message}");
    assert!(!sandbox.path("started").exists());
}

#[test]
fn a_text_that_cant_be_sealed_ends_the_command_where_nobody_can_answer() {
    let faults = [
        ("sed -i '2s/:/: [/'", 2, "a.yaml:"),
        ("sed -i '$a\\sops: {}'", 203, "a.yaml:6:"),
        ("truncate -s 0", 92, "a.yaml: "),
        ("sed -i 's/.*//'", 92, "a.yaml: "),
        ("rm", 201, "removed"),
    ];
    for (editor, code, said) in faults {
        let canary = format!("fault-{code}-canary");
        let sandbox = sealed(&plain(&canary));
        let before = sandbox.text("a.yaml");
        for input in [Input::Empty, Input::Closed, Input::Pipe(b"\n\n\n".to_vec())] {
            let message = edit(&sandbox, editor, &["a.yaml"]).input(input).run().fails(code);
            assert!(message.contains(said), "{editor}: {message}");
            assert!(!message.contains(&canary), "{message}");
        }
        assert_eq!(sandbox.text("a.yaml"), before, "{editor}");
        no_trace(&sandbox, &canary);
    }
}

#[test]
fn a_rule_that_leaves_everything_in_clear_is_refused() {
    let sandbox = Sandbox::new();
    let message =
        edit(&sandbox, "sed -i s/app/x/", &["--encrypted-regex", "^nothing$", "new.yaml"]).run().fails(1);
    assert!(message.contains("would leave every value in clear"), "{message}");
    assert!(!sandbox.path("new.yaml").exists());
}

#[test]
fn shown_keys_can_be_looked_at_but_not_changed() {
    for format in [Format::Yaml, Format::Json, Format::Toml, Format::Dotenv, Format::Ini] {
        let sandbox = Sandbox::new();
        let name = format.file("new");
        edit(&sandbox, "sed -i s/change.me/hunter/", &[&name]).run().ok();
        let text = decrypted(&sandbox, &name);
        let editor = script(&sandbox, "look", "grep -q \"$KEY\" \"$1\" && sed -i s/hunter/other/ \"$1\"");
        let editor = editor.to_str().expect("a plain path");
        edit(&sandbox, editor, &["-s", &name]).env("KEY", alice()).run().ok();
        assert_eq!(decrypted(&sandbox, &name), text.replace("hunter", "other"), "{format:?}");
        let sealed = sandbox.text(&name);
        let message = edit(&sandbox, "sed -i s/age1/age2/", &["-s", &name]).run().fails(1);
        assert!(
            message.contains("the sops block was changed") && message.contains("updatekeys"),
            "{message}"
        );
        assert_eq!(sandbox.text(&name), sealed);
        edit(&sandbox, "true", &["-s", &name]).run().fails(200);
    }
}

#[test]
fn a_file_with_a_wrong_mac_is_edited_only_on_demand() {
    let sandbox = sealed(&plain("mac"));
    let text = sandbox.text("a.yaml");
    let lines = text.lines().filter(|line| !line.starts_with("port:"));
    sandbox.write("a.yaml", lines.map(|line| format!("{line}\n")).collect::<String>());
    edit(&sandbox, "sed -i s/app/x/", &["a.yaml"]).run().fails(51);
    let outcome = edit(&sandbox, "sed -i s/app/x/", &["--ignore-mac", "a.yaml"]).run();
    assert!(
        outcome.success() && outcome.stderr.contains("the mac was not checked"),
        "{}",
        outcome.describe()
    );
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("mac").replace("app", "x").replace("port: 5432\n", ""));
}

#[test]
fn the_version_is_raised_but_never_lowered() {
    for (version, expected) in
        [("3.9.0", "3.13.2"), ("3.7", "3.13.2"), ("3.99.1", "3.99.1"), ("3.13.2", "3.13.2")]
    {
        let sandbox = sealed(&plain("version"));
        let text = sandbox.text("a.yaml").replace("version: 3.13.2", &format!("version: {version}"));
        sandbox.write("a.yaml", text);
        edit(&sandbox, "sed -i s/app/x/", &["a.yaml"]).run().ok();
        let text = sandbox.text("a.yaml");
        assert!(text.contains(&format!("version: {expected}\n")), "{version}: {text}");
    }
}

#[test]
fn the_first_variable_that_is_set_names_the_editor() {
    let sandbox = sealed(&plain("variables"));
    let run = |named: &[(&str, &str)]| {
        let mut program = sandbox.sops_rs(["edit", "a.yaml"]);
        for (name, value) in named {
            program = program.env(name, value);
        }
        program.run().status.code()
    };
    assert_eq!(run(&[("SOPS_EDITOR", "true"), ("VISUAL", "false"), ("EDITOR", "false")]), Some(200));
    assert_eq!(run(&[("SOPS_EDITOR", ""), ("VISUAL", "true"), ("EDITOR", "false")]), Some(200));
    assert_eq!(run(&[("VISUAL", " "), ("EDITOR", "true")]), Some(200));
}

#[test]
fn without_a_variable_the_first_of_nano_vim_and_vi_is_taken() {
    let sandbox = sealed(&plain("path"));
    let run = || {
        let path = sandbox.home().with_file_name("bin");
        sandbox.sops_rs(["edit", "a.yaml"]).env("PATH", path.as_os_str()).run()
    };
    let message = run().fails(201);
    assert!(message.contains("there is no nano, vim or vi") && message.contains("hint: "), "{message}");
    for name in ["vi", "vim", "nano"] {
        script(&sandbox, name, &format!("echo {name} >&2; exit 3"));
        assert!(run().fails(201).starts_with(name), "{name}");
    }
}

#[test]
fn arguments_that_keep_vim_from_leaving_copies_come_before_the_file() {
    let sandbox = sealed(&plain("arguments"));
    let vim = script(&sandbox, "vim", "for word; do echo \"<$word>\" >&2; done");
    let editor = format!("'{}' --clean", vim.display());
    let message = edit(&sandbox, &editor, &["a.yaml"]).run().fails(200);
    let words: Vec<&str> = message.lines().collect();
    assert_eq!(words[..4], ["<--clean>", "<-n>", "<-i>", "<NONE>"], "{message}");
    assert!(words[words.len() - 2].ends_with("/a.yaml>"), "{message}");
}

#[test]
fn a_pipe_in_the_place_of_the_text_is_refused_and_not_waited_for() {
    let sandbox = sealed(&plain("flow-pipe"));
    let before = sandbox.text("a.yaml");
    let editor = script(&sandbox, "pipe", "rm \"$1\"; mkfifo \"$1\"");
    let message = edit(&sandbox, editor.to_str().expect("a plain path"), &["a.yaml"]).run().fails(2);
    assert!(message.contains("pipe"), "{message}");
    assert_eq!(sandbox.text("a.yaml"), before);
    no_trace(&sandbox, "flow-pipe");
}
