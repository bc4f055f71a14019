//! `groups add` and `groups delete`: one key group more or less (spec, cli 13). The data key stays and is split anew.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::key_flags::{Aws, GroupFlags};
use crate::cli::keys;
use crate::cli::output::Output;
use crate::cli::rekey::{self, Groups, Wanted};
use crate::cli::sealed;
use crate::cli::trust::{self, Strangers};
use crate::disk::NewMode;
use crate::keys::Recipient;
use crate::metadata::Metadata;
use std::path::PathBuf;

/// Add a key group to a file, or delete one
#[derive(clap::Subcommand)]
pub enum Command {
    Add(Box<Add>),
    Delete(Delete),
}

/// Add a key group with the keys given by flag
#[derive(clap::Args)]
pub struct Add {
    #[command(flatten)]
    file: FileFlags,
    #[command(flatten)]
    keys: GroupFlags,
    #[command(flatten)]
    aws: Aws,
}

/// Delete a key group
#[derive(clap::Args)]
pub struct Delete {
    /// The group's position, from 0 on
    index: usize,
    #[command(flatten)]
    file: FileFlags,
}

/// Flags that both have.
#[derive(clap::Args)]
struct FileFlags {
    /// The encrypted file
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// How many key groups must come together to open the file; unless told otherwise what the file says, or all
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    shamir_secret_sharing_threshold: u32,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    strangers: Strangers,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(command: Command, context: &mut Context) -> Result<(), CliError> {
    match command {
        Command::Add(args) => {
            let group = args.keys.keys(&args.aws)?;
            if group.is_empty() {
                return Err(CliError::new(exit::GENERIC, "the new key group would have no keys")
                    .hint("name them with --age, --pgp, --kms, …"));
            }
            context.consent.name(&group);
            args.file.change(&group, context, |groups| {
                groups.push(group.clone());
                Ok(())
            })
        }
        Command::Delete(args) => args.file.change(&[], context, |groups| match groups.len() {
            1 => Err(CliError::new(
                exit::GENERIC,
                "the file has one key group; without it nobody could open it",
            )
            .hint("`sops-rs updatekeys` and `sops-rs rotate` change who is in it")),
            count if args.index >= count => {
                let message = format!("there is no key group {}: the file has {count}", args.index);
                Err(CliError::new(exit::GENERIC, message)
                    .hint(format!("positions count from 0, so the last one is {}", count - 1)))
            }
            _ => {
                groups.remove(args.index);
                Ok(())
            }
        }),
    }
}

impl FileFlags {
    /// Writes the file with other groups; `named` are the recipients that the command line names.
    fn change(
        &self,
        named: &[Recipient],
        context: &Context,
        change: impl FnOnce(&mut Groups) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        self.output.check(Some(&self.file))?;
        let input = Input::read(Some(&self.file), &Types::BY_NAME, self.output.in_place, context);
        let mut input = input.map_err(|error| match error.code {
            exit::NO_FILE => CliError { code: exit::READ_INPUT, ..error },
            _ => error,
        })?;
        let sealed = sealed::parse(&mut input, &Types::BY_NAME, context)?;
        let mut groups = rekey::groups_of(sealed.metadata());
        change(&mut groups)?;
        let threshold = self.threshold(groups.len(), sealed.metadata())?;
        trust::check_strangers(
            &self.strangers,
            &groups,
            named,
            input.subject(),
            &self.order.allowed,
            context,
        )?;
        let key = keys::unwrap(&sealed, input.subject(), &self.order, context)?;
        let text = rekey::resplit(&sealed, &key, &Wanted { groups, threshold }, context)?;
        self.output.write(text.as_bytes(), &input, NewMode::Default, context)
    }

    /// The threshold to be stored: that of the flag, else the file's, else all groups.
    fn threshold(&self, groups: usize, file: &Metadata) -> Result<u32, CliError> {
        let asked = match self.shamir_secret_sharing_threshold {
            0 => file.shamir_threshold,
            asked => asked,
        };
        if asked as usize > groups {
            let message = format!("{asked} key groups must open for the file, and there would be {groups}");
            return Err(CliError::new(exit::GENERIC, message)
                .hint("say with --shamir-secret-sharing-threshold how many must open"));
        }
        Ok(match (groups, asked) {
            (1, _) => 0,
            // One of several groups can't be enough: a share is no key. What a file with one group says means nothing.
            (groups, 0) => groups as u32,
            (groups, 1) if file.groups.len() == 1 && self.shamir_secret_sharing_threshold == 0 => {
                groups as u32
            }
            (_, asked) => asked,
        })
    }
}
