//! What is left in memory when a command ends (security G8): no data key, no identity, and no plaintext but what was
//! printed.

use crate::{CANARY, plain, program, run, sealed};
use sops_rs::document::format::Format;
use sops_rs::document::syntax::Limits;
use sops_rs::file::Sealed;
use sops_rs::keys::age::{AgeBackend, NoPrompt, Sources};
use sops_rs::keys::{Keyring, Order, open_gate};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long the program is held at its end, in microseconds: time to look at it.
const HELD: &str = "inject=exit_group:delay_enter=20000000";
const EXIT_GROUP: &str = "231 ";

/// A part of a program's memory, by the name that the system gives it (`[heap]`, `[stack]`).
struct Region {
    name: String,
    bytes: Vec<u8>,
}

/// The regions that a program can have written secrets to, read when it is about to end.
fn memory_at_the_end(arguments: &[&str]) -> Vec<Region> {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("a.yaml"), sealed()).expect("a file");
    let run = run(arguments);
    let mut strace = Command::new("strace")
        .args(["-qqq", "-o", "/dev/null", "-e", "trace=exit_group", "-e", HELD])
        .args(&run.arguments)
        .env_clear()
        .envs(run.environment.iter().map(|(name, value)| (*name, value)))
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("strace");
    let pid = ended(&mut strace);
    let regions = regions(&pid);
    // strace holds the program as long as it lives itself.
    let _ = strace.kill().and_then(|()| strace.wait());
    Command::new("kill").args(["-9", &pid]).stderr(Stdio::null()).status().expect("kill");
    assert!(!regions.is_empty(), "the memory of {arguments:?} can't be read: these tests run as root");
    regions
}

/// The process below strace, once it is about to end.
fn ended(strace: &mut std::process::Child) -> String {
    let children = format!("/proc/{0}/task/{0}/children", strace.id());
    let patience = Instant::now() + Duration::from_secs(60);
    while Instant::now() < patience {
        for pid in fs::read_to_string(&children).unwrap_or_default().split_whitespace() {
            let call = fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
            let program = fs::read_link(format!("/proc/{pid}/exe")).ok();
            if call.starts_with(EXIT_GROUP) && program.as_deref() == Some(&*self::program()) {
                return pid.to_owned();
            }
        }
        assert!(strace.try_wait().expect("a child").is_none(), "it ended before it was looked at");
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came to its end");
}

fn regions(pid: &str) -> Vec<Region> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
    let mut memory = File::open(format!("/proc/{pid}/mem")).expect("the memory");
    let writable =
        maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|mode| mode.starts_with("rw")));
    writable
        .filter_map(|line| {
            let (start, end) = line.split(' ').next()?.split_once('-')?;
            let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
            memory.seek(SeekFrom::Start(start)).ok()?;
            let mut bytes = Vec::new();
            memory.by_ref().take(end - start).read_to_end(&mut bytes).ok()?;
            Some(Region { name: line.rsplit(' ').next()?.to_owned(), bytes })
        })
        .collect()
}

/// The names of the regions that have a copy, one for each.
fn copies<'a>(regions: &'a [Region], needle: &[u8]) -> Vec<&'a str> {
    let found = |region: &'a Region| {
        let copies = region.bytes.windows(needle.len()).filter(move |window| *window == needle);
        copies.map(|_| region.name.as_str()).collect::<Vec<_>>()
    };
    regions.iter().flat_map(found).collect()
}

/// The data key of the file, the identity as text, and its secret number.
fn keys() -> Vec<(&'static str, Vec<u8>)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/keys/alice.age");
    let text = fs::read_to_string(file).expect("the identity");
    let identity = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).expect("an identity");
    let (_, secret) = bech32::decode(identity).expect("bech32");
    let sources = Sources { key: Some(identity.to_owned().into()), ..Sources::default() };
    let keyring = Keyring::new(vec![Box::new(AgeBackend::new(sources, std::sync::Arc::new(NoPrompt)))]);
    let file = Sealed::parse(sealed().as_bytes(), Format::Yaml, &Limits::default()).expect("sealed");
    let key = keyring.unwrap(&file.metadata().groups, 0, &Order::parse("").expect("no order"), &open_gate);
    let Ok(key) = key else { panic!("Alice opens the file") };
    vec![
        ("data key", key.as_bytes().to_vec()),
        ("identity", identity.as_bytes().to_vec()),
        ("identity's secret", secret),
    ]
}

#[test]
fn the_memory_is_searched() {
    assert!(plain().contains(CANARY));
    let regions = memory_at_the_end(&["decrypt", "--no-such-flag-canary-7b1d4e", "a.yaml"]);
    assert!(!copies(&regions, CANARY.as_bytes()).is_empty(), "an argument is somewhere in memory");
}

#[test]
fn no_key_and_no_plaintext_is_left_in_memory() {
    let keys = keys();
    let mut left = Vec::new();
    for (arguments, plaintexts) in [
        (&["decrypt", "a.yaml"][..], 1),
        (&["decrypt", "-i", "a.yaml"], 1),
        (&["set", "a.yaml", "db.port", "6543"], 0),
        (&["unset", "a.yaml", "db.port"], 0),
        (&["rotate", "-i", "a.yaml"], 0),
        (&["groups", "delete", "-f", "a.yaml", "-i", "0"], 0),
    ] {
        let regions = memory_at_the_end(arguments);
        for (what, needle) in &keys {
            let found = copies(&regions, needle);
            left.extend((!found.is_empty()).then(|| format!("{arguments:?}: {what} in {found:?}")));
        }
        let found = copies(&regions, CANARY.as_bytes());
        left.extend((found.len() > plaintexts).then(|| format!("{arguments:?}: plaintext in {found:?}")));
    }
    assert!(left.is_empty(), "{left:#?}");
}
