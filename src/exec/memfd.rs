//! A file without a name, in memory: it can be read any number of times, by no other user, and is gone with the last
//! process that has it open (security R19).

use super::error::ExecError;
use std::os::fd::OwnedFd;

/// The lowest number for the descriptor: shells and scripts use the small ones for themselves.
const LOWEST: i32 = 100;

/// A sealed memfd that programs which are started from now on inherit.
#[cfg(target_os = "linux")]
pub(super) fn offer(content: &[u8]) -> Result<OwnedFd, ExecError> {
    use rustix::fs::{MemfdFlags, Mode, SealFlags, fchmod, fcntl_add_seals, memfd_create};
    use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
    use std::fs::File;
    use std::io::Write as _;
    let fail = |fault: std::io::Error| ExecError::io("make the memfd", fault);
    let made = memfd_create("sops-rs", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING);
    let mut file = File::from(made.map_err(|fault| fail(fault.into()))?);
    file.write_all(content).map_err(fail)?;
    let sealed = fchmod(&file, Mode::RUSR)
        .and_then(|()| {
            fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)
        })
        .and_then(|()| fcntl_dupfd_cloexec(&file, LOWEST))
        .and_then(|descriptor| fcntl_setfd(&descriptor, FdFlags::empty()).map(|()| descriptor));
    sealed.map_err(|fault| fail(fault.into()))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn offer(_content: &[u8]) -> Result<OwnedFd, ExecError> {
    Err(ExecError::io("make a memfd", std::io::Error::from(std::io::ErrorKind::Unsupported)))
}
