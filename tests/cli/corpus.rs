//! Laws 2 and 4 on the fixtures and on real files: exact or refused with a reason, and sops opens ours.

use crate::support::corpus::plain;
use crate::support::format::Format;
use crate::support::peer::{self, RoundTrip};
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{name, pool, report, tools};
use std::path::Path;

/// How one file fared with us.
enum Fate {
    Exact {
        sealed: Vec<u8>,
    },
    Refused {
        message: String,
    },
    /// Neither: the text says what happened.
    Wrong(String),
}

/// Seals and opens a file in a sandbox of its own.
fn round_trip(sandbox: &Sandbox, format: Format, file: &Path, plain: &[u8]) -> Fate {
    let input = format.file("plain");
    sandbox.write(&input, plain);
    let outcome = sandbox.run(["encrypt", "--age", &recipient("alice"), &input]);
    if outcome.crashed() {
        return Fate::Wrong(format!("{}: {}", name(file), outcome.describe()));
    }
    if !outcome.success() {
        return Fate::Refused { message: outcome.stderr };
    }
    let sealed = format.file("sealed");
    sandbox.write(&sealed, &outcome.stdout);
    let opened = sandbox.run(["decrypt", &sealed]);
    if !opened.success() {
        return Fate::Wrong(format!("{} can't be opened again: {}", name(file), opened.stderr));
    }
    if opened.stdout != plain {
        return Fate::Wrong(format!(
            "{} comes back changed: {}",
            file.display(),
            difference(plain, &opened.stdout)
        ));
    }
    Fate::Exact { sealed: outcome.stdout }
}

/// The first line that differs, by number and lengths.
fn difference(before: &[u8], after: &[u8]) -> String {
    let at = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let line = before[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    format!("line {line}, byte {at}; {} bytes became {}", before.len(), after.len())
}

/// A refusal tells the file, the line and column (unless it is about the file as a whole), and what to do.
fn located(message: &str, input: &str) -> bool {
    let Some(at) = message.find(&format!("{input}:")) else {
        return message.contains(input) && message.contains("hint:");
    };
    message[at + input.len() + 1..].starts_with(|c: char| c.is_ascii_digit())
}

/// What we refuse on purpose although sops takes it: it loses or hides data there.
fn strict(message: &str) -> bool {
    ["same key", "duplicate", "more data", "UTF-8"].iter().any(|words| message.contains(words))
}

#[derive(Default)]
struct Tally {
    files: usize,
    exact: usize,
    refused: usize,
    strict: usize,
    sops_refuses: usize,
    sops_exact: usize,
    sops_lost: usize,
    opened: [usize; 2],
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.files += other.files;
        self.exact += other.exact;
        self.refused += other.refused;
        self.strict += other.strict;
        self.sops_refuses += other.sops_refuses;
        self.sops_exact += other.sops_exact;
        self.sops_lost += other.sops_lost;
        for (mine, theirs) in self.opened.iter_mut().zip(other.opened) {
            *mine += theirs;
        }
        self.wrong.extend(other.wrong);
    }
}

fn try_file(format: Format, file: &Path) -> Tally {
    let sandbox = Sandbox::new();
    let plain = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut tally = Tally { files: 1, ..Tally::default() };
    let theirs = match format {
        Format::Toml => None,
        _ => peer::round_trip(&sandbox, tools::SOPS, format, &plain),
    };
    match theirs {
        None => tally.sops_refuses += 1,
        Some(RoundTrip::Exact) => tally.sops_exact += 1,
        Some(RoundTrip::Lost) => tally.sops_lost += 1,
        Some(RoundTrip::Changed) => {}
    }
    match round_trip(&sandbox, format, file, &plain) {
        Fate::Exact { sealed } => {
            tally.exact += 1;
            if theirs.is_some() {
                sops_opens(&sandbox, format, file, &plain, &sealed, &mut tally);
            }
        }
        Fate::Refused { message } => {
            tally.refused += 1;
            tally.strict += usize::from(strict(&message));
            if theirs.is_some() && !strict(&message) {
                tally.wrong.push(format!("{} is taken by sops, refused by us: {message}", file.display()));
            }
            if !located(&message, &format.file("plain")) {
                tally.wrong.push(format!("{} is refused without a place: {message}", file.display()));
            }
        }
        Fate::Wrong(what) => tally.wrong.push(what),
    }
    tally
}

/// Both releases of sops must open what we sealed, to the values that they themselves see in the plain file.
fn sops_opens(
    sandbox: &Sandbox,
    format: Format,
    file: &Path,
    plain: &[u8],
    sealed: &[u8],
    tally: &mut Tally,
) {
    for (n, version) in tools::SOPS_VERSIONS.into_iter().enumerate() {
        // Before 3.13.2 every number of a JSON file went through a double: what counts is what the file says.
        let reader = if format == Format::Json { tools::SOPS } else { version };
        let Ok(expected) = peer::reads(sandbox, reader, format, plain) else { continue };
        match peer::opens(sandbox, version, format, sealed) {
            Err(message) => {
                let line = message.lines().next().unwrap_or_default();
                tally.wrong.push(format!("sops {version} can't open our {}: {line}", file.display()));
            }
            Ok(found) => match found.differs(&expected) {
                Some(what) => {
                    tally
                        .wrong
                        .push(format!("sops {version} sees other values in {}: {what}", file.display()));
                }
                None => tally.opened[n] += 1,
            },
        }
    }
}

/// Tries all files of one format and keeps the counts beside those of sops.
#[track_caller]
fn try_all(format: Format) {
    let files = plain(format);
    let mut total = Tally::default();
    for tally in pool::each(&files, |file| try_file(format, file)) {
        total.add(tally);
    }
    let Tally { files, exact, refused, strict, sops_refuses, sops_exact, sops_lost, opened, .. } = &total;
    let mut text = format!("{}: {files} files\n", format.word());
    text += &format!(
        "  sops-rs       exact {exact}, refused {refused} (of these {strict} by its stricter rules)\n"
    );
    if format != Format::Toml {
        text += &format!(
            "  sops 3.13.2   exact {sops_exact}, refused {sops_refuses}, can't open its own {sops_lost}\n"
        );
        text += &format!(
            "  ours opened with the same values by sops 3.13.2: {}, 3.12.2: {}\n",
            opened[0], opened[1]
        );
    }
    report::keep(&format!("files-{}", format.word()), &text);
    report::none_wrong(&format!("{files} {} files", format.word()), &total.wrong);
}

#[test]
fn yaml_files_come_back_exactly() {
    try_all(Format::Yaml);
}

#[test]
fn json_files_come_back_exactly() {
    try_all(Format::Json);
}

#[test]
fn toml_files_come_back_exactly() {
    try_all(Format::Toml);
}

#[test]
fn ini_files_come_back_exactly() {
    try_all(Format::Ini);
}

#[test]
fn dotenv_files_come_back_exactly() {
    try_all(Format::Dotenv);
}

#[test]
fn binary_files_come_back_exactly() {
    try_all(Format::Binary);
}
