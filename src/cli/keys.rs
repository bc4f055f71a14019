//! The user's keys: which sources there are, unwrapping a file's data key with them, and what to say when none fits.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::prompt::Terminal;
use super::services;
use crate::crypto::DataKey;
use crate::file::open::Warning;
use crate::file::{Open, Sealed};
use crate::keys::age::{self, AgeBackend, NoPrompt, Sources};
use crate::keys::{
    Backend, Found, GroupOutcome, KeyError, Keyring, Recipient, Stanza, UnwrapReport, WrapError, open_gate,
};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Where sops keeps identities, below the user's configuration directory (spec, config 8).
pub const IDENTITY_FILE: &str = "sops/age/keys.txt";

/// Flags that say which keys are tried first.
#[derive(clap::Args)]
#[command(next_help_heading = "Your keys")]
pub struct Order {
    /// Key types to try first, comma-separated: age,pgp,kms,gcp_kms,hckms,azure_kv,hc_vault
    #[arg(long, value_name = "TYPES", env = "SOPS_DECRYPTION_ORDER")]
    decryption_order: Option<String>,
}

impl Order {
    fn parse(&self) -> Result<crate::keys::Order, CliError> {
        let text = self.decryption_order.as_deref().unwrap_or_default();
        crate::keys::Order::parse(text)
            .map_err(|error| CliError::new(exit::REPEATED_KEY_TYPE, error.to_string()))
    }
}

/// The back ends of this build, with the user's sources of identities (spec, config 8).
pub fn keyring(context: &Context) -> &Keyring {
    context.keyring.get_or_init(|| {
        let mut backends = match context.local_keys {
            true => of_this_machine(context),
            false => Vec::new(),
        };
        #[cfg(feature = "keyservice")]
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

/// A data key that could not be wrapped.
pub fn cannot_wrap(error: WrapError) -> CliError {
    match error {
        // What sops prints, to the letter: its users match on it.
        WrapError::EmptyGroup { .. } => {
            CliError::bare(exit::GENERIC, "Could not generate data key: [empty key group provided]")
        }
        WrapError::Keys(ref failures)
            if failures.iter().any(|failure| matches!(failure.why, KeyError::Unsupported(_))) =>
        {
            CliError::new(exit::GENERIC, error.to_string()).hint(
                "take such keys out with --rm-kms, --rm-pgp, … or out of the rule, or use sops for this file",
            )
        }
        error => CliError::new(exit::GENERIC, error.to_string()),
    }
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

/// Recovers a file's data key.
pub fn unwrap(sealed: &Sealed, name: &str, order: &Order, context: &Context) -> Result<DataKey, CliError> {
    unwrap_with(keyring(context), sealed, name, &order.parse()?)
}

/// As [`unwrap`], with these keys.
pub fn unwrap_with(
    keyring: &Keyring,
    sealed: &Sealed,
    name: &str,
    order: &crate::keys::Order,
) -> Result<DataKey, CliError> {
    let metadata = sealed.metadata();
    let threshold = metadata.shamir_threshold as usize;
    let key = keyring.unwrap(&metadata.groups, threshold, order, &open_gate);
    key.map_err(|report| no_key(name, &report))
}

/// Which kinds of keys were tried, where that makes a difference to what helps.
enum Tried {
    Age,
    /// PGP keys alone.
    Pgp,
    /// Keys of services.
    Other,
    /// No kind of key that this build, or this call of it, can use.
    Nothing,
}

impl Tried {
    fn of(report: &UnwrapReport) -> Tried {
        let attempts = report.groups.iter().flat_map(|group| match group {
            GroupOutcome::Failed(attempts) => attempts.as_slice(),
            GroupOutcome::Opened => &[],
        });
        let usable = attempts.filter(|attempt| !matches!(attempt.why, KeyError::Unsupported(_)));
        let kinds: Vec<&str> = usable.map(|attempt| attempt.recipient.list()).collect();
        match kinds.as_slice() {
            kinds if kinds.contains(&"age") => Tried::Age,
            [] => Tried::Nothing,
            kinds if kinds.iter().all(|kind| *kind == "pgp") => Tried::Pgp,
            _ => Tried::Other,
        }
    }
}

/// Why none of the user's keys opens a file, group by group and key by key (spec, file-format 9).
fn no_key(name: &str, report: &UnwrapReport) -> CliError {
    let identities = report.identities();
    let tried = Tried::of(report);
    let whose = match (&tried, identities) {
        (Tried::Nothing, _) => "no key of this build can open".to_owned(),
        (Tried::Other | Tried::Pgp, _) => "none of your keys can open".to_owned(),
        (Tried::Age, 0) => "you have no identity, so you can't open".to_owned(),
        (Tried::Age, 1) => "your identity can't open".to_owned(),
        (Tried::Age, many) => format!("none of your {many} identities can open"),
    };
    let mut error = CliError::new(exit::NO_KEY, format!("{whose} {name}"));
    if report.groups.len() > 1 || report.needed > 1 {
        let (opened, needed) = (report.opened(), report.needed);
        error =
            error.cause(format!("{needed} key groups must open, {opened} of {} did", report.groups.len()));
    }
    for (number, group) in report.groups.iter().enumerate() {
        let GroupOutcome::Failed(attempts) = group else { continue };
        for attempt in attempts {
            let group = if report.groups.len() > 1 { format!("group {number}: ") } else { String::new() };
            error = error.cause(format!("{group}{}: {}", attempt.recipient, attempt.why));
        }
    }
    if let Some(mismatch) = &report.mismatch {
        error = error.cause(mismatch);
    }
    for source in &report.sources {
        if let Found::Fault(fault) = &source.found {
            error = error.cause(format!("{}: {fault}", source.name));
        }
    }
    let places: Vec<&str> = report.sources.iter().map(|source| source.name.as_str()).collect();
    let hint = match (tried, identities) {
        (Tried::Nothing, _) => "the file is for keys of services that this build can't ask; use sops for it".into(),
        (Tried::Pgp, _) => "`gpg --list-secret-keys` shows the keys that you have; ask one of these recipients to add yours".into(),
        (Tried::Other, _) => "give the program what one of these keys lacks, or ask somebody who can open the file to add you".into(),
        (Tried::Age, 0) => format!("put an identity into one of: {}; or make one with `sops-rs keygen`", places.join(", ")),
        (Tried::Age, _) => "set SOPS_AGE_KEY_FILE to a file with the right identity, or ask one of these recipients to add yours".into(),
    };
    error.hint(hint).in_sops(report_in_sops(report))
}

/// The start and the form of sops' own report (spec, file-format 9).
fn report_in_sops(report: &UnwrapReport) -> String {
    let mut text = String::from("Failed to get the data key required to decrypt the SOPS file.\n");
    for (number, group) in report.groups.iter().enumerate() {
        let GroupOutcome::Failed(attempts) = group else {
            text.push_str(&format!("\nGroup {number}: SUCCESS\n"));
            continue;
        };
        text.push_str(&format!("\nGroup {number}: FAILED\n"));
        for attempt in attempts {
            text.push_str(&format!("  {}: FAILED\n    - | {}\n", attempt.recipient, attempt.why));
        }
    }
    text.push_str(&match report.opened() {
        0 => "\nRecovery failed because no master key was able to decrypt the file.".to_owned(),
        opened => format!(
            "\nRecovery failed because the file was encrypted with a Shamir threshold of {}, but only {opened} part(s) \
             were successfully recovered.",
            report.needed
        ),
    });
    text
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
