//! Reading secrets without leaving copies: a growing `Vec` frees its old memory as it is.

use std::io::{self, Read};
use zeroize::Zeroizing;

/// Why a source was not read to its end. Never holds what was read.
#[derive(Debug)]
pub(super) enum Unread {
    Failed(io::Error),
    /// There are more than so many bytes.
    TooLarge(usize),
}

/// Everything in `source`, at most `limit` bytes; every buffer that was outgrown is wiped.
pub(super) fn read(mut source: impl Read, limit: usize) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let mut bytes = Zeroizing::new(vec![0; 4096]);
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; filled * 2]);
            larger[..filled].copy_from_slice(&bytes);
            bytes = larger;
        }
        match source.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Unread::Failed(error)),
        }
        if filled > limit {
            return Err(Unread::TooLarge(limit));
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_arrive_up_to_the_limit() {
        for length in [0, 1, 4095, 4096, 4097, 20_000] {
            let bytes: Vec<u8> = (0..length).map(|n| n as u8).collect();
            assert_eq!(*read(bytes.as_slice(), length).unwrap(), bytes);
        }
        assert!(matches!(read([0; 20_000].as_slice(), 19_999), Err(Unread::TooLarge(19_999))));
    }
}
