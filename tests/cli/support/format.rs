//! The six formats as the tests name them.

use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Yaml,
    Json,
    Toml,
    Dotenv,
    Ini,
    Binary,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 6] =
        [Format::Yaml, Format::Json, Format::Toml, Format::Dotenv, Format::Ini, Format::Binary];

    /// Those that sops has: all but TOML.
    pub const OF_SOPS: [Format; 5] =
        [Format::Yaml, Format::Json, Format::Dotenv, Format::Ini, Format::Binary];

    /// The word for `--input-type`, and the name of the fixture folders.
    pub fn word(self) -> &'static str {
        match self {
            Format::Yaml => "yaml",
            Format::Json => "json",
            Format::Toml => "toml",
            Format::Dotenv => "dotenv",
            Format::Ini => "ini",
            Format::Binary => "binary",
        }
    }

    /// A file name that means this format to us and to sops.
    pub fn file(self, stem: &str) -> String {
        let extension = match self {
            Format::Dotenv => "env",
            Format::Binary => "bin",
            other => other.word(),
        };
        format!("{stem}.{extension}")
    }

    /// The format of a fixture: the name of the folder it is in.
    pub fn of(file: &Path) -> Format {
        let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        Format::ALL
            .into_iter()
            .find(|format| Some(format.word()) == folder)
            .unwrap_or_else(|| panic!("{} is in no format's folder", file.display()))
    }
}
