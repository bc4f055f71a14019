//! A slot: one scalar value, empty container or comment, and where its spelling stands in the text.

use super::path::PathId;
use super::value::Kind;
use std::ops::Range;
use zeroize::Zeroizing;

/// How a slot is spelled. A token keeps the quotes of the value it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: YAML plain, JSON and TOML numbers, booleans, dates, dotenv and INI values.
    Plain,
    Single,
    Double,
    /// TOML `'''`.
    TripleSingle,
    /// TOML and INI `"""`.
    TripleDouble,
    /// INI backticks.
    Backtick,
    /// YAML `|`; the span is the header, the tail is the body.
    Literal,
    /// YAML `>`; the span is the header, the tail is the body.
    Folded,
    /// YAML `*name`. Several slots can share this span: the leaves of one alias of a collection.
    Alias,
    /// A comment on a line of its own; the span starts at the comment character, in INI behind it.
    Comment,
    /// A comment behind a value.
    InlineComment,
}

/// The canonical bytes of a slot: a piece of the text, or bytes that the text spells differently.
pub enum Content {
    AsWritten(Range<usize>),
    Cooked(Zeroizing<Box<[u8]>>),
}

pub struct Slot {
    /// The value's own path; for a comment the container that it sits in (spec, file-format 3.5).
    pub path: PathId,
    /// The bytes that a token replaces. Empty for values without spelling (a YAML null by omission).
    pub span: Range<usize>,
    /// Further bytes of the spelling, ascending and after `span`, which go away when it is sealed: the
    /// lines of a YAML block scalar's body, the later lines of an INI comment.
    pub tail: Box<[Range<usize>]>,
    pub kind: Kind,
    pub style: Style,
    /// Inside a YAML flow collection, where a token must be quoted. In INI: a value with a comment behind it on
    /// its line; a comment behind a section header.
    pub flow: bool,
    /// Column (0-based, in bytes) of the block collection that holds the slot; YAML only, else 0.
    pub indent: u32,
    pub content: Content,
}

impl Slot {
    /// The kinds whose slots a rule may select and a token may replace.
    pub fn is_comment(&self) -> bool {
        self.kind == Kind::Comment
    }
}
