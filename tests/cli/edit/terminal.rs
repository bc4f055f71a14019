//! `edit` at a terminal: questions, and real editors.

use super::{decrypted, no_trace, plain, script, sealed};
use crate::support::sandbox::Sandbox;
use crate::support::terminal::Terminal;
use crate::support::tools;
use std::fs;

fn at_terminal(sandbox: &Sandbox, editor: &str, args: &str) -> Terminal {
    Terminal::start(sandbox, &format!("EDITOR=\"{editor}\" '{}' edit {args}", tools::sops_rs().display()))
}

/// Breaks the text at the first run and corrects it at the second.
fn breaking(sandbox: &Sandbox) -> String {
    let body = "if grep -q '^]' \"$1\"; then sed -i '1s/^]//' \"$1\"; else sed -i -e '1s/^/]/' -e s/app/x/ \"$1\"; fi";
    script(sandbox, "breaking", body).display().to_string()
}

#[test]
fn a_broken_text_can_be_edited_again() {
    let sandbox = sealed(&plain("again"));
    let terminal = at_terminal(&sandbox, &breaking(&sandbox), "a.yaml");
    terminal.shows("press Enter to edit again");
    assert!(terminal.screen().contains("a.yaml:1:1"), "{}", terminal.screen());
    terminal.keys(&["Enter"]);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("again").replace("app", "x"));
}

#[test]
fn an_aborted_text_is_kept() {
    let sandbox = sealed(&plain("canary-abort"));
    let terminal = at_terminal(&sandbox, &breaking(&sandbox), "a.yaml");
    terminal.shows("type a and Enter to abort");
    terminal.keys(&["a", "Enter"]);
    assert_eq!(terminal.ends(), 2);
    terminal.shows("sops-rs edit --resume a.yaml");
    no_trace(&sandbox, "canary-abort");
    let terminal = at_terminal(&sandbox, &breaking(&sandbox), "--resume a.yaml");
    assert_eq!(terminal.ends(), 0);
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("canary-abort").replace("app", "x"));
}

#[test]
fn control_c_at_the_question_keeps_the_text_and_leaves_nothing() {
    let sandbox = sealed(&plain("canary-question"));
    let terminal = at_terminal(&sandbox, &breaking(&sandbox), "a.yaml");
    terminal.shows("press Enter to edit again");
    terminal.keys(&["C-c"]);
    assert_eq!(terminal.ends(), 130);
    terminal.shows("stopped by INT");
    terminal.shows("--resume");
    no_trace(&sandbox, "canary-question");
}

#[test]
fn a_window_that_is_still_open_is_waited_for() {
    let sandbox = sealed(&plain("waited"));
    let body = format!(
        "( until [ -e '{0}' ]; do sleep 0.02; done; sed -i s/app/x/ \"$1\"; touch '{0}.done' ) &",
        sandbox.path("go").display()
    );
    let code = script(&sandbox, "code", &body);
    let terminal = at_terminal(&sandbox, &code.display().to_string(), "a.yaml");
    terminal.shows("press Enter when you have saved");
    assert!(terminal.screen().contains("code --wait"), "{}", terminal.screen());
    sandbox.write("go", "");
    crate::support::terminal::until(|| sandbox.path("go.done").exists().then_some(()))
        .expect("the window saves");
    terminal.keys(&["Enter"]);
    assert_eq!(terminal.ends(), 0);
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain("waited").replace("app", "x"));
}

#[test]
fn a_file_can_be_looked_at_with_cat() {
    let sandbox = sealed(&plain("looked-at"));
    let terminal = at_terminal(&sandbox, "cat", "a.yaml");
    assert_eq!(terminal.ends(), 200);
    terminal.shows("password: looked-at");
    terminal.shows("cat returned at once; if it has a window");
    terminal.shows("File has not changed, exiting.");
}

/// Settings that make an editor keep everything it can, all of it in the sandbox's home.
fn hoarder(sandbox: &Sandbox) {
    let keep =
        "set undofile backup writebackup undodir=~/keep backupdir=~/keep directory=~/keep viminfo='100,<50\n";
    let home = sandbox.home();
    fs::create_dir_all(home.join("keep")).expect("a folder");
    fs::create_dir_all(home.join(".config/nvim")).expect("a folder");
    fs::write(home.join(".vimrc"), format!("set nocompatible\n{keep}")).expect("settings");
    fs::write(home.join(".config/nvim/init.vim"), keep.replace(" viminfo='100,<50", "")).expect("settings");
    // The home of root is not taken from HOME by nano.
    let nano = format!("set backup\nset backupdir \"{}\"\nset historylog\n", home.join("keep").display());
    fs::create_dir_all(home.join(".config/nano")).expect("a folder");
    fs::write(home.join(".config/nano/nanorc"), nano).expect("settings");
    let emacs = "(setq backup-directory-alist '((\".\" . \"~/keep\")) make-backup-files t backup-inhibited nil\n auto-save-default t auto-save-file-name-transforms '((\".*\" \"~/keep/\" t)))\n";
    fs::write(home.join(".emacs"), emacs).expect("settings");
}

