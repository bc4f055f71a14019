//! `exec-file`: the plaintext is where the program looks for it, and nowhere afterwards, whatever happens.

use crate::support::running::Running;
use crate::support::sandbox::{Program, Sandbox, recipient};
use crate::support::tools;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::path::{Path, PathBuf};

const CANARY: &str = "canary-7f3a9c";
const KINDS: [&[&str]; 3] = [&[], &["--no-fifo"], &["--memfd"]];

fn plain() -> String {
    format!("password: {CANARY}\nports: [1, 2] # keep\n")
}

/// A sandbox with `sealed.yaml`.
fn sealed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("sealed.yaml", plain());
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "sealed.yaml"]).ok();
    sandbox
}

fn exec_file(sandbox: &Sandbox, flags: &[&str], line: &str) -> Program {
    sandbox.sops_rs(["exec-file"].iter().chain(flags).chain(&["sealed.yaml", line]))
}

/// Whether the canary is in a file below this folder.
fn holds_canary(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    entries.flatten().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => holds_canary(&entry.path()),
        Ok(kind) if kind.is_file() => {
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        }
        _ => false,
    })
}

fn root(sandbox: &Sandbox) -> PathBuf {
    sandbox.tmp().parent().expect("the sandbox").to_owned()
}

#[test]
fn the_same_arguments_do_what_they_do_in_sops() {
    let sandbox = Sandbox::new();
    // As sops writes it, since it writes everything anew.
    sandbox.write("sealed.yaml", format!("a: {CANARY}\nb:\n    - 1\n    - c: two\n"));
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "sealed.yaml"]).ok();
    std::fs::copy(sandbox.path("sealed.yaml"), sandbox.path("other")).expect("a copy");
    for args in [
        &["sealed.yaml", "cat {}"][..],
        &["--no-fifo", "sealed.yaml", "cat {}; stat -c '%A %U' {} $(dirname {})"],
        &["sealed.yaml", "stat -c '%A %U' {} $(dirname {}); basename {}"],
        &["--no-fifo", "--filename", "foobar", "sealed.yaml", "cat {}; basename {}"],
        &["--filename", "a/../b", "sealed.yaml", "basename {}"],
        &["--filename", "../b", "sealed.yaml", "true"],
        &["--filename", "/tmp/b", "sealed.yaml", "true"],
        &["--filename", ".", "sealed.yaml", "true"],
        &["--output-type", "json", "sealed.yaml", "cat {}"],
        &["--input-type", "yaml", "--output-type", "yaml", "other", "cat {}"],
        &["sealed.yaml", "exit 4"],
        &["sealed.yaml", "kill -9 $$"],
        &["sealed.yaml", "kill -TERM $$"],
        &["sealed.yaml", "no-such-program"],
        &["sealed.yaml", "true"],
        &["sealed.yaml", "cat"],
        &["sealed.yaml"],
        &[],
        &["sealed.yaml", "true", "true"],
        &["missing.yaml", "true"],
    ] {
        let args = ["exec-file"].iter().chain(args);
        let ours = sandbox.sops_rs(args.clone()).pipe("input").run();
        let theirs = sandbox.program(&tools::sops(tools::SOPS), args).pipe("input").run();
        assert_eq!(ours.status.code(), theirs.status.code(), "{}\n{}", ours.describe(), theirs.describe());
        let [ours_out, theirs_out] = [&ours, &theirs].map(|outcome| String::from_utf8_lossy(&outcome.stdout));
        assert_eq!(ours_out, theirs_out, "{}", ours.describe());
    }
}

#[test]
fn the_plaintext_is_exact_whatever_offers_it() {
    let sandbox = sealed();
    for flags in KINDS {
        assert_eq!(exec_file(&sandbox, flags, "cat {}").run().text(), plain(), "{flags:?}");
    }
    let blob: Vec<u8> = (0..200_000u32).map(|n| (n * 7 % 256) as u8).collect();
    sandbox.write("blob", &blob);
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "blob"]).ok();
    for flags in KINDS {
        let args = ["exec-file"].iter().chain(flags).chain(&["blob", "cat {}"]);
        assert_eq!(sandbox.run(args).ok(), blob, "{flags:?}");
    }
}

