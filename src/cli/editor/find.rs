//! Which editor the user wants, and how it is kept from writing copies of the text elsewhere (security R15).

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Variables that name an editor; the first that is set counts.
const VARIABLES: [&str; 3] = ["SOPS_EDITOR", "VISUAL", "EDITOR"];
/// What is tried when none is set.
const DEFAULTS: [&str; 3] = ["nano", "vim", "vi"];

/// No swap, undo or backup file, and no memory of registers. `--cmd` holds for the start, `-c` against the user's own
/// settings, which are read in between.
const VIM: &str = "set nobackup nowritebackup noundofile noswapfile";
const VIM_AFTER: &str = "set nobackup nowritebackup noundofile noswapfile viminfo=";
const EMACS: &str = "(setq-default make-backup-files nil auto-save-default nil create-lockfiles nil)";

/// Editors with a window of their own that return at once, and the flag that makes them wait.
const GRAPHICAL: [(&str, &str); 33] = [
    ("code", "--wait"),
    ("code-insiders", "--wait"),
    ("codium", "--wait"),
    ("vscodium", "--wait"),
    ("cursor", "--wait"),
    ("windsurf", "--wait"),
    ("atom", "--wait"),
    ("subl", "--wait"),
    ("sublime_text", "--wait"),
    ("zed", "--wait"),
    ("zeditor", "--wait"),
    ("mate", "--wait"),
    ("bbedit", "--wait"),
    ("gedit", "--wait"),
    ("xed", "--wait"),
    ("gnome-text-editor", "--standalone"),
    ("kate", "--block"),
    ("mousepad", "--disable-server"),
    ("nvim-qt", "--nofork"),
    ("neovide", "--no-fork"),
    ("open", "-W"),
    ("idea", "--wait"),
    ("pycharm", "--wait"),
    ("webstorm", "--wait"),
    ("phpstorm", "--wait"),
    ("rubymine", "--wait"),
    ("goland", "--wait"),
    ("clion", "--wait"),
    ("rider", "--wait"),
    ("datagrip", "--wait"),
    ("dataspell", "--wait"),
    ("rustrover", "--wait"),
    ("fleet", "--wait"),
];
/// Those of them that keep old versions of every file in the user's profile.
const LOCAL_HISTORY: [&str; 6] = ["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"];

/// What is known of an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Vim { graphical: bool },
    Emacs,
    Nano,
    Graphical { wait: &'static str },
    Other,
}

/// An editor with its arguments.
#[derive(Debug)]
pub struct Editor {
    pub program: String,
    pub arguments: Vec<OsString>,
    pub kind: Kind,
}

/// The editor of SOPS_EDITOR, VISUAL or EDITOR, split as a shell would; else the first of nano, vim and vi there is.
pub fn find(context: &Context) -> Result<Editor, CliError> {
    let path = context.var("PATH").unwrap_or_default();
    for variable in VARIABLES {
        let Some(value) = context.var(variable) else { continue };
        let words = value.to_str().and_then(shlex::split).ok_or_else(|| {
            CliError::new(exit::NO_EDITOR, format!("{variable} can't be split into words"))
                .hint("close its quotes, as in EDITOR='code --wait'")
        })?;
        if let [program, arguments @ ..] = words.as_slice() {
            return Ok(Editor::new(program, arguments, &path));
        }
    }
    let found = DEFAULTS.into_iter().find(|name| on_path(name, &path).is_some());
    found.map(|name| Editor::new(name, &[], &path)).ok_or_else(|| {
        CliError::new(exit::NO_EDITOR, "no editor is set, and there is no nano, vim or vi")
            .hint("name one: EDITOR='code --wait' sops-rs edit FILE")
    })
}

impl Editor {
    fn new(program: &str, arguments: &[String], path: &OsString) -> Editor {
        let file = on_path(program, path).and_then(|file| file.canonicalize().ok());
        let target = file.as_deref().map(base_name).unwrap_or_default();
        let mut kind = kind(&base_name(Path::new(program)), &target);
        if let Kind::Vim { graphical } = &mut kind {
            *graphical |= arguments.iter().any(|argument| argument == "-g");
        }
        let own = arguments.iter().map(OsString::from);
        let added = added(kind).iter().map(OsString::from);
        Editor { program: program.to_owned(), arguments: own.chain(added).collect(), kind }
    }

