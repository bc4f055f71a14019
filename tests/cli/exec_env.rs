//! `exec-env`: what reaches the program, what is refused, and that nothing stands between it and its caller.

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{team, tools};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt as _;

const FLAT: &str = "text: \"two\\nlines\"\nint: 16\nfloat: 1.0\nyes: true\nempty: ''\nodd-name.x: o\n";
const NESTED: &str = "top: t\ndb:\n  host: h\n  users: {admin: a}\nports: [1, {k: true}]\n";

/// A sandbox with a sealed file of this text.
fn sealed(name: &str, plain: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    team::sealed(&sandbox, name, plain, &["alice"]);
    sandbox
}

/// The variables that `env` prints, without those of the sandbox.
fn variables(outcome: Outcome) -> Vec<String> {
    let text = outcome.text();
    let mut lines: Vec<String> =
        text.split('\0').filter(|line| !line.is_empty()).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Runs `env` with nothing but what the files give.
fn pristine(sandbox: &Sandbox, flags: &[&str]) -> Vec<String> {
    let args = ["exec-env", "--pristine"].iter().chain(flags).chain(&["--", "/usr/bin/env", "-0"]);
    variables(sandbox.run(args))
}

#[test]
fn the_same_arguments_do_what_they_do_in_sops() {
    let sandbox = sealed("flat.yaml", FLAT);
    team::sealed(&sandbox, "flat.env", "A=1\nB=two words\n", &["alice"]);
    team::sealed(&sandbox, "flat.json", "{\"a\": 1.5, \"b\": \"x\"}\n", &["alice"]);
    team::sealed(&sandbox, "complex.json", "{\"a\": [1]}\n", &["alice"]);
    team::sealed(&sandbox, "equals.json", "{\"a=b\": 1}\n", &["alice"]);
    let pid = "test \"$PPID\" -gt 1 && cat";
    for args in [
        &["flat.yaml", "printf '%s|' \"$text\" \"$int\" \"$float\" \"$yes\" \"$empty\""][..],
        &["--pristine", "flat.yaml", "env | grep -v -e ^PWD= -e ^_= -e ^OLDPWD= -e ^SHLVL= | sort"],
        &["--pristine", "flat.env", "/usr/bin/env | /usr/bin/sort | /usr/bin/grep -v ^PWD="],
        &["flat.env", "echo $A $B"],
        &["flat.json", "echo $a $b"],
        &["flat.json", "exit 7"],
        &["flat.json", "no-such-program"],
        &["--", "flat.json", "echo $a"],
        &["--same-process", "flat.json", "echo $a"],
        &["--same-process", "--background", "flat.json", "true"],
        &["--background", "flat.json", "exit 3"],
        &["--user", "no-such-user", "flat.json", "true"],
        &["flat.json", pid],
        &["flat.json"],
        &[],
        &["flat.json", "true", "true"],
        &["missing.json", "true"],
        &["complex.json", "true"],
        &["equals.json", "true"],
    ] {
        let args = ["exec-env"].iter().chain(args);
        let ours = sandbox.sops_rs(args.clone()).pipe("input").run();
        let theirs = sandbox.program(&tools::sops(tools::SOPS), args).pipe("input").run();
        assert_eq!(ours.status.code(), theirs.status.code(), "{}\n{}", ours.describe(), theirs.describe());
        assert_eq!(ours.stdout, theirs.stdout, "{}", ours.describe());
        // sops prints the exit status; what the program says is all that we print.
        let said = theirs.stderr.lines().filter(|line| !line.starts_with("exit status "));
        if theirs.status.code() == Some(7) {
            assert_eq!((ours.stderr.as_str(), said.count()), ("", 0));
        }
    }
}

#[test]
fn null_is_empty_where_sops_says_nil() {
    let sandbox = sealed("null.yaml", "a: null\n");
    assert_eq!(pristine(&sandbox, &["null.yaml"]), ["a="]);
}

#[test]
fn a_binary_file_is_one_variable_of_any_bytes() {
    let sandbox = Sandbox::new();
    sandbox.write("blob", b"\xff\xfe text");
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "blob"]).ok();
    let out = sandbox.run(["exec-env", "blob", "printf %s \"$data\""]).ok();
    assert_eq!(out, b"\xff\xfe text");
}