#[test]
fn it_is_gone_when_the_program_ends() {
    let sandbox = sealed();
    for flags in [&[][..], &["--no-fifo"], &["--no-fifo", "--filename", "deep/er/name"]] {
        let path = exec_file(&sandbox, flags, "echo {}").run().text();
        let private = Path::new(path.trim()).ancestors().find(|path| is_private(path)).expect(&path);
        assert!(!private.exists(), "{}", private.display());
    }
    assert!(!holds_canary(&root(&sandbox)));
}

fn is_private(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(".sops-rs-private-"))
        && path.parent().is_some_and(|parent| !is_private(parent))
}

#[test]
fn a_fifo_that_nobody_reads_holds_nothing_up() {
    let sandbox = sealed();
    assert!(exec_file(&sandbox, &[], "true").start().end().success());
    assert!(exec_file(&sandbox, &[], "head -c 1 {} >/dev/null").start().end().success());
}

#[test]
fn a_file_in_memory_can_be_read_twice_and_touches_no_disk() {
    let sandbox = sealed();
    for flags in [&["--no-fifo"][..], &["--memfd"]] {
        let mut running = exec_file(&sandbox, flags, "cat {} {}; echo; read wait").start();
        let twice: Vec<String> = (0..4).map(|_| running.line()).collect();
        assert_eq!(twice.join("\n") + "\n", plain().repeat(2), "{flags:?}");
        assert!(!holds_canary(&root(&sandbox)), "{flags:?}");
        running.end();
    }
}

#[test]
fn a_memfd_is_inherited_as_it_is_and_cannot_be_changed() {
    let sandbox = sealed();
    let outcome =
        exec_file(&sandbox, &["--memfd"], "echo {}; echo $PPID; (echo x > {}) 2>/dev/null || echo sealed")
            .run();
    let ppid = std::process::id();
    assert_eq!(outcome.text(), format!("/proc/self/fd/100\n{ppid}\nsealed\n"));
    let inner = sandbox.run(["exec-file", "--memfd", "sealed.yaml", "--", "head", "-n1", "{}"]).text();
    assert_eq!(inner, format!("password: {CANARY}\n"));
}

#[test]
fn braces_become_the_path_in_every_argument() {
    let sandbox = sealed();
    let args =
        ["exec-file", "--no-fifo", "--filename", "f", "sealed.yaml", "--", "echo", "a={}", "{}", "$x {}"];
    let out = sandbox.run(args).text();
    let path = out.split(' ').nth(1).expect("the second argument");
    assert!(path.ends_with("/f"), "{out}");
    assert_eq!(out, format!("a={path} {path} $x {path}\n"));
}

/// A program that says its number when it is ready.
fn waiting(sandbox: &Sandbox, flags: &[&str], prepare: &str) -> (Running, PathBuf) {
    let line = format!("{prepare} echo {{}}; while :; do sleep 0.05; done");
    let mut running = exec_file(sandbox, flags, &line).start();
    let path = PathBuf::from(running.line());
    assert!(path.exists());
    (running, path)
}

#[test]
fn signals_reach_the_program_and_its_answer_comes_back() {
    let sandbox = sealed();
    for (number, signal) in
        ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"].iter().zip(60..).map(|(name, code)| (code, *name))
    {
        let prepare = format!("trap 'exit {number}' {signal};");
        let (running, path) = waiting(&sandbox, &["--no-fifo"], &prepare);
        running.signal(format!("SIG{signal}").parse().expect("a signal"));
        let outcome = running.end();
        assert_eq!(outcome.status.code(), Some(number), "{signal}: {}", outcome.describe());
        assert!(!path.exists() && !path.parent().expect("a directory").exists(), "{signal}");
    }
}

