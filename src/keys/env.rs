//! The surroundings in which the clients of services find their credentials and settings.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Environment variables and home directory, as the caller has them: nothing here reads those of the process. (The AWS
/// SDK does, by itself.)
#[derive(Clone)]
pub struct Env {
    var: Arc<Var>,
    home: Option<PathBuf>,
}

type Var = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl Env {
    pub fn new(var: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static, home: Option<PathBuf>) -> Env {
        Env { var: Arc::new(var), home }
    }

    /// A variable that is set, not empty, and Unicode.
    pub fn text(&self, name: &str) -> Option<String> {
        (self.var)(name)?.into_string().ok().filter(|text| !text.is_empty())
    }

    /// A variable that is set and not empty, as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        (self.var)(name).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}
