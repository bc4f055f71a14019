//! `encrypt` and `init`: flags, streams, files.

use crate::support::sandbox::{Sandbox, recipient};
use std::os::unix::fs::PermissionsExt;

const PLAIN: &str = "# who\nuser: app\npassword: 'hunter2' # rotate me\n";

fn mode(sandbox: &Sandbox, name: &str) -> u32 {
    std::fs::metadata(sandbox.path(name)).expect("the file").permissions().mode() & 0o7777
}

#[test]
fn the_result_goes_to_standard_output() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), "a.yaml"]).text();
    assert!(sealed.starts_with("#ENC[AES256_GCM,data:"), "{sealed}");
    assert!(sealed.contains("\npassword: 'ENC[AES256_GCM,data:"), "{sealed}");
    assert!(sealed.contains("\nsops:\n"), "{sealed}");
    assert!(!sealed.contains("hunter2") && !sealed.contains("rotate me"), "{sealed}");
    assert_eq!(sandbox.text("a.yaml"), PLAIN);
}

#[test]
fn in_place_keeps_the_mode_of_the_file() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("a.yaml", PLAIN);
    for bits in [0o600, 0o640, 0o755] {
        std::fs::write(&path, PLAIN).expect("the plain file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(bits)).expect("a mode");
        assert!(sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "a.yaml"]).ok().is_empty());
        assert_eq!(mode(&sandbox, "a.yaml"), bits);
        sandbox.run(["decrypt", "-i", "a.yaml"]).ok();
        assert_eq!((mode(&sandbox, "a.yaml"), sandbox.text("a.yaml")), (bits, PLAIN.to_owned()));
    }
}

#[test]
fn in_place_follows_a_link_and_keeps_it() {
    let sandbox = Sandbox::new();
    sandbox.write("real/a.yaml", PLAIN);
    std::os::unix::fs::symlink("real/a.yaml", sandbox.path("link.yaml")).expect("a link");
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "link.yaml"]).ok();
    let link = std::fs::symlink_metadata(sandbox.path("link.yaml")).expect("the link");
    assert!(link.file_type().is_symlink());
    assert!(sandbox.text("real/a.yaml").contains("ENC["));
}

#[test]
fn output_names_another_file() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let printed = sandbox.run(["encrypt", "--age", &recipient("alice"), "--output", "b.yaml", "a.yaml"]).ok();
    assert!(printed.is_empty());
    assert_eq!(sandbox.text("a.yaml"), PLAIN);
    assert_eq!(sandbox.run(["decrypt", "b.yaml"]).text(), PLAIN);
}

#[test]
fn in_place_and_output_conflict() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    sandbox.run(["encrypt", "-i", "--output", "b.yaml", "--age", &recipient("alice"), "a.yaml"]).fails(8);
}

#[test]
fn a_missing_file_is_exit_100() {
    Sandbox::new().run(["encrypt", "--age", &recipient("alice"), "none.yaml"]).fails(100);
}

#[test]
fn no_keys_anywhere_is_an_error_with_a_hint() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let message = sandbox.run(["encrypt", "a.yaml"]).fails(1);
    assert!(message.contains("--age") || message.contains("init"), "{message}");
}

#[test]
fn recipients_come_from_the_environment() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let program = sandbox.sops_rs(["encrypt", "-i", "a.yaml"]);
    program.env("SOPS_AGE_RECIPIENTS", recipient("alice")).run().ok();
    assert_eq!(sandbox.run(["decrypt", "a.yaml"]).text(), PLAIN);
}

#[test]
fn the_config_is_found_from_the_file_and_under_both_names() {
    for name in [".sops.yaml", ".sops-rs.yaml"] {
        let sandbox = Sandbox::new();
        sandbox
            .write(&format!("project/{name}"), format!("creation_rules:\n  - age: {}\n", recipient("alice")));
        sandbox.write("project/deep/er/a.yaml", PLAIN);
        sandbox.run(["encrypt", "-i", "project/deep/er/a.yaml"]).ok();
        assert_eq!(sandbox.run(["decrypt", "project/deep/er/a.yaml"]).text(), PLAIN);
    }
}

#[test]
fn two_rules_on_the_command_line_conflict() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let rules = ["--encrypted-regex", "x", "--encrypted-suffix", "y"];
    let alice = recipient("alice");
    sandbox.run(["encrypt", "--age", &alice].into_iter().chain(rules).chain(["a.yaml"])).fails(8);
}

