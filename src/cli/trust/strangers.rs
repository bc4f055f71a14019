//! Recipients in a file that its creation rule does not know. Anybody who can write the repository can put one there,
//! and whoever wraps a data key for it gives him the file (security R1).

use super::{Approvals, Claim, check};
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate::{self, File};
use crate::cli::prompt::Terminal;
use crate::cli::rekey::Groups;
use crate::keys::Recipient;
use std::path::Path;

/// The flag that lets them in.
#[derive(clap::Args)]
pub struct Strangers {
    /// Encrypt for recipients of the file that its creation rule does not list, too
    #[arg(long)]
    pub keep_unknown: bool,
    #[command(flatten)]
    pub trust: Approvals,
}

/// Refuses to wrap a data key for recipients that neither the creation rule nor the command line names, unless the user
/// says that it is right. Without a rule for the file there is nothing to compare with. Then it is the turn of what
/// wrapping would call and start (security R7).
pub fn check_strangers(
    flag: &Strangers,
    groups: &Groups,
    named: &[Recipient],
    file: File<'_>,
    allowed: &gate::Use,
    context: &Context,
) -> Result<(), CliError> {
    let mut known = Vec::new();
    if let Some(path) = file.path {
        if let (false, Some(claim)) = (context.is_sops(), Claim::for_file(path, context)?) {
            check(&claim.about(groups.iter().flatten(), named), &flag.trust, context)?;
        }
        let rule = config::rule_for(path, context)?.map(|(_, rule)| rule);
        known = rule.into_iter().flat_map(|rule| rule.groups).flatten().collect();
        readers(flag, groups, &known, named, path, context)?;
    }
    let unknown = groups.iter().flatten().filter(|key| !gate::is_one_of(key, known.iter().chain(named)));
    gate::check(unknown, file, allowed, context)
}

/// Refuses readers of whom the rule, if it names any, does not know.
fn readers(
    flag: &Strangers,
    groups: &Groups,
    known: &[Recipient],
    named: &[Recipient],
    path: &Path,
    context: &Context,
) -> Result<(), CliError> {
    if known.is_empty() {
        return Ok(());
    }
    let mut strangers: Vec<&Recipient> = Vec::new();
    for recipient in groups.iter().flatten() {
        let is_known = known.iter().chain(named).any(|known| recipient.is_meant_by(known));
        if !is_known && !strangers.contains(&recipient) {
            strangers.push(recipient);
        }
    }
    if strangers.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = strangers.iter().map(|recipient| recipient.to_string()).collect();
    let message = format!("the creation rule for {} does not list {}", path.display(), names.join(", "));
    if flag.keep_unknown || context.is_sops() {
        context.warn(&format!("{message}, and the data key is encrypted for them all the same"));
        return Ok(());
    }
    let question = format!("{message}; should they be able to read the file?");
    if !context.is_worker() && Terminal.agrees(&question) {
        return Ok(());
    }
    Err(CliError::new(exit::GENERIC, message).hint(
        "somebody may have put them there: `sops-rs updatekeys` takes them out, --rm-age, --rm-pgp, … one by one; \
         if they belong there, add them to the rule, or use --keep-unknown",
    ))
}