#[test]
fn nested_maps_are_flattened_in_every_format() {
    let expected = ["db__host=h", "db__users__admin=a", "top=t"];
    for (name, plain) in [
        ("f.yaml", "top: t\ndb:\n  host: h\n  users: {admin: a}\n"),
        ("f.json", "{\"top\": \"t\", \"db\": {\"host\": \"h\", \"users\": {\"admin\": \"a\"}}}"),
        ("f.toml", "top = \"t\"\n[db]\nhost = \"h\"\nusers.admin = \"a\"\n"),
    ] {
        assert_eq!(pristine(&sealed(name, plain), &[name]), expected, "{name}");
    }
    assert_eq!(pristine(&sealed("f.ini", "[db]\nhost = h\n"), &["f.ini"]), ["db__host=h"]);
}

#[test]
fn names_follow_the_flags() {
    let sandbox = sealed("n.yaml", NESTED);
    let flags = ["--separator", ".", "--upper", "--prefix", "app_", "--only", "app_DB.*", "n.yaml"];
    assert_eq!(pristine(&sandbox, &flags), ["app_DB.HOST=h", "app_DB.USERS.ADMIN=a"]);
    let only = ["--only", "top,db__host", "--only", "*admin", "n.yaml"];
    assert_eq!(pristine(&sandbox, &only), ["db__host=h", "db__users__admin=a", "top=t"]);
    let message = sandbox.run(["exec-env", "--only", "TOP", "n.yaml", "true"]).fails(1);
    assert!(message.contains("--only TOP"), "{message}");
}

#[test]
fn lists_come_as_json_when_that_is_asked_for() {
    let sandbox = sealed("n.yaml", NESTED);
    let message = sandbox.run(["exec-env", "n.yaml", "true"]).fails(1);
    assert!(message.contains("ports is a list") && message.contains("--json"), "{message}");
    let lists = ["db__host=h", "db__users__admin=a", "ports=[1,{\"k\":true}]", "top=t"];
    assert_eq!(pristine(&sandbox, &["--json", "n.yaml"]), lists);
    let all = ["db={\"host\":\"h\",\"users\":{\"admin\":\"a\"}}", "ports=[1,{\"k\":true}]", "top=t"];
    assert_eq!(pristine(&sandbox, &["--json=all", "n.yaml"]), all);
}

#[test]
fn of_several_files_the_later_one_wins_and_strict_refuses() {
    let sandbox = sealed("a.yaml", "one: a\ntwo: a\n");
    team::sealed(&sandbox, "b.env", "two=b\n", &["alice"]);
    team::sealed(&sandbox, "c.toml", "two = \"c\"\n", &["alice"]);
    assert_eq!(pristine(&sandbox, &["a.yaml", "b.env", "c.toml"]), ["one=a", "two=c"]);
    assert_eq!(pristine(&sandbox, &["c.toml", "b.env", "a.yaml"]), ["one=a", "two=a"]);
    let message = sandbox.run(["exec-env", "--strict", "a.yaml", "b.env", "--", "true"]).fails(1);
    assert!(message.contains("two in a.yaml") && message.contains("two in b.env"), "{message}");
}

#[test]
fn pristine_leaves_the_callers_variables_out() {
    let sandbox = sealed("f.env", "A=1\n");
    let args = |flag: &'static str| ["exec-env", flag, "f.env", "--", "/usr/bin/env", "-0"];
    assert_eq!(variables(sandbox.sops_rs(args("--pristine")).env("OUTER", "o").run()), ["A=1"]);
    let inherited = variables(sandbox.sops_rs(args("--strict")).env("OUTER", "o").env("A", "outer").run());
    assert!(
        inherited.contains(&"OUTER=o".to_owned()) && inherited.contains(&"A=1".to_owned()),
        "{inherited:?}"
    );
}

#[test]
fn names_that_load_code_are_refused_until_they_are_allowed() {
    let sandbox = sealed("f.yaml", "ok: 1\nLD_PRELOAD: canary.so\nbash: {env: canary}\n");
    let message = sandbox.run(["exec-env", "f.yaml", "echo ran"]).fails(1);
    assert!(message.contains("LD_PRELOAD") && message.contains("--allow-env LD_PRELOAD"), "{message}");
    assert!(!message.contains("canary"), "{message}");
    let flattened = ["exec-env", "--separator=_", "--upper", "--only=BASH_ENV", "f.yaml", "echo ran"];
    let message = sandbox.run(flattened).fails(1);
    assert!(message.contains("bash.env would set the variable BASH_ENV"), "{message}");
    let allowed = ["--allow-env", "LD_PRELOAD,OTHER", "f.yaml", "--only", "LD_PRELOAD"];
    let args = ["exec-env"].iter().chain(&allowed).chain(&["--", "/usr/bin/env", "-0"]);
    let seen = variables(sandbox.run(args));
    assert!(seen.contains(&"LD_PRELOAD=canary.so".to_owned()), "{seen:?}");
    assert_eq!(pristine(&sandbox, &["--only=ok", "f.yaml"]), ["ok=1"]);
}

