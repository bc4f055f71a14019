//! Who owns a file, who may read it, and what else hangs on it.

use super::DiskError;
use rustix::fs::{Mode, RawMode, XattrFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{Gid, Uid};
use std::ffi::{CStr, CString};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The access control list, as an extended attribute.
const ACL: &CStr = c"system.posix_acl_access";

/// Gives a new version of a file the owner, group, attributes and permissions of the old one, whose `stat` is
/// given. The new one starts with fewer permissions and gets the full ones last.
pub(super) fn copy(old: &File, stat: &Metadata, new: &File, path: &Path) -> Result<(), DiskError> {
    own(stat, new, path)?;
    let mut names = names(old).map_err(|fault| attribute(path, c"(list)", fault))?;
    for name in &names {
        if let Err(fault) = transfer(old, new, name) {
            let bytes = name.to_bytes();
            // Labels that the system sets by itself and that ordinary users may not.
            if !(bytes.starts_with(b"security.") || bytes.starts_with(b"trusted.")) {
                return Err(attribute(path, name, fault));
            }
        }
    }
    names.retain(|name| name.as_c_str() == ACL);
    if names.is_empty() {
        // One that the directory gave to the new file would let in whom the old one kept out.
        match retry_on_intr(|| rustix::fs::fremovexattr(new, ACL)) {
            Ok(()) | Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
            Err(fault) => return Err(attribute(path, ACL, fault)),
        }
    }
    permit(stat, new).map_err(|fault| DiskError::io("set the mode of a new version of", path, fault))
}

fn attribute(path: &Path, name: &CStr, fault: Errno) -> DiskError {
    let name = name.to_string_lossy().into_owned();
    DiskError::Attribute { path: path.to_owned(), name, source: fault.into() }
}

fn own(stat: &Metadata, new: &File, path: &Path) -> Result<(), DiskError> {
    let mine = new.metadata().map_err(|fault| DiskError::io("look at a new version of", path, fault))?;
    let uid = (mine.uid() != stat.uid()).then(|| Uid::from_raw(stat.uid()));
    let gid = (mine.gid() != stat.gid()).then(|| Gid::from_raw(stat.gid()));
    if uid.is_none() && gid.is_none() {
        return Ok(());
    }
    retry_on_intr(|| rustix::fs::fchown(new, uid, gid)).map_err(|fault| match fault {
        Errno::PERM | Errno::INVAL | Errno::ACCESS => {
            DiskError::Owner { path: path.to_owned(), uid: stat.uid(), gid: stat.gid() }
        }
        fault => DiskError::io("set the owner of a new version of", path, fault),
    })
}

/// File systems that keep no modes of their own give every file the same, which then needs no change.
fn permit(stat: &Metadata, new: &File) -> io::Result<()> {
    if new.metadata()?.mode() != stat.mode() {
        retry_on_intr(|| rustix::fs::fchmod(new, Mode::from_raw_mode((stat.mode() & 0o7777) as RawMode)))?;
    }
    Ok(())
}

fn names(file: &File) -> Result<Vec<CString>, Errno> {
    let mut buffer = Vec::new();
    loop {
        let needed = match retry_on_intr(|| rustix::fs::flistxattr_query(file)) {
            Ok(needed) => needed,
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        buffer.resize(needed, 0);
        match retry_on_intr(|| rustix::fs::flistxattr(file, buffer.as_mut_slice())) {
            Ok(length) => buffer.truncate(length),
            // It grew in between.
            Err(Errno::RANGE) => continue,
            Err(fault) => return Err(fault),
        }
        let names = buffer.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        return Ok(names.filter_map(|name| CString::new(name).ok()).collect());
    }
}

fn transfer(old: &File, new: &File, name: &CStr) -> Result<(), Errno> {
    let mut value = vec![0; retry_on_intr(|| rustix::fs::fgetxattr_query(old, name))?];
    let length = retry_on_intr(|| rustix::fs::fgetxattr(old, name, value.as_mut_slice()))?;
    value.truncate(length);
    retry_on_intr(|| rustix::fs::fsetxattr(new, name, &value, XattrFlags::empty()))
}
