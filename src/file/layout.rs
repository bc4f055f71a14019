//! The layout: spellings that opening would not give back by itself, kept inside the file.
//!
//! A value's canonical form loses how it was written (`0x1F`, a folded block, an alias). For just those slots
//! whose default spelling differs, the layout has the original one, sealed with the data key in a metadata
//! field that sops ignores. Slots are named by their number, so a layout that outlives a change of the file
//! would speak of other slots; opening checks that the text it makes still has the decrypted values.

use crate::document::syntax::{Piece, Spelling};
use zeroize::Zeroizing;

/// The additional data of the sealed layout. No path looks like this: path texts end in a colon.
pub const AAD: &[u8] = b"sops-rs layout 1";

/// How a slot was spelled.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    /// Without quotes, letter by letter as the value.
    Bare,
    Spelled(Spelling),
    /// The slot is the first inside a written-out alias: the collection `up` levels above it was this text.
    Alias {
        up: u32,
        name: Zeroizing<String>,
    },
}

/// The spellings of a file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Slot numbers, ascending, with their spelling.
    pub entries: Vec<(u32, Entry)>,
    /// Documents whose last line had no line end before the metadata block was put behind it.
    pub open_ended: Vec<u32>,
    /// The whole original text, for a file that can't be rebuilt from its slots.
    pub whole: Option<Zeroizing<String>>,
}

const BARE: u8 = 0;
const HEAD: u8 = 1;
const TAIL: u8 = 2;
const ALIAS: u8 = 3;

impl Layout {
    pub fn is_empty(&self) -> bool {
        *self == Layout::default()
    }

    /// The layout that keeps a text whole instead of slot by slot.
    pub fn whole_text(&self, text: &str) -> Layout {
        Layout {
            whole: Some(Zeroizing::new(text.to_owned())),
            entries: Vec::new(),
            open_ended: self.open_ended.clone(),
        }
    }

    /// A compact binary form; numbers are LEB128, slots are counted from the one before.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Writer(Zeroizing::new(Vec::with_capacity(self.size())));
        match &self.whole {
            Some(text) => {
                out.number(1);
                out.text(text);
            }
            None => out.number(0),
        }
        out.number(self.open_ended.len() as u32);
        self.open_ended.iter().for_each(|&document| out.number(document));
        let mut last = 0;
        for (slot, entry) in &self.entries {
            out.number(slot - last);
            last = *slot;
            match entry {
                Entry::Bare => out.0.push(BARE),
                Entry::Spelled(Spelling { head, tail }) => {
                    out.0.push(if tail.is_empty() { HEAD } else { TAIL });
                    out.text(head);
                    if !tail.is_empty() {
                        out.number(tail.len() as u32);
                    }
                    for piece in tail {
                        out.number(piece.lines_down << 1 | u32::from(piece.at_end));
                        out.text(&piece.text);
                    }
                }
                Entry::Alias { up, name } => {
                    out.0.push(ALIAS);
                    out.number(*up);
                    out.text(name);
                }
            }
        }
        out.0
    }

    /// The inverse of [`Layout::encode`]; `None` for anything else.
    pub fn decode(bytes: &[u8]) -> Option<Layout> {
        let mut input = Reader(bytes);
        let whole = match input.number()? {
            0 => None,
            1 => Some(input.text()?),
            _ => return None,
        };
        let mut layout = Layout { whole, ..Layout::default() };
        for _ in 0..input.number()? {
            layout.open_ended.push(input.number()?);
        }
        let mut slot = 0u32;
        while !input.0.is_empty() {
            slot = slot.checked_add(input.number()?)?;
            let entry = match input.byte()? {
                BARE => Entry::Bare,
                HEAD => Entry::Spelled(Spelling { head: input.text()?, tail: Vec::new() }),
                TAIL => {
                    let mut spelling = Spelling { head: input.text()?, tail: Vec::new() };
                    for _ in 0..input.number()? {
                        let place = input.number()?;
                        let text = input.text()?;
                        spelling.tail.push(Piece { lines_down: place >> 1, at_end: place & 1 == 1, text });
                    }
                    Entry::Spelled(spelling)
                }
                ALIAS => Entry::Alias { up: input.number()?, name: input.text()? },
                _ => return None,
            };
            layout.entries.push((slot, entry));
        }
        Some(layout)
    }

    /// An upper bound of the encoded length, so that the buffer of plaintext never moves.
    fn size(&self) -> usize {
        let entry = |(_, entry): &(u32, Entry)| match entry {
            Entry::Bare => 6,
            Entry::Spelled(Spelling { head, tail }) => {
                16 + head.len() + tail.iter().map(|piece| piece.text.len() + 10).sum::<usize>()
            }
            Entry::Alias { name, .. } => 16 + name.len(),
        };
        let whole = self.whole.as_ref().map_or(0, |text| text.len());
        16 + whole + self.open_ended.len() * 5 + self.entries.iter().map(entry).sum::<usize>()
    }
}

struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend_from_slice(text.as_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<Zeroizing<String>> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Zeroizing::new(std::str::from_utf8(text).ok()?.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(lines_down: u32, at_end: bool, text: &str) -> Piece {
        Piece { lines_down, at_end, text: Zeroizing::new(text.to_owned()) }
    }

    #[test]
    fn a_layout_survives_its_encoding() {
        let block = Spelling {
            head: Zeroizing::new("|+2".to_owned()),
            tail: vec![piece(1, false, "  a\n\n"), piece(300, true, " ; x")],
        };
        let layout = Layout {
            entries: vec![
                (0, Entry::Bare),
                (0x1000, Entry::Spelled(Spelling::new("0x1F"))),
                (0x1001, Entry::Spelled(block)),
                (0xffff_ffff, Entry::Alias { up: 2, name: Zeroizing::new("*base".to_owned()) }),
            ],
            open_ended: vec![0, 7],
            whole: Some(Zeroizing::new("a: 1".to_owned())),
        };
        let bytes = layout.encode();
        assert!(Layout::decode(&bytes) == Some(layout));
        assert!((0..bytes.len()).all(|end| Layout::decode(&bytes[..end]) != Layout::decode(&bytes)));
    }
}
