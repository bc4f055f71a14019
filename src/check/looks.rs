//! What a file looks like from outside: encrypted, or by its name meant to be.

use crate::document::format::Format;
use std::path::Path;

/// Whether bytes look like an encrypted file, without parsing them. A file of a type without a format of its own can
/// only be an envelope in JSON.
pub fn is_sealed(bytes: &[u8], format: Format) -> bool {
    let envelope = bytes.trim_ascii_start().starts_with(b"{");
    (format != Format::Binary || envelope) && has(bytes, b"sops") && has(bytes, b"lastmodified")
}

/// Whether the word is in the bytes, in any case.
fn has(bytes: &[u8], word: &[u8]) -> bool {
    let first = word[0].to_ascii_lowercase();
    let starts = bytes.iter().enumerate().filter(|(_, byte)| byte.to_ascii_lowercase() == first);
    starts
        .map(|(at, _)| &bytes[at..])
        .any(|rest| rest.get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word)))
}

/// Parts of a name that say: this is encrypted.
const ENCRYPTED: [&str; 3] = ["enc", "encrypted", "sops"];
/// Parts of a name that say: there are secrets in here.
const SECRETS: [&str; 2] = ["secret", "secrets"];
/// Parts of a name that say: this shows what such a file looks like.
const EXAMPLES: [&str; 8] =
    ["default", "defaults", "dist", "example", "sample", "schema", "template", "tmpl"];

/// Whether a file's name says that it is encrypted or holds secrets: `db.enc.yaml`, `prod.secrets.toml`, `.env`. Where a
/// rule is for every file, the name is all that tells.
pub fn is_for_secrets(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let parts: Vec<&str> = name.split('.').collect();
    let has = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    let of_a_format = Format::of_path(Path::new(&name)) != Format::Binary;
    match () {
        () if has(&EXAMPLES) => false,
        () if name == ".env" || name.starts_with(".env.") => true,
        () if of_a_format => has(&ENCRYPTED) || has(&SECRETS),
        () => parts.len() > 1 && parts.last().is_some_and(|last| ENCRYPTED[..2].contains(last)),
    }
}

/// Files that tools read in clear wherever they stand, and that have nothing to hide.
pub fn is_for_git(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".gitattributes", ".gitignore", ".gitkeep", ".keep"].contains(&name.as_ref())
}

/// The format of an encrypted file. sops has no TOML and encrypts such files as binary ones, told by the brace that
/// TOML can't start with; and a name without an ending that we know says nothing of what is in the file.
pub fn sealed_format(path: &Path, bytes: &[u8]) -> Format {
    let envelope = bytes.trim_ascii_start().starts_with(b"{");
    match Format::of_path(path) {
        Format::Toml if envelope => Format::Binary,
        Format::Binary if !envelope && is_sealed(bytes, Format::Yaml) => by_metadata(bytes),
        format => format,
    }
}

/// The text format whose spelling of the metadata stands in a file; binary when there is none.
fn by_metadata(bytes: &[u8]) -> Format {
    let lines = || bytes.split(|&byte| byte == b'\n');
    let starts = |word: &str| lines().any(|line| line.starts_with(word.as_bytes()));
    let is = |word: &str| lines().any(|line| line.trim_ascii_end() == word.as_bytes());
    match () {
        () if starts("sops_lastmodified=") => Format::Dotenv,
        () if is("sops:") => Format::Yaml,
        () if is("[sops]") && starts("lastmodified = ") && lines().any(|line| line.ends_with(b"\"")) => {
            Format::Toml
        }
        () if is("[sops]") => Format::Ini,
        () => Format::Binary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_a_rule_for_every_file_leaves_open() {
        for name in
            ["db.enc.yaml", "secrets.toml", "prod.secret.json", ".env", ".env.prod", "a.sops.ini", "key.enc"]
        {
            assert!(is_for_secrets(Path::new(name)), "{name}");
        }
        for name in [
            "README.md",
            "secrets.example.toml",
            ".env.example",
            "secrets.py",
            "sops.md",
            "values.yaml",
            "secretary.yaml",
            "enc",
            "secrets/values.yaml",
        ] {
            assert!(!is_for_secrets(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn the_format_of_a_nameless_encrypted_file_is_told_by_its_metadata() {
        for (text, format) in [
            ("a: ENC[x]\nsops:\n    lastmodified: x\n", Format::Yaml),
            ("A=ENC[x]\nsops_lastmodified=x\n", Format::Dotenv),
            ("[s]\na = ENC[x]\n\n[sops]\nlastmodified = x\n", Format::Ini),
            ("a = \"ENC[x]\"\n\n[sops]\nlastmodified = \"x\"\n", Format::Toml),
            ("how sops keeps lastmodified\n", Format::Binary),
            ("{\"sops\": {\"lastmodified\": 1}}", Format::Binary),
        ] {
            assert_eq!(sealed_format(Path::new("secrets.old"), text.as_bytes()), format, "{text}");
        }
    }
}
