//! What a person reads when no key opened a file, or one could not be wrapped for.

use super::flag;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate;
use crate::keys::{Attempt, GroupOutcome, KeyError, Recipient, UnwrapReport, WrapError};

/// The most keys that one error names: whoever wrote the file chose how many there are.
const MOST_NAMED: usize = 50;

/// Where to look when gpg did not do it.
const KEYRING: &str = "pgp: `gpg --list-keys` and `gpg --list-secret-keys` show what gpg has";

/// A data key that could not be wrapped.
pub fn cannot_wrap(error: WrapError) -> CliError {
    let hints = match &error {
        // What sops prints, to the letter: its users match on it.
        WrapError::EmptyGroup { .. } => {
            return CliError::bare(exit::GENERIC, "Could not generate data key: [empty key group provided]");
        }
        WrapError::Keys(failures) => {
            let failed = failures.iter().map(|failure| (&failure.recipient, &failure.why));
            let mut hints = of_services(failed);
            let mut lists = failures.iter().filter(|failure| matches!(failure.why, KeyError::Unsupported(_)));
            if let Some(failure) = lists.next() {
                let flag = flag("--rm-", failure.recipient.list());
                hints.push(format!("or take such keys out of the rule, or out of the file with {flag}"));
            }
            hints
        }
        _ => Vec::new(),
    };
    hinted(CliError::new(exit::GENERIC, error.to_string()), &hints)
}

/// Why none of the user's keys opens a file, group by group and key by key (spec, file-format 9).
pub(super) fn no_key(name: &str, report: &UnwrapReport) -> CliError {
    let mut error = CliError::new(exit::NO_KEY, format!("{} {name}", whose(report)));
    if report.groups.len() > 1 || report.needed > 1 {
        let (opened, needed) = (report.opened(), report.needed);
        error =
            error.cause(format!("{needed} key groups must open, {opened} of {} did", report.groups.len()));
    }
    let failed = report.groups.iter().enumerate().flat_map(|(number, group)| match group {
        GroupOutcome::Failed(attempts) => attempts.iter().map(|attempt| (number, attempt)).collect(),
        GroupOutcome::Opened => Vec::new(),
    });
    for (number, attempt) in failed.take(MOST_NAMED) {
        let group = if report.groups.len() > 1 { format!("group {number}: ") } else { String::new() };
        error = error.cause(format!("{group}{}", gate::said(&attempt.recipient, &attempt.why)));
    }
    let more = attempts(report).count().saturating_sub(MOST_NAMED);
    if more > 0 {
        error = error.cause(format!("and {more} more keys"));
    }
    if let Some(mismatch) = &report.mismatch {
        error = error.cause(mismatch);
    }
    for (source, fault) in report.faults() {
        error = error.cause(format!("{source}: {fault}"));
    }
    hinted(error, &hints(report)).in_sops(in_sops(report))
}

/// An error and its causes where there is one line for them.
pub fn in_a_line(error: &CliError) -> String {
    match error.causes.as_slice() {
        [] => error.message.clone(),
        causes => format!("{}: {}", error.message, causes.join("; ")),
    }
}

fn whose(report: &UnwrapReport) -> String {
    match report.identities() {
        _ if attempts(report).any(|attempt| !is_age(&attempt.recipient)) => "none of your keys opens".into(),
        0 => "you have no identity, so you can't open".into(),
        1 => "your identity can't open".into(),
        many => format!("none of your {many} identities can open"),
    }
}

