//! `textconv` as git's driver: plaintext in everything that git shows, and an answer whatever it is given.

use super::trace::trace;
use crate::support::format::Format;
use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::{Sandbox, identity, recipient};
use crate::support::team::{sealed, sealed_by_sops};
use crate::support::{files, fixtures, name};
use std::fs;
use std::path::Path;

const NOTE: &str = "# sops-rs: not decrypted: ";

/// A repository in which git shows every file through the driver.
fn repository(flags: &[&str]) -> Repository {
    let repository = Repository::of_kind(flags);
    repository.sandbox.write(".gitattributes", "* diff=sops-rs\n.gitattributes !diff\n");
    repository.git(["config", "diff.sops-rs.textconv", "sops-rs textconv"]);
    repository.git(["config", "diff.sops-rs.cachetextconv", "false"]);
    repository
}

/// With a file in two committed versions and a third in the work tree.
fn with_history(flags: &[&str], path: &str) -> Repository {
    let repository = repository(flags);
    for value in ["one", "two", "three"] {
        sealed(&repository.sandbox, path, &format!("user: app\npassword: hunter-{value}\n"), &["alice"]);
        if value != "three" {
            repository.commit(value);
        }
    }
    repository
}

/// The lines that a diff adds and removes, sorted.
fn changes(diff: &str) -> Vec<&str> {
    let is_change = |line: &&str| {
        (line.starts_with('+') || line.starts_with('-'))
            && !line.starts_with("+++")
            && !line.starts_with("---")
    };
    let mut lines: Vec<&str> = diff.lines().filter(is_change).collect();
    lines.sort_unstable();
    lines
}

#[track_caller]
fn silent(outcome: Outcome) -> String {
    assert!(outcome.stderr.is_empty(), "{}", outcome.describe());
    outcome.text()
}

#[test]
fn git_shows_plaintext_lines() {
    for flags in [&[][..], &["--object-format=sha256"]] {
        let repository = with_history(flags, "a b/sécrets.yaml");
        let git = |words: &[&str]| silent(repository.try_git(words));
        assert_eq!(changes(&git(&["diff"])), ["+password: hunter-three", "-password: hunter-two"]);
        repository.git(["add", "--all"]);
        assert_eq!(
            changes(&git(&["diff", "--staged"])),
            ["+password: hunter-three", "-password: hunter-two"]
        );
        assert_eq!(changes(&git(&["show"])), ["+password: hunter-two", "-password: hunter-one"]);
        let log = git(&["log", "-p", "--", "a b"]);
        assert_eq!(
            changes(&log),
            ["+password: hunter-one", "+password: hunter-two", "+user: app", "-password: hunter-one"]
        );
        assert!(!log.contains("ENC["), "{log}");
        assert_eq!(git(&["log", "-Shunter-two", "--format=%s"]), "two\n");
        assert!(git(&["blame", "a b/sécrets.yaml"]).contains("password: hunter-three"));
        assert!(git(&["grep", "--textconv", "hunter"]).contains("password: hunter-three"));
    }
}

#[test]
fn what_leaves_the_repository_stays_encrypted() {
    let repository = with_history(&[], "secrets.yaml");
    for words in
        [&["format-patch", "--stdout", "-1"][..], &["show", "HEAD:secrets.yaml"], &["diff", "--no-textconv"]]
    {
        let shown = repository.git(words);
        assert!(!shown.contains("hunter") && shown.contains("ENC["), "{words:?}: {shown}");
    }
    repository.git(["log", "-p"]);
    assert_eq!(repository.git(["for-each-ref", "refs/notes"]), "", "a plaintext was stored");
}

#[test]
fn it_works_in_a_bare_repository() {
    let repository = with_history(&[], "secrets.yaml");
    let bare = repository.sandbox.path("../bare.git");
    let work = repository.sandbox.path("");
    repository.git([
        "clone".as_ref(),
        "--quiet".as_ref(),
        "--bare".as_ref(),
        work.as_os_str(),
        bare.as_os_str(),
    ]);
    fs::write(bare.join("info/attributes"), "* diff=sops-rs\n").expect("attributes");
    let git = |words: &[&str]| repository.git_in(&bare, words);
    git(&["config", "diff.sops-rs.textconv", "sops-rs textconv"]).ok();
    let shown = silent(git(&["show", "--format=", "HEAD", "--", "secrets.yaml"]));
    assert_eq!(changes(&shown), ["+password: hunter-two", "-password: hunter-one"]);
}

