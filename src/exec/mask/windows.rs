//! Where a pattern could start at all: a look at every few bytes of a text instead of at each.

use std::ops::Range;
use zeroize::Zeroizing;

/// Bytes that are looked at together.
const WIDTH: usize = 4;
/// How far apart looks are at most.
const STRIDE: usize = 8;
/// Bits of the table per entry: of other texts, one look in a hundred finds something.
const SHARE: usize = 16;
/// The limits of the table, in words of 64 bits: 1 KiB, and 1 MiB so that it stays near the processor.
const WORDS: (usize, usize) = (1 << 7, 1 << 17);

/// A set of hashes of the windows of [`WIDTH`] bytes with which a pattern can be met: two bits of one word for each. A
/// text is looked at every `stride` bytes, so that each occurrence of a pattern is looked at once within its first
/// bytes, whatever its place.
///
/// Deliberately without `Debug`: short windows could be guessed from their hashes.
pub(super) struct Windows {
    words: Zeroizing<Vec<u64>>,
    shift: u32,
    stride: usize,
}

impl Windows {
    /// None when a pattern is shorter than a window.
    pub(super) fn of(patterns: &[Zeroizing<Vec<u8>>]) -> Option<Windows> {
        let shortest = patterns.iter().map(|pattern| pattern.len()).min()?;
        let stride = (shortest + 1).checked_sub(WIDTH)?.min(STRIDE);
        if stride == 0 {
            return None;
        }
        let words = (patterns.len() * stride * SHARE / 64).next_power_of_two().clamp(WORDS.0, WORDS.1);
        let mut windows = Windows {
            words: Zeroizing::new(vec![0; words]),
            shift: u64::BITS - words.trailing_zeros(),
            stride,
        };
        for pattern in patterns {
            for window in pattern.windows(WIDTH).take(stride) {
                let (word, bits) = windows.place(window);
                windows.words[word] |= bits;
            }
        }
        Some(windows)
    }

    /// The word of a window and its two bits there. A multiplication spreads the bytes over the upper bits.
    fn place(&self, window: &[u8]) -> (usize, u64) {
        let mut bytes = [0; WIDTH];
        bytes.copy_from_slice(window);
        let hash = u64::from(u32::from_le_bytes(bytes)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let word = (hash >> self.shift) as usize;
        (word, (1 << ((hash >> 26) & 63)) | (1 << ((hash >> 32) & 63)))
    }

    /// How many bytes from a start on [`Windows::next`] needs to say anything.
    pub(super) fn reach(&self) -> usize {
        self.stride - 1 + WIDTH
    }

    /// The first places from `start` on at which a pattern could begin, as a range of `stride` bytes; or, empty, the
    /// place from which on there are too few bytes to tell.
    pub(super) fn next(&self, text: &[u8], start: usize) -> Range<usize> {
        let ahead = self.stride - 1;
        let mut begin = start;
        while let Some(window) = text.get(begin + ahead..begin + ahead + WIDTH) {
            let (word, bits) = self.place(window);
            if self.words[word] & bits == bits {
                return begin..begin + self.stride;
            }
            begin += self.stride;
        }
        begin..begin
    }
}
