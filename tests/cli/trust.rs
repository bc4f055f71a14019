//! Who is trusted with a data key: configs and files that somebody has tampered with (security R1 to R3), and
//! plaintext on a terminal (R24).

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Program, Sandbox, identity, recipient};
use crate::support::terminal::Terminal;
use crate::support::tools;
use std::fs;
use std::path::PathBuf;

/// Runs git in the sandbox as this author.
fn git(sandbox: &Sandbox, author: &str, args: &[&str]) -> String {
    let name = format!("user.name={author}");
    let printed = sandbox.git(["-c", &name].iter().chain(args));
    String::from_utf8(printed).expect("text")
}

fn commit(sandbox: &Sandbox, author: &str, title: &str) {
    git(sandbox, author, &["add", "--all"]);
    git(sandbox, author, &["commit", "--quiet", "--message", title]);
}

/// A config with a rule for the YAML files of these people.
fn config(sandbox: &Sandbox, people: &[&str]) {
    let line = |who: &&str| format!("      - {} # {who}\n", recipient(who));
    let keys: String = people.iter().map(line).collect();
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - path_regex: yaml$\n    age:\n{keys}"));
}

/// A repository of Alice, who has encrypted `s.yaml` in it.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    config(&sandbox, &["alice"]);
    git(&sandbox, "Alice", &["init", "--quiet"]);
    commit(&sandbox, "Alice", "a config");
    for name in ["s.yaml", "new.yaml"] {
        sandbox.write(name, "a: b\n");
    }
    silent(sandbox.run(["encrypt", "-i", "s.yaml"]));
    commit(&sandbox, "Alice", "a secret");
    sandbox
}

/// It went well, without a word.
#[track_caller]
fn silent(outcome: Outcome) {
    assert!(outcome.success() && outcome.stderr.is_empty(), "{}", outcome.describe());
}

/// The files of pins.
fn pins(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.home().join(".local/state/sops-rs/pins"));
    entries.map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

/// None of the commands that wrap a data key does so for Bob; all of them do once he is approved, and from then on
/// without a word.
#[track_caller]
fn refused_until_approved(sandbox: &Sandbox, says: &str) {
    let (bob, before) = (recipient("bob"), sandbox.text("s.yaml"));
    for args in [
        &["encrypt", "-i", "new.yaml"][..],
        &["encrypt", "new.yaml"],
        &["updatekeys", "-y", "s.yaml"],
        &["updatekeys", "-y", "."],
        &["set", "made.yaml", "a", "5"],
        &["edit", "made.yaml"],
    ] {
        let outcome = sandbox.sops_rs(args).env("EDITOR", "true").run();
        assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
        let said = [bob.as_str(), "called bob", says, "--add-recipient"];
        assert!(said.iter().all(|text| outcome.stderr.contains(text)), "{}", outcome.describe());
        assert!(!outcome.stderr.contains(&recipient("alice")), "{}", outcome.describe());
        assert!(sandbox.text("s.yaml") == before && sandbox.text("new.yaml") == "a: b\n", "{args:?}");
        assert!(!sandbox.path("made.yaml").exists(), "{args:?}");
    }
    silent(sandbox.run(["encrypt", "-i", "--add-recipient", &bob, "new.yaml"]));
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    silent(sandbox.run(["rotate", "-i", "s.yaml"]));
    assert!(sandbox.text("s.yaml").contains(&bob) && sandbox.text("new.yaml").contains(&bob));
}

#[test]
fn a_recipient_in_the_work_tree_alone_needs_a_yes() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    refused_until_approved(&sandbox, "not committed yet");
}

#[test]
fn a_recipient_that_somebody_has_committed_needs_a_yes() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    commit(&sandbox, "Mallory", "harmless");
    refused_until_approved(&sandbox, "by Mallory on ");
}

