//! The user's keys: which sources there are, unwrapping a file's data key with them, and what to say when none fits.

mod failure;

pub use failure::{cannot_wrap, in_a_line};

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::gate::{self, File};
use super::prompt::Terminal;
use super::services;
use crate::crypto::DataKey;
use crate::file::open::Warning;
use crate::file::{Open, Sealed};
use crate::keys::age::{self, AgeBackend, NoPrompt, Sources};
use crate::keys::{Backend, Keyring, Recipient, Stanza, open_gate};
use failure::no_key;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Where sops keeps identities, below the user's configuration directory (spec, config 8).
pub const IDENTITY_FILE: &str = "sops/age/keys.txt";

/// Flags that say which keys are tried first, and which may be used.
#[derive(clap::Args)]
#[command(next_help_heading = "Your keys")]
pub struct Order {
    /// Key types to try first, comma-separated: age,pgp,kms,gcp_kms,hckms,azure_kv,hc_vault
    #[arg(long, value_name = "TYPES", env = "SOPS_DECRYPTION_ORDER")]
    decryption_order: Option<String>,
    #[command(flatten)]
    pub allowed: gate::Use,
}

impl Order {
    fn parse(&self) -> Result<crate::keys::Order, CliError> {
        let text = self.decryption_order.as_deref().unwrap_or_default();
        crate::keys::Order::parse(text)
            .map_err(|error| CliError::new(exit::REPEATED_KEY_TYPE, error.to_string()))
    }
}

/// What the flag for the keys of a metadata list is called: `--add-gcp-kms`.
pub fn flag(prefix: &str, list: &str) -> String {
    format!("{prefix}{}", list.replace('_', "-").replace("hc-vault", "hc-vault-transit"))
}

/// The back ends of this build, with the user's sources of identities (spec, config 8).
pub fn keyring(context: &Context) -> &Keyring {
    context.keyring.get_or_init(|| {
        let mut backends = match context.local_keys {
            true => of_this_machine(context),
            false => Vec::new(),
        };
        backends.extend(context.key_services.backends());
        Keyring::new(backends)
    })
}

/// The back ends that use keys of this machine, and credentials that it has.
pub fn of_this_machine(context: &Context) -> Vec<Box<dyn Backend>> {
    let mut backends: Vec<Box<dyn Backend>> = vec![Box::new(age_backend(context))];
    backends.extend(services::backends(context));
    backends
}

/// A new data key, wrapped for every recipient. A threshold of 0 is all groups.
pub fn new_data_key(
    groups: &[Vec<Recipient>],
    threshold: u32,
    context: &mut Context,
) -> Result<(DataKey, Vec<Vec<Stanza>>), CliError> {
    let key = random_data_key(context)?;
    let stanzas =
        keyring(context).wrap(groups, threshold as usize, &key, &context.now).map_err(cannot_wrap)?;
    Ok((key, stanzas))
}

/// A new data key that nobody has yet.
pub fn random_data_key(context: &mut Context) -> Result<DataKey, CliError> {
    DataKey::random(&mut context.random)
        .map_err(|error| CliError::new(exit::GENERIC, "no data key can be made").cause(error))
}

/// A keyring with the identities that lie ready: it starts no program and never asks.
pub fn silent_keyring(context: &Context) -> Keyring {
    if !context.local_keys {
        return Keyring::default();
    }
    let ready = Sources { ssh_private_key_cmd: None, key_cmd: None, plugins: false, ..sources(context) };
    Keyring::new(vec![Box::new(AgeBackend::new(ready, Arc::new(NoPrompt)))])
}

fn age_backend(context: &Context) -> AgeBackend {
    AgeBackend::new(sources(context), Arc::new(Terminal))
}

