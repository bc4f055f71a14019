//! Random bytes, fetched from the system in blocks: a file of 100,000 values needs as many nonces.

use super::CryptoError;
use zeroize::Zeroize;

const BLOCK: usize = 4096;

/// A source of random bytes. The library takes it as an argument, so that nothing random is hidden.
pub struct Random {
    fill: fn(&mut [u8]) -> Result<(), CryptoError>,
    block: Box<[u8; BLOCK]>,
    used: usize,
}

impl Random {
    /// The operating system's generator.
    pub fn system() -> Random {
        Random::from_source(|bytes| getrandom::fill(bytes).map_err(|_| CryptoError::NoRandom))
    }

    /// Any other source; for tests that need known nonces.
    pub fn from_source(fill: fn(&mut [u8]) -> Result<(), CryptoError>) -> Random {
        Random { fill, block: Box::new([0; BLOCK]), used: BLOCK }
    }

    /// Fills `out`, which is at most one block.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        if self.used + out.len() > BLOCK {
            (self.fill)(&mut self.block[..])?;
            self.used = 0;
        }
        let bytes = &mut self.block[self.used..self.used + out.len()];
        out.copy_from_slice(bytes);
        // The bytes may have become a data key.
        bytes.zeroize();
        self.used += out.len();
        Ok(())
    }
}
