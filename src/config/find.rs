//! Where the config of a file is.

use super::path;
use std::path::{Path, PathBuf};

/// What a config file is called; in this order in every directory.
pub const NAMES: [&str; 2] = [".sops-rs.yaml", ".sops.yaml"];

/// Whether a file is a config by its name.
pub fn is_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| NAMES.iter().any(|config| name == *config))
}
/// What people call it by mistake.
const MISNAMED: [&str; 2] = [".sops-rs.yml", ".sops.yml"];
/// Directories that are looked into on the way up, as many as sops does.
const MAX_LEVELS: usize = 100;

/// What a search for a config came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub config: Option<PathBuf>,
    /// A file on the way whose name ends in `.yml`, so that it was passed over.
    pub misnamed: Option<PathBuf>,
}

impl Search {
    /// What to tell the user about a misnamed file.
    pub fn warning(&self) -> Option<String> {
        let misnamed = self.misnamed.as_ref()?.display();
        Some(match &self.config {
            Some(config) => {
                format!("{misnamed} is not used, as a config must end in .yaml; using {}", config.display())
            }
            None => format!("{misnamed} is not used, as a config must end in .yaml: rename it"),
        })
    }

    fn upwards(&mut self, directory: &Path) {
        for directory in directory.ancestors().take(MAX_LEVELS) {
            let files = |names: [&str; 2]| {
                names.map(|name| directory.join(name)).into_iter().find(|path| path.is_file())
            };
            self.config = files(NAMES);
            if self.config.is_some() {
                return;
            }
            self.misnamed = self.misnamed.take().or_else(|| files(MISNAMED));
        }
    }
}

/// Looks for the config of a file: in its directory and upwards; if there is none, in `working_directory` and
/// upwards (where sops looks first and only). Without a file, from `working_directory` on.
pub fn find(file: Option<&Path>, working_directory: &Path) -> Search {
    let mut search = Search::default();
    if let Some(directory) = file.map(|file| path::directory_of(file, working_directory)) {
        search.upwards(&directory);
    }
    if search.config.is_none() {
        search.upwards(working_directory);
    }
    search
}