/// Everything that an editor could have put into the home.
fn left(sandbox: &Sandbox) -> usize {
    fs::read_dir(sandbox.home().join("keep")).expect("a folder").count()
}

/// One real edit: changes `app` to `x`, yanks the secret line, saves.
fn with_vim(editor: &str, canary: &str) {
    let sandbox = sealed(&plain(canary));
    hoarder(&sandbox);
    let terminal = at_terminal(&sandbox, editor, "a.yaml");
    terminal.shows(canary);
    terminal.keys(&[":%s/app/x/", "Enter"]);
    terminal.shows("user: x");
    terminal.keys(&["/password", "Enter", "yyp"]);
    terminal.keys(&["dd", ":wq", "Enter"]);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(decrypted(&sandbox, "a.yaml"), plain(canary).replace("app", "x"));
    assert_eq!(left(&sandbox), 0);
    assert!(!sandbox.home().join(".viminfo").exists());
    no_trace(&sandbox, canary);
}

#[test]
fn vim_saves_and_leaves_nothing() {
    with_vim("vim", "canary-vim-9f3b");
}

#[test]
fn vim_as_vi_saves_and_leaves_nothing() {
    with_vim("vi", "canary-vi-9f3c");
}

#[test]
fn neovim_saves_and_leaves_nothing() {
    with_vim("nvim", "canary-nvim-9f3d");
}

#[test]
fn a_vim_that_is_killed_leaves_nothing() {
    let canary = "canary-hup-vim-77";
    let sandbox = sealed(&plain(canary));
    hoarder(&sandbox);
    let terminal = at_terminal(&sandbox, "vim", "a.yaml");
    terminal.shows(canary);
    terminal.keys(&["ix", "Escape"]);
    // The terminal is closed.
    drop(terminal);
    crate::support::terminal::until(|| {
        super::holding(canary, &["/dev/shm".as_ref()]).is_empty().then_some(())
    })
    .expect("it goes");
    no_trace(&sandbox, canary);
}

#[test]
fn nano_saves_and_leaves_nothing() {
    let canary = "canary-nano-9f3e";
    let sandbox = sealed(&plain(canary));
    hoarder(&sandbox);
    let data = sandbox.home().join("data");
    fs::create_dir(&data).expect("a folder");
    let line = format!(
        "XDG_DATA_HOME='{}' EDITOR=nano '{}' edit a.yaml",
        data.display(),
        tools::sops_rs().display()
    );
    let terminal = Terminal::start(&sandbox, &line);
    terminal.shows(canary);
    terminal.keys(&["C-w", canary, "Enter"]);
    terminal.keys(&["C-Home", "# typed", "Enter", "C-o", "Enter"]);
    terminal.shows("Wrote");
    terminal.keys(&["C-x"]);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(decrypted(&sandbox, "a.yaml"), format!("# typed\n{}", plain(canary)));
    assert_eq!(left(&sandbox), 0);
    no_trace(&sandbox, canary);
}

#[test]
fn what_nano_saves_when_its_terminal_goes_is_kept() {
    let canary = "canary-save-9f3f";
    let sandbox = sealed(&plain(canary));
    let terminal = at_terminal(&sandbox, "nano", "a.yaml");
    terminal.shows(canary);
    terminal.keys(&["# typed", "Enter"]);
    terminal.shows("# typed");
    drop(terminal);
    let kept = sandbox.home().join(".local/state/sops-rs/rescue");
    crate::support::terminal::until(|| kept.exists().then_some(())).expect("it is kept");
    crate::support::terminal::until(|| {
        super::holding(canary, &["/dev/shm".as_ref()]).is_empty().then_some(())
    })
    .expect("it goes");
    no_trace(&sandbox, canary);
    super::edit(&sandbox, "true", &["--resume", "a.yaml"]).run().ok();
    assert_eq!(decrypted(&sandbox, "a.yaml"), format!("# typed\n{}", plain(canary)));
}

#[test]
fn emacs_saves_and_leaves_nothing() {
    let canary = "canary-emacs-9f40";
    let sandbox = sealed(&plain(canary));
    hoarder(&sandbox);
    let terminal = at_terminal(&sandbox, "emacs -nw", "a.yaml");
    terminal.shows(canary);
    terminal.keys(&["# typed", "Enter", "C-x", "C-s"]);
    terminal.shows("Wrote");
    terminal.keys(&["C-x", "C-c"]);
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert_eq!(decrypted(&sandbox, "a.yaml"), format!("# typed\n{}", plain(canary)));
    assert_eq!(left(&sandbox), 0);
    no_trace(&sandbox, canary);
}
