//! The way from opened files to a program, as `exec-env`, `run` and `render` go it: what is secret is remembered, the
//! user is changed, the keys are let go of, and what the program prints is masked.

use super::context::Context;
use super::error::CliError;
use super::input::{Input, Types};
use super::keys;
use super::mask::{self, MaskFlags, Secrets, When};
use super::program::{ProgramFlags, fault};
use super::sealed;
use crate::exec::mask::{Mask, Outlets};
use crate::exec::user::User;
use crate::file::Open;
use std::path::Path;

/// Flags about the program and what becomes of its output.
#[derive(clap::Args)]
pub struct HandoverFlags {
    #[command(flatten)]
    program: ProgramFlags,
    #[command(flatten)]
    mask: MaskFlags,
}

impl HandoverFlags {
    /// When output is masked: as told, or as the command does it.
    pub fn when(&self, usual: When) -> Result<When, CliError> {
        self.mask.when(usual)
    }

    pub fn handover(self, when: When) -> Result<Handover, CliError> {
        let user = self.program.user()?;
        Ok(Handover { flags: self, when, user, secrets: Secrets::default() })
    }
}

/// A program that is about to get something.
pub struct Handover {
    flags: HandoverFlags,
    when: When,
    user: Option<User>,
    secrets: Secrets,
}

impl Handover {
    /// Opens a file; what was encrypted in it is masked later on.
    pub fn open(
        &mut self,
        file: &Path,
        types: &Types,
        order: &keys::Order,
        context: &Context,
    ) -> Result<(Open, Input), CliError> {
        let (open, input) = sealed::read_to_run(file, types, order, context)?;
        if self.when != When::Never {
            self.secrets.add(&open);
        }
        Ok((open, input))
    }

    /// Becomes the program's user. From here on there are no keys: whoever stays beside the program needs none.
    pub fn ready(self, context: &mut Context) -> Result<Ready, CliError> {
        if let Some(user) = &self.user {
            user.assume().map_err(fault)?;
        }
        context.keyring = Default::default();
        let outlets = mask::outlets(self.when)?;
        let mask = self.flags.mask.mask(self.secrets, &outlets, context);
        Ok(Ready { user: self.user, pristine: self.flags.program.pristine, mask, outlets })
    }
}

/// What the program is started with, beside its variables.
pub struct Ready {
    pub user: Option<User>,
    /// Without the variables of the calling process.
    pub pristine: bool,
    pub mask: Mask,
    pub outlets: Outlets,
}