#[test]
fn every_sealed_file_is_opened_whatever_its_name() {
    let sandbox = Sandbox::new();
    for folder in ["sops-3.13.2", "sops-3.12.2", "rops-0.1.7"] {
        for format in Format::ALL {
            let folder = fixtures().join(folder).join(format.word());
            for file in folder.is_dir().then(|| files(&folder)).into_iter().flatten() {
                let alone = ["quantum", "ssh", "shamir"];
                if alone.iter().any(|kind| name(&file).contains(kind)) {
                    continue;
                }
                let plain = sandbox.run([Path::new("decrypt"), &file]).ok();
                sandbox.write("nameless", fs::read(&file).expect("a fixture"));
                let shown = |path: &Path| sandbox.run([Path::new("textconv"), path]);
                for outcome in [shown(&file), shown(Path::new("nameless"))] {
                    assert_eq!(outcome.stderr, "", "{}", outcome.describe());
                    assert!(outcome.ok() == plain, "{}", file.display());
                }
            }
        }
    }
}

#[test]
fn a_file_of_each_format_is_opened_under_any_other_name() {
    let sandbox = Sandbox::new();
    for (format, plain) in [
        (Format::Yaml, "a: b\n"),
        (Format::Json, "{\"a\": \"b\"}\n"),
        (Format::Toml, "[t]\na = 'b'\n"),
        (Format::Dotenv, "A=b\n"),
        (Format::Ini, "[s]\na = b\n"),
        (Format::Binary, "\0\u{1}b"),
    ] {
        let own = format.file("own");
        sealed(&sandbox, &own, plain, &["alice"]);
        for other in Format::ALL.map(|format| format.file("other")).into_iter().chain(["other".to_owned()]) {
            sandbox.write(&other, sandbox.read(&own));
            let shown = sandbox.run(["textconv", &other]).text();
            // The envelope of a binary file is JSON, and JSON is YAML.
            let envelope = format == Format::Binary && (other.ends_with(".json") || other.ends_with(".yaml"));
            assert!(shown == plain || (envelope && shown.contains("\"data\"")), "{own} as {other}: {shown}");
        }
    }
}

/// What passes through as it is, each with its reason.
fn passing(sandbox: &Sandbox) -> Vec<(&'static str, &'static str)> {
    sealed(sandbox, "good.yaml", "a: one\nb: two\n", &["alice"]);
    sealed(sandbox, "bob.yaml", "a: one\n", &["bob"]);
    let good = sandbox.text("good.yaml");
    sandbox.write("plain.yaml", "a: one\n");
    sandbox.write("plain", b"\0\xff\x01");
    sandbox.write("empty.yaml", "");
    sandbox.write("broken.yaml", "a: [\n");
    sandbox.write("torn.yaml", &good[..good.len() / 2]);
    sandbox.write("not-text.yaml", b"a: \xff\n");
    let swapped = good.replacen("a:", "x:", 1).replacen("b:", "a:", 1).replacen("x:", "b:", 1);
    sandbox.write("swapped.yaml", swapped);
    let lines: Vec<&str> = good.lines().collect();
    let removed: Vec<&str> = lines.iter().filter(|line| !line.starts_with("b:")).copied().collect();
    sandbox.write("mac.yaml", removed.join("\n"));
    sandbox.write(
        "conflict.yaml",
        good.replacen("b:", "<<<<<<< HEAD\nb: x\n=======\nb:", 1) + ">>>>>>> topic\n",
    );
    vec![
        ("bob.yaml", "no key that lies ready opens it"),
        ("plain.yaml", "the file is not encrypted: it has no sops metadata"),
        ("plain", "the file is not encrypted"),
        ("empty.yaml", "the file is not encrypted"),
        ("broken.yaml", ""),
        ("torn.yaml", ""),
        ("not-text.yaml", "byte 0xff is not UTF-8"),
        ("swapped.yaml", "b: the value fails its authentication"),
        ("mac.yaml", "the mac does not match"),
        ("conflict.yaml", "it has conflict markers"),
    ]
}

