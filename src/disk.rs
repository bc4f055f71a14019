//! TEMPORARY until the real one is merged.
use std::path::{Path, PathBuf};
pub struct Snapshot {
    path: PathBuf,
    bytes: zeroize::Zeroizing<Vec<u8>>,
}
impl Snapshot {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DiskError(String);
#[derive(Clone, Copy)]
pub enum Mode {
    Private,
    Default,
}
pub fn read(path: &Path, _limit: usize) -> Result<Snapshot, DiskError> {
    let bytes = std::fs::read(path).map_err(|e| DiskError(format!("{}: {e}", path.display())))?;
    Ok(Snapshot { path: path.into(), bytes: bytes.into() })
}
pub fn replace(s: &Snapshot, bytes: &[u8]) -> Result<(), DiskError> {
    write(&s.path, bytes, Mode::Default)
}
pub fn write(path: &Path, bytes: &[u8], _mode: Mode) -> Result<(), DiskError> {
    std::fs::write(path, bytes).map_err(|e| DiskError(format!("{}: {e}", path.display())))
}
