//! Writing into a file itself, where it can't be replaced: not atomic, and only on demand.

use super::DiskError;
use super::lock::Guard;
use super::read::Snapshot;
use rustix::fs::{Mode, OFlags};
use rustix::io::retry_on_intr;
use std::fs::File;
use std::io::Write;

impl Guard {
    pub(super) fn overwrite(&self, old: Option<&Snapshot>, bytes: &[u8]) -> Result<(), DiskError> {
        self.expect_content(old, &mut self.open()?)?;
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || rustix::fs::openat(&self.directory, self.name(), flags, Mode::empty());
        let mut file = retry_on_intr(open)
            .map(File::from)
            .map_err(|fault| DiskError::io("write", &self.path(), fault))?;
        self.stat(&file)?;
        file.write_all(bytes)
            .and_then(|()| file.set_len(bytes.len() as u64))
            .and_then(|()| file.sync_all())
            .map_err(|fault| DiskError::io("write", &self.path(), fault))
    }
}
