//! Law 4 with rules, key groups and every kind of recipient: sops opens what we seal, and both hide the same leaves.

use crate::support::format::Format;
use crate::support::peer;
use crate::support::sandbox::{Sandbox, identity, recipient};
use crate::support::yaml::outline;
use crate::support::{fixtures, report, tools};

/// A selection rule: as flags of the command line, or as a line of a creation rule.
struct Rule {
    name: &'static str,
    flags: &'static [&'static str],
    config: &'static str,
}

const RULES: [Rule; 7] = [
    Rule {
        name: "unencrypted-suffix",
        flags: &["--unencrypted-suffix", "_secret"],
        config: "unencrypted_suffix: _secret",
    },
    Rule {
        name: "encrypted-suffix",
        flags: &["--encrypted-suffix", "_secret"],
        config: "encrypted_suffix: _secret",
    },
    Rule {
        name: "unencrypted-regex",
        flags: &["--unencrypted-regex", "^(plain|section|list)"],
        config: "unencrypted_regex: ^(plain|section|list)",
    },
    Rule {
        name: "encrypted-regex",
        flags: &["--encrypted-regex", "^(password|token)"],
        config: "encrypted_regex: ^(password|token)",
    },
    Rule { name: "unencrypted-comment-regex", flags: &[], config: "unencrypted_comment_regex: sops:skip" },
    Rule { name: "encrypted-comment-regex", flags: &[], config: "encrypted_comment_regex: sops:enc" },
    Rule {
        name: "mac-only-encrypted",
        flags: &[],
        config: "mac_only_encrypted: true\n    encrypted_regex: ^(password|token)",
    },
];

fn rules_file(format: Format) -> Vec<u8> {
    let path = fixtures().join("plain").join(format.word()).join(format.file("rules"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The text with every token replaced by its type, so that two sealings of the same file can be compared.
fn masked(text: &[u8]) -> String {
    let text = std::str::from_utf8(text).expect("a text file");
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("ENC[AES256_GCM,") {
        let end = at + rest[at..].find(']').expect("a whole token");
        let kind = rest[at..end].rsplit_once("type:").expect("a typed token").1;
        masked += &rest[..at];
        masked += &format!("<{kind}>");
        rest = &rest[end + 1..];
    }
    masked + rest
}

/// A node without its spelling.
fn leaf(node: &str) -> String {
    match node.replace("quoted", "plain").replace(" None", "").as_str() {
        "plain ~" | "plain " => "plain null".to_owned(),
        leaf => leaf.to_owned(),
    }
}

/// Which leaves and comments are hidden, by place and type: the same for two sealings of one file.
fn hidden(format: Format, sealed: &[u8]) -> Vec<String> {
    let text = masked(sealed);
    match format {
        Format::Yaml => {
            let outline = outline(&text).expect("YAML");
            let end = outline.nodes.iter().position(|node| node.ends_with(" sops")).expect("metadata");
            // Plain or quoted, a leaf is the same leaf; a hidden list comment of sops is an element.
            let leaves = outline.nodes[..end].iter().filter(|node| !node.contains("<comment>"));
            let mut found: Vec<String> = leaves.map(|node| leaf(node)).collect();
            let mut comments: Vec<String> = outline.comments.clone();
            let elements = outline.nodes[..end].iter().filter(|node| node.contains("<comment>"));
            comments.extend(elements.map(|_| "<comment>".to_owned()));
            comments.sort();
            found.extend(comments);
            found
        }
        Format::Json => {
            let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            value.as_object_mut().expect("a map").remove("sops");
            vec![value.to_string()]
        }
        _ => {
            let data = text.split("[sops]").next().expect("a part before the metadata");
            let lines = data.lines().filter(|line| !line.is_empty() && !line.starts_with("sops_"));
            lines.map(|line| line.replace(' ', "")).collect()
        }
    }
}

/// Ours and sops' sealing of a file hide the same, and sops opens ours to what it sees itself.
fn agrees(sandbox: &Sandbox, format: Format, plain: &[u8], ours: &[u8], theirs: &[u8]) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mine, other) = (hidden(format, ours), hidden(format, theirs));
    if mine != other {
        let at = mine.iter().zip(&other).position(|(a, b)| a != b);
        let pair = at.map(|at| (&mine[at], &other[at]));
        wrong.push(format!("hides other leaves than sops: {pair:?}, {} and {}", mine.len(), other.len()));
    }
    for version in tools::SOPS_VERSIONS {
        let expected = peer::reads(sandbox, version, format, plain).expect("sops takes the file");
        match peer::opens(sandbox, version, format, ours) {
            Err(message) => wrong.push(format!("sops {version} can't open it: {message}")),
            Ok(found) => {
                wrong.extend(found.differs(&expected).map(|what| format!("sops {version}: {what}")));
                if found.comments() != expected.comments() {
                    let (found, expected) = (found.comments(), expected.comments());
                    wrong.push(format!("sops {version}: comments {found:?} instead of {expected:?}"));
                }
            }
        }
    }
    wrong
}

/// Formats in which a rule means something: the comment rules need comments.
fn formats(rule: &Rule) -> &'static [Format] {
    if rule.name.contains("comment") {
        &[Format::Yaml]
    } else {
        &[Format::Yaml, Format::Json, Format::Dotenv, Format::Ini]
    }
}

