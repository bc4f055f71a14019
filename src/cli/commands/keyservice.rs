//! `keyservice`: lends this machine's keys to other programs, as `sops keyservice` does (spec, cli 15).

use crate::cli::clock;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::keys;
use crate::cli::prompt;
use crate::keys::keyservice::{self, Act, Answers, Consent, Journal, ListenError, Listener, Refusal};
use crate::keys::{Recipient, printable};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Where sops' own service listens.
const ADDRESS: &str = "127.0.0.1:5000";

/// Let other programs use the keys of this machine, over a socket
#[derive(clap::Args)]
pub struct Args {
    /// Kind of the socket
    #[arg(long, visible_alias = "net", value_name = "NETWORK", value_enum, default_value = "tcp")]
    network: Network,
    /// HOST:PORT, or the path of a unix socket [default: 127.0.0.1:5000]
    #[arg(long, visible_alias = "addr", value_name = "ADDRESS")]
    address: Option<String>,
    /// Ask before each use of a key, on standard output and input
    #[arg(long)]
    prompt: bool,
    /// Say on standard error what is asked for and what becomes of it
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Network {
    Tcp,
    Unix,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let listener = listener(&args, context)?;
    let answers = Answers {
        backends: keys::of_this_machine(context),
        consent: consent(args.prompt),
        journal: journal(args.verbose),
    };
    // From here on neither signal ends the process by itself, so that the socket's file is removed.
    let mut signals = Signals::new([SIGINT, SIGTERM])
        .map_err(|error| CliError::new(exit::GENERIC, "signals can't be heard").cause(error))?;
    let service = keyservice::serve(listener, answers).map_err(fault)?;
    context.say(&format!("listening on {}", service.name));
    signals.forever().next();
    service.stop();
    Ok(())
}

fn listener(args: &Args, context: &Context) -> Result<Listener, CliError> {
    let address = match (args.network, args.address.as_deref()) {
        (Network::Unix, Some(path)) if !path.is_empty() => return Ok(Listener::unix(Path::new(path))),
        (Network::Unix, _) => {
            return Err(CliError::new(exit::GENERIC, "a unix socket has no usual path")
                .hint("name it with --address, as in --address \"$XDG_RUNTIME_DIR/sops.sock\""));
        }
        (Network::Tcp, address) => address.unwrap_or(ADDRESS),
    };
    let plain_tcp = context.key_services.plain_tcp;
    match Listener::tcp(address, plain_tcp) {
        Err(error @ ListenError::Plain(_)) if context.is_sops() => {
            context.warn(&error.to_string());
            Listener::tcp(address, true).map_err(fault)
        }
        result => result.map_err(fault),
    }
}

fn fault(error: ListenError) -> CliError {
    let hint = match &error {
        ListenError::Address(_) => "as in --address 127.0.0.1:5000",
        ListenError::Plain(_) => {
            "use a unix socket or 127.0.0.1 with a tunnel (ssh -L), or add --allow-plain-tcp if nobody else is on that network"
        }
        ListenError::InUse(_) => "stop it first, or choose another path",
        ListenError::Foreign(_) => "choose another path",
        ListenError::Io(..) => "choose another address with --address",
    };
    CliError::new(exit::GENERIC, error.to_string()).hint(hint)
}

/// Asks about one request at a time, before anything is done (Q56).
fn consent(ask: bool) -> Box<Consent> {
    let asking = Mutex::new(());
    Box::new(move |act, key| {
        if !ask {
            return Ok(());
        }
        let _one = asking.lock().unwrap_or_else(PoisonError::into_inner);
        let question = format!("a client asks to {}. Allow it? (y/n): ", wanted(act, Some(key)));
        match prompt::grants(&question) {
            Some(true) => Ok(()),
            Some(false) => Err("the request was denied".into()),
            None => Err("nobody answered, so the request was denied".into()),
        }
    })
}

fn journal(verbose: bool) -> Box<Journal> {
    Box::new(move |act, key, result| {
        if verbose {
            let outcome = result.err().map_or("done".to_owned(), Refusal::to_string);
            let line = format!("{} {}: {outcome}", clock::now(), wanted(act, key));
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        }
    })
}

/// For example: `decrypt with the kms key arn:…`.
fn wanted(act: Act, key: Option<&Recipient>) -> String {
    let named = |key: &Recipient| format!("the {} key {}", key.list(), printable(&key.identity(), 200));
    format!("{act} with {}", key.map_or("no key".to_owned(), named))
}
