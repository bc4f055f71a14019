//! Devices, pipes and open descriptors as outputs.

use super::DiskError;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Writes straight through. The program's own stdout and stderr are written through their descriptors, since
/// opening them again would start at the beginning of a file that they are redirected to.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let outcome = match own_descriptor(path) {
        Some(1) => write_to(&mut io::stdout().lock(), bytes),
        Some(2) => write_to(&mut io::stderr().lock(), bytes),
        _ => OpenOptions::new().write(true).open(path).and_then(|mut file| write_to(&mut file, bytes)),
    };
    outcome.map_err(|fault| DiskError::io("write to", path, fault))
}

fn write_to(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(bytes)?;
    output.flush()
}

/// The number behind `/proc/PID/fd/` (or `/dev/fd/`), if PID is this process.
fn own_descriptor(path: &Path) -> Option<u32> {
    let number = path.file_name()?.to_str()?.parse().ok()?;
    let directory = path.parent()?;
    let own = Path::new("/proc").join(std::process::id().to_string()).join("fd");
    (directory == own || directory == Path::new("/dev/fd")).then_some(number)
}
