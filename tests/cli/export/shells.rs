//! Real shells evaluate what `export` prints.

use super::values::nasty;
use super::{Pairs, assert_same, export, read, sealed_pairs};
use crate::support::tools;
use std::path::Path;

#[test]
fn posix_shells_read_every_value() {
    let given = nasty();
    let sandbox = sealed_pairs(&given);
    for (shell, format, flags) in [
        ("/bin/bash", "bash", &["--norc"][..]),
        ("/bin/dash", "sh", &[]),
        ("/usr/bin/zsh", "zsh", &["-f"]),
        ("/usr/bin/zsh", "zsh", &["-f", "-o", "rcquotes"]),
    ] {
        export(&sandbox, &["--format", format]);
        for line in ["eval \"$(cat out)\" && env -0", ". ./out && env -0"] {
            let args: Vec<&str> = flags.iter().copied().chain(["-c", line]).collect();
            assert_same(&read(sandbox.program(Path::new(shell), args).run(), &given), &given);
        }
    }
}

#[test]
fn fish_reads_every_value() {
    let given = nasty();
    let sandbox = sealed_pairs(&given);
    export(&sandbox, &["--format", "fish"]);
    let args = ["--no-config", "-c", "source out; and env -0"];
    assert_same(&read(sandbox.program(Path::new("/usr/bin/fish"), args).run(), &given), &given);
    let args = ["--no-config", "-c", "cat out | source; and env -0"];
    assert_same(&read(sandbox.program(Path::new("/usr/bin/fish"), args).run(), &given), &given);
}

#[test]
fn nushell_reads_every_value() {
    let given = nasty();
    let sandbox = sealed_pairs(&given);
    let program = tools::sops_rs();
    let line = format!("^'{}' export --format nu f.json | from nuon | load-env; ^env -0", program.display());
    let args = ["--no-config-file", "-c", &line];
    assert_same(&read(sandbox.program(&tools::nu(), args).run(), &given), &given);
}

#[test]
fn direnv_reads_every_value_and_watches_the_files() {
    let given = nasty();
    let sandbox = sealed_pairs(&given);
    let program = tools::sops_rs();
    sandbox.write(".envrc", format!("eval \"$('{}' export --format direnv f.json)\"\n", program.display()));
    let direnv = |args: &[&str]| sandbox.program(Path::new("/usr/bin/direnv"), args).run();
    direnv(&["allow", "."]).ok();
    assert_same(&read(direnv(&["exec", ".", "env", "-0"]), &given), &given);
    let watched = direnv(&["exec", ".", tools::sops_rs().to_str().expect("text"), "--version"]);
    assert!(watched.success(), "{}", watched.describe());
    let shown = sandbox.program(Path::new("/usr/bin/direnv"), ["exec", ".", "direnv", "status"]).run().text();
    assert!(shown.contains("f.json"), "{shown}");
}

/// No PowerShell can be had from the registries that tests install from. This reads what its language specification
/// says of `${…}`, of single quotes, and of escapes and `$(…)` in double quotes.
#[test]
fn powershell_text_is_ascii_and_means_every_value() {
    let given = nasty();
    let sandbox = sealed_pairs(&given);
    let text = sandbox.run(["export", "--format", "powershell", "f.json"]).text();
    assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
    let read: Pairs = text.lines().map(powershell).collect();
    assert_same(&read, &given);
}

/// The name and value of one line.
fn powershell(line: &str) -> (String, String) {
    let rest = line.strip_prefix("${env:").expect("a variable");
    let (name, value) = rest.split_once("} = ").expect("an assignment");
    if let Some(inner) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        assert!(!inner.replace("''", "").contains('\''), "an open quote in {line}");
        return (name.into(), inner.replace("''", "'"));
    }
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes");
    let (mut units, mut letters) = (Vec::new(), inner.chars());
    while let Some(letter) = letters.next() {
        let meant = match letter {
            '`' => match letters.next().expect("an escaped letter") {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                quoted @ ('`' | '"' | '$') => quoted,
                other => panic!("`{other} is no escape that is written"),
            },
            '$' => {
                let code: String = letters.by_ref().take_while(|letter| *letter != ')').collect();
                let unit = code.strip_prefix("([char]").expect("a subexpression");
                units.push(unit.parse::<u16>().expect("a unit of UTF-16"));
                continue;
            }
            '"' => panic!("an open quote in {line}"),
            letter => letter,
        };
        units.extend_from_slice(meant.encode_utf16(&mut [0; 2]));
    }
    (name.into(), String::from_utf16(&units).expect("UTF-16"))
}
