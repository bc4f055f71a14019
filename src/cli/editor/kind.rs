//! What is known of an editor, and how it is kept from writing copies of the text elsewhere (security R15).

/// No swap, undo or backup file, and no memory of registers. `--cmd` holds for the start, `-c` against the user's own
/// settings, which are read in between.
const VIM: &str = "set nobackup nowritebackup noundofile noswapfile";
const VIM_AFTER: &str = "set nobackup nowritebackup noundofile noswapfile viminfo=";
const EMACS: &str = "(setq-default make-backup-files nil auto-save-default nil create-lockfiles nil)";

/// What is known of an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// vim or neovim.
    Vim {
        graphical: bool,
    },
    Emacs,
    Nano,
    /// One that returns at once unless this flag makes it wait.
    Graphical {
        wait: &'static str,
    },
    Other,
}

impl Kind {
    /// What an editor is by its name and by that of the file behind its links: `vi` is often vim, and `nano`
    /// sometimes pico.
    pub fn of(name: &str, target: &str) -> Kind {
        let is_vim = |name: &str| {
            let name = name.split('.').next().unwrap_or_default();
            matches!(name, "vim" | "nvim" | "gvim" | "mvim" | "rvim" | "rgvim" | "gview" | "evim" | "vimx")
        };
        if is_vim(name) || is_vim(target) {
            return Kind::Vim {
                graphical: ["g", "m", "rg", "ev"].iter().any(|start| name.starts_with(start)),
            };
        }
        if let Some(wait) = waiting_flag(name) {
            return Kind::Graphical { wait };
        }
        let is_emacs = |name: &str| name.starts_with("emacs") && !name.starts_with("emacsclient");
        match (name, target) {
            _ if is_emacs(name) || is_emacs(target) => Kind::Emacs,
            (_, "nano" | "rnano") => Kind::Nano,
            _ => Kind::Other,
        }
    }

    /// Arguments that keep an editor from leaving anything behind.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Kind::Vim { graphical: false } => &["-n", "-i", "NONE", "--cmd", VIM, "-c", VIM_AFTER],
            // Its window would otherwise leave the program behind.
            Kind::Vim { graphical: true } => &["-f", "-n", "-i", "NONE", "--cmd", VIM, "-c", VIM_AFTER],
            Kind::Emacs => &["--eval", EMACS],
            // A history of searches, copies in a backup directory: all of it is only ever switched on by nanorc.
            Kind::Nano => &["--ignorercfiles"],
            Kind::Graphical { .. } | Kind::Other => &[],
        }
    }
}

/// The flag that makes an editor with a window of its own wait until it is closed.
fn waiting_flag(name: &str) -> Option<&'static str> {
    Some(match name {
        "atom" | "bbedit" | "gedit" | "mate" | "subl" | "sublime_text" | "xed" | "zed" | "zeditor" => {
            "--wait"
        }
        "clion" | "datagrip" | "dataspell" | "goland" | "idea" | "phpstorm" | "pycharm" | "rider" => "--wait",
        "rubymine" | "rustrover" | "webstorm" => "--wait",
        "gnome-text-editor" => "--standalone",
        "kate" => "--block",
        "mousepad" => "--disable-server",
        "neovide" => "--no-fork",
        "nvim-qt" => "--nofork",
        "open" => "-W",
        name if has_local_history(name) => "--wait",
        _ => return None,
    })
}

/// Whether an editor of this name, VS Code or one of its kin, keeps old versions of every file in the user's profile.
pub fn has_local_history(name: &str) -> bool {
    matches!(name, "code" | "code-insiders" | "codium" | "cursor" | "vscodium" | "windsurf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_is_known_by_its_name_or_by_what_is_behind_it() {
        let terminal = Kind::Vim { graphical: false };
        assert_eq!(Kind::of("vim", "vim.basic"), terminal);
        assert_eq!(Kind::of("vi", "vim.tiny"), terminal);
        assert_eq!(Kind::of("nvim", "nvim"), terminal);
        assert_eq!(Kind::of("gvim", "vim.gtk3"), Kind::Vim { graphical: true });
        assert_eq!(Kind::of("vi", "busybox"), Kind::Other);
        assert_eq!(Kind::of("vi", "nvi"), Kind::Other);
        assert_eq!(Kind::of("nano", "nano"), Kind::Nano);
        assert_eq!(Kind::of("nano", "pico"), Kind::Other);
        assert_eq!(Kind::of("emacs", "emacs-nox"), Kind::Emacs);
        assert_eq!(Kind::of("emacsclient", "emacsclient.emacs"), Kind::Other);
        assert_eq!(Kind::of("nvim-qt", "nvim-qt"), Kind::Graphical { wait: "--nofork" });
        assert_eq!(Kind::of("code", "code"), Kind::Graphical { wait: "--wait" });
    }
}