#[test]
fn a_regular_expression_that_does_not_compile_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let args = ["encrypt", "-i", "--encrypted-regex", "((", "--age", &recipient("alice"), "a.yaml"];
    sandbox.run(args).fails(1);
    assert_eq!(sandbox.text("a.yaml"), PLAIN);
}

#[test]
fn init_makes_a_key_and_rules_and_never_overwrites() {
    let sandbox = Sandbox::new();
    sandbox.write(".dlt/secrets.toml", "[sources]\napi_key = \"hunter2\"\n");
    sandbox.write("app.secrets.yaml", PLAIN);
    sandbox.write(".env", "PASSWORD=hunter2\n");
    let init = || sandbox.sops_rs(["init"]).without("SOPS_AGE_KEY_FILE").run();
    init().ok();
    let config = sandbox.text(".sops-rs.yaml");
    let keys = sandbox.home().join(".config/sops/age/keys.txt");
    let identity = std::fs::read(&keys).expect("an identity");
    assert_eq!(std::fs::metadata(&keys).expect("the identity").permissions().mode() & 0o777, 0o600);
    for (file, plain) in
        [(".dlt/secrets.toml", "[sources]\napi_key = \"hunter2\"\n"), (".env", "PASSWORD=hunter2\n")]
    {
        sandbox.sops_rs(["encrypt", "-i", file]).without("SOPS_AGE_KEY_FILE").run().ok();
        assert!(!sandbox.text(file).contains("hunter2"), "{file}");
        let opened = sandbox.sops_rs(["decrypt", file]).without("SOPS_AGE_KEY_FILE").run();
        assert_eq!(opened.text(), plain);
    }
    init();
    assert_eq!(sandbox.text(".sops-rs.yaml"), config);
    assert_eq!(std::fs::read(&keys).expect("an identity"), identity);
}

#[test]
fn the_demo_runs_to_its_end_and_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let shown = sandbox.sops_rs(["demo"]).without("SOPS_AGE_KEY_FILE").run().text();
    for word in ["encrypt", "diff", "ENC["] {
        assert!(shown.contains(word), "no {word} in:\n{shown}");
    }
    let left = std::fs::read_dir(sandbox.tmp()).expect("the temporary directory").count();
    assert_eq!(left, 0, "the demo left something in the temporary directory");
}

#[test]
fn init_lists_commands_that_a_shell_takes_and_only_for_files_in_clear() {
    let sandbox = Sandbox::new();
    sandbox.write("done.secrets.yaml", PLAIN);
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "done.secrets.yaml"]).ok();
    sandbox.write("it's my.env", "A=1\n");
    sandbox.write("-x.env", "A=1\n");
    sandbox.write("plain.env", "A=1\n");
    sandbox.write("escape\u{1b}[2J.env", "A=1\n");
    let said = sandbox.run(["init", "--age", &recipient("alice")]).stderr;
    let commands: Vec<&str> = said.lines().filter(|line| line.starts_with("  ")).collect();
    let expected = [
        "  sops-rs encrypt -i ./-x.env",
        "  sops-rs encrypt -i \"it's my.env\"",
        "  sops-rs encrypt -i plain.env",
    ];
    assert_eq!(commands, expected, "{said}");
    assert!(said.contains("encrypted already: 1\n"), "{said}");
}

#[test]
fn a_binary_file_sealed_again_onto_its_output_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("a.bin", "\0\u{1}hello");
    let seal = || sandbox.run(["encrypt", "--age", &recipient("alice"), "--output", "a.enc.bin", "a.bin"]);
    seal().ok();
    let first = sandbox.text("a.enc.bin");
    seal().ok();
    assert_eq!(sandbox.text("a.enc.bin"), first);
}

#[test]
fn init_says_which_config_it_puts_out_of_use() {
    let sandbox = Sandbox::new();
    sandbox.write(".sops.yaml", "creation_rules: []\n");
    sandbox.write("below/.env", "A=1\n");
    let directory = sandbox.path("below");
    let init = sandbox.sops_rs(["init", "--age", &recipient("alice")]).within(&directory).run();
    assert!(init.stderr.contains("instead of") && init.stderr.contains(".sops.yaml"), "{}", init.stderr);
}
