//! The files of `src/`, and which paths into the crate each of them uses.

use super::lex::{Token, lex};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A file of `src/`.
pub struct Source {
    pub path: PathBuf,
    /// Its module's path below the crate.
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
    pub lines: usize,
}

/// A path into this crate, from its root; `*` may stand at the end.
pub struct Used {
    pub names: Vec<String>,
    pub line: usize,
}

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join("src")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(Source::read(root, &path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 20, "the sources were not found");
    found
});

/// All of them, sorted.
pub fn sources() -> &'static [Source] {
    &SOURCES
}

impl Used {
    /// The name at a position, empty behind the end.
    pub fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }
}

impl Source {
    fn read(root: &Path, path: &Path) -> Source {
        let text = fs::read_to_string(path).expect("a readable file");
        let path = path.strip_prefix(root).expect("a path below the root").to_owned();
        let mut module: Vec<String> =
            path.iter().skip(1).map(|part| part.to_string_lossy().into_owned()).collect();
        let last = module.pop().unwrap_or_default();
        match last.trim_end_matches(".rs") {
            "mod" => {}
            name => module.push(name.to_owned()),
        }
        Source { path, module, tokens: lex(&text), lines: text.lines().count() }
    }

    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    pub fn area(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// Every path that starts with `crate`, `super` or the crate's own name, resolved from the crate's root.
    pub fn paths(&self) -> Vec<Used> {
        let mut found = Vec::new();
        // The modules that are open by braces in this file, by the depth of their brace.
        let (mut inline, mut depth) = (Vec::<(usize, String)>::new(), 0);
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inline.retain(|(opened, _)| *opened <= depth);
                }
                "mod" if self.is(at + 2, "{") => inline.push((depth + 1, self.tokens[at + 1].text.clone())),
                "crate" | "sops_rs" if self.is(at + 1, ":") => {
                    at = self.tree(at + 1, Vec::new(), &mut found);
                    continue;
                }
                "super" if self.is(at + 1, ":") => {
                    let mut base: Vec<String> = self.module.clone();
                    base.extend(inline.iter().map(|(_, name)| name.clone()));
                    while self.is(at, "super") {
                        base.pop();
                        at += 3;
                    }
                    at = self.tree(at - 2, base, &mut found);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        found
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.text == text)
    }

    /// Reads `::a::{b, c}` from `at` on below `base`; gives the number of the token behind it.
    fn tree(&self, mut at: usize, mut base: Vec<String>, found: &mut Vec<Used>) -> usize {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        while self.is(at, ":") && self.is(at + 1, ":") {
            at += 2;
            let Some(token) = self.tokens.get(at) else { break };
            match token.text.as_str() {
                "{" => {
                    at += 1;
                    while at < self.tokens.len() && !self.is(at, "}") {
                        at = match self.is(at, ",") {
                            true => at + 1,
                            false => self.branch(at, base.clone(), found),
                        };
                    }
                    return at + 1;
                }
                "<" => break,
                name => base.push(name.to_owned()),
            }
            at += 1;
        }
        found.push(Used { names: base, line });
        at
    }

    /// One element of a braced list: `a::b`, `a as b`, `self`, `*`.
    fn branch(&self, at: usize, mut base: Vec<String>, found: &mut Vec<Used>) -> usize {
        if !self.is(at, "self") {
            base.push(self.tokens[at].text.clone());
        }
        let mut at = self.tree(at + 1, base, found);
        if self.is(at, "as") {
            at += 2;
        }
        at
    }
}