#[test]
fn what_it_cannot_open_passes_through_below_one_line() {
    let repository = repository(&[]);
    let sandbox = &repository.sandbox;
    for (file, reason) in passing(sandbox) {
        let outcome = sandbox.run(["textconv", file]);
        assert_eq!(outcome.stderr, "", "{}", outcome.describe());
        let shown = outcome.ok();
        let end = shown.iter().position(|&byte| byte == b'\n').expect("a first line") + 1;
        let line = String::from_utf8_lossy(&shown[..end]).into_owned();
        assert!(line.starts_with(&format!("{NOTE}{reason}")), "{file}: {line}");
        assert!(shown[end..] == sandbox.read(file), "{file} has changed");
        assert!(!line.contains("one") && !line.contains("two"), "{line}");
    }
    repository.commit("all at once");
    fs::remove_file(sandbox.path("plain.yaml")).expect("a file less");
    sandbox.write("mac.yaml", "now: plain\n");
    repository.commit("some go");
    let outcome = repository.try_git(["log", "-p"]);
    assert!(outcome.success() && outcome.stderr.is_empty(), "{}", outcome.describe());
    let log = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(log.contains("+a: one") && log.contains(&format!("-{NOTE}the mac does not match")), "{log}");
    assert!(log.contains("all at once"), "the log stopped: {log}");
}

