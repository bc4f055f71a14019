//! `exec-file`: a program with a file's plaintext under a path (spec, cli 10).

use crate::cli::context::Context;
use crate::cli::convert;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::cli::program::{self, ProgramFlags, fault};
use crate::cli::sealed;
use crate::exec::signals::Signals;
use crate::exec::{Launch, Offer};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Run a program with a file's plaintext under a path that is gone afterwards
#[derive(clap::Args)]
#[command(override_usage = "sops-rs exec-file [OPTIONS] <FILE> <COMMAND>\n       \
                            sops-rs exec-file [OPTIONS] <FILE> -- <PROGRAM> [ARGUMENT]...")]
pub struct Args {
    /// The encrypted file and a line for `/bin/sh -c`; or, before `--`, the file alone. Each {} becomes the path
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
    /// A program and its arguments, run without a shell
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
    /// Offer a file in memory instead of a FIFO, which can be read only once
    #[arg(long)]
    no_fifo: bool,
    /// Offer a memfd, which can be read any number of times and leaves nothing to remove
    #[arg(long)]
    memfd: bool,
    /// Where no directory is in memory, let --no-fifo write the plaintext to a disk
    #[arg(long)]
    tmp_on_disk: bool,
    /// Name of the FIFO or file
    #[arg(long, value_name = "NAME", default_value = "tmp-file", hide_default_value = true)]
    filename: PathBuf,
    #[command(flatten)]
    run: ProgramFlags,
    /// Start the program without standard streams and do not wait for it (deprecated; with --memfd only)
    #[arg(long)]
    background: bool,
    #[command(flatten)]
    types: Types,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    args.check()?;
    let (files, line) = program::words(args.files, args.program)?;
    let [file] = files.as_slice() else {
        return Err(CliError::new(exit::GENERIC, "there is more than one FILE")
            .hint("run the program once per file, or take values of several files with exec-env"));
    };
    let user = args.run.user()?;
    let content = content(file, &args.types, &args.order, context)?;
    let places = program::places(user.as_ref(), context);
    places.sweep();
    if let Some(user) = &user {
        user.assume().map_err(fault)?;
        places.sweep();
    }
    let launch = |offer: &Offer| Launch {
        line: line.with_path(offer.path()),
        variables: Vec::new(),
        pristine: args.run.pristine,
        user: user.as_ref(),
        shield: &context.shield,
    };
    if args.memfd {
        let offer = Offer::memfd(&content).map_err(fault)?;
        if args.background {
            context.warn("--background is deprecated: use the shell's & instead");
            return launch(&offer).detach().map_err(fault);
        }
        return launch(&offer).replace().map_err(fault).map(|never| match never {});
    }
    // This process stays, and needs no identities for that.
    context.keyring = Default::default();
    // Before there is anything to be removed.
    let mut signals = Signals::listen().map_err(fault)?;
    let offer = match args.no_fifo {
        true => Offer::file(content, &args.filename, &places, args.tmp_on_disk),
        false => Offer::fifo(content, &args.filename, &places),
    };
    let offer = offer.map_err(fault)?;
    program::answer(launch(&offer).watch(&mut signals).map_err(fault)?)
}

impl Args {
    /// Refuses flags that contradict each other (exit 8).
    fn check(&self) -> Result<(), CliError> {
        let named = self.filename != Path::new("tmp-file");
        let (message, hint) = if self.memfd && self.no_fifo {
            ("--memfd and --no-fifo name two kinds of file", "keep one of them")
        } else if self.memfd && named {
            ("a memfd has no name, so --filename can't give it one", "use --no-fifo where the name matters")
        } else if self.tmp_on_disk && !self.no_fifo {
            ("--tmp-on-disk is about files, and none is to be written", "add --no-fifo")
        } else if self.background && !self.memfd {
            (
                "with --background the file would be gone before the program could read it",
                "add --memfd, or leave --background out and put & behind the command",
            )
        } else {
            return Ok(());
        };
        Err(CliError::new(exit::CONFLICTING, message).hint(hint))
    }
}

/// The plaintext, in the wanted format.
fn content(
    file: &Path,
    types: &Types,
    order: &keys::Order,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let (mut open, input) = sealed::read_to_run(file, types, order, context)?;
    let output = input.output_format(types, open.sealed().document().format());
    convert::plaintext(&mut open, output, &input, context)
}
