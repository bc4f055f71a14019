//! Where age identities come from (spec, config 8).

use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

use super::place::{Holds, Origin, Place};

/// All the places that identities are looked for; the caller fills in what the environment says. Empty texts
/// count as unset. Every place is used, in the order of the fields.
#[derive(Default)]
pub struct Sources {
    /// `SOPS_AGE_SSH_PRIVATE_KEY_FILE`
    pub ssh_private_key_file: Option<PathBuf>,
    /// `SOPS_AGE_SSH_PRIVATE_KEY_CMD`
    pub ssh_private_key_cmd: Option<String>,
    /// The home directory, for `.ssh/id_ed25519` and `.ssh/id_rsa`.
    pub home: Option<PathBuf>,
    /// `SOPS_AGE_KEY`
    pub key: Option<Zeroizing<String>>,
    /// `SOPS_AGE_KEY_FILE`
    pub key_file: Option<PathBuf>,
    /// `SOPS_AGE_KEY_CMD`
    pub key_cmd: Option<String>,
    /// The user's configuration directory, for `sops/age/keys.txt`.
    pub config_dir: Option<PathBuf>,
    /// Whether age plugins (programs in `PATH`) may be started.
    pub plugins: bool,
}

impl Sources {
    pub(super) fn places(self) -> Vec<Place> {
        let file = |variable: &str, path: Option<PathBuf>, holds| {
            let name = match &path {
                Some(path) => format!("{variable} ({})", path.display()),
                None => variable.to_owned(),
            };
            Place::new(name, holds, path.map_or(Origin::Unset, Origin::File))
        };
        let usual = |directory: Option<&Path>, path: &str, holds| {
            let path = directory.filter(|it| !it.as_os_str().is_empty()).map(|it| it.join(path))?;
            Some(Place::new(path.display().to_string(), holds, Origin::UsualFile(path)))
        };
        let command = |variable: &str, line: Option<String>, holds| {
            Place::new(variable.to_owned(), holds, line.map_or(Origin::Unset, Origin::Command))
        };
        let set = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        let home = self.home.as_deref();
        [
            Some(file("SOPS_AGE_SSH_PRIVATE_KEY_FILE", set(self.ssh_private_key_file), Holds::SshKey)),
            Some(command("SOPS_AGE_SSH_PRIVATE_KEY_CMD", self.ssh_private_key_cmd, Holds::SshKey)),
            usual(home, ".ssh/id_ed25519", Holds::SshKey),
            usual(home, ".ssh/id_rsa", Holds::SshKey),
            Some(Place::new(
                "SOPS_AGE_KEY".into(),
                Holds::Identities,
                self.key.map_or(Origin::Unset, Origin::Text),
            )),
            Some(file("SOPS_AGE_KEY_FILE", set(self.key_file), Holds::Identities)),
            Some(command("SOPS_AGE_KEY_CMD", self.key_cmd, Holds::Identities)),
            usual(self.config_dir.as_deref(), "sops/age/keys.txt", Holds::Identities),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
