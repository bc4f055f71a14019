//! What moves leave behind: a value that was moved or returned has left a copy in the stack frame that it came from.

use zeroize::Zeroize as _;

/// Deeper than any call that holds a key or a value.
const DEPTH: usize = 512 << 10;

/// Clears the stack below the caller's frame, where the calls that have returned kept their values (security R22). To be
/// called when all secrets are dropped.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = [0u8; DEPTH];
    // Not left out by the compiler, although nobody reads it.
    below.zeroize();
    std::hint::black_box(&mut below);
}
