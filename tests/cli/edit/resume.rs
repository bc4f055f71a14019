//! Texts that could not be saved, and `edit --resume`.

use super::{decrypted, edit, no_trace, plain, script, sealed};
use crate::support::sandbox::Sandbox;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

fn kept(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.home().join(".local/state/sops-rs/rescue"));
    entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[test]
fn a_broken_text_is_kept_encrypted_and_goes_on() {
    let canary = "canary-kept-55aa";
    let sandbox = sealed(&plain(canary));
    let message = edit(&sandbox, "sed -i -e '1s/^/]/' -e s/app/x/", &["a.yaml"]).run().fails(2);
    assert!(message.contains("`sops-rs edit --resume a.yaml`"), "{message}");
    let files = kept(&sandbox);
    assert_eq!(files.len(), 1);
    assert_eq!(fs::metadata(&files[0]).expect("the file").permissions().mode() & 0o777, 0o600);
    no_trace(&sandbox, canary);

    let message = edit(&sandbox, "true", &["a.yaml"]).run().fails(200);
    assert!(message.contains("is kept for a.yaml"), "{message}");
    edit(&sandbox, "true", &["--resume", "a.yaml"]).run().fails(2);
    assert_eq!(kept(&sandbox), files, "still broken, still kept");
    let outcome = edit(&sandbox, "sed -i '1s/^]//'", &["--resume", "a.yaml"]).run();
    assert_eq!((outcome.status.code(), outcome.stderr.as_str()), (Some(0), ""));
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain(canary).replace("app", "x"));
    assert_eq!(kept(&sandbox).len(), 0);
    let message = edit(&sandbox, "true", &["--resume", "a.yaml"]).run().fails(1);
    assert!(message.contains("nothing to resume"), "{message}");
}

#[test]
fn a_kept_text_is_a_file_that_sops_opens() {
    let sandbox = sealed(&plain("sops-opens"));
    edit(&sandbox, "sh -c 'echo more: 1 >>\"$1\"; exit 1' sh", &["a.yaml"]).run().fails(201);
    let file = kept(&sandbox).remove(0);
    let args = ["decrypt", "--input-type", "binary", "--output-type", "binary"].map(PathBuf::from);
    let opened = sandbox.program(&super::sops(), args.into_iter().chain([file])).run().text();
    assert_eq!(opened, format!("{}more: 1\n", plain("sops-opens")));
}

#[test]
fn somebody_elses_change_is_neither_lost_nor_is_the_text() {
    let sandbox = sealed(&plain("race"));
    let body = format!(
        "cd '{}' && sed -i s/app/mine/ \"$1\" && EDITOR='sed -i s/5432/1/' '{}' edit a.yaml",
        sandbox.path("").display(),
        crate::support::tools::sops_rs().display()
    );
    let editor = script(&sandbox, "racer", &body);
    let message = edit(&sandbox, editor.to_str().expect("a plain path"), &["a.yaml"]).run().fails(3);
    assert!(message.contains("changed by somebody else") && message.contains("--resume"), "{message}");
    let theirs = plain("race").replace("5432", "1");
    assert_eq!(decrypted(&sandbox, "a.yaml"), theirs);
    let outcome = edit(&sandbox, "sed -i s/5432/1/", &["--resume", "a.yaml"]).run();
    assert!(outcome.success() && outcome.stderr.contains("undoes that change"), "{}", outcome.describe());
    assert_eq!(decrypted(&sandbox, "a.yaml"), theirs.replace("app", "mine"));
}

#[test]
fn a_new_file_that_somebody_else_made_meanwhile_is_not_replaced() {
    let sandbox = Sandbox::new();
    let body = format!("sed -i s/app/mine/ \"$1\"; echo theirs >'{}'", sandbox.path("new.yaml").display());
    let editor = script(&sandbox, "maker", &body);
    let message = edit(&sandbox, editor.to_str().expect("a plain path"), &["new.yaml"]).run().fails(3);
    assert!(message.contains("exists already") && message.contains("--resume"), "{message}");
    assert_eq!(sandbox.text("new.yaml"), "theirs\n");
    fs::remove_file(sandbox.path("new.yaml")).expect("the file");
    edit(&sandbox, "true", &["--resume", "new.yaml"]).run().ok();
    assert!(decrypted(&sandbox, "new.yaml").contains("user: mine"));
}

#[test]
fn a_second_kept_text_does_not_replace_the_first() {
    let sandbox = sealed(&plain("two"));
    for word in ["first", "second"] {
        edit(&sandbox, &format!("sh -c 'sed -i s/app/{word}/ \"$1\"; exit 1' sh"), &["a.yaml"])
            .run()
            .fails(201);
    }
    assert_eq!(kept(&sandbox).len(), 2);
    for word in ["second", "first"] {
        edit(&sandbox, "true", &["--resume", "a.yaml"]).run().ok();
        assert_eq!(decrypted(&sandbox, "a.yaml"), plain("two").replace("app", word));
    }
    assert_eq!(kept(&sandbox).len(), 0);
}

#[test]
fn a_text_in_another_encoding_is_kept_too() {
    let sandbox = sealed(&plain("latin"));
    let editor = script(&sandbox, "latin", "printf 'name: \\351\\n' >\"$1\"");
    edit(&sandbox, editor.to_str().expect("a plain path"), &["a.yaml"]).run().fails(2);
    let editor =
        script(&sandbox, "convert", "iconv -f latin1 -t utf-8 \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"");
    edit(&sandbox, editor.to_str().expect("a plain path"), &["--resume", "a.yaml"]).run().ok();
    assert_eq!(decrypted(&sandbox, "a.yaml"), "name: é\n");
}

#[test]
fn a_refused_change_of_shown_keys_keeps_the_rest_of_the_text() {
    let sandbox = sealed(&plain("shown"));
    edit(&sandbox, "sed -i -e s/app/x/ -e s/age1/age2/", &["-s", "a.yaml"]).run().fails(1);
    edit(&sandbox, "true", &["--resume", "a.yaml"]).run().ok();
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("shown").replace("app", "x"));
}

#[test]
fn without_a_home_the_user_is_told_that_nothing_could_be_kept() {
    let sandbox = sealed(&plain("homeless"));
    let editor = "sh -c 'echo a >>\"$1\"; exit 1' sh";
    let message = edit(&sandbox, editor, &["a.yaml"]).without("HOME").run().fails(201);
    assert!(message.contains("could not be kept") && !message.contains("--resume"), "{message}");
}
