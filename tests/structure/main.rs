//! What `docs/architecture.md` promises about the source, read from the source: imports point down only, files
//! are small, names say something, nothing is unsafe.

mod lex;
mod source;

use lex::{Token, lex};
use source::{Source, Used, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Each area of `src/` with the areas that it may use. Anything else is an edge that points up or sideways.
const MAY_USE: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("rules", &["document"]),
    ("crypto", &["document"]),
    ("keys", &["crypto", "document"]),
    ("metadata", &["keys", "crypto", "rules", "document"]),
    ("file", &["metadata", "keys", "crypto", "rules", "document"]),
    ("config", &["keys", "crypto", "rules", "document"]),
    ("disk", &[]),
    ("exec", &["disk", "document"]),
    ("export", &["exec", "document"]),
    ("git", &["disk"]),
    ("check", &["config", "file", "metadata", "keys", "crypto", "rules", "document"]),
    (
        "cli",
        &[
            "check", "git", "export", "exec", "disk", "config", "file", "metadata", "keys", "crypto",
            "rules", "document",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// The formats of `src/document/`, none of which may know another, but for those that build on one.
const FORMATS: &[(&str, &[&str])] =
    &[("yaml", &[]), ("json", &[]), ("toml", &[]), ("dotenv", &[]), ("ini", &[]), ("binary", &["json"])];

const MOST_LINES: usize = 400;
const EMPTY_NAMES: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "core", "misc", "shared"];

/// What only the command line may touch (and `disk`, for which a path may be `/dev/stdout`): the library's inputs
/// are its arguments.
const OUTSIDE: [&[&str]; 6] =
    [&["std", "env"], &["clap"], &["rpassword"], &["SystemTime"], &["io", "stdin"], &["io", "stdout"]];

#[test]
fn imports_point_down_only() {
    none(paths().filter_map(|(file, path)| {
        let (area, used) = (file.area(), path.name(0));
        let allowed = MAY_USE.iter().find(|(name, _)| *name == area).map(|(_, allowed)| allowed);
        match allowed {
            None => Some(format!("{}: {area} has no place in the order", file.name())),
            Some(allowed) if used == area || allowed.contains(&used) => None,
            Some(_) => Some(format!("{}:{}: {area} may not use {used}", file.name(), path.line)),
        }
    }));
}

#[test]
fn no_format_knows_another() {
    none(paths().filter_map(|(file, path)| {
        let own = file.module.get(1)?;
        let (_, builds_on) = FORMATS.iter().find(|(name, _)| name == own)?;
        let used = path.name(1);
        let other =
            path.name(0) == "document" && used != own && FORMATS.iter().any(|(name, _)| *name == used);
        (other && !builds_on.contains(&used))
            .then(|| format!("{}:{}: {own} may not use {used}", file.name(), path.line))
    }));
}

#[test]
fn the_rooms_of_the_command_line_do_not_lean_on_each_other_in_circles() {
    let rooms: BTreeSet<&str> = sources().iter().filter_map(room).collect();
    let mut leans: BTreeMap<&str, BTreeSet<String>> =
        rooms.iter().map(|room| (*room, BTreeSet::new())).collect();
    for (file, path) in paths() {
        let (Some(own), used) = (room(file), path.name(1)) else { continue };
        if path.name(0) == "cli" && used != own && rooms.contains(used) {
            leans.entry(own).or_default().insert(used.to_owned());
        }
    }
    assert!(leans.len() > 20 && leans["commands"].len() > 10, "the rooms were not found");
    // Those that lean on none of the others that are left are in no circle.
    while let Some(free) = leans.iter().find(|(_, on)| on.is_empty()).map(|(room, _)| *room) {
        leans.remove(free);
        leans.values_mut().for_each(|on| on.retain(|room| room != free));
    }
    none(leans.into_iter().map(|(room, on)| format!("{room} leans on {on:?}")));
}

/// The file or folder of `src/cli/` that a file is, or is in.
fn room(file: &Source) -> Option<&str> {
    file.module.get(1).filter(|_| file.area() == "cli").map(String::as_str)
}

#[test]
fn nothing_imports_the_whole_crate() {
    let whole = paths().filter(|(_, path)| path.name(0) == "*");
    none(whole.map(|(file, path)| format!("{}:{}: use crate::*", file.name(), path.line)));
}

#[test]
fn only_the_command_line_sees_the_outside() {
    let inside = sources().iter().filter(|file| !matches!(file.area(), "cli" | "disk" | "main"));
    none(inside.flat_map(|file| {
        let words: Vec<&Token> = file.tokens.iter().filter(|token| token.text != ":").collect();
        let found = OUTSIDE.iter().flat_map(|outside| {
            let is_it = |at: &&[&Token]| at.iter().zip(*outside).all(|(token, name)| token.text == *name);
            let at: Vec<usize> = words.windows(outside.len()).filter(is_it).map(|at| at[0].line).collect();
            at.into_iter().map(|line| format!("{}:{line}: {}", file.name(), outside.join("::")))
        });
        found.collect::<Vec<_>>()
    }));
}

#[test]
fn files_are_small() {
    let large = sources().iter().filter(|file| file.lines > MOST_LINES);
    none(large.map(|file| format!("{}: {} lines", file.name(), file.lines)));
}

#[test]
fn modules_are_named_after_what_they_hold() {
    let empty = |file: &&Source| file.module.iter().any(|name| EMPTY_NAMES.contains(&name.as_str()));
    none(sources().iter().filter(empty).map(Source::name));
}

#[test]
fn nothing_is_unsafe() {
    let tokens = sources().iter().flat_map(|file| file.tokens.iter().map(move |token| (file, token)));
    let found = tokens.filter(|(_, token)| token.text == "unsafe");
    none(found.map(|(file, token)| format!("{}:{}: unsafe", file.name(), token.line)));
}

#[test]
fn a_path_is_read_wherever_it_stands() {
    let text = "use crate::{a::{b, c as d}, e};\nmod tests {\n use super::*; fn f() { super::super::g::h(); }\n}\n\
                // crate::comment\nconst T: &str = \"crate::text\"; const C: char = '\"';\n\
                fn g<'a>(x: &'a str) { crate::i::<u8>(r#\"crate::\"raw\"#) }";
    let source = Source {
        path: "src/m/n.rs".into(),
        module: vec!["m".into(), "n".into()],
        tokens: lex(text),
        lines: 0,
    };
    let paths: Vec<(usize, String)> =
        source.paths().iter().map(|path| (path.line, path.names.join("::"))).collect();
    let expected = [(1, "a::b"), (1, "a::c"), (1, "e"), (3, "m::n::*"), (3, "m::g::h"), (7, "i")];
    assert_eq!(paths, expected.map(|(line, path)| (line, path.to_owned())));
}

/// Every path into the crate, with the file that it stands in.
fn paths() -> impl Iterator<Item = (&'static Source, Used)> {
    sources().iter().flat_map(|file| file.paths().into_iter().map(move |path| (file, path)))
}

fn none(wrong: impl Iterator<Item = String>) {
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
