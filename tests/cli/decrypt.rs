//! `decrypt` and `keygen`: flags, streams, files.

use crate::support::sandbox::{Sandbox, identity, recipient};
use crate::support::{fixtures, tools};
use std::os::unix::fs::PermissionsExt;

const PLAIN: &str =
    "user: app\nlist:\n  - a\n  # between\n  - b\nnested: {port: 5432, text: \"two\\nlines\"}\n";

/// A sandbox with `a.yaml`, sealed for Alice.
fn sealed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "a.yaml"]).ok();
    sandbox
}

#[test]
fn extract_prints_the_bare_value() {
    let sandbox = sealed();
    let extract = |path: &str| sandbox.run(["decrypt", "--extract", path, "a.yaml"]);
    assert_eq!(extract("[\"user\"]").text(), "app");
    assert_eq!(extract("['nested'][\"text\"]").text(), "two\nlines");
    assert_eq!(extract("[\"nested\"][\"port\"]").text(), "5432\n");
    assert_eq!(extract("[\"list\"][1]").text(), "b", "positions count values, not comments");
}

#[test]
fn extract_of_what_is_not_there_names_the_path() {
    let sandbox = sealed();
    for path in ["[\"none\"]", "[\"list\"][7]", "[\"user\"][0]", "[\"list\"][\"x\"]"] {
        let message = sandbox.run(["decrypt", "--extract", path, "a.yaml"]).fails(1);
        assert!(message.contains("a.yaml"), "{path}: {message}");
    }
}

#[test]
fn a_malformed_path_is_exit_91() {
    let sandbox = sealed();
    for path in ["a..b", "[user]", "[\"user\"", "[]", "[\"]", "[-1]"] {
        sandbox.run(["decrypt", "--extract", path, "a.yaml"]).fails(91);
    }
}

#[test]
fn in_place_replaces_the_sealed_file() {
    let sandbox = sealed();
    assert!(sandbox.run(["decrypt", "-i", "a.yaml"]).ok().is_empty());
    assert_eq!(sandbox.text("a.yaml"), PLAIN);
}

#[test]
fn a_new_plain_file_is_private() {
    let sandbox = sealed();
    sandbox.run(["decrypt", "--output", "plain.yaml", "a.yaml"]).ok();
    assert_eq!(sandbox.text("plain.yaml"), PLAIN);
    let mode = std::fs::metadata(sandbox.path("plain.yaml")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn types_overrule_the_name() {
    let sandbox = sealed();
    std::fs::rename(sandbox.path("a.yaml"), sandbox.path("a.txt")).expect("a new name");
    let types = ["--input-type", "yaml", "--output-type", "yaml"];
    assert_eq!(sandbox.run(["decrypt"].into_iter().chain(types).chain(["a.txt"])).text(), PLAIN);
    assert_eq!(sandbox.run(["decrypt", "--filename-override", "x.yaml", "a.txt"]).text(), PLAIN);
}

#[test]
fn an_unknown_type_is_refused() {
    let sandbox = sealed();
    let message = sandbox.run(["decrypt", "--input-type", "yml", "a.yaml"]).refuses();
    assert!(message.contains("yaml"), "{message}");
}

#[test]
fn output_as_json_has_the_values_that_sops_prints() {
    let sandbox = sealed();
    let ours = sandbox.run(["decrypt", "--output-type", "json", "a.yaml"]).text();
    let theirs = sandbox.sops(tools::SOPS, ["decrypt", "--output-type", "json", "a.yaml"]).text();
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(parse(&ours), parse(&theirs));
}

#[test]
fn a_plain_file_is_not_decrypted() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let message = sandbox.run(["decrypt", "a.yaml"]).fails(1);
    assert!(message.contains("a.yaml"), "{message}");
}

#[test]
fn identities_come_from_every_source() {
    let sandbox = sealed();
    let key = identity("alice");
    let keys = sandbox.home().join(".config/sops/age/keys.txt");
    let open = || sandbox.sops_rs(["decrypt", "a.yaml"]).without("SOPS_AGE_KEY_FILE");
    assert_eq!(open().env("SOPS_AGE_KEY", &key).run().text(), PLAIN);
    let command = format!("cat '{}'", fixtures().join("keys/alice.age").display());
    assert_eq!(open().env("SOPS_AGE_KEY_CMD", command).run().text(), PLAIN);
    open().run().fails(128);
    std::fs::create_dir_all(keys.parent().expect("a folder")).expect("the folder of the identity");
    std::fs::write(&keys, format!("# mine\n\n{key}\r\n")).expect("an identity file");
    assert_eq!(open().run().text(), PLAIN);
}

#[test]
fn a_bad_source_of_identities_does_not_spoil_the_others() {
    let sandbox = sealed();
    let open = |name: &str, value: &str| sandbox.sops_rs(["decrypt", "a.yaml"]).env(name, value).run();
    assert_eq!(open("SOPS_AGE_KEY", "nonsense").text(), PLAIN);
    assert_eq!(open("SOPS_AGE_KEY", "").text(), PLAIN);
    assert_eq!(open("SOPS_AGE_KEY_CMD", "").text(), PLAIN);
    assert_eq!(open("SOPS_AGE_SSH_PRIVATE_KEY_FILE", "/nonexistent").text(), PLAIN);
}

#[test]
fn an_ssh_key_in_its_usual_place_opens_a_file() {
    let sandbox = Sandbox::new();
    let public = std::fs::read_to_string(fixtures().join("keys/ssh-ed25519.pub")).expect("a public key");
    sandbox.write("a.yaml", PLAIN);
    sandbox.run(["encrypt", "-i", "--age", public.trim(), "a.yaml"]).ok();
    std::fs::create_dir(sandbox.home().join(".ssh")).expect("the folder of SSH");
    let key = sandbox.home().join(".ssh/id_ed25519");
    std::fs::copy(fixtures().join("keys/ssh-ed25519"), key).expect("a private key");
    assert_eq!(sandbox.run(["decrypt", "a.yaml"]).text(), PLAIN);
}

#[test]
fn a_protected_identity_without_a_terminal_is_an_error_and_no_wait() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    sandbox.run(["encrypt", "-i", "--age", &recipient("carol"), "a.yaml"]).ok();
    let protected = fixtures().join("keys/protected.age");
    let program = sandbox.sops_rs(["decrypt", "a.yaml"]).env("SOPS_AGE_KEY_FILE", protected);
    let message = program.limited(5, 4096).detached().run().fails(128);
    assert!(message.contains("passphrase"), "{message}");
}

#[test]
fn keygen_makes_an_identity_that_age_knows() {
    let sandbox = Sandbox::new();
    for flags in [&[][..], &["--post-quantum"]] {
        let file = format!("key{}.txt", flags.len());
        let args = ["keygen", "--output", &file].into_iter().chain(flags.iter().copied());
        let printed = sandbox.run(args).text();
        let known = sandbox.program(&tools::age("age-keygen"), ["-y", &file]).run().text();
        assert_eq!(known, printed);
    }
}

#[test]
fn keygen_writes_a_private_file_and_never_over_another() {
    let sandbox = Sandbox::new();
    sandbox.run(["keygen", "--output", "key.txt"]).ok();
    let first = sandbox.read("key.txt");
    let mode = std::fs::metadata(sandbox.path("key.txt")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    sandbox.run(["keygen", "--output", "key.txt"]).refuses();
    assert_eq!(sandbox.read("key.txt"), first);
}
