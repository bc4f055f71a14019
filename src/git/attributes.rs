//! Lines of `.gitattributes` (gitattributes(5)): how they are written, and what git makes of all of them.

use super::command::git;
use super::{GitError, Repository};
use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The name under which git's settings have our drivers.
pub const DRIVER: &str = "sops-rs";
/// A line with more bytes git leaves out.
pub const LONGEST_LINE: usize = 2048;

const BOTH: &str = " diff=sops-rs merge=sops-rs";
const NEITHER: &str = " !diff !merge";

/// What git has for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Relative to the top.
    pub path: PathBuf,
    pub diff: String,
    pub merge: String,
}

/// The line that gives our drivers to what a wildcard matches; it is for whole paths below `directory`.
pub fn line(directory: &Path, glob: &str) -> String {
    format!("{}{BOTH}", quoted(&anchored(directory, glob)))
}

/// The line that gives our drivers to one file.
pub fn line_for_file(path: &Path) -> String {
    format!("{}{BOTH}", quoted(&anchored(path, "")))
}

/// The line that takes diff and merge drivers from a file that wildcards above it mean by accident.
pub fn line_against_file(path: &Path) -> String {
    format!("{}{NEITHER}", quoted(&anchored(path, "")))
}

/// Whether a line is written as [`line`] and its kin write it.
pub(super) fn is_line(line: &str) -> bool {
    line.ends_with(BOTH) || line.ends_with(NEITHER)
}

/// A wildcard as `.gitattributes` at the top has it.
fn anchored(directory: &Path, glob: &str) -> Vec<u8> {
    let mut pattern = Vec::new();
    if directory.as_os_str().is_empty() {
        // Without a slash it is for names at every depth. These signs would start something else.
        if let Some(name) = glob.strip_prefix("**/")
            && !name.contains('/')
            && !name.starts_with(['!', '#', '"', '['])
        {
            return name.as_bytes().to_vec();
        }
        if glob.starts_with("**/") {
            return glob.as_bytes().to_vec();
        }
    }
    for part in directory.iter() {
        pattern.push(b'/');
        for &byte in part.as_bytes() {
            if b"*?[\\".contains(&byte) {
                pattern.push(b'\\');
            }
            pattern.push(byte);
        }
    }
    if !glob.is_empty() {
        pattern.push(b'/');
        pattern.extend_from_slice(glob.as_bytes());
    }
    pattern
}

/// A pattern in C's quotes where git needs them or a person would stumble.
fn quoted(pattern: &[u8]) -> String {
    let is_plain = |&byte: &u8| byte.is_ascii_graphic() && byte != b'"';
    match std::str::from_utf8(pattern) {
        Ok(text) if pattern.iter().all(is_plain) => return text.to_owned(),
        _ => {}
    }
    let mut out = String::from("\"");
    for chunk in pattern.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                c if c.is_control() => c.to_string().bytes().for_each(|byte| octal(&mut out, byte)),
                c => out.push(c),
            }
        }
        chunk.invalid().iter().for_each(|&byte| octal(&mut out, byte));
    }
    out.push('"');
    out
}

fn octal(out: &mut String, byte: u8) {
    out.push_str(&format!("\\{byte:03o}"));
}

impl Repository {
    /// The drivers that git has for files, from all attributes there are. Paths are relative to the top.
    pub fn attributes(&self, paths: &[PathBuf]) -> Result<Vec<Attributes>, GitError> {
        let not_started = |error: std::io::Error| GitError::NotStarted(error.to_string());
        let failed = |message: &str| GitError::Failed { command: "check-attr", message: message.to_owned() };
        let mut command = git(self.top());
        command.args(["check-attr", "-z", "--stdin", "diff", "merge"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(not_started)?;
        let input = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // git answers while it is asked.
            scope.spawn(move || {
                let mut input = input?;
                let mut asked = Vec::new();
                for path in paths {
                    asked.extend_from_slice(path.as_os_str().as_bytes());
                    asked.push(0);
                }
                // One that ends early says so by its status.
                input.write_all(&asked).ok()
            });
            child.wait_with_output()
        });
        let output = output.map_err(not_started)?;
        if !output.status.success() {
            return Err(failed("git can't read the attributes"));
        }
        let fields: Vec<&[u8]> = output.stdout.split(|&byte| byte == 0).collect();
        let answers = fields.chunks_exact(6).map(|answer| Attributes {
            path: PathBuf::from(OsStr::from_bytes(answer[0])),
            diff: String::from_utf8_lossy(answer[2]).into_owned(),
            merge: String::from_utf8_lossy(answer[5]).into_owned(),
        });
        let answers: Vec<Attributes> = answers.collect();
        if answers.len() == paths.len() {
            Ok(answers)
        } else {
            Err(failed("git gave fewer answers than asked"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_anchored_and_quoted_as_git_reads_them() {
        for (directory, glob, pattern) in [
            ("", "**/*.enc.yaml", "*.enc.yaml"),
            ("", "**/a/*.yaml", "**/a/*.yaml"),
            ("", "a.yaml", "/a.yaml"),
            ("", "**/#a", "**/#a"),
            ("", "**/!a", "**/!a"),
            ("sub", "**/*.yaml", "/sub/**/*.yaml"),
            ("a b/[c]", "**/*.yaml", r#""/a b/\\[c]/**/*.yaml""#),
            ("é", "x", "\"/é/x\""),
            ("t\"a\tb", "x", r#""/t\"a\011b/x""#),
        ] {
            assert_eq!(line(Path::new(directory), glob), format!("{pattern}{BOTH}"));
        }
        assert_eq!(line_for_file(Path::new(OsStr::from_bytes(b"a/\xff"))), format!("\"/a/\\377\"{BOTH}"));
    }
}