#[test]
fn it_answers_whatever_it_is_given() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "good.yaml", "a: one\n", &["alice"]);
    fs::create_dir(sandbox.path("folder.yaml")).expect("a folder");
    let huge = fs::File::create(sandbox.path("huge.yaml")).expect("a file");
    huge.set_len(65 << 20).expect("a large file");
    nix::unistd::mkfifo(&sandbox.path("fifo.yaml"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    let run = |words: &[&str]| sandbox.run(["textconv"].iter().chain(words));
    for words in [
        &[][..],
        &["missing.yaml"],
        &["folder.yaml"],
        &["fifo.yaml"],
        &[""],
        &["--no-such-flag"],
        &["--no-such-flag", "good.yaml"],
        &["--", "good.yaml"],
        &["one", "good.yaml"],
        &["--max-size", "much", "good.yaml"],
    ] {
        let outcome = run(words);
        assert!(outcome.stderr.is_empty(), "{}", outcome.describe());
        let shown = outcome.text();
        assert!(shown.starts_with(NOTE) || shown == "a: one\n", "{words:?}: {shown}");
    }
    let shown = run(&["huge.yaml"]).ok();
    assert!(shown.len() > 65 << 20 && shown.starts_with(NOTE.as_bytes()));
    let odd = |name: &str, value: &str| sandbox.sops_rs(["textconv", "good.yaml"]).env(name, value).run();
    assert_eq!(odd("SOPS_CONFIG", "/missing").text(), "a: one\n");
    assert_eq!(odd("SOPS_KEYSERVICE", "tcp://127.0.0.1:9").text(), "a: one\n");
    assert!(odd("SOPS_ENABLE_LOCAL_KEYSERVICE", "perhaps").text().starts_with(NOTE));
    assert!(odd("SOPS_ENABLE_LOCAL_KEYSERVICE", "false").text().starts_with(NOTE));
    let shell = |line: &str| {
        let program = sandbox.program(Path::new("/bin/sh"), ["-c", line]);
        program.env("PROGRAM", crate::support::tools::sops_rs()).run()
    };
    for line in
        ["exec \"$PROGRAM\" textconv good.yaml >&-", "exec \"$PROGRAM\" textconv good.yaml > /dev/full"]
    {
        assert!(shell(line).success(), "{line}");
    }
    assert_eq!(shell("{ \"$PROGRAM\" textconv huge.yaml; echo $? >&2; } | head -c 1").stderr, "0\n");
}

#[test]
fn nothing_is_started_connected_or_asked() {
    let sandbox = Sandbox::new();
    let stanza = |recipient: &str| {
        format!(
            "        - recipient: {recipient}\n          enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==\n            -----END AGE ENCRYPTED FILE-----\n"
        )
    };
    sealed_by_sops(&sandbox, "good.yaml", "a: canary-1\n", &["alice"]);
    let good = sandbox.text("good.yaml");
    let with = |more: &str| good.replacen("sops:\n", &format!("sops:\n{more}"), 1);
    let plugin = "age1yubikey1q0dvzmuxnecefy7ypcvvr0y57c0k4g77z8ylksl4s0dl0zsnqyv5g3hmkf2";
    sandbox.write("plugin.yaml", good.replacen("    age:\n", &format!("    age:\n{}", stanza(plugin)), 1));
    sandbox.write("vault.yaml", with("    hc_vault:\n        - vault_address: http://127.0.0.1:9\n          engine_path: transit\n          key_name: k\n          enc: vault:v1:AAAA\n          created_at: \"2026-01-01T00:00:00Z\"\n"));
    sandbox.write("kms.yaml", with("    kms:\n        - arn: arn:aws:kms:eu-central-1:111122223333:key/x\n          enc: AAAA\n          aws_profile: \"\"\n          created_at: \"2026-01-01T00:00:00Z\"\n    azure_kv:\n        - vault_url: http://127.0.0.1:9\n          name: n\n          version: v\n          enc: AAAA\n          created_at: \"2026-01-01T00:00:00Z\"\n    pgp:\n        - fp: AAAA\n          enc: AAAA\n          created_at: \"2026-01-01T00:00:00Z\"\n"));
    sealed(&sandbox, "bob.yaml", "a: canary-1\n", &["bob"]);
    let ssh = fs::read_to_string(fixtures().join("keys/ssh-ed25519-protected.pub")).expect("a public key");
    sandbox.write("ssh.yaml", "a: canary-1\n");
    sandbox.run(["encrypt", "-i", "--age", ssh.trim(), "ssh.yaml"]).ok();
    let bomb = (0..40).map(|n| format!("b{}: &b{} [{}]\n", n + 1, n + 1, format!("*b{n},").repeat(9)));
    sandbox.write("bomb.yaml", format!("b0: &b0 [x]\n{}", bomb.collect::<String>()) + &good);
    sandbox.write("deep.json", "[".repeat(1 << 20));
    fs::create_dir(sandbox.home().join(".ssh")).expect("a folder");
    fs::copy(fixtures().join("keys/ssh-ed25519-protected"), sandbox.home().join(".ssh/id_ed25519"))
        .expect("a key");
    let programs = sandbox.home().join("bin");
    fs::create_dir(&programs).expect("a folder");
    for program in ["age-plugin-yubikey", "gpg", "git", "key-command"] {
        let path = programs.join(program);
        fs::write(&path, "#!/bin/sh\ntouch \"$HOME/started\"\n").expect("a program");
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    }
    for file in ["good", "plugin", "vault", "kms", "bob", "ssh", "bomb"].map(|name| format!("{name}.yaml")) {
        let traced = trace(&sandbox, &["textconv", &file], |program| {
            let command = programs.join("key-command");
            let search = format!("{}:/usr/bin:/bin", programs.display());
            program
                .env("PATH", search)
                .env("SOPS_AGE_KEY", if file == "bob.yaml" { identity("carol") } else { identity("alice") })
                .env("SOPS_AGE_KEY_CMD", &command)
                .env("SOPS_AGE_SSH_PRIVATE_KEY_CMD", &command)
                .env("SOPS_AGE_RECIPIENTS", recipient("alice"))
        });
        assert_eq!(traced.calls, ["execve"], "{file}: {}", traced.text);
        assert!(!traced.text.contains("/dev/tty"), "{file}: {}", traced.text);
        assert_eq!(traced.outcome.stderr, "", "{file}");
        let opens = ["good.yaml", "plugin.yaml", "vault.yaml", "kms.yaml"].contains(&file.as_str());
        assert_eq!(String::from_utf8_lossy(&traced.outcome.stdout) == "a: canary-1\n", opens, "{file}");
    }
    let deep = sandbox.sops_rs(["textconv", "deep.json"]).limited(5, 512).run();
    assert!(deep.ok().starts_with(NOTE.as_bytes()));
    assert!(!sandbox.home().join("started").exists());
}
