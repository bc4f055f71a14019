//! The text formats, and which one a file has (spec, stores 1).

use std::fmt;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Yaml,
    Json,
    Toml,
    Dotenv,
    Ini,
    Binary,
}

impl Format {
    pub const ALL: [Format; 6] =
        [Format::Yaml, Format::Json, Format::Toml, Format::Dotenv, Format::Ini, Format::Binary];

    /// The format of a file by its name's ending; anything unknown is binary. Case-sensitive as sops is.
    pub fn of_path(path: &Path) -> Format {
        let name = path.as_os_str().as_encoded_bytes();
        let endings: [(&[u8], Format); 6] = [
            (b".yaml", Format::Yaml),
            (b".yml", Format::Yaml),
            (b".json", Format::Json),
            (b".toml", Format::Toml),
            (b".env", Format::Dotenv),
            (b".ini", Format::Ini),
        ];
        endings
            .into_iter()
            .find(|(ending, _)| name.ends_with(ending))
            .map_or(Format::Binary, |(_, format)| format)
    }

    /// The format that `--input-type` and `--output-type` name; `None` for any other word.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The word for this format on the command line.
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
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