#[test]
fn a_rule_that_comes_first_and_a_config_that_is_nearer_need_a_yes_as_well() {
    let sandbox = repository();
    let rule = |who: &str| format!("creation_rules:\n  - path_regex: ''\n    age: {}\n", recipient(who));
    sandbox.write("below/.sops.yaml", rule("bob"));
    let old = sandbox.text(".sops.yaml").replace("creation_rules:\n", "");
    sandbox.write(".sops.yaml", rule("bob") + &old);
    commit(&sandbox, "Mallory", "tidy up");
    sandbox.write("below/x.yaml", "a: b\n");
    for name in ["new.yaml", "below/x.yaml"] {
        let message = sandbox.run(["encrypt", name]).fails(1);
        assert!(message.contains("Mallory") && message.contains(&recipient("bob")), "{message}");
    }
    // One with people that are approved already needs none.
    sandbox.write("below/.sops.yaml", rule("alice"));
    let outcome = sandbox.run(["encrypt", "below/x.yaml"]);
    assert!(outcome.success(), "{}", outcome.describe());
}

#[test]
fn a_recipient_in_file_and_rule_needs_a_yes_for_a_new_data_key() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    // Mallory is no key holder, but can make an entry that looks like one.
    let entry = |who: &str| format!("recipient: {}", recipient(who));
    let text = sandbox.text("s.yaml");
    let start = text.find("        - enc").or(text.find("        - recipient")).expect("an entry");
    let end = start + text[start..].find("-----END AGE ENCRYPTED FILE-----\n").expect("its end");
    let end = end + text[end..].find('\n').expect("a line end") + 1;
    let rest = text[end..].split_inclusive('\n').take_while(|line| line.starts_with("          "));
    let end = end + rest.map(str::len).sum::<usize>();
    let forged = text[start..end].replace(&entry("alice"), &entry("bob"));
    sandbox.write("s.yaml", format!("{}{forged}{}", &text[..end], &text[end..]));
    commit(&sandbox, "Mallory", "harmless");
    let message = sandbox.run(["rotate", "-i", "s.yaml"]).fails(1);
    assert!(message.contains("Mallory") && message.contains("--add-recipient"), "{message}");
    sandbox.run(["rotate", "-i", "--rm-age", &recipient("bob"), "s.yaml"]).ok();
    assert!(!sandbox.text("s.yaml").contains(&recipient("bob")));
}

#[test]
fn a_machine_without_a_memory_believes_the_commit_and_says_nothing() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    let fresh = |args: &[&str]| {
        let home = tempfile::tempdir().expect("a home");
        sandbox.sops_rs(args).env("HOME", home.path()).run()
    };
    let message = fresh(&["encrypt", "new.yaml"]).fails(1);
    assert!(message.contains("not committed yet"), "{message}");
    commit(&sandbox, "Alice", "Bob");
    silent(fresh(&["encrypt", "new.yaml"]));
    silent(sandbox.sops_rs(["encrypt", "new.yaml"]).without("HOME").run());
    assert!(fresh(&["updatekeys", "-y", "s.yaml"]).success());
}

#[test]
fn a_rule_that_was_there_from_the_start_is_believed_when_it_is_first_used() {
    let sandbox = Sandbox::new();
    let rule = |regex: &str, who: &str| format!("  - path_regex: {regex}\n    age: {}\n", recipient(who));
    let rules = format!("creation_rules:\n{}{}", rule("^a", "alice"), rule("^b", "bob"));
    sandbox.write(".sops.yaml", &rules);
    git(&sandbox, "Alice", &["init", "--quiet"]);
    commit(&sandbox, "Alice", "a config");
    ["a.yaml", "b.yaml"].iter().for_each(|name| drop(sandbox.write(name, "a: b\n")));
    silent(sandbox.run(["encrypt", "-i", "a.yaml"]));
    sandbox.write(".sops.yaml", rules + &rule("^c", "carol"));
    commit(&sandbox, "Mallory", "more");
    silent(sandbox.run(["encrypt", "-i", "b.yaml"]));
    sandbox.write("c.yaml", "a: b\n");
    sandbox.run(["encrypt", "-i", "c.yaml"]).fails(1);
}

