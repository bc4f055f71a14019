//! A server that runs until the process of the tests has ended, however that ends.

use crate::support::server::{ask, connect};
use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take until it answers: several start at once on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a server is started with another port when it ends at once, as when the port was taken meanwhile.
const TRIES: usize = 5;

/// Runs "$@" until it ends or the standard input does, and then removes its folder. Statics of the tests are never
/// dropped, and nothing runs after a signal; but a pipe from a process that is gone is always at its end.
const KEEPER: &str = r#"
exec 3<&0
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -9 $server; } &
wait $server
kill $!
rm -rf "$HOME"
"#;

pub struct Process {
    port: u16,
    log: File,
    keeper: Child,
}

impl Process {
    /// Starts what `command` gives for a port and a folder of its own, with `HOME` and an otherwise empty environment
    /// but for its own variables, and waits until `GET` of the target works.
    pub fn start(ready: &str, mut command: impl FnMut(u16, &Path) -> Command) -> Process {
        let start = Instant::now();
        let mut log = String::new();
        for _ in 0..TRIES {
            let port = free_port();
            let mut process = Process::keep(port, |home| command(port, home));
            while process.is_running() {
                assert!(start.elapsed() < PATIENCE, "no answer: {}", process.log());
                if process.answers(ready) && process.is_running() {
                    return process;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            log = process.log();
        }
        panic!("a server ends at once: {log}");
    }

    fn keep(port: u16, command: impl FnOnce(&Path) -> Command) -> Process {
        let home = tempfile::Builder::new().prefix("sops-rs-service-").tempdir().expect("a folder").keep();
        let command = command(&home);
        let log = File::options().create(true).append(true).read(true).open(home.join("log")).expect("a log");
        let handle = || Stdio::from(log.try_clone().expect("a second handle"));
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir(&home)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", &home)
            .env("TMPDIR", &home)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("GCE_METADATA_HOST", "127.0.0.1:9")
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            // Signals of the terminal are for the tests: the end of the pipe tells the keeper.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(handle())
            .stderr(handle())
            .spawn()
            .expect("a shell");
        Process { port, log, keeper }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn is_running(&mut self) -> bool {
        self.keeper.try_wait().expect("a child").is_none()
    }

    fn answers(&self, target: &str) -> bool {
        let asked = connect(self.port).and_then(|socket| ask(socket, &format!("GET {target}"), &[], b""));
        asked.is_ok_and(|response| response.status == 200)
    }

    /// What it printed so far, also when its folder is gone.
    pub fn log(&self) -> String {
        let length = self.log.metadata().expect("a file").len();
        let mut text = vec![0; usize::try_from(length).expect("a short log")];
        self.log.read_exact_at(&mut text, 0).expect("so much text");
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// One that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
