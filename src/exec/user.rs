//! Another user for the program, and for all that is made on its behalf (spec, cli 9; quirk Q76).

use super::error::ExecError;
use super::shield;
use nix::unistd;
use std::ffi::OsString;
use std::path::Path;

pub struct User {
    found: unistd::User,
}

impl User {
    pub fn find(name: &str) -> Result<User, ExecError> {
        match unistd::User::from_name(name) {
            Ok(Some(found)) => Ok(User { found }),
            Ok(None) => Err(ExecError::NoUser { name: name.into() }),
            Err(fault) => Err(ExecError::io("read the list of users", fault)),
        }
    }

    /// Makes this process the user's, with all of his groups and no way back.
    pub fn assume(&self) -> Result<(), ExecError> {
        let switched = groups(&self.found)
            .and_then(|()| unistd::setgid(self.found.gid))
            .and_then(|()| unistd::setuid(self.found.uid));
        shield::forbid_attaching();
        switched.map_err(|fault| ExecError::Identity { name: self.found.name.clone(), source: fault.into() })
    }

    pub fn home(&self) -> &Path {
        &self.found.dir
    }

    /// What a login would set.
    pub(super) fn variables(&self) -> [(&'static str, OsString); 3] {
        let name = OsString::from(&self.found.name);
        [("HOME", self.found.dir.clone().into()), ("USER", name.clone()), ("LOGNAME", name)]
    }
}

#[cfg(not(target_vendor = "apple"))]
fn groups(user: &unistd::User) -> nix::Result<()> {
    let name = std::ffi::CString::new(user.name.as_bytes()).map_err(|_| nix::Error::EINVAL)?;
    unistd::initgroups(&name, user.gid)
}

/// There the groups of a user are not the process's own matter.
#[cfg(target_vendor = "apple")]
fn groups(_user: &unistd::User) -> nix::Result<()> {
    Err(nix::Error::ENOTSUP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name() {
        let root = User::find("root").unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(root.variables()[1], ("USER", "root".into()));
        assert!(matches!(User::find("no such user"), Err(ExecError::NoUser { .. })));
    }
}
