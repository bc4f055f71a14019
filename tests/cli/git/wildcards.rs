//! The wildcards of `.gitattributes` against the patterns that they are made of, as git itself matches them.

use crate::support::repository::Repository;
use crate::support::sandbox::Sandbox;
use sops_rs::git::attributes::line;
use sops_rs::rules::pattern::Pattern;
use std::path::Path;

const PATTERNS: &[&str] = &[
    r"\.secrets\.yaml$",
    r"^prod/.*\.yaml$",
    r"(^|/)secrets\.toml$",
    r"\.(yaml|json)$",
    r"^secrets/[^/]+\.enc$",
    r"(^|[./_-])secrets?\.(ya?ml|json|toml|ini)$",
    r"(^|/)\.dlt/(\w+\.)?secrets\.toml$",
    r"(^|/)[^/]*\.env$",
    r"secret",
    r"prod/secret",
    r"^prod",
    r"prod$",
    r"a.b",
    r"a.*b",
    r"a.+/b",
    r"^a[^b]*/.*b$",
    r"^(prod|a)/(.*/)?[^/]*secret.*\.ya?ml$",
    r".*/secrets/.*",
    r"(?i)^PROD/.*\.YAML$",
    r"(?i)secrets",
    r"é",
    r"^.\.yaml$",
    r"^\W+a",
    r"x[!#*?\[\]\\]",
    r"^(a|b)*/x",
    r"^a{2,3}\.yaml$",
    r"x|^a/|b$",
    r"\bprod\b.*\.json",
    r"^[[:alnum:]_]+\.enc\.yaml$",
    r"^[^a-z]/x",
    r"(a|b|prod|x)?(a|b|prod|x)?(a|b|prod|x)?\.enc\.(yaml|json)",
    r"^((prod|a)/){1,2}x",
    r"(?s)^prod/.+secret.+$",
    r"^!a|^#a",
    r" ",
];

const PIECES: &[&str] = &[
    "prod",
    "PROD",
    "secrets",
    "secret",
    "a",
    "b",
    "x",
    ".yaml",
    ".yml",
    ".json",
    ".toml",
    ".enc",
    ".env",
    ".dlt",
    "é",
    "-",
    "_",
    "1",
    " ",
    "!",
    "#",
    "[",
    "]",
    "*",
    "?",
    "\\",
    "\u{17f}ecrets",
    ".",
    "/",
    "/",
    "/",
    "/",
];

/// Numbers that look like chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn path(&mut self) -> Option<String> {
        let count = 1 + self.below(7);
        let path: String = (0..count).map(|_| PIECES[self.below(PIECES.len())]).collect();
        let is_path = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        is_path.then_some(path)
    }
}

/// The paths for which git has our diff driver with these lines alone.
fn matched(repository: &Repository, lines: &[String], paths: &[String]) -> Vec<bool> {
    repository.sandbox.write(".gitattributes", lines.join("\n") + "\n");
    let input = paths.iter().map(|path| format!("{path}\0")).collect::<String>();
    let sandbox: &Sandbox = &repository.sandbox;
    let words = ["check-attr", "-z", "--stdin", "diff"];
    let answer = sandbox.program(Path::new("git"), words).pipe(input).run().text();
    let fields: Vec<&str> = answer.split('\0').collect();
    fields.chunks_exact(3).map(|answer| answer[2] == "sops-rs").collect()
}

#[test]
fn no_wildcard_misses_a_path_that_its_pattern_matches() {
    let repository = Repository::new();
    let mut chance = Chance(42);
    let paths: Vec<String> = (0..12_000).filter_map(|_| chance.path()).take(4_000).collect();
    let (mut hits, mut all) = (0, 0);
    for directory in ["", "d [x] é"] {
        for source in PATTERNS {
            let pattern = Pattern::new(source).expect(source);
            let globs = pattern.globs().unwrap_or_else(|| panic!("{source} has no wildcards"));
            let lines: Vec<String> = globs.iter().map(|glob| line(Path::new(directory), glob)).collect();
            let whole = |path: &String| Path::new(directory).join(path).to_string_lossy().into_owned();
            let paths_here: Vec<String> = paths.iter().map(whole).collect();
            let found = matched(&repository, &lines, &paths_here);
            assert_eq!(found.len(), paths.len());
            for (path, found) in paths.iter().zip(found) {
                let is_match = pattern.is_match(path);
                assert!(found || !is_match, "{source} matches {path:?}, and none of {lines:#?} does");
                hits += usize::from(is_match);
                all += usize::from(found);
            }
        }
    }
    // They are about as wide as the patterns, too.
    assert!(hits > 5_000 && all < hits * 3 / 2, "{hits} paths match, and the wildcards are for {all}");
}
