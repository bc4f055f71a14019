//! Editors with a window of their own: they may return at once, and may keep copies.

use super::find::Editor;
use super::kind::{self, Kind};
use crate::cli::context::Context;
use crate::cli::prompt::Terminal;
use std::fs;
use std::time::Duration;

/// No person looks at a file and closes a window within this time.
const WINDOW: Duration = Duration::from_secs(1);
/// Nor starts and ends an editor in the terminal within this one.
const TERMINAL: Duration = Duration::from_millis(300);
/// In the state directory, once the user was told of copies.
const TOLD: &str = "told-of-local-history";

/// Whether the editor came back before a person can have used it, and may still be open. If it came back so soon, says
/// how to make it wait.
pub fn returned_at_once(editor: &Editor, after: Duration, context: &Context) -> bool {
    let name = editor.name();
    match editor.kind {
        Kind::Graphical { wait } if after < WINDOW => {
            context.warn(&format!("{name} returned at once: make it wait with EDITOR='{name} {wait}'"));
            Terminal.can_ask()
        }
        // What people use to look at a file (`EDITOR=cat`) is as fast: a word about it, but no question.
        Kind::Other if after < TERMINAL && Terminal.can_ask() => {
            context.note(&format!(
                "{name} returned at once; if it has a window, it needs a flag that makes it wait"
            ));
            false
        }
        _ => false,
    }
}

/// Says once per user that an editor keeps copies in clear, and how to stop it.
pub fn warn_of_copies(editor: &Editor, context: &Context) {
    if !kind::has_local_history(&editor.name()) {
        return;
    }
    let Some(directory) = context.state_directory() else { return };
    let told = directory.join(TOLD);
    if told.exists() {
        return;
    }
    context.warn(&format!(
        "{} keeps copies of edited files in its local history, in clear; in its settings, set \
         \"workbench.localHistory.exclude\" to {{\"**/.sops-rs-private-*/**\": true}}",
        editor.name()
    ));
    // When it can't be remembered, the user is told again.
    let _ = fs::create_dir_all(&directory).and_then(|()| fs::write(told, ""));
}
