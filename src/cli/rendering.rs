//! Files that programs get as files: under which names, and how the programs find them.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::program::{self, fault};
use crate::disk;
use crate::exec::Folder;
use crate::exec::environment::Variable;
use crate::exec::preset::Preset;
use crate::exec::user::User;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// systemd's name for the directory of a service's secrets.
const DIRECTORY: &str = "CREDENTIALS_DIRECTORY";
/// What dbt reads its connections from, and where it looks for that.
const DBT: (&str, &str) = ("profiles.yml", "DBT_PROFILES_DIR");
/// Where dlt looks for its settings, and the directory above that.
const DLT: (&str, &str) = (".dlt", "DLT_PROJECT_DIR");

/// Flags about private directories.
#[derive(clap::Args)]
pub struct PlaceFlags {
    /// Where no directory is in memory, write the plaintext to a disk
    #[arg(long)]
    tmp_on_disk: bool,
}

/// Plaintexts and the names of the files to be.
#[derive(Default)]
pub struct Rendering {
    files: Vec<(PathBuf, Zeroizing<Vec<u8>>)>,
}

/// Under which name a file is rendered; `None` when its values become variables. With `all`, every file is rendered.
pub fn name(file: &Path, preset: Preset, all: bool) -> Option<PathBuf> {
    let name = file.file_name().unwrap_or_default();
    let text = name.to_string_lossy();
    match preset {
        Preset::Dbt if name == DBT.0 => Some(name.into()),
        _ if !all => None,
        // The names of profiles are `dev.secrets.toml`; a file of any other name is what dlt knows as this.
        Preset::Dlt if text.ends_with("secrets.toml") => Some(Path::new(DLT.0).join(name)),
        Preset::Dlt if text.ends_with(".toml") => Some(Path::new(DLT.0).join("secrets.toml")),
        _ => Some(name.into()),
    }
}

impl Rendering {
    /// Takes a file. `from` is what it is called in messages.
    pub fn add(&mut self, name: PathBuf, content: Zeroizing<Vec<u8>>, from: &str) -> Result<(), CliError> {
        if self.has(&name) {
            let message = format!("{from} would be a second file of the name {}", name.display());
            return Err(CliError::new(exit::CONFLICTING, message).hint("rename one of them"));
        }
        self.files.push((name, content));
        Ok(())
    }

    fn has(&self, name: &Path) -> bool {
        self.files.iter().any(|(taken, _)| taken == name)
    }

    /// Whether no file was taken.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The names of the files.
    pub fn names(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(name, _)| name.as_path())
    }

    /// Adds what dlt has to find beside its secrets: the configuration of the project in this directory.
    pub fn add_dlt_config(&mut self, project: &Path, context: &Context) -> Result<(), CliError> {
        let settings = project.join(DLT.0);
        if settings.join(".workspace").exists() {
            let message =
                format!("{} belongs to a dlt workspace, which keeps its data there", settings.display());
            return Err(CliError::new(exit::GENERIC, message)
                .hint("hand the values over as variables, without --creds-dir"));
        }
        let Ok(entries) = fs::read_dir(&settings) else { return Ok(()) };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = Path::new(DLT.0).join(path.file_name().unwrap_or_default());
            if !name.to_string_lossy().ends_with("config.toml") || self.has(&name) {
                continue;
            }
            let snapshot = disk::read(&path, context.limits.bytes);
            let bytes = snapshot.map_err(|error| CliError::disk(exit::READ_INPUT, error))?.take_bytes();
            self.files.push((name, bytes));
        }
        Ok(())
    }

    /// Writes the files into a private directory.
    pub fn write(
        &self,
        flags: &PlaceFlags,
        user: Option<&User>,
        context: &Context,
    ) -> Result<Folder, CliError> {
        let places = program::places(user, context);
        places.sweep();
        let folder = Folder::new(&places, flags.tmp_on_disk).map_err(fault)?;
        for (name, content) in &self.files {
            folder.put(name, content).map_err(fault)?;
        }
        Ok(folder)
    }

    /// The variables by which programs find the directory.
    pub fn variables(&self, folder: &Folder) -> Vec<Variable> {
        let found_by = |(name, variable): (&str, &'static str)| {
            self.names().any(|file| file.starts_with(name)).then_some(variable)
        };
        let names = [Some(DIRECTORY), found_by(DBT), found_by(DLT)];
        names.into_iter().flatten().map(|name| variable(name, folder.path().as_os_str())).collect()
    }
}

fn variable(name: &str, value: &OsStr) -> Variable {
    Variable::clear(name, value.as_bytes())
}