#[test]
fn nothing_is_left_when_a_signal_ends_the_program() {
    let sandbox = sealed();
    for flags in [&[][..], &["--no-fifo"]] {
        for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM] {
            let (running, path) = waiting(&sandbox, flags, "");
            running.signal(signal);
            let outcome = running.end();
            assert_eq!(outcome.status.code(), Some(255), "{signal}: {}", outcome.describe());
            assert!(!path.parent().expect("a directory").exists(), "{signal}");
        }
    }
    assert!(!holds_canary(&root(&sandbox)));
}

/// A runtime directory in memory that no other test sweeps.
fn runtime() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("runtime-").tempdir_in("/dev/shm").expect("a directory in memory")
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a readable folder").count()
}

/// Signals at moments that no test chooses: at each of them there is nothing left, and nobody hangs.
#[test]
fn a_signal_at_any_moment_leaves_nothing() {
    let (sandbox, runtime) = (sealed(), runtime());
    for delay in 0..40 {
        let program = exec_file(&sandbox, &["--no-fifo"], "exec sleep 30");
        let running = program.env("XDG_RUNTIME_DIR", runtime.path()).start();
        std::thread::sleep(std::time::Duration::from_millis(delay * 3));
        running.signal(Signal::SIGTERM);
        let outcome = running.end();
        assert!(!outcome.success(), "{}", outcome.describe());
        assert_eq!(entries(runtime.path()), 0, "after {} ms", delay * 3);
    }
}

#[test]
fn what_a_killed_run_leaves_is_swept_by_the_next() {
    let (sandbox, runtime) = (sealed(), runtime());
    let program = exec_file(&sandbox, &["--no-fifo"], "echo {}; read wait");
    let mut running = program.env("XDG_RUNTIME_DIR", runtime.path()).start();
    let path = PathBuf::from(running.line());
    assert!(path.starts_with(runtime.path()), "{}", path.display());
    running.signal(Signal::SIGKILL);
    running.end();
    assert!(path.exists(), "nobody could remove it");
    exec_file(&sandbox, &["--memfd"], "true").env("XDG_RUNTIME_DIR", runtime.path()).run().ok();
    assert_eq!(entries(runtime.path()), 0);
}

#[test]
fn an_ignored_hangup_stays_ignored() {
    let sandbox = sealed();
    let program = env!("CARGO_BIN_EXE_sops-rs");
    let line =
        format!("trap '' HUP; exec '{program}' exec-file sealed.yaml 'echo ready; read wait; echo alive'");
    let mut running = sandbox.program("/bin/sh".as_ref(), ["-c", &line]).start();
    assert_eq!(running.line(), "ready");
    running.signal(Signal::SIGHUP);
    std::thread::sleep(std::time::Duration::from_millis(100));
    running.write(b"\n");
    assert_eq!(running.end().text(), "alive\n");
}

#[test]
fn it_stops_and_continues_with_the_program() {
    let sandbox = sealed();
    let line = "echo ready; kill -STOP $$; echo continued";
    let mut running = exec_file(&sandbox, &[], line).start();
    assert_eq!(running.line(), "ready");
    running.until("it is stopped", |running| running.state() == 'T');
    running.signal(Signal::SIGCONT);
    assert_eq!(running.end().text(), "continued\n");
}

#[test]
fn the_program_is_in_the_callers_process_group_and_reads_its_input() {
    let sandbox = sealed();
    let mut running = exec_file(&sandbox, &[], "ps -o pgid= -p $$; ps -o pgid= -p $PPID; cat").start();
    let (own, parent) = (running.line(), running.line());
    assert_eq!(own.trim(), parent.trim());
    running.write(b"through\n");
    assert_eq!(running.end().text(), "through\n");
}

