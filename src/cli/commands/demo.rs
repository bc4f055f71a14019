//! `demo`: the main job on made-up files in a temporary repository, every command shown before it runs.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Watch sops-rs work: encrypt, change, diff and use secrets in a temporary git repository
#[derive(clap::Args)]
pub struct Args {
    /// Leave the repository there to play with
    #[arg(long)]
    keep: bool,
}

/// A step: what it shows, and the shell commands that the user can repeat.
struct Step {
    title: &'static str,
    commands: &'static [&'static str],
}

/// The secrets in it are made up.
const STEPS: [Step; 7] = [
    Step {
        title: "a git repository with secrets in clear: for a dlt pipeline, for Kubernetes, for local runs",
        commands: &[
            "git init --quiet && git config user.name demo && git config user.email demo@example.com",
            "mkdir .dlt k8s",
            "cat > .dlt/secrets.toml <<'END'
# credentials of the warehouse
[destination.postgres.credentials]
host = \"db.example.com\"  # the replica
port = 5432
username = \"loader\"
password = 'hunter2'

[sources.github]
access_token = \"ghp_example\"
END",
            "cat > k8s/app.secret.yaml <<'END'
apiVersion: v1
kind: Secret
metadata:
  name: app   # used by the web pods
type: Opaque
stringData:
  DATABASE_URL: postgres://app:s3cret@db/app
  tls.key: |
    -----BEGIN KEY-----
    bm90IGEga2V5
    -----END KEY-----
END",
            "cat > .env <<'END'
# for local runs
API_TOKEN=t0ken-123
DEBUG=1
END",
        ],
    },
    Step {
        title: "an age identity, made on the spot, and a config for the files that hold secrets",
        commands: &[
            "sops-rs keygen --output ../identity.txt",
            "export SOPS_AGE_KEY_FILE=$PWD/../identity.txt",
            "sops-rs init",
        ],
    },
    Step {
        title: "encrypted, only the values change: keys, layout and comments' places stay",
        commands: &[
            "cp k8s/app.secret.yaml ../original.yaml",
            "sops-rs encrypt -i .dlt/secrets.toml",
            "sops-rs encrypt -i k8s/app.secret.yaml",
            "sops-rs encrypt -i .env",
            "git add --all && git commit --quiet -m 'secrets, encrypted'",
            "cut -c 1-100 .dlt/secrets.toml | head -n 11",
        ],
    },
    Step {
        title: "one password changes: plaintext goes through the pipe and never touches the disk",
        commands: &["sops-rs decrypt .dlt/secrets.toml | sed 's/hunter2/correct-horse/' | sops-rs encrypt \
             --filename-override .dlt/secrets.toml --output .dlt/secrets.toml"],
    },
    Step {
        title: "the diff has just that value, the time and the checksum",
        commands: &["git diff --stat", "git diff --unified=0 | cut -c 1-100"],
    },
    Step {
        title: "decrypted, the file is what it was, byte for byte",
        commands: &["sops-rs decrypt k8s/app.secret.yaml | cmp - ../original.yaml && echo identical"],
    },
    Step {
        title: "a program gets the values in its environment, without a file in clear",
        commands: &["sops-rs exec-env .env 'echo \"the token has ${#API_TOKEN} characters\"'"],
    },
];

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let fail = |what: &'static str| {
        move |error: std::io::Error| {
            CliError::new(exit::GENERIC, format!("the demo can't {what}")).cause(error)
        }
    };
    let directory =
        tempfile::Builder::new().prefix("sops-rs-demo-").tempdir().map_err(fail("make a directory"))?;
    let repository = directory.path().join("repository");
    std::fs::create_dir(&repository).map_err(fail("make a directory"))?;
    let shell = Shell::new(&repository, directory.path(), context).map_err(fail("link the program"))?;
    for (number, step) in STEPS.iter().enumerate() {
        context.print(format!("\n# {}. {}\n", number + 1, step.title).as_bytes())?;
        for command in step.commands {
            context.print(format!("$ {command}\n").as_bytes())?;
            shell.run(command)?;
        }
    }
    if args.keep {
        let kept = directory.keep();
        context
            .print(format!("\nthe repository is in {}\n", kept.join("repository").display()).as_bytes())?;
    }
    context.print(b"\nnow in a repository of yours: sops-rs init\n")
}

/// Where the commands run: the repository, an environment of its own, and this program as `sops-rs`.
struct Shell {
    repository: PathBuf,
    identity: PathBuf,
    home: PathBuf,
    path: OsString,
}

impl Shell {
    fn new(repository: &Path, directory: &Path, context: &Context) -> std::io::Result<Shell> {
        let bin = directory.join("bin");
        std::fs::create_dir(&bin)?;
        let program = std::env::current_exe()?;
        std::os::unix::fs::symlink(program, bin.join("sops-rs"))?;
        let mut path = bin.into_os_string();
        if let Some(rest) = context.var("PATH") {
            path.push(":");
            path.push(rest);
        }
        let identity = directory.join("identity.txt");
        Ok(Shell { repository: repository.to_owned(), identity, home: directory.to_owned(), path })
    }

    /// Runs one command line; the demo ends with the first that fails.
    fn run(&self, command: &str) -> Result<(), CliError> {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(command).current_dir(&self.repository).stdin(Stdio::null());
        // Nothing of the user's own keys or git settings takes part.
        shell.env_clear().env("PATH", &self.path).env("HOME", &self.home);
        shell
            .env("SOPS_AGE_KEY_FILE", &self.identity)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_PAGER", "cat");
        let status = shell.status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(CliError::new(exit::GENERIC, format!("the demo's command failed: {status}"))
                .cause(command)
                .hint("git and a POSIX shell must be on the PATH")),
            Err(error) => Err(CliError::new(exit::GENERIC, "the demo finds no shell /bin/sh").cause(error)),
        }
    }
}