    /// For messages: the program's name without its directory.
    pub fn name(&self) -> String {
        base_name(Path::new(&self.program))
    }

    /// Whether it keeps copies of what it edits in the user's profile.
    pub fn has_local_history(&self) -> bool {
        LOCAL_HISTORY.contains(&self.name().as_str())
    }

    /// Whether its own temporary files can be sent to the private directory.
    pub fn takes_tmpdir(&self) -> bool {
        matches!(self.kind, Kind::Vim { .. } | Kind::Nano)
    }
}

/// Arguments that keep an editor from leaving anything behind.
fn added(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Vim { graphical: false } => &["-n", "-i", "NONE", "--cmd", VIM, "-c", VIM_AFTER],
        // Its window would otherwise leave the program behind.
        Kind::Vim { graphical: true } => &["-f", "-n", "-i", "NONE", "--cmd", VIM, "-c", VIM_AFTER],
        Kind::Emacs => &["--eval", EMACS],
        // A history of searches, copies in a backup directory: all of it is only ever switched on by nanorc.
        Kind::Nano => &["--ignorercfiles"],
        Kind::Graphical { .. } | Kind::Other => &[],
    }
}

/// What an editor is by its name and by that of the file behind its links: `vi` is often vim, and `nano` sometimes not.
fn kind(name: &str, target: &str) -> Kind {
    let is_vim = |name: &str| {
        let name = name.split('.').next().unwrap_or_default();
        matches!(name, "vim" | "nvim" | "gvim" | "mvim" | "rvim" | "rgvim" | "gview" | "evim" | "vimx")
    };
    if is_vim(name) || is_vim(target) {
        return Kind::Vim { graphical: ["g", "m", "rg", "ev"].iter().any(|start| name.starts_with(start)) };
    }
    if let Some((_, wait)) = GRAPHICAL.iter().find(|(known, _)| *known == name) {
        return Kind::Graphical { wait };
    }
    let is_emacs = |name: &str| name.starts_with("emacs") && !name.starts_with("emacsclient");
    match (name, target) {
        _ if is_emacs(name) || is_emacs(target) => Kind::Emacs,
        (_, "nano" | "rnano") => Kind::Nano,
        _ => Kind::Other,
    }
}

fn base_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The file that a program's name stands for.
fn on_path(program: &str, path: &OsString) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let runs = |file: &PathBuf| {
        file.metadata().is_ok_and(|stat| stat.is_file() && stat.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(runs);
    }
    std::env::split_paths(path).map(|directory| directory.join(program)).find(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_is_known_by_its_name_or_by_what_is_behind_it() {
        let terminal = Kind::Vim { graphical: false };
        assert_eq!(kind("vim", "vim.basic"), terminal);
        assert_eq!(kind("vi", "vim.tiny"), terminal);
        assert_eq!(kind("nvim", "nvim"), terminal);
        assert_eq!(kind("gvim", "vim.gtk3"), Kind::Vim { graphical: true });
        assert_eq!(kind("vi", "busybox"), Kind::Other);
        assert_eq!(kind("vi", "nvi"), Kind::Other);
        assert_eq!(kind("nano", "nano"), Kind::Nano);
        assert_eq!(kind("nano", "pico"), Kind::Other);
        assert_eq!(kind("emacs", "emacs-nox"), Kind::Emacs);
        assert_eq!(kind("emacsclient", "emacsclient.emacs"), Kind::Other);
        assert_eq!(kind("nvim-qt", "nvim-qt"), Kind::Graphical { wait: "--nofork" });
        assert_eq!(kind("code", "code"), Kind::Graphical { wait: "--wait" });
    }

    #[test]
    fn a_users_arguments_come_before_ours() {
        let words = ["-u".to_owned(), "NONE".to_owned()];
        let editor = Editor::new("vim", &words, &OsString::new());
        assert_eq!(editor.arguments[..3], ["-u", "NONE", "-n"]);
    }
}
