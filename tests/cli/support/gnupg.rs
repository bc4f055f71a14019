//! A real GnuPG with a home of its own, which is gone, agent and all, when the test ends.

use super::sandbox::{Program, Sandbox};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub struct GnuPg {
    /// Short: the agent's sockets are in it, and their paths may have no more than 107 bytes.
    home: TempDir,
    sandbox: Sandbox,
}

impl GnuPg {
    pub fn new() -> GnuPg {
        let home = tempfile::Builder::new().prefix("gpg").rand_bytes(5).tempdir_in("/tmp");
        GnuPg { home: home.expect("a short temporary directory"), sandbox: Sandbox::new() }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file of the home.
    pub fn file(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    pub fn gpg<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Program {
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let args = [OsStr::new("--batch")].into_iter().chain(args.iter().map(AsRef::as_ref));
        self.sandbox.program("gpg".as_ref(), args).env("GNUPGHOME", self.home())
    }

    /// Makes a key without a passphrase; its fingerprint.
    pub fn key(&self, name: &str) -> String {
        self.key_with(name, &["--passphrase", ""], "never")
    }

    /// Makes a key with more words for gpg; its fingerprint.
    pub fn key_with(&self, name: &str, more: &[&str], expires: &str) -> String {
        let make = ["--pinentry-mode", "loopback", "--quick-generate-key", name, "future-default", "default"];
        self.gpg(more.iter().copied().chain(make).chain([expires])).run().ok();
        self.fingerprints(name)[0].clone()
    }

    /// The fingerprints of a key and of its subkeys.
    pub fn fingerprints(&self, name: &str) -> Vec<String> {
        let listed = self.gpg(["--with-colons", "--list-keys", name]).run().text();
        let fields = listed.lines().filter_map(|line| line.strip_prefix("fpr:"));
        fields.map(|fields| fields.split(':').nth(8).expect("a fingerprint").to_owned()).collect()
    }

    /// Takes over the public key of somebody.
    pub fn import(&self, from: &GnuPg, name: &str) {
        let public = from.gpg(["--export", name]).run().ok();
        self.gpg(["--import"]).pipe(public).run().ok();
    }

    /// The key ids that an armored message is for.
    pub fn readers(&self, message: &str) -> Vec<String> {
        let packets = self.gpg(["--list-packets", "--list-only"]).pipe(message).run().text();
        let ids = packets
            .lines()
            .filter_map(|line| line.split_once("keyid ").filter(|_| line.contains("pubkey enc")));
        ids.map(|(_, id)| id.trim().to_owned()).collect()
    }

    /// Has the agent ask this script of shell instead of a person. In it, `$command` is a line of the agent.
    pub fn pinentry(&self, answer: &str) {
        let script = format!(
            "#!/bin/sh\necho OK\nwhile read -r command; do case $command in GETPIN*) {answer};; \
             BYE*) echo OK; exit;; *) echo OK;; esac; done\n"
        );
        self.program("pinentry", &script);
        self.agent(&format!("pinentry-program {}\n", self.file("pinentry").display()));
    }

    /// Gives the agent other settings, and has it forget what it knows.
    pub fn agent(&self, settings: &str) {
        std::fs::write(self.file("gpg-agent.conf"), settings).expect("a file in the home");
        self.stop();
    }

    /// Puts an executable script into the home.
    pub fn program(&self, name: &str, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.file(name);
        std::fs::write(&path, script).expect("a file in the home");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("its owner's rights");
        path
    }

    fn stop(&self) {
        let kill = self.sandbox.program("gpgconf".as_ref(), ["--kill", "all"]);
        kill.env("GNUPGHOME", self.home()).run().ok();
    }
}

impl Drop for GnuPg {
    fn drop(&mut self) {
        self.stop();
    }
}