#[test]
fn a_rule_is_believed_as_a_whole_whichever_file_comes_first() {
    let sandbox = Sandbox::new();
    sandbox.write("old.yaml", "a: b\n");
    sandbox.write("new.yaml", "a: b\n");
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "old.yaml"]).ok();
    config(&sandbox, &["alice", "bob"]);
    git(&sandbox, "Alice", &["init", "--quiet"]);
    commit(&sandbox, "Alice", "a config");
    silent(sandbox.run(["rotate", "-i", "old.yaml"]));
    silent(sandbox.run(["encrypt", "-i", "new.yaml"]));
    sandbox.run(["updatekeys", "-y", "old.yaml"]).ok();
    assert!(sandbox.text("old.yaml").contains(&recipient("bob")));
}

#[test]
fn many_files_at_once_leave_one_sound_file_of_pins() {
    let sandbox = Sandbox::new();
    let rule = |number: usize| format!("  - path_regex: dir{number}/\n    age: {}\n", recipient("alice"));
    let rules: String = (0..40).map(rule).collect();
    sandbox.write(".sops.yaml", format!("creation_rules:\n{rules}"));
    (0..40).for_each(|number| drop(sandbox.write(&format!("dir{number}/a.yaml"), "a: b\n")));
    sandbox.run(["encrypt", "-i", "--jobs", "8", "."]).ok();
    let files = pins(&sandbox);
    assert_eq!(files.len(), 1, "{files:?}");
    let text = fs::read_to_string(&files[0]).expect("the pins");
    assert_eq!(text.lines().filter(|line| line.contains(&recipient("alice"))).count(), 40, "{text}");
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(&files[0]).expect("the pins").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_approved_already_needs_no_git() {
    let sandbox = repository();
    let run = |sandbox: &Sandbox| -> Program {
        sandbox.sops_rs(["encrypt", "new.yaml"]).env("PATH", sandbox.home())
    };
    silent(run(&sandbox).run());
    // Nor does a first use end without it.
    silent(run(&sandbox).env("HOME", sandbox.tmp()).run());
}

#[test]
fn outside_of_a_repository_a_yes_to_updatekeys_is_enough() {
    let sandbox = Sandbox::new();
    sandbox.write("s.yaml", "a: b\n");
    sandbox.write("new.yaml", "a: b\n");
    config(&sandbox, &["alice"]);
    silent(sandbox.run(["encrypt", "-i", "s.yaml"]));
    config(&sandbox, &["alice", "bob"]);
    sandbox.run(["encrypt", "new.yaml"]).fails(1);
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    silent(sandbox.run(["encrypt", "new.yaml"]));
}

#[test]
fn a_dry_run_shows_who_would_come_and_approves_nobody() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    let shown = sandbox.run(["updatekeys", "--dry-run", "s.yaml"]).text();
    assert!(shown.contains(&format!("+++ {}", recipient("bob"))), "{shown}");
    sandbox.run(["updatekeys", "-y", "s.yaml"]).refuses();
}

#[test]
fn a_recipient_that_was_added_here_is_approved() {
    let sandbox = repository();
    sandbox.run(["recipients", "add", &recipient("bob"), "--name", "bob"]).ok();
    silent(sandbox.run(["encrypt", "-i", "new.yaml"]));
    assert!(sandbox.text("new.yaml").contains(&recipient("bob")));
}

fn terminal(sandbox: &Sandbox, args: &str) -> Terminal {
    Terminal::start(sandbox, &format!("alias s=\"'{}'\"\n{args}", tools::sops_rs().display()))
}

#[test]
fn at_a_terminal_a_yes_is_remembered() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    commit(&sandbox, "Mallory", "harmless");
    sandbox.write("other.yaml", "a: b\n");
    let terminal = terminal(&sandbox, "s encrypt -i new.yaml other.yaml && s updatekeys -y s.yaml");
    terminal.shows("encrypt for them from now on?");
    terminal.shows("by Mallory on ");
    terminal.keys(&["y", "Enter"]);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    for name in ["new.yaml", "other.yaml", "s.yaml"] {
        assert!(sandbox.text(name).contains(&recipient("bob")), "{name}");
    }
}

