//! Every fault of a config has its place and says what was found; none repeats a value.

use super::*;

/// (text, start of the message behind the file name, part of the hint)
const FAULTS: &[(&str, &str, &str)] = &[
    ("creation_rule: []", "1:1: unknown key `creation_rule` in the config", "did you mean `creation_rules`?"),
    (
        "creation_rules:\n  - path_regexp: x",
        "2:5: unknown key `path_regexp` in a creation rule",
        "`path_regex`",
    ),
    ("creation_rules:\n  - azure_kv: x", "2:5: unknown key `azure_kv`", "`azure_keyvault`"),
    ("creation_rules:\n  - hc_vault: x", "2:5: unknown key `hc_vault`", "`hc_vault_transit_uri`"),
    (
        "creation_rules:\n  - encryption_method: x",
        "2:5: unknown key `encryption_method`",
        "known are name, path_regex",
    ),
    (
        "creation_rules:\n  key_groups: []",
        "2:3: `creation_rules` must be a list, found a map",
        "begin each item with `- `",
    ),
    ("creation_rules: text", "1:17: `creation_rules` must be a list, found text", ""),
    ("creation_rules:\n  - text", "2:5: a creation rule must be a map, found text", ""),
    ("creation_rules:\n  -\n  - age: ALICE", "2:4: a creation rule must be a map, found nothing", ""),
    ("[]", "1:1: the config must be a map, found a list", ""),
    (
        "creation_rules:\n  - path_regex: (",
        "2:17: `path_regex` is not a pattern that sops understands: a ( without its ) (character 1",
        "",
    ),
    ("creation_rules:\n  - path_regex: [a]", "2:17: `path_regex` must be text, found a list", ""),
    (
        "creation_rules:\n  - path_regex: \\p{Greek}",
        "2:17: `path_regex` is not a pattern that this program understands",
        "",
    ),
    (
        "creation_rules:\n  - encrypted_regex: (?!x)",
        "2:22: `encrypted_regex` is not a pattern that sops understands: look-ahead",
        "",
    ),
    (
        "creation_rules:\n  - encrypted_regex: x\n    unencrypted_suffix: y",
        "2:22: `unencrypted_suffix` and `encrypted_regex` in one rule",
        "remove one",
    ),
    ("environments: [a]", "1:15: `environments` must be a map, found a list", "`files:`"),
    ("environments:\n  a: {file: [x]}", "2:7: unknown key `file` in the environment `a`", "`files`"),
    ("environments:\n  a: {preset: dlt}", "2:3: the environment `a` is empty", "`files`"),
    ("environments:\n  a: {files: x}", "2:14: `files` must be a list, found text", ""),
    ("environments:\n  a: {files: [1]}", "2:15: `files` must be a list of texts, found a number", "quotes"),
    ("environments:\n  a: {variables: {B: [CANARY]}}", "2:22: `B` must be text, found a list", ""),
    ("creation_rules:\n  - age: {a: b}", "2:10: `age` must be text or a list of texts, found a map", ""),
    ("creation_rules:\n  - age: [~]", "2:11: an empty item in `age`", ""),
    (
        "creation_rules:\n  - pgp: 1234567890",
        "2:10: `pgp` must be text or a list of texts, found a number",
        "quotes",
    ),
    ("creation_rules:\n  - hckms: r:u", "2:12: `hckms` must be a list, found text", ""),
    ("creation_rules:\n  - age: AGE-SECRET-KEY-1CANARY", "2:10: in `age`: this is a secret key", ""),
    ("creation_rules:\n  - age: CANARY", "2:10: in `age`: not an age recipient", ""),
    (
        "creation_rules:\n  - age:\n      - ALICE\n      - age1CANARY",
        "4:9: in `age`: not a valid X25519 recipient",
        "",
    ),
    ("creation_rules:\n  - kms: arn:aws:s3:::CANARY", "2:10: in `kms`: not the ARN of a KMS key", ""),
    (
        "creation_rules:\n  - kms: arn:aws:kms:evil.host/:1:key/CANARY",
        "2:10: in `kms`: not the ARN of a KMS key",
        "",
    ),
    ("creation_rules:\n  - gcp_kms: projects/CANARY", "2:14: in `gcp_kms`: not the id of a GCP KMS key", ""),
    (
        "creation_rules:\n  - azure_keyvault: http://CANARY/keys/k",
        "2:21: in `azure_keyvault`: not the URL",
        "",
    ),
    (
        "creation_rules:\n  - hc_vault_transit_uri: https://h/prefix/v1/e/keys/CANARY",
        "2:27: in `hc_vault_transit_uri`: not the URI",
        "",
    ),
    ("creation_rules:\n  - key_groups: [{kms: [{role: CANARY}]}]", "2:25: a key without its `arn`", ""),
    ("creation_rules:\n  - key_groups: [{kms: [ARN]}]", "2:25: a `kms` key must be a map, found text", ""),
    (
        "creation_rules:\n  - key_groups: [{kms: [{arn: 'ARN', role: CANARY}]}]",
        "2:25: in `kms`: not the ARN of a role",
        "",
    ),
    (
        "creation_rules:\n  - key_groups: [{kms: [{arn: 'ARN', context: {a: }}]}]",
        "2:93: `a` must be text, found nothing",
        "",
    ),
    (
        "creation_rules:\n  - key_groups: [{azure_keyvault: [{vault_url: x}]}]",
        "2:37: unknown key `vault_url`",
        "`vaultUrl`",
    ),
    (
        "creation_rules:\n  - key_groups: [{hc_vault_transit_uri: x}]",
        "2:19: unknown key `hc_vault_transit_uri` in a key group",
        "`hc_vault`",
    ),
    ("creation_rules:\n  - key_groups: [{age: ALICE}]", "2:24: `age` must be a list, found text", ""),
    (
        "creation_rules:\n  - key_groups: [{}, {}]\n    shamir_threshold: 3",
        "3:23: `shamir_threshold` is 3, but there are only 2 key groups",
        "",
    ),
    (
        "creation_rules:\n  - key_groups: [{}, {}]\n    shamir_threshold: 1",
        "3:23: `shamir_threshold` is 1",
        "one group",
    ),
    (
        "creation_rules:\n  - shamir_threshold: -2",
        "2:23: `shamir_threshold` must be a small number, found -2",
        "",
    ),
    (
        "creation_rules:\n  - shamir_threshold: two",
        "2:23: `shamir_threshold` must be a whole number, found text",
        "",
    ),
    (
        "creation_rules:\n  - shamir_threshold: 2.5",
        "2:23: `shamir_threshold` must be a whole number, found a number",
        "",
    ),
    (
        "creation_rules:\n  - mac_only_encrypted: maybe",
        "2:25: `mac_only_encrypted` must be true or false, found text",
        "",
    ),
    ("creation_rules:\n  - age: ALICE\n    age: BOB", "3:5: a second `age` in the same map", ""),
    ("a: &a {b: 1}\n<<: *a\n<<: *a", "3:1: a second `<<` in the same map", ""),
    ("<<: text", "1:5: `<<` needs a map or a list of maps, found text", ""),
    ("<<: [{}, 1]", "1:10: `<<` needs a map or a list of maps, found a number", ""),
    ("{[a]: b}", "1:2: a list or map as a key", ""),
    ("a: &a {b: *a}", "1:11: an alias inside of what it stands for", ""),
    ("a: *nowhere", "1:4: not YAML: ", ""),
    ("creation_rules:\n\t- age: x", "2:2: not YAML: ", ""),
    ("a: 'x", "1:4: not YAML: ", ""),
    ("stores: {}\n---\nstores: {}", "2:1: a second YAML document", "first one"),
    ("stores: {toml: {}}", "1:10: unknown key `toml` in `stores`", ""),
    ("stores: {yaml: {indent: -1}}", "1:25: `indent` must be from 0 to 100, found -1", ""),
    ("stores: {json: {indent: -2}}", "1:25: `indent` must be from 0 to 100, found -2", ""),
    ("stores: {dotenv: {indent: 2}}", "1:19: unknown key `indent` in `dotenv`", ""),
    ("destination_rules: [{path_regex: x}]", "1:21: a destination rule without a destination", "s3_bucket"),
    ("destination_rules: [{s3_bucket: x, gcs_bucket: y}]", "1:21: more than one destination", ""),
    (
        "destination_rules: [{vault_path: x, vault_kv_version: 3}]",
        "1:55: `vault_kv_version` must be 1 or 2, found 3",
        "",
    ),
];

