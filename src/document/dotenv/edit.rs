//! Changing one line of a dotenv text.

use super::{PREFIX, emit};
use crate::document::edit::{Change, whole};
use crate::document::error::SyntaxError;
use crate::document::path::Component;
use crate::document::slot::Slot;
use crate::document::splice::{Edit, joined};
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use crate::document::{Document, flat, lines};
use zeroize::Zeroizing;

pub(super) fn edit(document: &Document, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
    if path.is_empty() {
        return whole(document, change);
    }
    let located = |fault: SyntaxError| fault.path(step::display(path));
    let [Step::Key(key)] = path else {
        return Err(located(
            SyntaxError::whole("dotenv holds no maps or lists, so a path in it is one key")
                .hint("use a format that nests, such as YAML or JSON"),
        ));
    };
    let text = document.text();
    let named =
        |slot: &&Slot| !slot.is_comment() && document.paths().last(slot.path) == Some(Component::Key(key));
    let slot = document.slots().iter().find(named);
    let node = match change {
        Change::Set(node) => node,
        Change::Remove => {
            // A byte order mark is a part of the first key.
            let start = |at: usize| text[..at].rfind('\n').map_or(0, |feed| feed + 1);
            let line = slot.map(|slot| start(slot.span.start)..lines::end(text, slot.span.end));
            return Ok(line.map(|line| (line, Zeroizing::default())).into_iter().collect());
        }
    };
    let value = spelled(node).map_err(located)?;
    if let Some(slot) = slot {
        return Ok(vec![(slot.span.clone(), value)]);
    }
    check(key).map_err(located)?;
    // Behind the last line with something in it.
    let at = match document.slots().last() {
        Some(last) => lines::end(text, last.span.end),
        None => text.len(),
    };
    let line = joined(&[key, "=", &value]);
    // Always LF: a CR would be part of the value.
    Ok(vec![(at..at, lines::inserted(text, at, &line, "\n"))])
}

fn spelled(node: &Node) -> Result<Zeroizing<String>, SyntaxError> {
    let Node::Scalar(value) = node else {
        return Err(SyntaxError::whole("dotenv can't hold a map or list")
            .hint("use a format that nests, such as YAML or JSON"));
    };
    let text = emit::text(value.borrow())?;
    if text.contains("\\n") {
        return Err(SyntaxError::whole(
            "dotenv can't hold a backslash before an `n`: the two stand for a line break",
        )
        .hint("encode the value, for example with base64"));
    }
    Ok(flat::escape(&text))
}

fn check(key: &str) -> Result<(), SyntaxError> {
    if key.contains(['\n', '=']) || key.starts_with('#') {
        return Err(SyntaxError::whole(
            "dotenv can't hold a key with `=` or a line break, or with `#` in front",
        )
        .hint("choose another name"));
    }
    if key.starts_with(PREFIX) {
        return Err(SyntaxError::whole(format!("keys that start with `{PREFIX}` are those of the metadata"))
            .hint("choose another name"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::document::format::Format;
    use crate::document::laws::edits::{check, hold_for_fixtures, takes_linear_time};

    const TEXT: &str = "# top\nA=1\nexport B=\"two\"\n\nC=\n# end\n\n";

    #[test]
    fn a_value_changes_in_its_line() {
        check(
            Format::Dotenv,
            &[
                (TEXT, "A", "\"x y\"", &TEXT.replace("A=1", "A=x y")),
                (TEXT, "A", "1.0", &TEXT.replace("A=1", "A=1.0")),
                (TEXT, "A", "true", &TEXT.replace("A=1", "A=true")),
                (TEXT, "A", "\"a\\nb\"", &TEXT.replace("A=1", "A=a\\nb")),
                (TEXT, "A", "\"\"", &TEXT.replace("A=1", "A=")),
                (TEXT, "export B", "\"2\"", &TEXT.replace("\"two\"", "2")),
                (TEXT, "C", "\"#\"", &TEXT.replace("C=", "C=#")),
                ("A=1\r\nB=2\r\n", "A", "\"3\\r\"", "A=3\r\nB=2\r\n"),
            ],
        );
    }

    #[test]
    fn a_new_line_goes_behind_the_last_one() {
        check(
            Format::Dotenv,
            &[
                (TEXT, "D", "4", &TEXT.replace("# end\n", "# end\nD=4\n")),
                ("", "D", "4", "D=4\n"),
                ("\n\n", "D", "4", "\n\nD=4\n"),
                ("A=1", "D", "4", "A=1\nD=4"),
                ("A=1\r\n", "D", "4", "A=1\r\nD=4\n"),
            ],
        );
    }

    #[test]
    fn a_line_goes_as_a_whole() {
        check(
            Format::Dotenv,
            &[
                (TEXT, "A", "-", &TEXT.replace("A=1\n", "")),
                (TEXT, "export B", "-", &TEXT.replace("export B=\"two\"\n", "")),
                ("A=1\nB=2", "B", "-", "A=1\n"),
                ("A=1", "A", "-", ""),
                ("\u{feff}A=1\nB=2\n", "\u{feff}A", "-", "B=2\n"),
            ],
        );
    }

    #[test]
    fn what_dotenv_can_not_hold_is_refused() {
        check(
            Format::Dotenv,
            &[
                (TEXT, "A", "{\"k\": 1}", "!can't hold a map or list"),
                (TEXT, "A", "{}", "!can't hold a map or list"),
                (TEXT, "N", "[1]", "!can't hold a map or list"),
                (TEXT, "A", "null", "!holds only text"),
                (TEXT, "A/b", "1", "!a path in it is one key"),
                (TEXT, "A/b", "-", "!no map or list"),
                (TEXT, "a=b", "1", "!can't hold a key"),
                (TEXT, "#a", "1", "!can't hold a key"),
                (TEXT, "sops_mac", "1", "!those of the metadata"),
                (TEXT, "A", "\"C:\\\\new\"", "!backslash before an `n`"),
                (TEXT, "N", "-", "!Key not found: N"),
            ],
        );
    }

    #[test]
    fn every_edit_of_the_fixtures_is_done_or_refused_in_words() {
        hold_for_fixtures(Format::Dotenv);
    }

    #[test]
    fn an_edit_of_many_lines_takes_linear_time() {
        let text: String = (0..20_000).map(|n| format!("KEY{n}=value\n")).collect();
        takes_linear_time(Format::Dotenv, &text, "KEY19999", Some("1"));
    }
}