#[test]
fn at_a_terminal_a_no_is_a_no() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    let terminal = terminal(&sandbox, "s encrypt -i new.yaml");
    terminal.shows("not committed yet");
    terminal.keys(&["n", "Enter"]);
    assert_eq!(terminal.ends(), 1, "{}", terminal.screen());
    assert_eq!(sandbox.text("new.yaml"), "a: b\n");
}

#[test]
fn a_file_that_is_not_as_its_rule_says_gets_a_warning_until_it_is() {
    let sandbox = repository();
    config(&sandbox, &["carol", "alice"]);
    for args in [&["decrypt", "s.yaml"][..], &["set", "s.yaml", "a", "5"]] {
        let outcome = sandbox.run(args);
        let said = [&*recipient("carol"), "can't read it", "updatekeys s.yaml"];
        let warnings = outcome.stderr.matches("creation rule").count();
        assert!(outcome.success() && warnings == 1, "{}", outcome.describe());
        assert!(said.iter().all(|text| outcome.stderr.contains(text)), "{}", outcome.describe());
    }
    sandbox.run(["updatekeys", "-y", "--add-recipient", &recipient("carol"), "s.yaml"]).ok();
    silent(sandbox.run(["decrypt", "s.yaml"]));
    // Who can read it beyond the rule, and another choice of what is secret.
    config(&sandbox, &["alice"]);
    let rule = sandbox.text(".sops.yaml") + "    encrypted_regex: ^a$\n";
    sandbox.write(".sops.yaml", rule);
    let outcome = sandbox.run(["decrypt", "s.yaml"]);
    let said = [&*format!("{} can read it", recipient("carol")), "encrypted_regex ^a$"];
    assert!(said.iter().all(|text| outcome.stderr.contains(text)), "{}", outcome.describe());
    assert_eq!(outcome.text(), "a: 5\n");
}

#[test]
fn a_config_that_says_nothing_or_is_broken_keeps_no_file_from_opening() {
    let sandbox = repository();
    sandbox.write(".sops.yaml", "creation_rules:\n  - path_regex: other\n    age: x\n");
    let outcome = sandbox.run(["decrypt", "s.yaml"]);
    assert!(outcome.success() && outcome.stderr.lines().count() == 1, "{}", outcome.describe());
    let outcome = sandbox.run(["decrypt", "--output-type", "json", "s.yaml"]);
    assert!(outcome.success() && outcome.stderr.lines().count() == 1, "{}", outcome.describe());
    sandbox
        .write(".sops.yaml", format!("creation_rules:\n  - path_regex: no\n    age: {}\n", recipient("bob")));
    silent(sandbox.run(["decrypt", "s.yaml"]));
    fs::remove_file(sandbox.path(".sops.yaml")).expect("the config");
    silent(sandbox.run(["decrypt", "s.yaml"]));
    let sealed = sandbox.text("s.yaml");
    config(&sandbox, &["bob"]);
    let types = ["--input-type", "yaml", "--output-type", "yaml"];
    silent(sandbox.sops_rs([&["decrypt"][..], &types].concat()).pipe(sealed).run());
}

