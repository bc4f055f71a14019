//! Changes since the last commit that a file's MAC does not cover (security R6): anybody can make them, and the next
//! save would put them under a MAC of its own.
//!
//! Who saves a file with its data key gives it a new MAC token. So as long as the token is that of the last commit,
//! whatever differs was made without the key; once it is another one, somebody who has the key has saved the file
//! since, and looked at the same warning first. The rule is in no MAC at all, and no save changes it.

use super::committed::Committed;
use super::drift::follows;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::rewrite::Rewrite;
use crate::cli::shell;
use crate::crypto::{Cipher, Token};
use crate::document::difference::{Change, What, difference};
use crate::document::format::Format;
use crate::document::step;
use crate::document::tree::Node;
use crate::file::{MacCheck, open};
use crate::metadata::Metadata;

/// The differences that a message names.
const MOST_NAMED: usize = 4;

/// Says what differs; in CI, where nobody reads it before the file is saved, it is an error.
pub fn check_tampering(
    committed: Option<Committed>,
    rewrite: &Rewrite,
    context: &Context,
) -> Result<(), CliError> {
    let mut found = committed.map(|committed| differences(committed, rewrite)).unwrap_or_default();
    if found.is_empty() {
        return Ok(());
    }
    let more = found.len().saturating_sub(MOST_NAMED);
    found.truncate(MOST_NAMED);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    let (name, word) = (&rewrite.input.name, shell::file(&rewrite.input.name));
    let message =
        format!("{name} was changed since the last commit where its mac does not tell: {}", found.join(", "));
    if is_ci(context) {
        return Err(CliError::new(exit::GENERIC, message).hint(format!(
            "in CI (the variable CI is set) such a file is not written again: `sops-rs diff {word}` shows the changes; \
             commit them, or take them back with `git restore {word}`"
        )));
    }
    context.warn(&format!("{message}; saving it makes them yours: `sops-rs diff {word}` shows them"));
    Ok(())
}

fn is_ci(context: &Context) -> bool {
    context.var("CI").is_some_and(|value| value != "false")
}

fn differences(committed: Committed, rewrite: &Rewrite) -> Vec<String> {
    let Committed { sealed, has_same_key } = committed;
    let (old, new) = (sealed.metadata(), rewrite.open.sealed().metadata());
    let is_same_mac = has_same_token(&old.mac, &new.mac);
    let mut found = Vec::new();
    // Under another data key it is another file, of which the warning about the key has told.
    if (is_same_mac || has_same_key == Some(true)) && rewrite.format() != Format::Binary {
        found.extend(rule(old, new));
    }
    if !is_same_mac {
        return found;
    }
    let check = if rewrite.open.is_verified() { MacCheck::Verify } else { MacCheck::Waive };
    // A file that does not open was broken in the commit, and has been mended since.
    let Ok(before) = open(sealed, &Cipher::new(&rewrite.key), check) else { return found };
    let (before, after) = (before.trees(), rewrite.open.trees());
    let changes = difference(&before, &after);
    if changes.is_empty() && before != after {
        found.push("the order of keys or comments".into());
    }
    let several = before.len().max(after.len()) > 1;
    found.extend(changes.iter().map(|change| told(change, several)));
    found
}

fn rule(old: &Metadata, new: &Metadata) -> Option<String> {
    if old.rule() != new.rule() {
        return Some(follows(&new.rule(), &old.rule()));
    }
    let word = if new.mac_only_encrypted { "on" } else { "off" };
    (old.mac_only_encrypted != new.mac_only_encrypted).then(|| format!("mac_only_encrypted is {word}"))
}

/// Whether two MACs are the same token, however it is typed.
fn has_same_token(one: &str, other: &str) -> bool {
    let parts = |text| Token::parse(text).ok().map(|token| (token.data, token.nonce, token.tag));
    one == other || parts(one).is_some_and(|one| Some(one) == parts(other))
}

fn told(change: &Change<'_>, several: bool) -> String {
    let document = if several { format!("document {}: ", change.document + 1) } else { String::new() };
    let path = format!("{document}{}", step::display(&change.path));
    match change.what {
        What::Added(_) => format!("{path} is new"),
        What::Removed(_) => format!("{path} is gone"),
        What::Changed(old, new) if is_retyped(old, new) => format!("{path} has another type"),
        What::Changed(..) => format!("{path} is another value"),
        What::Comments => format!("comments at {path}"),
    }
}

fn is_retyped(old: &Node, new: &Node) -> bool {
    match (old, new) {
        (Node::Scalar(old), Node::Scalar(new)) => old.kind != new.kind,
        _ => true,
    }
}
