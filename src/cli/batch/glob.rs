//! Patterns for paths that arrive unexpanded, in quotes: `'prod/**/*.yaml'`.

use regex::Regex;
use std::path::{Component, Path, PathBuf};

/// A pattern: the directory that it starts in, and what paths below it must look like.
pub struct Glob {
    pub directory: PathBuf,
    pattern: Regex,
}

impl Glob {
    /// `None` for a text that is a plain path.
    pub fn parse(text: &str) -> Option<Glob> {
        if !text.contains(['*', '?', '[', '{']) {
            return None;
        }
        let wild = |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
        let path = Path::new(text);
        let directory: PathBuf = path.components().take_while(|part| !wild(part)).collect();
        let below: Vec<String> = path
            .components()
            .skip_while(|part| !wild(part))
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let pattern = Regex::new(&translate(&below.join("/"))).ok()?;
        Some(Glob { directory, pattern })
    }

    /// Whether a path relative to [`Glob::directory`] matches.
    pub fn matches(&self, below: &Path) -> bool {
        self.pattern.is_match(&below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
    }
}

/// The glob as a regular expression: `*` and `?` stay within a name, `**/` stands for any directories.
fn translate(glob: &str) -> String {
    let mut out = String::from("^");
    let (mut rest, mut braces) = (glob, 0);
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            out.push_str("(.*/)?");
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix("**") {
            out.push_str(".*");
            rest = after;
            continue;
        }
        let class = rest.strip_prefix('[').and_then(|inside| inside.get(1..)?.find(']').map(|end| end + 3));
        if let Some(class) = class.and_then(|end| rest.get(..end)) {
            out.push_str(&class.replacen("[!", "[^", 1).replace('\\', "\\\\"));
            rest = &rest[class.len()..];
            continue;
        }
        match letter {
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            other => out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
        rest = &rest[letter.len_utf8()..];
    }
    out.push('$');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_matches_as_in_a_shell() {
        for (glob, directory, yes, no) in [
            ("*.yaml", "", "a.yaml", "b/a.yaml"),
            ("prod/**/*.yaml", "prod", "x/y/a.yaml", "a.json"),
            ("prod/**/*.yaml", "prod", "a.yaml", "ayaml"),
            ("/r/a?.{yaml,json}", "/r", "ab.json", "abc.json"),
            ("./s/[!a]*.env", "./s", "b.env", "a.env"),
            ("[ab].ini", "", "b.ini", "c.ini"),
            ("a+(b)*", "", "a+(b)c", "aab"),
        ] {
            let parsed = Glob::parse(glob).expect("a glob");
            assert_eq!(parsed.directory, Path::new(directory), "{glob}");
            assert!(parsed.matches(Path::new(yes)) && !parsed.matches(Path::new(no)), "{glob}");
        }
    }

    #[test]
    fn a_plain_path_and_a_broken_pattern_are_none() {
        for text in ["a.yaml", "dir/b.json", "{a", "[z-a]*"] {
            assert!(Glob::parse(text).is_none(), "{text}");
        }
    }
}
