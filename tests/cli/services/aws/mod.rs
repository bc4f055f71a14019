//! AWS KMS: two ready servers, and one of the tests' own for what these don't do.

mod commands;
mod credentials;
mod double;
mod faults;
mod interop;

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::services::Variables;
use crate::support::tools::{SOPS, sops};
use std::ffi::OsStr;

/// Both programs with the same variables, and without an age identity.
struct Lab {
    sandbox: Sandbox,
    variables: Variables,
}

const PLAIN: &str = "# of the lab\npassword: correct horse\nport: 5432\n";

impl Lab {
    fn new(variables: Variables) -> Lab {
        Lab { sandbox: Sandbox::new(), variables }
    }

    /// With a file of the user's AWS settings.
    fn with_config(self, text: &str) -> Lab {
        let folder = self.sandbox.home().join(".aws");
        std::fs::create_dir_all(&folder).expect("a folder in the sandbox");
        std::fs::write(folder.join("config"), text).expect("a file in the sandbox");
        self
    }

    fn ours<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Program {
        // Which files may name which keys is tested elsewhere.
        self.dressed(self.sandbox.sops_rs(args)).env("SOPS_RS_USE_KEYS", "all")
    }

    fn sops<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Program {
        self.dressed(self.sandbox.program(&sops(SOPS), args))
    }

    fn dressed(&self, program: Program) -> Program {
        let bare = program.without("SOPS_AGE_KEY_FILE");
        self.variables.iter().fold(bare, |program, (name, value)| program.env(name, value))
    }

    /// Seals a file with these flags.
    fn seal(&self, name: &str, plain: &str, flags: &[&str]) -> Outcome {
        self.sandbox.write(name, plain);
        self.ours([&["encrypt", "-i"], flags, &[name]].concat()).run()
    }

    /// What one of the programs seals with these flags, the other opens. Both texts: ours, and that of sops.
    #[track_caller]
    fn goes_both_ways(&self, name: &str, plain: &str, flags: &[&str]) -> (String, String) {
        self.seal(name, plain, flags).ok();
        let ours = self.sandbox.text(name);
        assert!(!ours.contains("correct horse"), "{ours}");
        self.sops(["decrypt", name]).run().ok();
        self.sandbox.write(name, plain);
        self.sops([&["encrypt", "-i"], flags, &[name]].concat()).run().ok();
        assert_eq!(
            self.ours(["decrypt", "--show", name]).run().text().lines().count(),
            plain.lines().count()
        );
        (ours, self.sandbox.text(name))
    }
}

/// A sealed YAML file's key entries, without what differs each time.
fn entries(sealed: &str) -> Vec<&str> {
    let lines = sealed.lines().skip_while(|line| *line != "sops:");
    let keys = lines.take_while(|line| !line.starts_with("    lastmodified:"));
    let named = keys.filter(|line| line.contains(':'));
    let changing = |line: &&str| !line.contains("enc: ") && !line.contains("created_at: ");
    named.filter(changing).collect()
}