fn sealed_by_sops(format: Format, rule: &Rule) -> Vec<u8> {
    let folder = fixtures().join("sops-3.13.2").join(format.word());
    let path = folder.join(format.file(&format!("rules.{}", rule.name)));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn every_rule_given_by_flags_hides_what_sops_hides() {
    let mut wrong = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.flags.is_empty()) {
        for &format in formats(rule) {
            let sandbox = Sandbox::new();
            let plain = rules_file(format);
            let file = format.file("plain");
            sandbox.write(&file, &plain);
            let alice = recipient("alice");
            let args = ["encrypt", "--age", alice.as_str()].into_iter().chain(rule.flags.iter().copied());
            let ours = sandbox.run(args.chain([file.as_str()])).ok();
            let theirs = sealed_by_sops(format, rule);
            let what = agrees(&sandbox, format, &plain, &ours, &theirs);
            wrong.extend(what.iter().map(|what| format!("{} {}: {what}", rule.name, format.word())));
            let opened = {
                let name = format.file("sealed");
                sandbox.write(&name, &ours);
                sandbox.run(["decrypt", &name]).ok()
            };
            assert_eq!(opened, plain, "{} {} comes back changed", rule.name, format.word());
        }
    }
    report::none_wrong("rules", &wrong);
}

#[test]
fn every_rule_of_a_creation_rule_hides_what_sops_hides() {
    let mut wrong = Vec::new();
    for rule in &RULES {
        for &format in formats(rule) {
            let sandbox = Sandbox::new();
            let plain = rules_file(format);
            let alice = recipient("alice");
            sandbox.write(".sops.yaml", format!("creation_rules:\n  - {}\n    age: {alice}\n", rule.config));
            let file = format.file("plain");
            sandbox.write(&file, &plain);
            let ours = sandbox.run(["encrypt", &file]).ok();
            let what = agrees(&sandbox, format, &plain, &ours, &sealed_by_sops(format, rule));
            wrong.extend(what.iter().map(|what| format!("{} {}: {what}", rule.name, format.word())));
        }
    }
    report::none_wrong("rules", &wrong);
}

/// A configuration of three groups, two of which are needed.
fn shamir() -> String {
    let group = |who| format!("      - age: [{}]\n", recipient(who));
    let groups: String = ["alice", "bob", "carol"].map(group).concat();
    format!("creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n{groups}")
}

