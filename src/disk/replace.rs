//! The replacement of a file (security R27, steps 6 to 10).

use super::lock::Guard;
use super::read::{self, Snapshot};
use super::temporary::Temporary;
use super::{DiskError, Options, attributes, sweep};
use rustix::fs::{Access, AtFlags, Mode, RawMode};
use rustix::io::{Errno, retry_on_intr};
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;

impl Guard {
    /// Puts `bytes` in the place of the file, if it still is as it was when `old` was read.
    pub fn replace(&self, old: &Snapshot, bytes: &[u8], options: Options) -> Result<(), DiskError> {
        if old.path() != self.path() {
            return Err(DiskError::Changed { path: self.path() });
        }
        self.put(Some(old), bytes, options)
    }

    /// As [`Guard::replace`]; without `old`, whatever the file holds.
    pub(super) fn put(
        &self,
        old: Option<&Snapshot>,
        bytes: &[u8],
        options: Options,
    ) -> Result<(), DiskError> {
        match self.swap(old, bytes) {
            Err(fault) if options.in_place && fault.is_obstacle_to_replacing() => self.overwrite(old, bytes),
            outcome => outcome,
        }
    }

    fn swap(&self, old: Option<&Snapshot>, bytes: &[u8]) -> Result<(), DiskError> {
        let current = self.open()?;
        let stat = self.stat(&current)?;
        if stat.nlink() > 1 {
            return Err(DiskError::HardLinks { path: self.path(), links: stat.nlink() });
        }
        self.may_write()?;
        sweep::dead_temporaries(self);
        let mut new = Temporary::create(self, first_mode(stat.mode()))?;
        new.fill(bytes)?;
        attributes::copy(&current, &stat, &new.file, &self.path())?;
        new.sync()?;
        // As late as can be: what somebody else writes from here to the rename, some microseconds, is lost.
        self.expect_unchanged(old, &stat)?;
        new.replace_target()
    }

    /// A file that its user may not write is meant to stay as it is, although a rename would not mind.
    fn may_write(&self) -> Result<(), DiskError> {
        let ask = || rustix::fs::accessat(&self.directory, self.name(), Access::WRITE_OK, AtFlags::EACCESS);
        retry_on_intr(ask).map_err(|fault| match fault {
            Errno::ACCESS => DiskError::ReadOnly { path: self.path() },
            Errno::PERM => DiskError::Protected { path: self.path() },
            fault => DiskError::io("write", &self.path(), fault),
        })
    }

    /// Looks at an open file, which must be a regular one.
    pub(super) fn stat(&self, file: &File) -> Result<Metadata, DiskError> {
        let stat = file.metadata().map_err(|fault| DiskError::io("look at", &self.path(), fault))?;
        if stat.is_file() {
            return Ok(stat);
        }
        let found = if stat.is_dir() { "a directory" } else { "a device or pipe" };
        Err(DiskError::NotAFile { path: self.path(), found })
    }

    /// Whether the name still leads to the file whose attributes were copied, with the content of `old`.
    fn expect_unchanged(&self, old: Option<&Snapshot>, stat: &Metadata) -> Result<(), DiskError> {
        let mut current = match self.open() {
            Err(DiskError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Err(DiskError::Changed { path: self.path() });
            }
            opened => opened?,
        };
        let now = self.stat(&current)?;
        match identity(&now) == identity(stat) {
            true => self.expect_content(old, &mut current),
            false => Err(DiskError::Changed { path: self.path() }),
        }
    }

    pub(super) fn expect_content(&self, old: Option<&Snapshot>, current: &mut File) -> Result<(), DiskError> {
        let Some(old) = old else { return Ok(()) };
        let hash = read::hash(current).map_err(|fault| DiskError::io("read", &self.path(), fault))?;
        match hash == old.hash {
            true => Ok(()),
            false => Err(DiskError::Changed { path: self.path() }),
        }
    }
}

/// The permissions of a new version while it is written: the owner's alone, and none that the old one lacks.
pub(super) fn first_mode(mode: u32) -> Mode {
    Mode::from_raw_mode((mode & 0o600) as RawMode)
}

/// What a file is, apart from its content.
fn identity(stat: &Metadata) -> ([u64; 4], [u32; 3]) {
    ([stat.dev(), stat.ino(), stat.nlink(), stat.size()], [stat.mode(), stat.uid(), stat.gid()])
}
