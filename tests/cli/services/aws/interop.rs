//! Files of ours that sops opens, and the other way round, with two servers that know nothing of each other.

use super::double::{self, ARN};
use super::{Lab, PLAIN, entries};
use crate::support::format::Format;
use crate::support::server::Server;
use crate::support::services::{Aws, ministack, moto};
use crate::support::team::plain;
use serde_json::json;

fn both() -> [&'static Aws; 2] {
    [moto(), ministack()]
}

#[test]
fn plain_keys_contexts_aliases_and_roles_go_both_ways() {
    for server in both() {
        let lab = Lab::new(server.variables());
        let key = server.key("eu-central-1");
        let account = key.split(':').nth(4).expect("an account");
        let alias = server.alias("sops-of-the-tests", &key);
        let with_role = format!("{key}+arn:aws:iam::{account}:role/sops");
        for flags in [
            &["--kms", &key][..],
            &["--kms", &alias],
            &["--kms", &with_role],
            &["--kms", &key, "--encryption-context", "Env:test,Role:web"],
            &["--kms", &format!("{with_role},{alias}"), "--encryption-context", "Env:test"],
        ] {
            let (ours, theirs) = lab.goes_both_ways("f.yaml", PLAIN, flags);
            assert_eq!(entries(&ours), entries(&theirs), "{flags:?}");
        }
    }
}

#[test]
fn every_format_goes_both_ways() {
    let (server, key) = (moto(), moto().key("us-east-1"));
    let lab = Lab::new(server.variables());
    for format in Format::OF_SOPS {
        let flags = ["--kms", &key, "--encryption-context", "Env:a b,Role:c"];
        lab.goes_both_ways(&format.file("f"), plain(format), &flags);
    }
    lab.seal("f.toml", plain(Format::Toml), &["--kms", &key]).ok();
    assert_eq!(lab.ours(["decrypt", "f.toml"]).run().text(), plain(Format::Toml));
}

#[test]
fn the_region_is_that_of_the_key_also_for_keys_of_several_regions() {
    // moto can't decrypt with such a key itself.
    let server = ministack();
    let created = server.call("ap-southeast-2", "CreateKey", &json!({ "MultiRegion": true }));
    let key = created["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned();
    assert!(key.contains(":ap-southeast-2:") && key.contains("key/mrk-"), "{key}");
    let mut lab = Lab::new(server.variables());
    lab.variables.push(("AWS_REGION", "us-east-1".into()));
    lab.goes_both_ways("f.yaml", PLAIN, &["--kms", &key]);
}

#[test]
fn a_context_that_was_changed_in_the_file_is_refused() {
    for server in both() {
        let (lab, key) = (Lab::new(server.variables()), server.key("us-east-1"));
        lab.seal("f.yaml", PLAIN, &["--kms", &key, "--encryption-context", "Env:test"]).ok();
        let changed = lab.sandbox.text("f.yaml").replace("Env: test", "Env: prod");
        lab.sandbox.write("f.yaml", changed);
        let message = lab.ours(["decrypt", "f.yaml"]).run().fails(128);
        assert!(message.contains("kms:Decrypt at 127.0.0.1:"), "{message}");
        assert!(message.contains("with AWS_ACCESS_KEY_ID: InvalidCiphertextException"), "{message}");
        assert!(message.contains("the encryption context is another one"), "{message}");
    }
}

#[test]
fn an_unknown_key_is_named_and_nothing_is_written() {
    let (server, known) = (ministack(), ministack().key("us-east-1"));
    let lab = Lab::new(server.variables());
    let (account, _) = known.split_once(":key/").expect("the ARN of a key");
    let unknown = format!("{account}:key/00000000-1111-2222-3333-444444444444");
    let message = lab.seal("f.yaml", PLAIN, &["--kms", &format!("{known},{unknown}")]).fails(1);
    assert!(message.contains(&unknown) && message.contains("NotFoundException"), "{message}");
    assert!(message.contains("have no such key") && !message.contains(&known), "{message}");
    assert_eq!(lab.sandbox.text("f.yaml"), PLAIN);
    lab.seal("g.yaml", PLAIN, &["--kms", &known]).ok();
    let other = lab.sandbox.text("g.yaml").replace(&known, &unknown);
    lab.sandbox.write("g.yaml", other);
    // This server takes the key from the wrapped data key, whatever it is asked for.
    let message = lab.ours(["decrypt", "g.yaml"]).run().fails(128);
    assert!(message.contains("it answered for another key"), "{message}");
}

#[test]
fn a_role_is_assumed_under_the_name_that_sops_gives_it() {
    let server = Server::plain(double::honest);
    let lab = Lab::new(double::variables(&server));
    lab.goes_both_ways("f.yaml", PLAIN, &["--kms", &format!("{ARN}+arn:aws:iam::111122223333:role/r")]);
    let names: Vec<String> = double::roles(&server).into_iter().map(|(_, session)| session).collect();
    assert_eq!(names.len(), 4, "one for each run of a program: {names:?}");
    assert!(names[0].starts_with("sops@") && names.iter().all(|name| *name == names[0]), "{names:?}");
    assert!(double::callers(&server).iter().all(|caller| caller == "ASIAROLE"));
}
