//! Names of variables that make the program that gets them, or one that it starts, load or run something else
//! (security R9). Whoever may write to a repository can make a file for its public recipients; with one of these names
//! in it, handing the file over would be to run his code.

use std::fmt;

/// What a variable of this name could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The dynamic loader or the C library loads what it names.
    Loader,
    /// It says which programs are found.
    Search,
    /// A shell runs it, or reads it as its options.
    Shell,
    /// An interpreter or runtime loads what it names, or takes options from it.
    Interpreter,
    /// A compiler or build tool runs what it names.
    Build,
    /// git runs what it names, or reads its settings from there.
    Git,
    /// A program runs it as a command of the user's choice.
    Command,
    /// Programs look for their own settings below it.
    Settings,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Loader => "from which the loader takes code",
            Reason::Search => "which says where programs are found",
            Reason::Shell => "which shells run or take options from",
            Reason::Interpreter => "from which an interpreter takes code or options",
            Reason::Build => "from which build tools take commands",
            Reason::Git => "from which git takes commands or settings",
            Reason::Command => "which programs run as a command",
            Reason::Settings => "below which programs look for their settings",
        })
    }
}

/// The refused names: `*` at an end stands for anything. Compared as they are, since systems do so too.
const REFUSED: &[(Reason, &[&str])] = &[
    (
        Reason::Loader,
        &[
            "LD_*",
            "DYLD_*",
            "_RLD*",
            "LIBPATH",
            "SHLIB_PATH",
            "GCONV_PATH",
            "GLIBC_TUNABLES",
            "LOCPATH",
            "NLSPATH",
            "OPENSSL_CONF",
            "OPENSSL_ENGINES",
            "OPENSSL_MODULES",
            "GIO_EXTRA_MODULES",
            "GTK_MODULES",
            "GTK_PATH",
            "QT_PLUGIN_PATH",
        ],
    ),
    (Reason::Search, &["PATH", "PATHEXT", "CDPATH"]),
    (
        Reason::Shell,
        &[
            "BASH_ENV",
            "ENV",
            "IFS",
            "PS0",
            "PS1",
            "PS2",
            "PS3",
            "PS4",
            "PROMPT_COMMAND",
            "SHELLOPTS",
            "BASHOPTS",
            "BASH_FUNC_*",
            "BASH_XTRACEFD",
            "ZDOTDIR",
            "FPATH",
        ],
    ),
    (
        Reason::Interpreter,
        &[
            // NODE_OPTIONS, JAVA_TOOL_OPTIONS, _JAVA_OPTIONS, JDK_JAVA_OPTIONS, ELIXIR_ERL_OPTIONS, RES_OPTIONS, …
            "*_OPTIONS",
            "PYTHON*",
            "PERL5*",
            "PERLLIB",
            "PERL_*",
            "RUBYOPT",
            "RUBYLIB",
            "GEM_HOME",
            "GEM_PATH",
            "BUNDLE_GEMFILE",
            "NODE_PATH",
            "CLASSPATH",
            "PHPRC",
            "PHP_INI_SCAN_DIR",
            "LUA_INIT*",
            "LUA_PATH*",
            "LUA_CPATH*",
            "R_PROFILE*",
            "R_ENVIRON*",
            "TCLLIBPATH",
            "ERL_AFLAGS",
            "ERL_FLAGS",
            "ERL_ZFLAGS",
            "ERL_LIBS",
            "DOTNET_STARTUP_HOOKS",
            "DOTNET_ADDITIONAL_DEPS",
            "CORECLR_*",
            "COR_PROFILER*",
        ],
    ),
    (
        Reason::Build,
        &[
            "MAKEFLAGS",
            "GOFLAGS",
            "RUSTC",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTFLAGS",
            "CARGO_BUILD_*",
        ],
    ),
    (Reason::Git, &["GIT_*"]),
    (
        Reason::Command,
        &[
            "EDITOR",
            "VISUAL",
            "PAGER",
            "MANPAGER",
            "SYSTEMD_PAGER",
            "LESSOPEN",
            "LESSCLOSE",
            "BROWSER",
            "SHELL",
            "SSH_ASKPASS",
            "SUDO_ASKPASS",
            "SUDO_EDITOR",
            "RSYNC_RSH",
        ],
    ),
    (Reason::Settings, &["HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS"]),
];

/// Why a name is refused, if it is.
pub fn refused(name: &str) -> Option<Reason> {
    REFUSED
        .iter()
        .find(|(_, names)| names.iter().any(|pattern| super::name::matches(pattern, name)))
        .map(|r| r.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_load_code_are_refused() {
        for (name, reason) in [
            ("LD_PRELOAD", Reason::Loader),
            ("DYLD_INSERT_LIBRARIES", Reason::Loader),
            ("GLIBC_TUNABLES", Reason::Loader),
            ("PATH", Reason::Search),
            ("BASH_ENV", Reason::Shell),
            ("BASH_FUNC_ls%%", Reason::Shell),
            ("NODE_OPTIONS", Reason::Interpreter),
            ("_JAVA_OPTIONS", Reason::Interpreter),
            ("PYTHONPATH", Reason::Interpreter),
            ("PERL5LIB", Reason::Interpreter),
            ("GIT_SSH_COMMAND", Reason::Git),
            ("LESSOPEN", Reason::Command),
            ("HOME", Reason::Settings),
        ] {
            assert_eq!(refused(name), Some(reason), "{name}");
        }
    }

    #[test]
    fn the_document_lists_them_all() {
        let document = include_str!("../../docs/exec.md");
        let names = REFUSED.iter().flat_map(|(_, names)| *names);
        let missing: Vec<&&str> = names.filter(|name| !document.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "docs/exec.md: {missing:?}");
    }

    #[test]
    fn names_of_secrets_are_not() {
        for name in [
            "DB_PASSWORD",
            "path",
            "MY_PATH",
            "OLD_PRELOAD",
            "GITHUB_TOKEN",
            "GITLAB_TOKEN",
            "ENVIRONMENT",
            "OPTIONS",
            "PYPI_TOKEN",
            "NODE_ENV",
            "JAVA_HOME",
            "SOPS_AGE_KEY",
            "AWS_SECRET_ACCESS_KEY",
            "USER",
        ] {
            assert_eq!(refused(name), None, "{name}");
        }
    }
}
