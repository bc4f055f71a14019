//! `git-setup`: what a clone needs, so that git shows and merges encrypted files, and guards against plain ones.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::json::SCHEMA;
use crate::cli::setup::{self, Finding, Manager, Wishes};
use serde_json::json;

/// Set up this clone: .gitattributes, the diff and merge drivers, and a pre-commit hook
#[derive(clap::Args)]
pub struct Args {
    /// Say what is missing in this clone, change nothing, and exit with 1 if something is
    #[arg(long, conflicts_with_all = ["remove", "dry_run", "force", "pre_commit", "lefthook", "edit_hook"])]
    check: bool,
    /// Print what is missing as JSON
    #[arg(long, requires = "check")]
    json: bool,
    /// Undo what git-setup did
    #[arg(long, conflicts_with_all = ["no_hooks", "force", "pre_commit", "lefthook", "edit_hook"])]
    remove: bool,
    /// Change nothing, and say what would be done
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Leave hooks alone
    #[arg(long, conflicts_with_all = ["pre_commit", "lefthook", "edit_hook"])]
    no_hooks: bool,
    /// Add the check to .pre-commit-config.yaml instead of writing a hook
    #[arg(long)]
    pre_commit: bool,
    /// Add the check to lefthook.yml instead of writing a hook
    #[arg(long)]
    lefthook: bool,
    /// Where core.hooksPath leads to hooks that are shared with others, add a line to the one there
    #[arg(long)]
    edit_hook: bool,
    /// Replace settings of the same names that are not from git-setup
    #[arg(long)]
    force: bool,
}

pub fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let repository = setup::repository(context)?;
    if args.check {
        let findings = setup::check(&repository, !args.no_hooks, context)?;
        return report(&findings, args.json, context);
    }
    if args.remove {
        return setup::remove(&repository, args.dry_run, context);
    }
    let asked = [(args.pre_commit, Manager::PreCommit), (args.lefthook, Manager::Lefthook)];
    let wishes = Wishes {
        hooks: !args.no_hooks,
        managers: asked.into_iter().filter(|(asked, _)| *asked).map(|(_, manager)| manager).collect(),
        edit_hook: args.edit_hook,
        force: args.force,
        is_dry: args.dry_run,
    };
    let findings = setup::apply(&repository, &wishes, context)?;
    close(&findings, &wishes, context)
}

/// The last lines of a setup. Exit code 1 when something is left to do.
pub fn close(findings: &[Finding], wishes: &Wishes, context: &Context) -> Result<(), CliError> {
    findings.iter().for_each(|finding| context.warn(&line(finding)));
    match findings {
        _ if wishes.is_dry => Ok(()),
        [] => {
            context.say("this clone is set up; each further one needs `sops-rs git-setup` of its own");
            Ok(())
        }
        _ => Err(CliError::silent(exit::GENERIC)),
    }
}

fn report(findings: &[Finding], as_json: bool, context: &Context) -> Result<(), CliError> {
    let text = match as_json {
        true => {
            let missing: Vec<_> = findings
                .iter()
                .map(|finding| json!({ "id": finding.id, "text": finding.text, "fix": finding.fix }))
                .collect();
            let whole =
                json!({ "schema_version": SCHEMA, "complete": findings.is_empty(), "missing": missing });
            format!("{whole}\n")
        }
        false => findings.iter().map(|finding| line(finding) + "\n").collect(),
    };
    context.print(text.as_bytes())?;
    match findings {
        [] if as_json => Ok(()),
        [] => {
            context.say("this clone is set up");
            Ok(())
        }
        _ => Err(CliError::silent(exit::GENERIC)),
    }
}

fn line(finding: &Finding) -> String {
    format!("{} (to do: {})", finding.text, finding.fix)
}
