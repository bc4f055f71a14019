//! Where the values on a path stand in the text.

use crate::document::slot::Style;
use crate::document::yaml::scalar::Typing;
use std::ops::Range;

/// What a walk along a path through the first document finds.
#[derive(Default)]
pub(super) struct Trail {
    /// The values from the root down the path, as far as they are there. Never empty.
    pub places: Vec<Place>,
    /// All anchors and aliases of the document.
    pub anchors: Vec<Anchor>,
    pub aliases: Vec<Alias>,
    /// Whether the first list under a key stands deeper than the key; `None` without one.
    pub indented_lists: Option<bool>,
    /// The header of a block scalar whose last line ends the text without a line end.
    pub open_ended: Option<Range<usize>>,
}

/// The parser's number of an anchor, and the bytes of `&name`.
pub(super) struct Anchor {
    pub id: usize,
    pub span: Range<usize>,
}

/// The anchor's number, and the bytes of `*name`.
pub(super) struct Alias {
    pub id: usize,
    pub span: Range<usize>,
}

/// A value's place.
pub(super) struct Place {
    /// Behind the colon or dash; in a flow list the value's start; for the root the document's start.
    pub lead: usize,
    /// A key that has no colon, and so no value in the text.
    pub bare_key: bool,
    /// What it stands in.
    pub holder: Holder,
    pub tag: Option<Range<usize>>,
    pub typing: Typing,
    pub anchor: Option<Range<usize>>,
    /// Without tag and anchor; the header of a block scalar; from the first entry to the last of a block
    /// collection. Empty where there is nothing to see.
    pub range: Range<usize>,
    pub shape: Shape,
}

/// What a value stands in.
#[derive(Clone, Copy)]
pub(super) struct Holder {
    pub kind: HolderKind,
    /// Between brackets.
    pub flow: bool,
    /// The column of the innermost block collection's lines.
    pub column: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HolderKind {
    Document,
    Map,
    List,
}

pub(super) enum Shape {
    Empty,
    /// On one line or several, in these quotes.
    Scalar(Style),
    /// `|` or `>`, with whole lines that are indented by `indent`.
    BlockScalar {
        body: Range<usize>,
        indent: usize,
    },
    Alias,
    Collection(Collection),
}

pub(super) struct Collection {
    pub map: bool,
    pub flow: bool,
    /// `[a: 1]`: a map of one entry without braces.
    pub pair: bool,
    pub entries: Vec<Entry>,
}

/// A key with its value, or a list's item.
pub(super) struct Entry {
    /// The dash, the `?`, or the key with its tag and anchor.
    pub start: usize,
    /// The key's quotes.
    pub key: Style,
    /// Behind the colon or dash.
    pub lead: usize,
    /// Behind the last token: of a block scalar, behind its last line.
    pub end: usize,
    /// The last token is a block scalar to which the blank lines below belong.
    pub keeps_blank_lines: bool,
}

impl Place {
    /// The root of a document without anything.
    pub(super) fn nothing(at: usize) -> Place {
        Place {
            lead: at,
            bare_key: false,
            holder: Holder { kind: HolderKind::Document, flow: false, column: 0 },
            tag: None,
            typing: Typing::Implicit,
            anchor: None,
            range: at..at,
            shape: Shape::Empty,
        }
    }

    /// Behind the lead, the tag and the anchor.
    pub(super) fn properties_end(&self) -> usize {
        let properties = self.tag.iter().chain(&self.anchor);
        properties.map(|span| span.end).fold(self.lead, usize::max)
    }

    /// The first byte, with tag and anchor.
    pub(super) fn start(&self) -> usize {
        let properties = self.tag.iter().chain(&self.anchor);
        properties.map(|span| span.start).fold(self.range.start, usize::min)
    }

    /// Behind the last byte, with a block scalar's lines.
    pub(super) fn end(&self) -> usize {
        match &self.shape {
            Shape::BlockScalar { body, .. } => body.end.max(self.range.end),
            _ => self.range.end.max(self.properties_end()),
        }
    }

    pub(super) fn collection(&self) -> Option<&Collection> {
        match &self.shape {
            Shape::Collection(collection) => Some(collection),
            _ => None,
        }
    }
}