#[test]
fn faults_have_their_place_and_say_what_was_found() {
    let mut wrong = String::new();
    for (text, message, hint) in FAULTS {
        let fault = parse(text).expect_err(text);
        let said = fault.to_string().replace("/repo/.sops.yaml:", "");
        let hinted = fault.hint().unwrap_or_default();
        if !said.starts_with(message) || !hinted.contains(hint) || said.contains("CANARY") {
            wrong.push_str(&format!("{text:?}\n  said {said} ({hinted})\n  not  {message} ({hint})\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn bytes_that_are_no_text_have_their_place() {
    let fault = Config::parse(Path::new("c"), Path::new("/"), b"stores:\n  \xff").unwrap_err();
    assert_eq!(fault.to_string(), "c:2:3: a byte that is not UTF-8");
}

#[test]
fn an_alias_bomb_is_defused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let fault = parse(&text).unwrap_err().to_string();
    assert!(fault.contains("aliases that stand for more than 16 MiB"), "{fault}");
}

#[test]
fn a_long_text_repeated_often_is_a_bomb_too() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(500_000), "*a, ".repeat(100_000));
    assert!(parse(&text).unwrap_err().to_string().contains("more than 16 MiB"));
}

#[test]
fn a_merge_bomb_is_defused() {
    let mut text = String::from("a0: &a0 {x: 1}\n");
    for level in 1..40 {
        let below = level - 1;
        text.push_str(&format!("a{level}: &a{level} {{merge: [*a{below}, *a{below}], '<<': [*a{below}]}}\n"));
    }
    assert!(parse(&text).is_err());
}

#[test]
fn deep_nesting_is_a_fault_and_no_overflow() {
    let deep = [
        "[".repeat(100_000),
        "- ".repeat(50_000),
        "? ".repeat(50_000),
        format!("a: {}1{}", "{b: ".repeat(100), "}".repeat(100)),
        (1..100).fold("a0: &a0 [1]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{}]\n", n - 1)),
    ];
    for text in deep {
        assert!(parse(&text).is_err());
    }
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(".sops.yaml");
    std::fs::write(&path, "#".repeat(2 << 20)).unwrap();
    let fault = Config::load(&path, Path::new("/")).unwrap_err().to_string();
    assert!(fault.contains("more than 1 MiB"), "{fault}");
    assert!(Config::load(directory.path(), Path::new("/")).is_err());
    assert!(Config::load(&directory.path().join("none"), Path::new("/")).is_err());
}

#[test]
fn patterns_that_take_long_to_compile_are_bounded() {
    let mut text = String::from("creation_rules:\n");
    for _ in 0..2000 {
        text.push_str("  - path_regex: \\pL{40}$\n");
    }
    let start = std::time::Instant::now();
    let fault = parse(&text).unwrap_err().to_string();
    assert!(fault.contains("too much work"), "{fault}");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
