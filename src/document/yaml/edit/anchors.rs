//! Changes that an alias would carry to another place, or that stand in such a place.

use super::Editor;
use super::trail::{Anchor, Place};
use crate::document::error::{Place as Position, SyntaxError};
use crate::document::step;
use std::collections::HashMap;
use std::ops::Range;

impl Editor<'_> {
    /// Refuses a change of `span` if an alias elsewhere repeats what is in it, or one of the first `levels` values
    /// on the path, in which it stands; the value at `levels` counts if it has an anchor.
    pub(super) fn check_anchors(&self, level: usize, span: Range<usize>) -> Result<(), SyntaxError> {
        let trail = self.trail;
        let around = || trail.places.iter().take(level + 1).filter_map(|place| place.anchor.as_ref());
        let changed = |anchor: &&Anchor| {
            span.start <= anchor.span.start && anchor.span.start < span.end
                || around().any(|own| *own == anchor.span)
        };
        let changed: HashMap<usize, &Anchor> =
            trail.anchors.iter().filter(changed).map(|anchor| (anchor.id, anchor)).collect();
        let outside = |at: usize| at < span.start || span.end <= at;
        let used = trail.aliases.iter().filter(|alias| outside(alias.span.start));
        let Some((anchor, alias)) = used.filter_map(|alias| Some((changed.get(&alias.id)?, alias))).next()
        else {
            return Ok(());
        };
        let text = self.edits.text;
        let name = &text[anchor.span.clone()];
        let at = Position::of(text.as_bytes(), alias.span.start);
        Err(SyntaxError::at(
            text.as_bytes(),
            anchor.span.start,
            format!("what has the anchor `{name}` is repeated by an alias at {at}, which would change too"),
        )
        .path(step::display(self.path))
        .hint("change it with `sops-rs edit`, or first set what stands at the alias to a value of its own"))
    }

    /// The path leads into what an alias repeats.
    pub(super) fn inside_alias(&self, place: &Place) -> SyntaxError {
        let text = self.edits.text;
        let name = &text[place.range.clone()];
        let level = self.trail.places.len() - 1;
        let whole = step::display(&self.path[..level]);
        SyntaxError::at(
            text.as_bytes(),
            place.range.start,
            format!("`{name}` repeats a value that stands elsewhere, so it can't be changed in part here"),
        )
        .path(step::display(self.path))
        .hint(format!("change it at its anchor with `sops-rs edit`, or set {whole} as a whole"))
    }
}
