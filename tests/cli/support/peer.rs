//! A file through the eyes of the real sops: which values it holds, whoever sealed it.

use super::format::Format;
use super::sandbox::{Sandbox, recipient};
use super::yaml::{Outline, outline};

/// The values of a file in sops' own spelling.
#[derive(Debug, PartialEq, Eq)]
pub enum View {
    /// All documents of a YAML file.
    Yaml(Outline),
    /// The canonical JSON of the other text formats; comments are not in it.
    Json(String),
    Binary(Vec<u8>),
}

impl View {
    /// Says where two views differ in their values; comments may differ.
    pub fn differs(&self, other: &View) -> Option<String> {
        let (ours, theirs) = match (self, other) {
            (View::Yaml(ours), View::Yaml(theirs)) => (ours.nodes.clone(), theirs.nodes.clone()),
            (View::Json(ours), View::Json(theirs)) => (lines(ours), lines(theirs)),
            (View::Binary(ours), View::Binary(theirs)) => {
                return (ours != theirs).then(|| format!("{} and {} bytes", ours.len(), theirs.len()));
            }
            _ => return Some("views of two formats".to_owned()),
        };
        let at = (0..ours.len().max(theirs.len())).find(|&n| ours.get(n) != theirs.get(n))?;
        Some(format!("node {at}: {:?} instead of {:?}", ours.get(at), theirs.get(at)))
    }

    pub fn comments(&self) -> &[String] {
        match self {
            View::Yaml(outline) => &outline.comments,
            View::Json(_) | View::Binary(_) => &[],
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// What this sops makes of a sealed file, its MAC checked.
pub fn opens(sandbox: &Sandbox, version: &str, format: Format, sealed: &[u8]) -> Result<View, String> {
    view(sandbox, version, format, sealed, &[])
}

/// What this sops makes of a plain file: sealed and opened by itself, without the MAC check that 3.13.2 fails on its
/// own files with comments in lists. The error is its message when it refuses the file.
pub fn reads(sandbox: &Sandbox, version: &str, format: Format, plain: &[u8]) -> Result<View, String> {
    let sealed = seals(sandbox, version, format, plain)?;
    view(sandbox, version, format, &sealed, &["--ignore-mac"])
}

/// A file sealed for Alice by this sops.
pub fn seals(sandbox: &Sandbox, version: &str, format: Format, plain: &[u8]) -> Result<Vec<u8>, String> {
    let name = format.file("sops-plain");
    sandbox.write(&name, plain);
    let types = ["--input-type", format.word(), "--output-type", format.word()];
    let alice = recipient("alice");
    let args = ["encrypt", "--age", &alice].into_iter().chain(types).chain([name.as_str()]);
    finished(sandbox.sops(version, args))
}

/// Whether this sops gives the plain file back as it was; `None` when it refuses the file.
pub fn round_trip(sandbox: &Sandbox, version: &str, format: Format, plain: &[u8]) -> Option<RoundTrip> {
    let sealed = seals(sandbox, version, format, plain).ok()?;
    let name = format.file("sops-own");
    sandbox.write(&name, sealed);
    Some(match finished(sandbox.sops(version, decrypt(format, format, &name, &[]))) {
        Ok(opened) if opened == plain => RoundTrip::Exact,
        Ok(_) => RoundTrip::Changed,
        Err(_) => RoundTrip::Lost,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundTrip {
    Exact,
    Changed,
    /// It can't open what it sealed itself.
    Lost,
}

fn view(
    sandbox: &Sandbox,
    version: &str,
    format: Format,
    sealed: &[u8],
    flags: &[&str],
) -> Result<View, String> {
    let name = format.file("sops-sealed");
    sandbox.write(&name, sealed);
    let output = match format {
        Format::Yaml | Format::Binary => format,
        Format::Json | Format::Ini | Format::Dotenv => Format::Json,
        Format::Toml => panic!("sops has no TOML"),
    };
    let opened = finished(sandbox.sops(version, decrypt(format, output, &name, flags)))?;
    let text = |bytes| String::from_utf8(bytes).map_err(|e| e.to_string());
    Ok(match format {
        Format::Yaml => {
            View::Yaml(outline(&text(opened)?).ok_or("sops has written something else than YAML")?)
        }
        Format::Binary => View::Binary(opened),
        _ => View::Json(text(opened)?),
    })
}

fn decrypt<'a>(input: Format, output: Format, name: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["decrypt", "--input-type", input.word(), "--output-type", output.word()];
    args.extend(flags);
    args.push(name);
    args
}

fn finished(outcome: super::outcome::Outcome) -> Result<Vec<u8>, String> {
    if outcome.success() { Ok(outcome.stdout) } else { Err(outcome.stderr) }
}
