//! The documents that a test can check: the reference of the command line against the program, links against the
//! files, and the list of quirks against its own numbers.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_reference_has_every_command_and_no_other() {
    let help = help(&[]);
    let list =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let names = entries(list).filter_map(|entry| entry.split(' ').next());
    let built: BTreeSet<&str> = names.filter(|name| *name != "help").collect();
    let reference = read("docs/cli.md");
    // A command below another one has a section of its own: `groups add`.
    let names = sections(&reference).into_iter().filter_map(|(name, _)| name.split(' ').next());
    assert_eq!(names.collect::<BTreeSet<_>>(), built, "docs/cli.md (left) and --help (right)");
}

#[test]
fn the_reference_has_every_flag_and_no_other() {
    let reference = read("docs/cli.md");
    let every = reference.split("\n## ").find_map(|section| section.strip_prefix("Every command\n"));
    let every = rows(every.expect("a section for the flags of every command"));
    for (command, section) in sections(&reference) {
        let help = help(&command.split(' ').collect::<Vec<_>>());
        let described: BTreeSet<&str> = rows(section).union(&every).copied().collect();
        let built: BTreeSet<&str> = entries(&help).filter_map(flag).collect();
        assert_eq!(described, built, "docs/cli.md (left) and `{command} --help` (right)");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a readable document");
        for link in links(&text) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => document.clone(),
                path => document.parent().expect("a folder").join(path),
            };
            let leads = target.exists() && (anchor.is_empty() || anchors(&target).contains(anchor));
            if !leads {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_quirk_of_sops_has_one_line() {
    let compatibility = read("docs/compatibility.md");
    let listed: Vec<u32> = compatibility
        .lines()
        .filter_map(|line| line.strip_prefix("| Q")?.split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(listed, (1..=84).collect::<Vec<u32>>());
    let verdict =
        |line: &str| ["| same |", "| better |", "| not yet |"].iter().any(|word| line.contains(word));
    let without: Vec<&str> =
        compatibility.lines().filter(|line| line.starts_with("| Q") && !verdict(line)).collect();
    assert!(without.is_empty(), "{without:#?}");
}

#[test]
fn every_dependency_has_its_reason() {
    let (manifest, reasons) = (read("Cargo.toml"), read("docs/dependencies.md"));
    let sections =
        manifest.split("\n[").filter(|section| section.split(']').next().is_some_and(is_dependencies));
    let lines = sections.flat_map(|section| section.lines().skip(1));
    let names = lines.filter_map(|line| line.split([' ', '=', '.']).next()).filter(|name| !name.is_empty());
    let without: Vec<&str> =
        names.filter(|name| *name != "#" && !reasons.contains(&format!("`{name}`"))).collect();
    assert!(without.is_empty(), "{without:?}");
}

fn is_dependencies(section: &str) -> bool {
    section.ends_with("dependencies")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What the program says about itself or one of its commands.
fn help(command: &[&str]) -> String {
    let program =
        Command::new(env!("CARGO_BIN_EXE_sops-rs")).args(command).arg("--help").env_clear().output();
    String::from_utf8(program.expect("the program runs").stdout).expect("help in UTF-8")
}

/// The lines of a help text that start an entry: the lines of its description stand further in.
fn entries(help: &str) -> impl Iterator<Item = &str> {
    help.lines().filter(|line| (1..=6).contains(&(line.len() - line.trim_start().len()))).map(str::trim)
}

/// The sections of the reference that describe a command: name and text.
fn sections(reference: &str) -> Vec<(&str, &str)> {
    let sections = reference.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    sections.filter_map(|(title, text)| Some((title.strip_prefix('`')?.strip_suffix('`')?, text))).collect()
}

/// The flags that a section of the reference has rows for.
fn rows(section: &str) -> BTreeSet<&str> {
    section.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(flag).collect()
}

/// The `--flag` that an entry begins with, behind its short form.
fn flag(entry: &str) -> Option<&str> {
    let entry = entry.split_once(", ").filter(|(short, _)| short.len() == 2).map_or(entry, |(_, long)| long);
    let name = entry.strip_prefix("--")?;
    name.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')).next()
}

fn documents() -> Vec<PathBuf> {
    let folders = [root().to_owned(), root().join("docs")];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a readable folder"));
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

/// The targets of a document's links within the project.
fn links(text: &str) -> Vec<&str> {
    let targets = prose(text).flat_map(|line| line.split("](").skip(1));
    let targets = targets.filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

/// A document's lines outside code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n```").step_by(2).flat_map(str::lines)
}

/// The anchors that a document's headings make, as GitHub names them.
fn anchors(document: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(document).unwrap_or_default();
    let headings = prose(&text).filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let kept = heading.trim_start_matches('#').trim().chars();
        let kept = kept.filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    headings.map(anchor).collect()
}
