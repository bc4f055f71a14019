//! A place of its own for each test: home, temporary and working directory, and an environment that starts empty.

use super::outcome::Outcome;
use super::running::Running;
use super::{fixtures, tools};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub struct Sandbox {
    folder: TempDir,
}

/// What a program finds as its standard input.
#[derive(Clone)]
pub enum Input {
    /// An empty file: end of input at once.
    Empty,
    /// A pipe with these bytes.
    Pipe(Vec<u8>),
    /// No file descriptor 0 at all, as under some process supervisors.
    Closed,
}

impl Sandbox {
    /// Alice's identity is in place; nothing else is configured.
    pub fn new() -> Sandbox {
        let folder =
            tempfile::Builder::new().prefix("sops-rs-test-").tempdir().expect("a temporary directory");
        for part in ["home", "tmp", "work", "run"] {
            std::fs::create_dir(folder.path().join(part)).expect("a folder in the sandbox");
        }
        Sandbox { folder }
    }

    /// A path in the working directory.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A message without the paths that differ from run to run.
    pub fn anonymous(&self, message: &str) -> String {
        let root = self.folder.path().display().to_string();
        message.replace(&root, "SANDBOX").replace(env!("CARGO_MANIFEST_DIR"), "REPOSITORY")
    }

    pub fn tmp(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder in the sandbox");
        std::fs::write(&path, content).expect("a file in the sandbox");
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The program under test.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Outcome {
        self.program(&tools::sops_rs(), args).run()
    }

    /// The program under test by its other name.
    pub fn as_sops<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Program {
        let link = self.folder.path().join("sops");
        if !link.is_symlink() {
            std::os::unix::fs::symlink(tools::sops_rs(), &link).expect("a link in the sandbox");
        }
        self.program(&link, args)
    }

    /// Real git in the working directory; what it prints.
    pub fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Vec<u8> {
        let who = ["-c", "user.name=test", "-c", "user.email=test@localhost"].map(OsStr::new);
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        self.program(Path::new("/usr/bin/git"), who.into_iter().chain(args.iter().map(AsRef::as_ref)))
            .run()
            .ok()
    }

    /// The real sops.
    pub fn sops<A: AsRef<OsStr>>(&self, version: &str, args: impl IntoIterator<Item = A>) -> Outcome {
        self.program(&tools::sops(version), args).run()
    }

    /// The program under test, to be changed before it runs.
    pub fn sops_rs<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Program {
        self.program(&tools::sops_rs(), args)
    }

    /// Any program, in this sandbox and with nothing from outside but the search path of the system.
    pub fn program<A: AsRef<OsStr>>(&self, program: &Path, args: impl IntoIterator<Item = A>) -> Program {
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", self.home())
            .env("TMPDIR", self.tmp())
            .env("XDG_CONFIG_HOME", self.home().join(".config"))
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("SOPS_AGE_KEY_FILE", fixtures().join("keys/alice.age"))
            .env("SOPS_DISABLE_VERSION_CHECK", "1")
            // No cloud library of any program may look for credentials on the network.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("GCE_METADATA_HOST", "127.0.0.1:9")
            .env("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
            // Huawei's has no such variable; nothing on loopback is asked for through a proxy.
            .env("HTTP_PROXY", "http://127.0.0.1:9");
        Program { command, input: Input::Empty }
    }
}

/// A program that is about to run.
pub struct Program {
    command: Command,
    input: Input,
}

impl Program {
    pub fn input(mut self, input: Input) -> Program {
        self.input = input;
        self
    }

    pub fn pipe(self, bytes: impl AsRef<[u8]>) -> Program {
        self.input(Input::Pipe(bytes.as_ref().to_vec()))
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Program {
        self.command.env(name, value);
        self
    }

    pub fn envs(mut self, variables: &[(&'static str, String)]) -> Program {
        self.command.envs(variables.iter().map(|(name, value)| (name, value)));
        self
    }

    pub fn without(mut self, name: &str) -> Program {
        self.command.env_remove(name);
        self
    }

    /// Runs in this directory.
    pub fn within(mut self, directory: &Path) -> Program {
        self.command.current_dir(directory);
        self
    }

    /// Runs with a limit on CPU time (seconds) and on address space (MiB).
    pub fn limited(self, seconds: u32, mebibytes: u32) -> Program {
        self.through(&format!("ulimit -t {seconds}; ulimit -v {}; exec \"$0\" \"$@\"", mebibytes * 1024))
    }

    /// Runs without a controlling terminal, as under cron.
    pub fn detached(self) -> Program {
        self.through("exec setsid -w \"$0\" \"$@\"")
    }

    /// The same program, started by a line of shell.
    fn through(self, line: &str) -> Program {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]).arg(self.command.get_program()).args(self.command.get_args()).env_clear();
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        Program { command, input: self.input }
    }

    /// Starts it, to be watched.
    pub fn start(self) -> Running {
        Running::start(self.command)
    }

    pub fn run(mut self) -> Outcome {
        if let Input::Closed = self.input {
            self = self.through("exec \"$0\" \"$@\" <&-");
        }
        let described = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let command = format!("{} {described}", self.command.get_program().to_string_lossy());
        let bytes = match self.input {
            Input::Pipe(bytes) => Some(bytes),
            Input::Empty | Input::Closed => None,
        };
        let stdin = if bytes.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = self
            .command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("`{command}` can't be started: {e}"));
        let feed = bytes.map(|bytes| {
            let mut pipe = child.stdin.take().expect("a piped standard input");
            // A program may end without reading all of it.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let output = child.wait_with_output().unwrap_or_else(|e| panic!("`{command}`: {e}"));
        if let Some(feed) = feed {
            feed.join().expect("the thread that feeds the pipe");
        }
        Outcome {
            command,
            status: output.status,
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The recipient of a throwaway identity of the fixtures: `alice`, `bob`, `carol` or `quantum`.
pub fn recipient(who: &str) -> String {
    let path = fixtures().join(format!("keys/{who}.age"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let line = text.lines().find_map(|line| line.strip_prefix("# public key: "));
    line.unwrap_or_else(|| panic!("{} names no public key", path.display())).to_owned()
}

/// The secret line of a throwaway identity.
pub fn identity(who: &str) -> String {
    let path = fixtures().join(format!("keys/{who}.age"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().find(|line| line.starts_with("AGE-SECRET-KEY")).expect("an identity").to_owned()
}