/// At a terminal the whole group gets what is typed; passed on, it would count twice. The watching process is held up
/// meanwhile, so that the two could not become one.
#[test]
fn a_typed_interrupt_arrives_once() {
    let sandbox = sealed();
    let done = sandbox.path("done");
    let count = format!(
        "n=0; trap 'n=$((n+1)); echo got=$n' INT; echo watcher=$PPID
         until test -e '{}'; do sleep 0.05; done; sleep 0.2; echo count=$n",
        done.display()
    );
    let script = sandbox.write("count.sh", count);
    let program = env!("CARGO_BIN_EXE_sops-rs");
    let line = format!("'{program}' exec-file sealed.yaml 'exec sh {}'", script.display());
    let mut running = sandbox.program("/usr/bin/script".as_ref(), ["-qec", &line, "/dev/null"]).start();
    let watcher = after(&mut running, "watcher=").parse().map(Pid::from_raw).expect("a number");
    kill(watcher, Signal::SIGSTOP).expect("it is there");
    running.write(b"\x03");
    assert_eq!(after(&mut running, "got="), "1");
    kill(watcher, Signal::SIGCONT).expect("it is there");
    std::fs::write(done, "").expect("a file");
    assert_eq!(after(&mut running, "count="), "1");
    running.end();
}

/// What follows a mark in the next line that has it.
fn after(running: &mut Running, mark: &str) -> String {
    loop {
        if let Some((_, rest)) = running.line().split_once(mark) {
            return rest.to_owned();
        }
    }
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let sandbox = sealed();
    for flags in [
        &["--memfd", "--no-fifo"][..],
        &["--memfd", "--filename", "x"],
        &["--tmp-on-disk"],
        &["--background"],
        &["--background", "--no-fifo"],
    ] {
        let message = exec_file(&sandbox, flags, "true").run().fails(8);
        assert!(message.contains("hint: "), "{message}");
    }
    let message = sandbox.run(["exec-file", "sealed.yaml", "sealed.yaml", "--", "true"]).fails(1);
    assert!(message.contains("more than one FILE"), "{message}");
}

#[test]
fn a_background_program_keeps_its_memfd() {
    let sandbox = sealed();
    let copy = sandbox.path("copy");
    let line = format!("sleep 0.2; cat {{}} > '{0}.part'; mv '{0}.part' '{0}'", copy.display());
    exec_file(&sandbox, &["--memfd", "--background"], &line).run().ok();
    let start = std::time::Instant::now();
    while !copy.exists() && start.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(sandbox.text("copy"), plain());
}

#[test]
fn another_user_owns_what_is_made_for_him() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("skipped: only root may become another user");
        return;
    }
    let sandbox = sealed();
    for flags in KINDS {
        let flags: Vec<&str> = flags.iter().chain(&["--user", "nobody"]).copied().collect();
        let line = "cat {}; stat -L -c %U {}; id -un; echo $USER $HOME";
        let out = exec_file(&sandbox, &flags, line).run().text();
        let home = nix::unistd::User::from_name("nobody").expect("users").expect("nobody").dir;
        assert_eq!(out, format!("{}nobody\nnobody\nnobody {}\n", plain(), home.display()), "{flags:?}");
    }
}

/// The watching process holds the plaintext of a FIFO. Were it open to the debuggers of its user, its files in `/proc`
/// would be his.
#[test]
fn nobody_can_look_into_the_process_that_watches() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("skipped: only root may become another user");
        return;
    }
    use std::os::unix::fs::MetadataExt as _;
    let sandbox = sealed();
    let mut running = exec_file(&sandbox, &["--user", "nobody"], "echo $$; read wait").start();
    let program = running.line();
    let owner = |pid: &str| std::fs::metadata(format!("/proc/{pid}/environ")).expect("a process").uid();
    assert_ne!(owner(&program), 0, "the program is an ordinary one");
    assert_eq!(owner(&running.pid().to_string()), 0);
    running.end();
}
