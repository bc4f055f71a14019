//! A new file, whole or not at all.

use super::lock::Guard;
use super::temporary::Temporary;
use super::{DiskError, NewMode, sweep};
use rustix::fs::Mode;

impl Guard {
    /// Makes the file, which must not exist yet.
    pub fn create(&self, bytes: &[u8], mode: NewMode) -> Result<(), DiskError> {
        if self.exists()? {
            return Err(DiskError::Exists { path: self.path() });
        }
        sweep::dead_temporaries(self);
        let mode = match mode {
            NewMode::Private => 0o600,
            NewMode::Default => 0o666,
        };
        let mut new = Temporary::create(self, Mode::from_raw_mode(mode))?;
        new.fill(bytes)?;
        new.sync()?;
        new.become_target()
    }
}
