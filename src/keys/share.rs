//! What a stanza protects.

use crate::crypto::data_key::{DATA_KEY_LEN, DataKey};
use zeroize::Zeroizing;

/// Bytes of a Shamir share of a data key: its values and the x coordinate (spec, file-format 7).
pub const SHARE_LEN: usize = DATA_KEY_LEN + 1;

/// A data key (32 bytes, one key group) or one group's share of it (33 bytes); wiped when dropped.
/// Deliberately without `Debug`, `Clone` and `PartialEq`.
pub struct Share(Zeroizing<Vec<u8>>);

impl Share {
    /// `None` unless `bytes` has the length of a data key or of a share.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Option<Share> {
        matches!(bytes.len(), DATA_KEY_LEN | SHARE_LEN).then_some(Share(bytes))
    }

    /// The whole data key, as the only group wraps it.
    pub fn whole(key: &DataKey) -> Share {
        Share(Zeroizing::new(key.as_bytes().to_vec()))
    }

    /// One group's part, as [`super::shamir`] splits a data key.
    pub(super) fn part(bytes: Zeroizing<Vec<u8>>) -> Share {
        debug_assert_eq!(bytes.len(), SHARE_LEN);
        Share(bytes)
    }

    pub(super) fn copy(&self) -> Share {
        Share(self.0.clone())
    }

    /// Whether this is a whole data key.
    pub(super) fn is_whole(&self) -> bool {
        self.0.len() == DATA_KEY_LEN
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
