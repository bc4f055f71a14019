//! What a new file starts from in the editor: a few lines that show the format.

use crate::document::format::Format;

/// A short text of this format.
pub fn example(format: Format) -> &'static str {
    match format {
        Format::Yaml => {
            "\
# An example: write your own keys and values over it.
database:
  user: app
  password: change me
tokens:
  - first
  - second
port: 5432
"
        }
        Format::Json => {
            "\
{
  \"database\": {
    \"user\": \"app\",
    \"password\": \"change me\"
  },
  \"tokens\": [
    \"first\",
    \"second\"
  ],
  \"port\": 5432
}
"
        }
        Format::Toml => {
            "\
# An example: write your own keys and values over it.
port = 5432
tokens = [\"first\", \"second\"]

[database]
user = \"app\"
password = \"change me\"
"
        }
        Format::Dotenv => {
            "\
# An example: write your own names and values over it.
DATABASE_USER=app
DATABASE_PASSWORD=change me
"
        }
        Format::Ini => {
            "\
; An example: write your own keys and values over it.
[database]
user = app
password = change me
"
        }
        Format::Binary => "An example: write your own text over it.\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::document::error::SyntaxError;
    use crate::document::syntax::Limits;

    #[test]
    fn every_example_is_of_its_format() -> Result<(), SyntaxError> {
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Binary) {
            let document = Document::parse(example(format).as_bytes(), format, &Limits::default())?;
            assert!(
                document.slots().iter().any(|slot| document.value(slot).bytes == b"change me"),
                "{format}"
            );
        }
        Ok(())
    }
}