/// What to do next, the most likely first.
fn hints(report: &UnwrapReport) -> Vec<String> {
    let refused = |attempt: &&Attempt| attempt.why == KeyError::NotAllowed;
    let mut refused = attempts(report).filter(refused).map(|attempt| &attempt.recipient).peekable();
    let mut hints = Vec::new();
    if refused.peek().is_some() {
        hints.push(gate::hint(refused));
    }
    hints.extend(of_services(attempts(report).map(|attempt| (&attempt.recipient, &attempt.why))));
    let is_tried =
        |attempt: &Attempt| is_age(&attempt.recipient) && !matches!(attempt.why, KeyError::Unsupported(_));
    let is_about_age = attempts(report).any(is_tried) || attempts(report).next().is_none();
    hints.extend(is_about_age.then(|| match report.identities() {
        0 => {
            let places: Vec<&str> = report.sources.iter().map(|source| source.name.as_str()).collect();
            format!("put an age identity into one of: {}; or make one with `sops-rs keygen`", places.join(", "))
        }
        _ => "set SOPS_AGE_KEY_FILE to a file with the right identity, or ask one of these recipients to add yours"
            .into(),
    }));
    hints
}

/// Hints about keys that failed because of what they are of, each once.
fn of_services<'a>(failed: impl Iterator<Item = (&'a Recipient, &'a KeyError)>) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    for (key, why) in failed {
        let hint = match why {
            KeyError::Call(_) => credentials(key).map(str::to_owned),
            KeyError::Unsupported(_) => Some(missing(key)),
            KeyError::Failed(_) if matches!(key, Recipient::Pgp(_)) => Some(KEYRING.into()),
            _ => None,
        };
        hints.extend(hint.filter(|hint| !hints.contains(hint)));
    }
    hints
}

/// Where credentials for a kind of key come from.
fn credentials(key: &Recipient) -> Option<&'static str> {
    Some(match key {
        Recipient::AwsKms(_) => {
            "kms: AWS credentials come from the variables AWS_…, the profile, SSO, web identity or the machine's role; \
             `aws sts get-caller-identity` tells who you are"
        }
        Recipient::GcpKms(_) => {
            "gcp_kms: credentials come from GOOGLE_CREDENTIALS, GOOGLE_OAUTH_ACCESS_TOKEN, \
             GOOGLE_APPLICATION_CREDENTIALS, `gcloud auth application-default login` or the machine"
        }
        Recipient::AzureKv(_) => {
            "azure_kv: credentials come from the variables AZURE_…, the machine's identity or `az login`"
        }
        Recipient::HcVault(_) => {
            "hc_vault: the token comes from VAULT_TOKEN or ~/.vault-token; `vault login` makes one"
        }
        Recipient::Age(_) | Recipient::Pgp(_) | Recipient::HuaweiKms(_) => return None,
    })
}

/// Why a kind of key can't be used here, and what can use it.
fn missing(key: &Recipient) -> String {
    let feature = match key {
        Recipient::AwsKms(_) if cfg!(not(feature = "aws")) => "aws",
        Recipient::GcpKms(_) if cfg!(not(feature = "gcp")) => "gcp",
        Recipient::AzureKv(_) if cfg!(not(feature = "azure")) => "azure",
        Recipient::HcVault(_) if cfg!(not(feature = "vault")) => "vault",
        Recipient::HuaweiKms(_) => {
            return "hckms: this program never calls HuaweiCloud; use sops for such a key".into();
        }
        _ => {
            return "the keys of this machine are turned off: leave out --enable-local-keyservice=false"
                .into();
        }
    };
    format!(
        "{}: `cargo install sops-rs --features {feature}` makes a build that can use such keys",
        key.list()
    )
}

fn hinted(error: CliError, hints: &[String]) -> CliError {
    if hints.is_empty() { error } else { error.hint(hints.join("\n  hint: ")) }
}

fn attempts(report: &UnwrapReport) -> impl Iterator<Item = &Attempt> {
    report.groups.iter().flat_map(|group| match group {
        GroupOutcome::Failed(attempts) => attempts.as_slice(),
        GroupOutcome::Opened => &[],
    })
}

fn is_age(key: &Recipient) -> bool {
    matches!(key, Recipient::Age(_))
}

/// The start and the form of sops' own report (spec, file-format 9).
fn in_sops(report: &UnwrapReport) -> String {
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
