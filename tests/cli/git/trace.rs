//! The system calls by which a run could start, reach or ask something, told by strace.

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::tools;
use std::ffi::OsStr;
use std::path::Path;

pub struct Traced {
    pub outcome: Outcome,
    /// The names of the calls that start a program or open a connection, in order.
    pub calls: Vec<String>,
    /// All that was traced: these calls, and which files were opened.
    pub text: String,
}

/// Runs the program under test.
pub fn trace(sandbox: &Sandbox, words: &[&str], prepare: impl FnOnce(Program) -> Program) -> Traced {
    let file = sandbox.home().join("trace");
    let (program, wanted) = (tools::sops_rs(), "trace=execve,execveat,socket,connect,sendto,open,openat");
    let strace = ["-f", "-qq", "-e", wanted, "-o"].map(OsStr::new).into_iter();
    let line = strace.chain([file.as_os_str(), program.as_os_str()]).chain(words.iter().map(OsStr::new));
    let outcome = prepare(sandbox.program(Path::new("strace"), line)).run();
    let text = std::fs::read_to_string(&file).expect("these tests need strace");
    let names = text.lines().filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('));
    let calls = names.map(|(name, _)| name.to_owned()).filter(|name| !name.starts_with("open"));
    Traced { calls: calls.collect(), outcome, text }
}
