//! Laws 2, 3 and 4 on generated files: ours → ours, ours → sops, sops → ours, by value.

use crate::support::format::Format;
use crate::support::generate;
use crate::support::peer;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{pool, report, tools};

/// What is wrong with the `n`th file of a format.
fn faults(format: Format, n: u64) -> Vec<String> {
    let sandbox = Sandbox::new();
    let plain = generate::file(format, n);
    let (input, output) = (format.file("plain"), format.file("sealed"));
    sandbox.write(&input, &plain);
    let outcome = sandbox.run(["encrypt", "--age", &recipient("alice"), "--output", &output, &input]);
    if outcome.stderr.contains("every value in clear") {
        return Vec::new(); // sops would leave such a file as it is
    }
    if !outcome.success() {
        return match format == Format::Toml
            || peer::seals(&sandbox, tools::SOPS, format, plain.as_bytes()).is_ok()
        {
            true => vec![format!("refused: {}", outcome.stderr)],
            false => Vec::new(),
        };
    }
    let mut faults = Vec::new();
    let sealed = sandbox.read(&output);
    let opened = sandbox.run(["decrypt", &output]);
    if opened.stdout != plain.as_bytes() {
        faults.push(format!("comes back changed: {}", opened.stderr));
    }
    sandbox.run(["encrypt", "--age", &recipient("alice"), "--output", &output, &input]);
    if sandbox.read(&output) != sealed {
        faults.push("sealed again, it is another file".to_owned());
    }
    if format == Format::Toml {
        return faults;
    }
    for version in tools::SOPS_VERSIONS {
        let reader = if format == Format::Json { tools::SOPS } else { version };
        let Ok(expected) = peer::reads(&sandbox, reader, format, plain.as_bytes()) else { continue };
        match peer::opens(&sandbox, version, format, &sealed) {
            Err(message) => faults.push(format!("sops {version} can't open it: {message}")),
            Ok(found) => {
                faults.extend(found.differs(&expected).map(|what| format!("sops {version} sees {what}")));
                let (found, expected) = (found.comments(), expected.comments());
                // sops fails to open some comments that it has sealed itself, and keeps the tokens.
                let sops_lost_one = expected.iter().any(|comment| comment.starts_with("ENC["));
                if found != expected && !sops_lost_one {
                    faults.push(format!("sops {version}: comments {found:?} instead of {expected:?}"));
                }
            }
        }
    }
    // The other way: what sops sealed, we open, and sops sees its own values in the result.
    let theirs = peer::seals(&sandbox, tools::SOPS_OLD, format, plain.as_bytes());
    if let Ok(theirs) = theirs {
        sandbox.write(&output, &theirs);
        let opened = sandbox.run(["decrypt", &output]);
        let expected = peer::reads(&sandbox, tools::SOPS_OLD, format, plain.as_bytes());
        let found = peer::reads(&sandbox, tools::SOPS_OLD, format, &opened.stdout);
        match (opened.success(), found, expected) {
            (true, Ok(found), Ok(expected)) => {
                faults.extend(found.differs(&expected).map(|what| format!("we see in sops' file: {what}")));
            }
            (true, Err(message), Ok(_)) => faults.push(format!("sops can't read what we opened: {message}")),
            (false, ..) => faults.push(format!("we can't open sops' file: {}", opened.stderr)),
            (true, _, Err(_)) => {}
        }
    }
    faults
}

fn try_many(count: u64) {
    let files: Vec<(Format, u64)> =
        Format::ALL.into_iter().flat_map(|f| (0..count).map(move |n| (f, n))).collect();
    let wrong: Vec<String> = pool::each(&files, |&(format, n)| {
        let faults = faults(format, n);
        faults.into_iter().map(|fault| format!("{} {n}: {fault}", format.word())).collect::<Vec<_>>()
    })
    .concat();
    report::none_wrong(&format!("{} generated files", files.len()), &wrong);
}

#[test]
fn generated_files_go_both_ways() {
    try_many(20);
}

#[test]
#[ignore = "slow: thousands of runs of the programs"]
fn many_generated_files_go_both_ways() {
    try_many(100);
}