#[test]
fn a_data_key_that_somebody_replaced_is_told_of() {
    let sandbox = repository();
    let committed = sandbox.text("s.yaml");
    // A file that somebody made anew for the same people.
    sandbox.write("s.yaml", "a: theirs\n");
    sandbox.run(["encrypt", "-i", "s.yaml"]).ok();
    let forged = sandbox.text("s.yaml");
    let outcome = sandbox.sops_rs(["set", "--value-stdin", "--text", "s.yaml", "a"]).pipe("mine").run();
    let said = ["another data key than in the last commit", "sops-rs rotate -i s.yaml"];
    assert!(
        outcome.success() && said.iter().all(|text| outcome.stderr.contains(text)),
        "{}",
        outcome.describe()
    );
    let outcome = sandbox.sops_rs(["edit", "s.yaml"]).env("EDITOR", "sed -i s/mine/yours/").run();
    assert!(outcome.success() && outcome.stderr.contains(said[0]), "{}", outcome.describe());
    // Who can't open the committed file can't tell.
    sandbox.write("s.yaml", &forged);
    let carol = recipient("carol");
    sandbox.run(["rotate", "-i", "--add-age", &carol, "s.yaml"]).ok();
    let set = sandbox.sops_rs(["set", "--value-stdin", "--text", "s.yaml", "a"]).pipe("hers");
    let outcome = set.without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", identity("carol")).run();
    assert!(outcome.success() && !outcome.stderr.contains(said[0]), "{}", outcome.describe());
    // Another recipient is no other key, and neither is another value.
    sandbox.write("s.yaml", committed);
    let age = recipient("bob");
    config(&sandbox, &["alice", "bob"]);
    sandbox.run(["updatekeys", "-y", "--add-recipient", &age, "s.yaml"]).ok();
    silent(sandbox.sops_rs(["set", "--value-stdin", "--text", "s.yaml", "a"]).pipe("new").run());
}

#[test]
fn under_the_name_of_sops_nothing_of_this_is_said() {
    let sandbox = repository();
    config(&sandbox, &["alice", "bob"]);
    silent(sandbox.as_sops(["encrypt", "-i", "new.yaml"]).run());
    silent(sandbox.as_sops(["decrypt", "s.yaml"]).run());
    let updated = sandbox.as_sops(["updatekeys", "-y", "s.yaml"]).run();
    assert!(updated.success() && !updated.stderr.contains("approved"), "{}", updated.describe());
    silent(sandbox.as_sops(["rotate", "-i", "s.yaml"]).run());
    silent(sandbox.as_sops(["set", "s.yaml", "[\"a\"]", "5"]).run());
    silent(sandbox.as_sops(["edit", "s.yaml"]).env("EDITOR", "sed -i s/5/6/").run());
    let sops = sandbox.home().with_file_name("sops");
    let terminal = Terminal::start(&sandbox, &format!("'{}' decrypt s.yaml", sops.display()));
    assert_eq!(terminal.ends(), 0);
    terminal.shows("a: 6");
}

#[test]
fn plaintext_on_a_terminal_needs_a_yes_once_in_a_session() {
    let sandbox = repository();
    let terminal = terminal(&sandbox, "s decrypt s.yaml && echo first && s decrypt s.yaml && echo second");
    terminal.shows("show the plaintext of s.yaml on this terminal?");
    assert!(!terminal.screen().contains("a: b"), "{}", terminal.screen());
    terminal.keys(&["y", "Enter"]);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    let screen = terminal.screen();
    assert_eq!((screen.matches("a: b").count(), screen.matches("terminal?").count()), (2, 1), "{screen}");
    drop(terminal);
    // The next session is asked anew.
    let terminal = self::terminal(&sandbox, "s decrypt s.yaml");
    terminal.shows("show the plaintext of s.yaml");
    terminal.keys(&["n", "Enter"]);
    assert_eq!(terminal.ends(), 1);
    assert!(!terminal.screen().contains("a: b"), "{}", terminal.screen());
}

#[test]
fn a_terminal_shows_what_is_asked_for_and_what_a_pipe_starts() {
    let sandbox = repository();
    sandbox.write("bytes", b"\x1b[31mred\n");
    sandbox.run(["encrypt", "-i", "--config", "/dev/null", "--age", &recipient("alice"), "bytes"]).ok();
    let lines = "s decrypt bytes; echo bytes $?\ns decrypt --show bytes; s decrypt s.yaml </dev/null; \
                 s decrypt --show s.yaml; s decrypt s.yaml | cat";
    let terminal = terminal(&sandbox, lines);
    assert_eq!(terminal.ends(), 0);
    let screen = terminal.screen();
    assert!(screen.contains("bytes 1") && screen.contains("--output") && screen.contains("red"), "{screen}");
    assert_eq!((screen.matches("a: b").count(), screen.matches("terminal?").count()), (3, 0), "{screen}");
}
