//! Where the masked streams of a program go.

use super::pump::Pump;
use crate::exec::error::ExecError;
use rustix::fs::fstat;
use std::io::{PipeWriter, pipe};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

/// The descriptors to which the masked output is written; a stream without one stays the program's own.
#[derive(Default)]
pub struct Outlets {
    pub stdout: Option<OwnedFd>,
    pub stderr: Option<OwnedFd>,
}

impl Outlets {
    /// Whether no stream is to be masked.
    pub fn is_empty(&self) -> bool {
        self.stdout.is_none() && self.stderr.is_none()
    }

    /// Gives a program pipes in place of these streams. Two that lead to the same file, as with `2>&1`, get one pipe, so
    /// that what is written keeps its order.
    pub(in crate::exec) fn connect(self, command: &mut Command) -> Result<Vec<Pump>, ExecError> {
        let mut pumps = Vec::new();
        let is_one = self.are_one();
        if let Some(outlet) = self.stdout {
            let writer = open(outlet, &mut pumps)?;
            if is_one {
                command.stderr(Stdio::from(copy(&writer)?));
            }
            command.stdout(Stdio::from(writer));
        }
        if let Some(outlet) = self.stderr.filter(|_| !is_one) {
            command.stderr(Stdio::from(open(outlet, &mut pumps)?));
        }
        Ok(pumps)
    }

    fn are_one(&self) -> bool {
        let place = |outlet: &Option<OwnedFd>| {
            let found = fstat(outlet.as_ref()?).ok()?;
            Some((found.st_dev, found.st_ino))
        };
        place(&self.stdout).is_some_and(|stdout| place(&self.stderr) == Some(stdout))
    }
}

/// A pipe to an outlet: its writing end.
fn open(outlet: OwnedFd, pumps: &mut Vec<Pump>) -> Result<PipeWriter, ExecError> {
    let (reader, writer) = pipe().map_err(|fault| ExecError::io("make a pipe", fault))?;
    pumps.push(Pump::new(reader, outlet));
    Ok(writer)
}

fn copy(writer: &PipeWriter) -> Result<PipeWriter, ExecError> {
    writer.try_clone().map_err(|fault| ExecError::io("make a pipe", fault))
}
