//! The 32-byte key that every value of a file is sealed with.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of a data key (AES-256).
pub const DATA_KEY_LEN: usize = 32;

/// A data key on the heap, wiped when dropped. No `Debug`, no `Clone`: it exists once.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey(Box<[u8; DATA_KEY_LEN]>);

impl DataKey {
    /// A fresh key.
    pub fn random(random: &mut super::Random) -> Result<DataKey, super::CryptoError> {
        let mut key = DataKey(Box::new([0; DATA_KEY_LEN]));
        random.fill(&mut key.0[..])?;
        Ok(key)
    }

    /// `None` unless `bytes` are exactly 32.
    pub fn from_slice(bytes: &[u8]) -> Option<DataKey> {
        let mut key = DataKey(Box::new([0; DATA_KEY_LEN]));
        (bytes.len() == DATA_KEY_LEN).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    pub fn as_bytes(&self) -> &[u8; DATA_KEY_LEN] {
        &self.0
    }
}
