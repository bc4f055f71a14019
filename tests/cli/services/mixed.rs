//! Files with keys of AWS, Google, Vault, PGP and age at once, with every service running.

use crate::support::gnupg::GnuPg;
use crate::support::sandbox::{Program, Sandbox, recipient};
use crate::support::server::{Answer, Request, Server};
use crate::support::services::{Variables, drongo, moto, openbao};
use crate::support::tools::{self, SOPS};
use serde_json::json;

const PLAIN: &str = "user: app\n";
const KINDS: [&str; 5] = ["kms", "gcp_kms", "hc_vault", "pgp", "age"];

/// One key of each kind, and what its owner needs.
struct Keys {
    sandbox: Sandbox,
    gpg: GnuPg,
    /// In the order of [`KINDS`], as the element of a key group of the config.
    fields: [String; 5],
}

/// A program on the keys, with what opens keys of these kinds.
type Run = fn(&Keys, &[&str], &[&str]) -> Program;
const PROGRAMS: [Run; 2] = [Keys::ours, Keys::theirs];

impl Keys {
    /// `vault` is the URI of the transit key.
    fn new(name: &str, vault: &str) -> Keys {
        let gpg = GnuPg::new();
        let fields = [
            format!("kms: [{{arn: '{}', context: {{Env: test}}}}]", moto().key("us-east-1")),
            format!("gcp_kms: [{{resource_id: '{}'}}]", drongo().key(name)),
            format!("hc_vault: ['{vault}']"),
            format!("pgp: [{}]", gpg.key("pat")),
            format!("age: [{}]", recipient("alice")),
        ];
        Keys { sandbox: Sandbox::new(), gpg, fields }
    }

    /// Writes a config with these groups, of which so many are needed.
    fn config(&self, threshold: usize, groups: &[&[&str]]) {
        let group = |kinds: &&[&str]| {
            let own = KINDS.iter().zip(&self.fields).filter(|(kind, _)| kinds.contains(kind));
            format!("{{{}}}", own.map(|(_, field)| field.as_str()).collect::<Vec<_>>().join(", "))
        };
        let groups: Vec<String> = groups.iter().map(group).collect();
        let rule = format!("shamir_threshold: {threshold}\n    key_groups: [{}]", groups.join(", "));
        self.sandbox.write(".sops.yaml", format!("creation_rules:\n  - {rule}\n"));
    }

    fn ours(&self, kinds: &[&str], args: &[&str]) -> Program {
        self.owner(self.sandbox.sops_rs(args), kinds)
    }

    fn theirs(&self, kinds: &[&str], args: &[&str]) -> Program {
        self.owner(self.sandbox.program(&tools::sops(SOPS), args), kinds)
    }

    /// Everybody knows where the services are; credentials are for keys of these kinds alone.
    fn owner(&self, program: Program, kinds: &[&str]) -> Program {
        let services = [
            ("kms", moto().variables()),
            ("gcp_kms", drongo().variables()),
            ("hc_vault", openbao().variables()),
        ];
        let is_secret = |name: &str| ["KEY", "TOKEN"].iter().any(|word| name.contains(word));
        let variables: Variables = services
            .into_iter()
            .flat_map(|(kind, variables)| {
                variables.into_iter().filter(move |(name, _)| kinds.contains(&kind) || !is_secret(name))
            })
            .collect();
        let program = program.envs(&variables);
        let program = match kinds.contains(&"pgp") {
            true => program.env("GNUPGHOME", self.gpg.home()),
            false => program.env("SOPS_GPG_EXEC", "/nonexistent/gpg"),
        };
        if kinds.contains(&"age") { program } else { program.without("SOPS_AGE_KEY_FILE") }
    }

    fn sealed_by(&self, program: Run, name: &str) {
        self.sandbox.write(name, PLAIN);
        program(self, &KINDS, &["encrypt", "-i", name]).run().ok();
    }
}

/// A transit engine that hardly hides anything: its log is all that matters.
fn transit(request: &Request) -> Answer {
    let body = request.json();
    let text = |name: &str| body[name].as_str().expect("a text").to_owned();
    let data = if request.target.contains("/encrypt/") {
        let turned: String = text("plaintext").chars().rev().collect();
        json!({ "ciphertext": format!("vault:v1:{turned}") })
    } else {
        let turned: String = text("ciphertext")["vault:v1:".len()..].chars().rev().collect();
        json!({ "plaintext": turned })
    };
    Answer::json(200, &json!({ "data": data }))
}

#[test]
fn in_one_group_each_key_alone_opens_the_file_in_both_programs() {
    let keys = Keys::new("of-one-group", &openbao().key("of-one-group"));
    keys.config(0, &[&KINDS]);
    for sealed in PROGRAMS {
        keys.sealed_by(sealed, "s.yaml");
        for kind in KINDS {
            for opens in PROGRAMS {
                let opened = opens(&keys, &[kind], &["decrypt", "s.yaml"]).run();
                assert!(
                    opened.success() && opened.stdout == PLAIN.as_bytes(),
                    "{kind}: {}",
                    opened.describe()
                );
            }
        }
        let message = keys.ours(&[], &["decrypt", "s.yaml"]).run().fails(128);
        for kind in KINDS.iter().filter(|kind| **kind != "age") {
            assert!(message.contains(&format!("{kind} ")), "{kind}: {message}");
        }
    }
}

