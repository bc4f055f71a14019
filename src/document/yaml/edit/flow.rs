//! New values between brackets.

use super::trail::Collection;
use super::write::{LONG_KEY, check_depth, key_text};
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::syntax::Spot;
use crate::document::tree::Node;
use crate::document::yaml::spell;

/// How a flow collection is written.
pub(super) struct FlowHabits {
    /// The quotes of keys and texts.
    pub style: Style,
    /// Between entries, and between a key and its value.
    pub comma: &'static str,
    pub colon: &'static str,
}

impl Default for FlowHabits {
    fn default() -> FlowHabits {
        FlowHabits { style: Style::Plain, comma: ", ", colon: ": " }
    }
}

impl FlowHabits {
    /// Those of a collection.
    pub(super) fn of(text: &str, collection: &Collection) -> FlowHabits {
        let mut habits = FlowHabits::default();
        let Some(last) = collection.entries.last() else { return habits };
        habits.style = match (collection.map, text[last.start..].chars().next()) {
            (true, _) => last.key,
            (false, Some('"')) => Style::Double,
            (false, Some('\'')) => Style::Single,
            _ => Style::Plain,
        };
        if collection.map && text[..last.lead].ends_with(':') && last.lead < last.end {
            let blank = text[last.lead..].starts_with([' ', '\t', '\r', '\n']);
            habits.colon = if blank { ": " } else { ":" };
        }
        if let [.., before, last] = &collection.entries[..]
            && &text[before.end..last.start] == ","
        {
            habits.comma = ",";
        }
        habits
    }

    /// An entry of a map.
    pub(super) fn entry(
        &self,
        name: &str,
        node: &Node,
        out: &mut String,
        depth: usize,
    ) -> Result<(), SyntaxError> {
        let long = name.len() > LONG_KEY;
        out.push_str(if long { "? " } else { "" });
        let spelled = key_text(name, self.style, true);
        out.push_str(&spelled);
        // Only behind quotes may the value follow the colon at once.
        out.push_str(if long || !spelled.starts_with(['"', '\'']) { ": " } else { self.colon });
        self.value(node, self.style, out, depth)
    }

    /// A value on one line. `style` is for the value itself if it is text.
    pub(super) fn value(
        &self,
        node: &Node,
        style: Style,
        out: &mut String,
        depth: usize,
    ) -> Result<(), SyntaxError> {
        check_depth(depth)?;
        if let Node::Scalar(value) = node {
            let spot = Spot { style, flow: true, indent: 0, newline: "\n", step: 2 };
            out.push_str(&spell::spell(&spot, value.borrow())?.head);
            return Ok(());
        }
        let map = matches!(node, Node::Map(_));
        out.push(if map { '{' } else { '[' });
        for (number, (name, node)) in node.entries().enumerate() {
            out.push_str(if number > 0 { self.comma } else { "" });
            match map {
                true => self.entry(name, node, out, depth + 1)?,
                false => self.value(node, self.style, out, depth + 1)?,
            }
        }
        out.push(if map { '}' } else { ']' });
        Ok(())
    }
}
