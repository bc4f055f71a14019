//! The reference age tools and this library read each other's wrapped keys. A module for a test target that
//! has the tools at hand, not a target itself.

use sops_rs::crypto::data_key::DataKey;
use sops_rs::keys::age::{AgeBackend, AgeRecipient, Kind, NoPrompt, Sources, generate, recipients_in};
use sops_rs::keys::{Backend, Recipient, Share, Stanza};
use std::{fs, path::Path, process::Command, sync::Arc};
use zeroize::Zeroizing;

/// Wraps and unwraps a data key both ways, for X25519 and post-quantum keys of both makers and for SSH keys.
/// `age` and `keygen` are the programs `age` and `age-keygen`.
pub fn age_and_this_library_read_each_other(age: &Path, keygen: &Path) {
    let folder = tempfile::tempdir().unwrap();
    for kind in [Kind::X25519, Kind::PostQuantum] {
        let ours = generate(kind).unwrap();
        let path = folder.path().join("ours.txt");
        fs::write(&path, format!("# made here\n{}\n", *ours.identity)).unwrap();
        let public = run(Command::new(keygen).arg("-y").arg(&path));
        assert_eq!(
            public.trim_ascii(),
            ours.recipient.text().as_bytes(),
            "age-keygen derives the same recipient"
        );
        both_ways(
            age,
            &path,
            ours.recipient.text(),
            Sources { key: Some(ours.identity), ..Sources::default() },
        );

        let path = folder.path().join("theirs.txt");
        let _ = fs::remove_file(&path);
        let mut command = Command::new(keygen);
        if kind == Kind::PostQuantum {
            command.arg("-pq");
        }
        run(command.arg("-o").arg(&path));
        let public = recipients_in(&fs::read_to_string(&path).unwrap()).unwrap();
        both_ways(
            age,
            &path,
            public[0].text(),
            Sources { key_file: Some(path.clone()), ..Sources::default() },
        );
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/age/age-1.3.2");
    for name in ["ssh_ed25519", "ssh_rsa"] {
        let path = folder.path().join(name);
        fs::copy(fixtures.join(name), &path).unwrap();
        let public = fs::read_to_string(fixtures.join(format!("{name}.pub"))).unwrap();
        let sources = Sources { ssh_private_key_file: Some(path.clone()), ..Sources::default() };
        both_ways(age, &path, public.trim(), sources);
    }
}

/// One key: `identity` is its file, `sources` tell this library where it is.
fn both_ways(age: &Path, identity: &Path, public: &str, sources: Sources) {
    let key = DataKey::from_slice(&[0x5A; 32]).unwrap();
    let recipient = Recipient::Age(AgeRecipient::parse(public).unwrap());
    let backend = AgeBackend::new(sources, Arc::new(NoPrompt));
    let folder = tempfile::tempdir().unwrap();
    let (plain, enc) = (folder.path().join("plain"), folder.path().join("enc"));

    fs::write(&enc, backend.wrap(&recipient, &Share::whole(&key)).unwrap()).unwrap();
    let opened = Zeroizing::new(run(Command::new(age).arg("-d").arg("-i").arg(identity).arg(&enc)));
    assert_eq!(opened.as_slice(), key.as_bytes(), "age opens ours: {public}");

    fs::write(&plain, key.as_bytes()).unwrap();
    let sealed = run(Command::new(age).args(["-a", "-r", public]).arg(&plain));
    let stanza = Stanza::new(recipient, String::from_utf8(sealed).unwrap());
    let share = backend.unwrap(&stanza).unwrap_or_else(|error| panic!("{public}: {error}"));
    assert_eq!(share.as_bytes(), key.as_bytes(), "we open age's: {public}");
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