#[test]
fn three_groups_open_with_any_two_in_both_programs() {
    let keys = Keys::new("of-three-groups", &openbao().key("of-three-groups"));
    keys.config(2, &[&["kms", "age"], &["gcp_kms", "pgp"], &["hc_vault"]]);
    for sealed in PROGRAMS {
        keys.sealed_by(sealed, "s.yaml");
        for opens in PROGRAMS {
            for two in [["kms", "gcp_kms"], ["age", "pgp"], ["kms", "hc_vault"], ["pgp", "hc_vault"]] {
                let opened = opens(&keys, &two, &["decrypt", "s.yaml"]).run();
                assert!(
                    opened.success() && opened.stdout == PLAIN.as_bytes(),
                    "{two:?}: {}",
                    opened.describe()
                );
            }
            opens(&keys, &["kms", "age"], &["decrypt", "s.yaml"]).run().fails(128);
            opens(&keys, &["hc_vault"], &["decrypt", "s.yaml"]).run().fails(128);
        }
    }
}

#[test]
fn a_file_of_all_kinds_survives_every_command() {
    let keys = Keys::new("of-all-commands", &openbao().key("of-all-commands"));
    keys.config(0, &[&KINDS]);
    keys.sealed_by(Keys::theirs, "s.yaml");
    let ours = |args: &[&str]| keys.ours(&KINDS, args).run().text();
    let everybody_reads = |text: &str| {
        for kind in KINDS {
            assert_eq!(keys.theirs(&[kind], &["decrypt", "s.yaml"]).run().text(), text, "{kind}");
        }
    };
    ours(&["set", "s.yaml", "[\"user\"]", "\"other\""]);
    everybody_reads("user: other\n");
    ours(&["rotate", "-i", "s.yaml"]);
    everybody_reads("user: other\n");
    let who = ours(&["recipients", "who", "s.yaml"]);
    assert_eq!(who.lines().count(), KINDS.len(), "{who}");
    assert!(ours(&["updatekeys", "-y", "s.yaml"]).is_empty());
    // Now three groups, and the data key as it is.
    keys.config(2, &[&["kms"], &["gcp_kms", "hc_vault"], &["pgp", "age"]]);
    ours(&["updatekeys", "-y", "s.yaml"]);
    for two in [["kms", "hc_vault"], ["gcp_kms", "age"], ["pgp", "kms"]] {
        assert_eq!(keys.theirs(&two, &["decrypt", "s.yaml"]).run().text(), "user: other\n", "{two:?}");
    }
    ours(&["groups", "delete", "-i", "-f", "s.yaml", "0"]);
    assert_eq!(keys.theirs(&["hc_vault", "pgp"], &["decrypt", "s.yaml"]).run().text(), "user: other\n");
    keys.theirs(&["kms", "pgp"], &["decrypt", "s.yaml"]).run().fails(128);
}

#[test]
fn nobody_is_asked_who_is_not_needed() {
    let server = Server::plain(transit);
    let sealed = |name: &str, threshold: usize, groups: &[&[&str]]| {
        let keys = Keys::new(name, &format!("{}/v1/transit/keys/k", server.url()));
        keys.config(threshold, groups);
        keys.sealed_by(Keys::ours, "s.yaml");
        keys
    };
    let calls = || server.requests().iter().filter(|request| request.target.contains("/decrypt/")).count();
    let opened = |keys: &Keys, kinds: &[&str], args: &[&str]| {
        let (before, args) = (calls(), [&["decrypt"], args, &["s.yaml"]].concat());
        assert_eq!(keys.ours(kinds, &args).run().text(), PLAIN);
        calls() - before
    };
    let groups = sealed("of-needs", 2, &[&["kms"], &["gcp_kms"], &["hc_vault"]]);
    assert_eq!(opened(&groups, &["kms", "gcp_kms", "hc_vault"], &[]), 0, "two groups are enough");
    assert_eq!(opened(&groups, &["gcp_kms", "hc_vault"], &[]), 1);
    // In a group, keys of this machine come first, unless told otherwise.
    let one = sealed("of-turns", 0, &[&KINDS]);
    assert_eq!(opened(&one, &KINDS, &[]), 0);
    assert_eq!(opened(&one, &["pgp", "hc_vault"], &[]), 0);
    assert_eq!(opened(&one, &KINDS, &["--decryption-order", "hc_vault"]), 1);
    assert_eq!(opened(&one, &KINDS, &["--decryption-order", "kms,hc_vault"]), 0);
    assert_eq!(opened(&one, &["hc_vault"], &[]), 1);
}
