//! Reading secrets without leaving copies: a growing `Vec` frees its old memory as it is.

use super::Fault;
use std::io::Read;
use zeroize::Zeroizing;

/// Everything in `source`, at most `limit` bytes; every buffer that was outgrown is wiped.
pub(super) fn read(mut source: impl Read, limit: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
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
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::read(&error)),
        }
        if filled > limit {
            return Err(Fault::TooLarge(limit));
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
        assert_eq!(read([0; 20_000].as_slice(), 19_999), Err(Fault::TooLarge(19_999)));
    }
}
