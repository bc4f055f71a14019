//! Laws 3 and 4: sealing onto a sealed file keeps the token of every value that is the same, whoever made it.

use crate::support::format::Format;
use crate::support::peer;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{files, fixtures, name, report, tools};
use std::collections::HashSet;

/// Seals `plain` onto `sealed.*`, which is there already.
fn seal_onto(sandbox: &Sandbox, format: Format, plain: &[u8]) -> Vec<u8> {
    let (input, output) = (format.file("plain"), format.file("sealed"));
    sandbox.write(&input, plain);
    sandbox.run(["encrypt", "--age", &recipient("alice"), "--output", &output, &input]).ok();
    sandbox.read(&output)
}

fn changed_lines(before: &[u8], after: &[u8]) -> Vec<String> {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let kept: HashSet<&str> = before.lines().collect();
    after.lines().filter(|line| !kept.contains(line)).map(str::to_owned).collect()
}

/// All tokens of values in a sealed file; a comment's may be new, since sops moves comments about.
fn tokens(sealed: &[u8]) -> HashSet<String> {
    let text = String::from_utf8_lossy(sealed);
    let parts = text.split("ENC[AES256_GCM").skip(1);
    let whole = parts.map(|part| part[..part.find(']').expect("a whole token")].to_owned());
    whole.filter(|token| !token.ends_with("comment")).collect()
}

#[test]
fn sealing_the_same_file_again_changes_no_byte() {
    let mut wrong = Vec::new();
    for format in Format::ALL {
        for file in files(fixtures().join("plain").join(format.word())) {
            let sandbox = Sandbox::new();
            let plain = std::fs::read(&file).expect("a readable fixture");
            let (input, output) = (format.file("plain"), format.file("sealed"));
            sandbox.write(&input, &plain);
            let args = ["encrypt", "--age", &recipient("alice"), "--output", &output, &input];
            if !sandbox.run(args).success() {
                continue; // whether the refusal is right is the matter of `corpus`
            }
            let first = sandbox.read(&output);
            if seal_onto(&sandbox, format, &plain) != first {
                wrong.push(name(&file).to_owned());
            }
        }
    }
    report::none_wrong("sealed files", &wrong);
}

/// Opens a file that sops has sealed, and seals it again onto itself.
#[test]
fn sealing_an_unchanged_file_of_sops_again_keeps_every_token() {
    let mut wrong = Vec::new();
    for version in tools::SOPS_VERSIONS {
        for format in Format::OF_SOPS {
            for file in files(fixtures().join(format!("sops-{version}")).join(format.word())) {
                if !fixtures().join("plain").join(format.word()).join(name(&file)).exists() {
                    continue; // sealed under another rule or for other recipients
                }
                let sandbox = Sandbox::new();
                let sealed = format.file("sealed");
                let before = std::fs::read(&file).expect("a readable fixture");
                sandbox.write(&sealed, &before);
                let plain = sandbox.run(["decrypt", &sealed]).ok();
                let after = seal_onto(&sandbox, format, &plain);
                let kept = tokens(&after);
                let lost = tokens(&before).difference(&kept).count();
                // The MAC is made anew when a layout joins the metadata.
                if lost > 1 {
                    wrong.push(format!("{version} {}: {lost} tokens are lost", name(&file)));
                }
            }
        }
    }
    report::none_wrong("files of sops", &wrong);
}

#[test]
fn one_changed_value_changes_its_token_and_the_two_stamps() {
    let sandbox = Sandbox::new();
    let plain = "user: app # who\npassword: old\nlist: [same, same, same]\n";
    sandbox.write("plain.yaml", plain);
    sandbox.run(["encrypt", "--age", &recipient("alice"), "--output", "sealed.yaml", "plain.yaml"]).ok();
    let before = sandbox.read("sealed.yaml");
    std::thread::sleep(std::time::Duration::from_millis(1100)); // lastmodified counts seconds
    let after = seal_onto(&sandbox, Format::Yaml, plain.replace("old", "new").as_bytes());
    let changed = changed_lines(&before, &after);
    let starts = ["password: ENC[", "    lastmodified: ", "    mac: ENC["];
    assert_eq!(changed.len(), 3, "{changed:#?}");
    for start in starts {
        assert!(changed.iter().any(|line| line.starts_with(start)), "no {start} in {changed:#?}");
    }
    for version in tools::SOPS_VERSIONS {
        let plain = plain.replace("old", "new");
        let expected = peer::reads(&sandbox, version, Format::Yaml, plain.as_bytes()).expect("sops takes it");
        let found = peer::opens(&sandbox, version, Format::Yaml, &after).expect("sops opens it");
        assert_eq!(found.differs(&expected), None);
    }
}

#[test]
fn one_changed_value_of_a_sops_file_leaves_every_other_token() {
    let sandbox = Sandbox::new();
    let plain = b"a: one\nb:\n  - two\n  # about three\n  - three\nc: {d: 4}\n";
    let before = peer::seals(&sandbox, tools::SOPS, Format::Yaml, plain).expect("sops takes it");
    sandbox.write("sealed.yaml", &before);
    let opened = sandbox.run(["decrypt", "sealed.yaml"]).text();
    let after = seal_onto(&sandbox, Format::Yaml, opened.replace("three\n", "drei\n").as_bytes());
    let changed = changed_lines(&before, &after);
    let tokens = changed.iter().filter(|line| line.contains("ENC[") && !line.contains("mac:")).count();
    // The comment about three was changed as well by the replacement.
    assert!(tokens <= 2, "{changed:#?}");
    sandbox.write("after.yaml", &after);
    assert_eq!(sandbox.run(["decrypt", "after.yaml"]).text(), opened.replace("three\n", "drei\n"));
}

#[test]
fn encrypting_a_sealed_file_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", "password: x\n");
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "a.yaml"]).ok();
    let before = sandbox.read("a.yaml");
    let message = sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "a.yaml"]).fails(203);
    assert!(message.contains("a.yaml"), "{message}");
    assert_eq!(sandbox.read("a.yaml"), before);
}