#[test]
fn two_of_three_groups_open_a_file_for_us_and_for_sops() {
    let sandbox = Sandbox::new();
    sandbox.write(".sops-rs.yaml", shamir());
    sandbox.write("a.yaml", "password: hunter2\n");
    sandbox.run(["encrypt", "-i", "a.yaml"]).ok();
    for pair in [["alice", "bob"], ["bob", "carol"], ["carol", "alice"]] {
        let keys = pair.map(identity).join("\n");
        for program in [tools::sops_rs(), tools::sops(tools::SOPS), tools::sops(tools::SOPS_OLD)] {
            let opened = sandbox
                .program(&program, ["decrypt", "a.yaml"])
                .without("SOPS_AGE_KEY_FILE")
                .env("SOPS_AGE_KEY", &keys)
                .run();
            assert_eq!(opened.text(), "password: hunter2\n");
        }
    }
}

#[test]
fn one_of_three_groups_is_not_enough() {
    let sandbox = Sandbox::new();
    sandbox.write(".sops-rs.yaml", shamir());
    sandbox.write("a.yaml", "password: hunter2\n");
    sandbox.run(["encrypt", "-i", "a.yaml"]).ok();
    let message = sandbox.run(["decrypt", "a.yaml"]).fails(128);
    assert!(message.contains('2') && message.contains("hint:"), "{message}");
}

/// Recipients, and how sops is given the identity for each.
fn kinds_of_recipient() -> [(&'static str, String, (&'static str, String)); 4] {
    let keys = fixtures().join("keys");
    let ssh = |name: &str| {
        let line = std::fs::read_to_string(keys.join(format!("{name}.pub"))).expect("a public key");
        let recipient = line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        (recipient, ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", keys.join(name).display().to_string()))
    };
    let (ed25519, ed25519_key) = ssh("ssh-ed25519");
    let (rsa, rsa_key) = ssh("ssh-rsa");
    [
        ("X25519", recipient("bob"), ("SOPS_AGE_KEY", identity("bob"))),
        ("hybrid", recipient("quantum"), ("SOPS_AGE_KEY", identity("quantum"))),
        ("SSH ed25519", ed25519, ed25519_key),
        ("SSH RSA", rsa, rsa_key),
    ]
}

#[test]
fn every_kind_of_age_recipient_opens_for_us_and_for_sops() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.yaml", "password: hunter2\n");
    for (kind, recipient, (variable, value)) in kinds_of_recipient() {
        let sealed = sandbox.run(["encrypt", "--age", &recipient, "plain.yaml"]).ok();
        sandbox.write("sealed.yaml", sealed);
        for program in [tools::sops_rs(), tools::sops(tools::SOPS)] {
            let opened = sandbox
                .program(&program, ["decrypt", "sealed.yaml"])
                .without("SOPS_AGE_KEY_FILE")
                .env(variable, &value)
                .run();
            assert!(opened.success(), "{kind}: {}", opened.describe());
            assert_eq!(opened.stdout, b"password: hunter2\n", "{kind}");
        }
    }
}

#[test]
fn either_of_two_recipients_opens_a_file() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", "{\"password\": \"hunter2\"}\n");
    let both = format!("{},{}", recipient("alice"), recipient("bob"));
    sandbox.run(["encrypt", "-i", "--age", &both, "a.json"]).ok();
    for who in ["alice", "bob"] {
        let program = sandbox.sops_rs(["decrypt", "a.json"]).without("SOPS_AGE_KEY_FILE");
        assert_eq!(program.env("SOPS_AGE_KEY", identity(who)).run().text(), "{\"password\": \"hunter2\"}\n");
    }
}

#[test]
fn the_age_program_unwraps_the_data_key() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", "{\"password\": \"hunter2\"}\n");
    let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), "a.json"]).text();
    let sealed: serde_json::Value = serde_json::from_str(&sealed).expect("JSON");
    let armor = sealed["sops"]["age"][0]["enc"].as_str().expect("an armored age file");
    sandbox.write("key.age", armor);
    let identity = fixtures().join("keys/alice.age");
    let args = ["-d", "-i", identity.to_str().expect("a plain path"), "key.age"];
    assert_eq!(sandbox.program(&tools::age("age"), args).run().ok().len(), 32);
}