fn sources(context: &Context) -> Sources {
    let text = |name: &str| context.var(name).and_then(|value| value.into_string().ok());
    let path = |name: &str| context.var(name).map(Into::into);
    Sources {
        ssh_private_key_file: path("SOPS_AGE_SSH_PRIVATE_KEY_FILE"),
        ssh_private_key_cmd: text("SOPS_AGE_SSH_PRIVATE_KEY_CMD"),
        home: context.home(),
        key: text("SOPS_AGE_KEY").map(Zeroizing::new),
        key_file: path("SOPS_AGE_KEY_FILE"),
        key_cmd: text("SOPS_AGE_KEY_CMD"),
        config_dir: context.config_directory(),
        plugins: true,
    }
}

/// What to do about key groups that open, and make another data key than that of the file.
pub const SHARES_OF_ANOTHER: &str =
    "somebody has changed its shamir_threshold or a wrapped key: take the file from an earlier commit";

/// Recovers a file's data key.
pub fn unwrap(
    sealed: &Sealed,
    file: File<'_>,
    order: &Order,
    context: &Context,
) -> Result<DataKey, CliError> {
    let (groups, threshold) = groups(sealed);
    let gate = |key: &Recipient| gate::allow(key, file, &order.allowed, context);
    let key = keyring(context).unwrap(groups, threshold, &order.parse()?, &gate);
    key.map_err(|report| no_key(file.name, &report))
}

/// As [`unwrap`], with these keys, which call no service. `name` is for messages.
pub fn unwrap_with(keyring: &Keyring, sealed: &Sealed, name: &str) -> Result<DataKey, CliError> {
    let (groups, threshold) = groups(sealed);
    let key = keyring.unwrap(groups, threshold, &Default::default(), &open_gate);
    key.map_err(|report| no_key(name, &report))
}

fn groups(sealed: &Sealed) -> (&[Vec<Stanza>], usize) {
    let metadata = sealed.metadata();
    (&metadata.groups, metadata.shamir_threshold as usize)
}

/// Says what a person should know about a file that opened all the same.
pub fn report(open: &Open, name: &str, context: &Context) {
    for warning in &open.warnings {
        context.warn(&match warning {
            Warning::Comment(place) => {
                format!("{name}:{place}: an encrypted comment can't be opened and is kept as it is")
            }
            Warning::ClearComment(place) => {
                format!("{name}:{place}: a comment that should be encrypted is in clear")
            }
            Warning::MoreComments => format!("{name}: there are more such comments"),
            Warning::Layout => {
                format!("{name}: another tool changed the file, so values have their default spelling")
            }
            Warning::MacWaived => {
                format!("{name}: the mac was not checked: values may have been added, removed or reordered")
            }
        });
    }
}

/// The recipients of the identities that the user keeps in the environment or in a file, in sops' order of
/// sources. An identity file that can't be read is an error: the user has one, so none must be made.
pub fn own_recipients(context: &Context) -> Result<Vec<String>, CliError> {
    let mut recipients = Vec::new();
    if let Some(text) = context.var("SOPS_AGE_KEY").and_then(|text| text.into_string().ok()) {
        recipients.extend(recipients_of(&Zeroizing::new(text), "SOPS_AGE_KEY")?);
    }
    let named = context.var("SOPS_AGE_KEY_FILE").map(std::path::PathBuf::from);
    let default = context.config_directory().map(|directory| directory.join(IDENTITY_FILE));
    for path in named.iter().chain(default.iter().filter(|path| path.exists())) {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|error| {
            CliError::new(exit::READ_INPUT, format!("the identity file {name} can't be read")).cause(error)
        })?;
        recipients.extend(recipients_of(&text, &name)?);
    }
    Ok(recipients)
}

fn recipients_of(text: &str, source: &str) -> Result<Vec<String>, CliError> {
    let recipients = age::recipients_in(text).map_err(|error| {
        CliError::new(exit::GENERIC, format!("the recipient of {source} can't be told: {error}"))
            .hint("name it with --age")
    })?;
    Ok(recipients.iter().map(|recipient| recipient.text().to_owned()).collect())
}
