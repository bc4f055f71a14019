//! What each format must be able to do: the one joint between the formats and everything above them.

use super::edit::Change;
use super::error::SyntaxError;
use super::path::{PathId, Paths};
use super::slot::{Slot, Style};
use super::step::Step;
use super::tree::Node;
use super::value::ValueRef;
use super::{Document, splice};
use std::ops::Range;
use zeroize::Zeroizing;

/// Bounds on what a document may be (security R29, R30).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Nesting of maps and lists.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 64 << 20, depth: 128 }
    }
}

/// What a scan of a text finds.
#[derive(Default)]
pub struct Scan {
    pub paths: Paths,
    /// All slots outside the metadata, ascending by span. The leaves of an alias share its span, in tree order.
    pub slots: Vec<Slot>,
    /// The slots' numbers in sops' tree order, when it isn't the order of the text.
    pub order: Option<Vec<u32>>,
    /// One per document of the file; exactly one but for YAML.
    pub parts: Vec<Part>,
    /// YAML aliases, scalar and collection, ascending by span.
    pub aliases: Vec<Alias>,
    /// YAML flow collections by path, in the order of their start.
    pub collections: Vec<(PathId, Range<usize>)>,
    /// Columns that one level of YAML block nesting adds; 2 when the text has none to learn from.
    pub step: u32,
}

/// One document of a file.
pub struct Part {
    /// The root of its paths.
    pub root: PathId,
    /// The leaves of the `sops` block with nested paths (`sops`, `age`, `[0]`, `enc`), also where the format
    /// flattens it. Comments in the block are left out. Empty when there is no block.
    pub metadata: Vec<Slot>,
    /// The bytes to delete to be rid of the block, ascending; with them gone, the text is what it was before
    /// [`Syntax::metadata`] put the block in (but for the line end that [`Edit::added_newline`] speaks of).
    pub blocks: Vec<Range<usize>>,
    /// Where a block goes.
    pub insert: usize,
    /// What it must fit into.
    pub fit: Fit,
}

/// The surroundings of a metadata block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Lines of its own; YAML starts them at this column.
    Block { indent: u32 },
    /// Inside braces with nothing before it.
    FlowFirst,
    /// Inside braces behind another entry.
    FlowNext,
}

/// A YAML alias and the slots it expands to.
pub struct Alias {
    /// The bytes of `*name`.
    pub span: Range<usize>,
    /// The path at which it stands.
    pub path: PathId,
    /// Its leaves in [`Scan::slots`], without comments. Their values are copies of the target's.
    pub slots: Range<usize>,
    /// The target's slots in [`Scan::slots`], comments included.
    pub target: Range<usize>,
}

/// A replacement in a text.
pub struct Edit {
    pub span: Range<usize>,
    pub text: Zeroizing<String>,
    /// The text starts with a line end that the original lacked at its end of file.
    pub added_newline: bool,
}

/// Where a value is to be spelled.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// The quotes that the token has or had.
    pub style: Style,
    pub flow: bool,
    pub indent: u32,
    /// The file's line end.
    pub newline: &'static str,
    pub step: u32,
}

/// The spelling of a value: what goes in place of the token, and what goes to lines further down.
#[derive(Clone, PartialEq, Eq)]
pub struct Spelling {
    pub head: Zeroizing<String>,
    pub tail: Vec<Piece>,
}

/// A part of a spelling away from its head: whole lines (a block scalar's body), or the end of a line.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// How many line ends of the sealed text lie between the token and this piece; at least 1.
    pub lines_down: u32,
    /// At the end of that line, before its line end; otherwise at its start.
    pub at_end: bool,
    pub text: Zeroizing<String>,
}

impl Spelling {
    pub fn new(head: impl Into<String>) -> Spelling {
        Spelling { head: Zeroizing::new(head.into()), tail: Vec::new() }
    }
}

/// How a tree is written out, where a whole text has to be made.
#[derive(Clone, Copy, Debug)]
pub struct Emit {
    /// Blanks per level; JSON: `None` is a tab. `Some(0)` in JSON breaks lines without indenting; in YAML it is 4.
    pub indent: Option<u32>,
}

/// One text format: bytes to slots, and values back to spellings. Implementations hold no state.
pub trait Syntax: Sync {
    /// Finds every value and comment. Strict: duplicate keys, trailing data, nesting deeper than
    /// `limits.depth` are errors with place and path. Must be linear in the text and never recurse on
    /// its nesting without the depth limit.
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError>;

    /// The style that a token has when it replaces this slot: never a multi-line one.
    fn token_style(&self, slot: &Slot) -> Style;

    /// Writes a token (or other harmless one-line text, such as a timestamp of the metadata) as it stands
    /// in place of the slot's span: quoted as [`Syntax::token_style`] says, comments behind their character.
    fn token(&self, slot: &Slot, token: &str, out: &mut String);

    /// The default spelling of an opened value. `scan` of the result gives the value back, with its kind, for
    /// every value that the format can hold at this spot; an error for the others.
    fn spell(&self, spot: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError>;

    /// The edit that puts a metadata block into a text without one. `tree` is the block's map in the order
    /// to be written.
    fn metadata(&self, text: &str, part: &Part, tree: &Node) -> Edit;

    /// The replacements that set or remove the value at `path` in the first document of a plain text, in any
    /// order, none overlapping. What they do not name stays as it is: comments, indentation, quoting. New text
    /// follows the habits of the text around it. [`super::Document::edited`] has made sure that the change
    /// is possible in the tree, and checks the outcome.
    fn edit(
        &self,
        document: &Document,
        path: &[Step],
        change: Change<'_>,
    ) -> Result<Vec<splice::Edit>, SyntaxError> {
        let _ = (document, path, change);
        Err(SyntaxError::whole("this format can't be changed in place"))
    }

    /// A whole new text from trees, one per document. The format's own conventions (sops' layout).
    fn emit(&self, documents: &[Node], how: Emit) -> Result<Zeroizing<String>, SyntaxError>;

    /// A value on its own, as `--extract` prints it when it is not text (spec, stores 2.7, 3.3).
    fn emit_value(&self, node: &Node, how: Emit) -> Result<Zeroizing<String>, SyntaxError>;

    /// A map or list on one line: in YAML for an alias that has to be written out, in JSON for a variable. Other
    /// formats have no use for it, and give nothing.
    fn emit_inline(&self, _node: &Node) -> Zeroizing<String> {
        Zeroizing::new(String::new())
    }

    /// Whether a top-level key is reserved for the metadata.
    fn reserves(&self, key: &str) -> bool {
        key == "sops"
    }
}
