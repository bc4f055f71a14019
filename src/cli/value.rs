//! The value for `set`: from the command line, standard input, a file, or a person at the terminal (security R17).

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::prompt::Terminal;
use crate::disk;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::tree::Node;
#[cfg(test)]
use crate::document::value::{Kind, Value};
use std::path::Path;
use zeroize::Zeroizing;

/// Flags that say where the value comes from, and what it is.
#[derive(clap::Args)]
pub struct Source {
    /// Read the value from standard input
    #[arg(long, conflicts_with = "value_file")]
    value_stdin: bool,
    /// Read the value from the file that is named in its place
    #[arg(long)]
    value_file: bool,
    /// Take the value as text instead of JSON (one line end at the end of a file or standard input is dropped)
    #[arg(long)]
    text: bool,
}

impl Source {
    /// The value for what is at `path`.
    pub fn read(&self, argument: Option<String>, path: &str, context: &Context) -> Result<Node, CliError> {
        let argument = argument.map(Zeroizing::new);
        match (argument, self.value_stdin) {
            (None, false) if self.value_file => Err(missing("the file that holds the value")),
            (Some(_), true) => Err(CliError::new(exit::NO_FILE, "there is a value beside --value-stdin")
                .hint("give the value once")),
            (None, true) => self.node(lines(context.read_stdin()?)?),
            (Some(file), false) if self.value_file => {
                self.node(lines(file_bytes(Path::new(&*file), context)?)?)
            }
            (Some(value), false) => {
                context.caution(
                    "the value stands in your shell's history and in the list of processes; \
                     leave it out to be asked for it, or use --value-stdin",
                );
                self.node(value)
            }
            (None, false) => Terminal
                .hidden(&format!("value of {path} (text, not shown): "))
                .map(|text| Node::str(&text))
                .ok_or_else(|| missing("the value")),
        }
    }

    fn node(&self, text: Zeroizing<String>) -> Result<Node, CliError> {
        if self.text {
            return Ok(Node::str(text.strip_suffix('\n').map_or(&text, |line| line.trim_end_matches('\r'))));
        }
        json(&text).ok_or_else(|| {
            CliError::new(exit::INVALID_CHANGE, "the value is not valid JSON")
                .hint("text needs quotes of its own, as in '\"text\"'; or add --text to take it as it is")
                .in_sops("Value for --set is not valid JSON")
        })
    }
}

/// A JSON value of any kind. Read as the only member of an object, so that the documents' own reader does it.
fn json(text: &str) -> Option<Node> {
    let object = Zeroizing::new(["{\"value\":", text, "\n}"].concat());
    let document = Document::from_text(object, Format::Json, &Default::default()).ok()?;
    match document.trees().pop()? {
        Node::Map(items) if items.len() == 1 => Node::Map(items).get("value").cloned(),
        _ => None,
    }
}

fn lines(bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, CliError> {
    let text = std::str::from_utf8(&bytes).map_err(|fault| {
        let offset = fault.valid_up_to();
        CliError::new(exit::INVALID_CHANGE, format!("the value is not UTF-8: byte {offset} is no text"))
    })?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn file_bytes(path: &Path, context: &Context) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let mut file =
        disk::read(path, context.limits.bytes).map_err(|error| CliError::disk(exit::READ_INPUT, error))?;
    Ok(file.take_bytes())
}

fn missing(what: &str) -> CliError {
    CliError::new(exit::NO_FILE, format!("{what} is missing, and there is no terminal to ask at"))
        .hint("sops-rs set FILE PATH VALUE, or sops-rs set --value-stdin FILE PATH < value.json")
        .in_sops("Error: no file specified, or index and value are missing. Need precisely 3 positional arguments.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_json_value_is_taken_and_nothing_else() {
        assert!(json("5") == Some(Node::Scalar(Value::new(Kind::Int, "5"))));
        assert!(json(" \"a\\u00e9\"\n") == Some(Node::str("aé")));
        assert!(json("null") == Some(Node::Scalar(Value::new(Kind::Null, ""))));
        assert!(matches!(json("[1, [2]]"), Some(Node::List(items)) if items.len() == 2));
        for bad in ["", "text", "1 2", "1, \"b\": 2", "1}", "{", "'a'", "1 // c", "01"] {
            assert!(json(bad).is_none(), "{bad}");
        }
    }
}
