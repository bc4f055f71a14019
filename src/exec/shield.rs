//! No memory image of this process for anybody: no core file, no debugger of the same user (security R20).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What was changed about this process and is to be undone for the programs that it starts.
#[derive(Clone, Debug)]
pub struct Shield {
    core: Rlimit,
}

impl Shield {
    /// To be the first thing that a program does. A system that refuses is no reason not to work.
    pub fn raise() -> Shield {
        let core = getrlimit(Resource::Core);
        // The hard limit stays, so that the soft one can be given back.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: core.maximum });
        forbid_attaching();
        Shield { core }
    }

    /// Gives the limit for core files back, for the program that is about to start. This process is still not dumped:
    /// that ends by itself when another program takes its place.
    pub(super) fn lower(&self) {
        let _ = setrlimit(Resource::Core, self.core);
    }
}

/// To be repeated when the user changes, since that sets it back to the system's default.
#[cfg(target_os = "linux")]
pub(super) fn forbid_attaching() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(target_os = "linux"))]
pub(super) fn forbid_attaching() {}
