//! YAML without its presentation: what two files must have in common to hold the same values.

use granit_parser::{Event, Parser, ScalarStyle, options};

/// One line per node, in order, aliases by number; the comments apart, sorted.
#[derive(Debug, PartialEq, Eq)]
pub struct Outline {
    pub nodes: Vec<String>,
    pub comments: Vec<String>,
}

/// The outline of a text that a tool has written; `None` if it is no YAML.
pub fn outline(text: &str) -> Option<Outline> {
    let options = options! { max_buffered_comment_events: usize::MAX };
    let mut outline = Outline { nodes: Vec::new(), comments: Vec::new() };
    for event in Parser::new_from_str_with_options(text, options) {
        let node = match event.ok()?.0 {
            Event::Comment(comment, _) => {
                outline.comments.push(comment.trim().to_owned());
                continue;
            }
            Event::Scalar(value, style, _, tag) => {
                let plain = if style == ScalarStyle::Plain { "plain" } else { "quoted" };
                format!("{plain} {:?} {value}", tag.map(|tag| tag.suffix().to_owned()))
            }
            Event::MappingStart(..) => "map".to_owned(),
            Event::SequenceStart(..) => "list".to_owned(),
            Event::MappingEnd | Event::SequenceEnd => "end".to_owned(),
            Event::DocumentStart(..) => "document".to_owned(),
            Event::Alias(id) => format!("alias {id}"),
            _ => continue,
        };
        outline.nodes.push(node);
    }
    outline.comments.sort();
    Some(outline)
}
