//! Runs a program once for every system call that it makes, and lets that call fail or kills the program at it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Traced runs at a time.
const THREADS: usize = 2;

/// A program to be run in a directory of its own, with nothing in its environment but this.
pub struct Run {
    pub arguments: Vec<OsString>,
    pub environment: Vec<(&'static str, OsString)>,
}

/// One system call of a run.
pub struct Call {
    pub name: String,
    /// Which of the calls of this name, from 1.
    pub nth: usize,
    /// Arguments and result, as strace prints them.
    pub rest: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    Kill,
    Error(&'static str),
}

/// What came of one fault.
pub struct Outcome<'a> {
    pub call: &'a Call,
    pub fault: Fault,
    /// The call comes after the first rename of an undisturbed run: the new version is in its place.
    pub late: bool,
    pub directory: &'a Path,
    pub output: Output,
}

impl Outcome<'_> {
    /// For messages.
    pub fn name(&self) -> String {
        format!("{:?} at {} number {}", self.fault, self.call.name, self.call.nth)
    }
}

fn strace(run: &Run, directory: &Path, options: &[String]) -> Output {
    Command::new("strace")
        .arg("-f")
        .args(options)
        .args(&run.arguments)
        .env_clear()
        .envs(run.environment.iter().map(|(name, value)| (*name, value)))
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|fault| panic!("these tests need strace: {fault}"))
}

/// The calls of an undisturbed run, in order.
pub fn calls(run: &Run, directory: &Path) -> Vec<Call> {
    let trace = tempfile::NamedTempFile::new().expect("a file for the trace");
    let output = strace(run, directory, &["-qq".into(), "-o".into(), trace.path().display().to_string()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(trace.path()).expect("the trace");
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let Some((name, rest)) = line.split_once('(') else { continue };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        let nth = 1 + calls.iter().filter(|call| call.name == name).count();
        calls.push(Call { name: name.into(), nth, rest: rest.into() });
    }
    assert!(calls.len() > 20, "strace shows only {} calls", calls.len());
    calls
}

/// Prepares a directory, runs, and checks, for each fault at each call. `prepare` must lead to the same calls every
/// time. Returns the number of runs.
pub fn walk(
    prepare: impl Fn(&Path) -> Run + Sync,
    faults: &[Fault],
    check: impl Fn(&Outcome<'_>) + Sync,
) -> usize {
    walk_some(prepare, |_| true, faults, check)
}

/// As [`walk`], at these calls alone.
pub fn walk_some(
    prepare: impl Fn(&Path) -> Run + Sync,
    wanted: impl Fn(&str) -> bool,
    faults: &[Fault],
    check: impl Fn(&Outcome<'_>) + Sync,
) -> usize {
    let place = || tempfile::tempdir().expect("a directory for the run");
    let first = place();
    let calls = calls(&prepare(first.path()), first.path());
    let renamed = calls.iter().position(|call| call.name.starts_with("rename")).expect("a rename");
    let at = (0..calls.len()).filter(|at| wanted(&calls[*at].name));
    let strikes: Vec<(usize, Fault)> =
        at.flat_map(|at| faults.iter().map(move |fault| (at, *fault))).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((at, fault)) = strikes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let directory = place();
                    let run = prepare(directory.path());
                    let call = &calls[*at];
                    let output = strace(&run, directory.path(), &injection(call, *fault));
                    let late = *at >= renamed;
                    check(&Outcome { call, fault: *fault, late, directory: directory.path(), output });
                }
            });
        }
    });
    strikes.len()
}

fn injection(call: &Call, fault: Fault) -> Vec<String> {
    let Call { name, nth, .. } = call;
    let what = match fault {
        Fault::Kill => "signal=SIGKILL".into(),
        Fault::Error(error) => format!("error={error}"),
    };
    let inject = format!("inject={name}:{what}:when={nth}");
    ["-qqq", "-o", "/dev/null", "-e", &format!("trace={name}"), "-e", &inject].map(String::from).to_vec()
}

/// The program under test.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_sops-rs"))
}
