//! Keys of other kinds than age's, used through a service by a client that has neither gpg's home nor credentials.

use super::{BOTH, PLAIN, Service, Who};
use crate::support::gnupg::GnuPg;
use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, identity, recipient};
use crate::support::services::moto;
use crate::support::tools;

/// A service that can use keys of three kinds.
struct World {
    sandbox: Sandbox,
    service: Service,
    fingerprint: String,
    arn: String,
    _gpg: GnuPg,
}

impl World {
    fn new(server: Who) -> World {
        let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
        let (fingerprint, arn) = (gpg.key("alice"), moto().key("us-east-1"));
        let socket = sandbox.path("keys.sock").display().to_string();
        let args = ["keyservice", "--verbose", "--network", "unix", "--address", &socket];
        let program = match server {
            Who::Ours => sandbox.sops_rs(args),
            Who::Sops => sandbox.program(&tools::sops(tools::SOPS), args),
        };
        let program = program.without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", identity("alice"));
        let program = program.env("GNUPGHOME", gpg.home()).envs(&moto().variables());
        let service = match server {
            Who::Ours => Service::listening(program),
            Who::Sops => Service::connectable(program, "unix", &socket),
        };
        sandbox.write("plain.yaml", PLAIN);
        World { sandbox, service, fingerprint, arn, _gpg: gpg }
    }

    /// A command of either program, with the service alone.
    fn client(&self, who: Who, args: &[&str]) -> Outcome {
        let through = ["--enable-local-keyservice=false", "--keyservice", &self.service.uri];
        let args = [&args[..1], &through, &args[1..]].concat();
        let program = match who {
            Who::Ours => self.sandbox.as_sops(args),
            Who::Sops => self.sandbox.program(&tools::sops(tools::SOPS), args),
        };
        program.without("SOPS_AGE_KEY_FILE").run()
    }

    /// Both seal with these flags, and both open what either sealed.
    fn is_exchanged(&self, flags: &[&str]) {
        for writer in BOTH {
            let sealed = self.client(writer, &[&["encrypt"], flags, &["plain.yaml"]].concat()).text();
            self.sandbox.write("sealed.yaml", sealed);
            for reader in BOTH {
                let plain = self.client(reader, &["decrypt", "sealed.yaml"]).text();
                assert_eq!(plain, PLAIN, "{flags:?} {writer:?} {reader:?}");
            }
        }
    }
}

#[test]
fn pgp_and_kms_keys_are_used_through_a_service_of_either() {
    for server in BOTH {
        let world = World::new(server);
        world.is_exchanged(&["--pgp", &world.fingerprint]);
        world.is_exchanged(&["--kms", &world.arn, "--encryption-context", "Env:test,Role:web"]);
    }
}

#[test]
fn groups_of_different_kinds_come_together_through_a_service_of_either() {
    for server in BOTH {
        let world = World::new(server);
        let (fingerprint, arn, age) = (&world.fingerprint, &world.arn, recipient("alice"));
        let groups = format!(
            "creation_rules:\n  - shamir_threshold: 3\n    key_groups:\n      - pgp:\n          - {fingerprint}\n      \
             - kms:\n          - arn: {arn}\n      - age:\n          - {age}\n"
        );
        world.sandbox.write(".sops.yaml", groups);
        world.is_exchanged(&[]);
    }
}

/// Security R7: the service would use its credentials with whatever key the file names.
#[test]
fn a_key_that_only_a_file_names_is_not_sent() {
    let world = World::new(Who::Ours);
    let sealed = world.client(Who::Ours, &["encrypt", "--kms", &world.arn, "plain.yaml"]).text();
    world.sandbox.write("sealed.yaml", sealed);
    let through = ["--keyservice", &world.service.uri, "sealed.yaml"];
    let decrypt = |more: &[&str]| {
        let program = world.sandbox.sops_rs([&["decrypt"], more, &through].concat());
        program.without("SOPS_AGE_KEY_FILE").run()
    };
    let message = decrypt(&[]).fails(128);
    assert!(message.contains("neither you nor the committed config knows this key"), "{message}");
    assert_eq!(decrypt(&["--use-key", "all"]).text(), PLAIN);
    let said = world.service.end().stderr;
    let acts: Vec<&str> = said.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(acts, ["encrypt", "decrypt"], "{said}");
}

#[test]
fn a_key_that_the_service_cannot_use_is_named_with_its_reason() {
    let world = World::new(Who::Ours);
    let (account, _) = world.arn.split_once("key/").expect("the ARN of a key");
    let unknown = format!("{account}key/00000000-0000-4000-8000-000000000000");
    let message = world.client(Who::Ours, &["encrypt", "--kms", &unknown, "plain.yaml"]).fails(1);
    assert!(
        message.contains(&format!("the key service {}: it said Unknown: kms:Encrypt", world.service.uri)),
        "{message}"
    );
}
