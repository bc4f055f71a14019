//! Where the plaintext is while it is edited, and that nothing of it is left anywhere.

use super::{decrypted, edit, no_trace, plain, script, sealed};
use crate::support::tools;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_text_is_a_private_file_in_memory_with_the_files_own_name() {
    let sandbox = sealed(&plain("private"));
    let seen = sandbox.path("seen");
    let look = format!(
        "{{ echo \"$1\"; stat -c %a \"$1\" \"$(dirname \"$1\")\"; stat -f -c %T \"$1\"; }} >'{}'",
        seen.display()
    );
    let editor = script(&sandbox, "look", &look);
    edit(&sandbox, editor.to_str().expect("a plain path"), &["a.yaml"]).run().fails(200);
    let seen = sandbox.text("seen");
    let seen: Vec<&str> = seen.lines().collect();
    let file = Path::new(seen[0]);
    assert!(file.starts_with("/dev/shm") && file.ends_with("a.yaml"), "{file:?}");
    assert_eq!(seen[1..], ["600", "700", "tmpfs"]);
    assert!(!file.exists() && !file.parent().expect("a directory").exists());
}

#[test]
fn a_runtime_directory_in_memory_comes_first() {
    let sandbox = sealed(&plain("runtime"));
    let runtime = tempfile::tempdir_in("/dev/shm").expect("a directory in memory");
    let editor = script(&sandbox, "look", &format!("echo \"$1\" >'{}'", sandbox.path("seen").display()));
    let editor = editor.to_str().expect("a plain path");
    edit(&sandbox, editor, &["a.yaml"]).env("XDG_RUNTIME_DIR", runtime.path()).run().fails(200);
    assert!(sandbox.text("seen").starts_with(runtime.path().to_str().expect("a plain path")));
    assert_eq!(fs::read_dir(runtime.path()).expect("a directory").count(), 0);
}

#[test]
fn what_a_killed_program_left_is_swept_away() {
    let sandbox = sealed(&plain("stale"));
    let runtime = tempfile::tempdir_in("/dev/shm").expect("a directory in memory");
    let stale = runtime.path().join(".sops-rs-private-abcdefghijklmnop");
    fs::create_dir(&stale).expect("a directory");
    fs::write(stale.join("a.yaml"), "old plaintext").expect("a file");
    edit(&sandbox, "true", &["a.yaml"]).env("XDG_RUNTIME_DIR", runtime.path()).run().fails(200);
    assert!(!stale.exists());
}

#[test]
fn no_command_leaves_anything_of_the_text_behind() {
    let runs: [(&str, &str, i32); 5] = [
        ("sed -i s/app/x/", "saved", 0),
        ("true", "unchanged", 200),
        ("false", "failed", 201),
        ("sed -i '1s/^/]/'", "refused", 2),
        ("sh -c 'cp \"$1\" \"$1~\"; echo \"a: 1\" >>\"$1\"; exit 1' sh", "copied", 201),
    ];
    for (editor, name, code) in runs {
        let canary = format!("canary-{name}-8c1f2a");
        let sandbox = sealed(&plain(&canary));
        let outcome = edit(&sandbox, editor, &["a.yaml"]).run();
        assert_eq!(outcome.status.code(), Some(code), "{}", outcome.describe());
        assert!(!outcome.stderr.contains(&canary), "{}", outcome.describe());
        no_trace(&sandbox, &canary);
    }
}

#[test]
fn an_editor_with_a_window_that_returns_at_once_is_noticed() {
    let sandbox = sealed(&plain("window"));
    let code = script(&sandbox, "code", "exit 0");
    let code = code.to_str().expect("a plain path");
    let message = edit(&sandbox, code, &["a.yaml"]).run().fails(200);
    assert!(message.contains("EDITOR='code --wait'"), "{message}");
    assert!(message.contains("workbench.localHistory.exclude"), "{message}");
    let message = edit(&sandbox, code, &["a.yaml"]).run().fails(200);
    assert!(!message.contains("localHistory"), "said once: {message}");
    script(&sandbox, "code", "sed -i s/app/x/ \"$2\"");
    let outcome = edit(&sandbox, &format!("{code} --wait"), &["a.yaml"]).run();
    assert_eq!((outcome.status.code(), outcome.stderr.as_str()), (Some(0), ""));
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("window").replace("app", "x"));
}

#[test]
fn an_editor_may_replace_the_file_and_keep_a_backup_beside_it() {
    let sandbox = sealed(&plain("canary-replaced"));
    let editor = script(
        &sandbox,
        "replace",
        "sed s/app/x/ \"$1\" >\"$1.new\"; mv \"$1\" \"$1~\"; mv \"$1.new\" \"$1\"",
    );
    edit(&sandbox, editor.to_str().expect("a plain path"), &["a.yaml"]).run().ok();
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("canary-replaced").replace("app", "x"));
    no_trace(&sandbox, "canary-replaced");
}

#[test]
fn a_link_is_edited_where_it_leads() {
    let sandbox = sealed(&plain("link"));
    fs::create_dir(sandbox.path("real")).expect("a folder");
    fs::rename(sandbox.path("a.yaml"), sandbox.path("real/b.yaml")).expect("a move");
    std::os::unix::fs::symlink(PathBuf::from("real/b.yaml"), sandbox.path("a.yaml")).expect("a link");
    edit(&sandbox, "sed -i s/app/x/", &["a.yaml"]).run().ok();
    assert!(fs::symlink_metadata(sandbox.path("a.yaml")).expect("the link").is_symlink());
    assert_eq!(decrypted(&sandbox, "real/b.yaml"), plain("link").replace("app", "x"));
}

#[test]
fn without_memory_the_disk_must_be_allowed() {
    let canary = "canary-disk-20c4";
    let sandbox = sealed(&plain(canary));
    fs::create_dir(sandbox.path("disk")).expect("a folder");
    // In a place of its own, a folder on the disk takes the place of the memory.
    let line = "mount --bind disk /dev/shm && exec \"$0\" \"$@\"";
    let run = |args: &[&str]| {
        let program = tools::sops_rs();
        let words = ["-rm", "sh", "-c", line, program.to_str().expect("a plain path"), "edit"];
        let args = words.into_iter().chain(args.iter().copied());
        sandbox.program("unshare".as_ref(), args).env("EDITOR", "sed -i s/app/x/").run()
    };
    let outcome = run(&["a.yaml"]);
    if outcome.stderr.contains("unshare:") || outcome.stderr.contains("mount:") {
        eprintln!("SKIPPED: needs user namespaces: {}", outcome.stderr);
        return;
    }
    let message = outcome.fails(1);
    assert!(message.contains("no directory in memory") && message.contains("--tmp-on-disk"), "{message}");
    run(&["--tmp-on-disk", "a.yaml"]).ok();
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain(canary).replace("app", "x"));
    no_trace(&sandbox, canary);
}
