//! What moves leave behind: a value that was moved or returned has left a copy in the stack frame that it came from.

use zeroize::Zeroize as _;

/// Deeper than the calls that hold a key or a value, in words of 8 bytes: 128 KiB. Much more would show in the start-up
/// time, as each page that is touched is a fault.
const DEPTH: usize = 16 << 10;

/// Clears the stack below the caller's frame, where the calls that have returned kept their values (security R22). To be
/// called when all secrets are dropped.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = [0u64; DEPTH];
    // Not left out by the compiler, although nobody reads it.
    below.zeroize();
    std::hint::black_box(&mut below);
}