#[test]
fn what_no_variable_can_hold_is_refused_by_its_key() {
    let sandbox = sealed("nul.json", "{\"a\": {\"b\": \"canary\\u0000\"}}");
    team::sealed(&sandbox, "equals.yaml", "a=b: canary\n", &["alice"]);
    team::sealed(&sandbox, "empty.yaml", "\"\": canary\n", &["alice"]);
    for (file, place) in [("nul.json", "a.b"), ("equals.yaml", "\"a=b\""), ("empty.yaml", "\"\"")] {
        let message = sandbox.run(["exec-env", file, "true"]).fails(1);
        assert!(message.contains(place) && !message.contains("canary"), "{message}");
    }
}

#[test]
fn the_program_takes_the_place_of_sops_rs() {
    let sandbox = sealed("f.env", "A=1\n");
    for flags in [
        &["f.env", "echo $$ $PPID; cat; exec kill -TERM $$"][..],
        &["--same-process", "f.env", "echo $$ $PPID; cat; kill -TERM $$"],
    ] {
        let mut running = sandbox.sops_rs(["exec-env"].iter().chain(flags)).start();
        let line = format!("{} {}", running.pid(), std::process::id());
        assert_eq!(running.line(), line);
        running.write(b"through\n");
        assert_eq!(running.line(), "through");
        let outcome = running.end();
        assert_eq!(outcome.status.signal(), Some(Signal::SIGTERM as i32), "{}", outcome.describe());
        assert_eq!(outcome.stderr, "");
    }
}

#[test]
fn a_program_without_a_shell_gets_its_words_as_they_are() {
    let sandbox = sealed("f.env", "A=1\n");
    let out = sandbox.run(["exec-env", "f.env", "--", "printf", "%s|", "$A", "a b", "--pristine", "*"]);
    assert_eq!(out.text(), "$A|a b|--pristine|*|");
    let message = sandbox.run(["exec-env", "f.env", "--", "no such program"]).fails(127);
    assert!(message.contains("no such program") && message.contains("sh -c"), "{message}");
    sandbox.run(["exec-env", "f.env", "--", "/"]).fails(126);
}

#[test]
fn another_user_gets_his_groups_and_home() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("skipped: only root may become another user");
        return;
    }
    let sandbox = sealed("f.env", "A=1\nUSER=file\n");
    let line = "id -u; id -G; echo $HOME $LOGNAME $USER $A";
    let args = ["exec-env", "--user", "nobody", "f.env", line];
    let ours = sandbox.run(args).text();
    assert_eq!(ours, sandbox.sops(tools::SOPS, args).text());
    assert!(ours.ends_with(" nobody file 1\n"), "{ours}");
}

#[test]
fn the_limit_for_core_files_is_the_callers() {
    let sandbox = sealed("f.env", "A=1\n");
    let program = env!("CARGO_BIN_EXE_sops-rs");
    let limit = "ulimit -S -c";
    let line = format!("{limit} $(ulimit -H -c); {limit}; exec '{program}' exec-env f.env '{limit}'");
    let out = sandbox.program("/bin/sh".as_ref(), ["-c", &line]).run().text();
    let limits: Vec<&str> = out.lines().collect();
    assert!(limits.len() == 2 && limits[0] == limits[1], "{out}");
}

#[test]
fn a_background_program_is_not_waited_for() {
    let sandbox = sealed("f.env", "A=1\n");
    let started = std::time::Instant::now();
    let outcome = sandbox.run(["exec-env", "--background", "f.env", "sleep 5; echo $A"]);
    assert!(outcome.stderr.contains("deprecated"), "{}", outcome.describe());
    assert!(outcome.ok().is_empty() && started.elapsed().as_secs() < 5);
}

#[test]
fn a_value_too_large_for_the_system_is_told() {
    let sandbox = sealed("large.env", &format!("A={}\n", "canary".repeat(40_000)));
    let message = sandbox.run(["exec-env", "large.env", "true"]).fails(126);
    assert!(message.contains("exec-file") && !message.contains("canary"), "{message}");
}
