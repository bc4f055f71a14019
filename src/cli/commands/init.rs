//! `init`: an identity and a config for a repository that has none.

use super::{git_setup, keygen};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::prompt::Terminal;
use crate::cli::setup::{self, Wishes};
use crate::cli::shell;
use crate::disk::{self, NewMode, Options, PATIENCE};
use crate::document::Document;
use crate::keys::age;
use std::path::{Path, PathBuf};

/// Write a .sops-rs.yaml for the secret files here, and make an identity if you have none
#[derive(clap::Args)]
pub struct Args {
    /// age recipients to encrypt for, comma-separated, instead of your own
    #[arg(short, long, value_name = "RECIPIENTS", env = "SOPS_AGE_RECIPIENTS")]
    age: Option<String>,
    /// Run `git-setup` afterwards, without a question
    #[arg(long, conflicts_with = "no_git_setup")]
    git_setup: bool,
    /// Neither run `git-setup` nor ask
    #[arg(long)]
    no_git_setup: bool,
}

const CONFIG: &str = ".sops-rs.yaml";

/// Names of files that hold secrets, as a pattern on the path below the config (unanchored, `/` on every system).
const SECRET_FILES: [(&str, &str); 5] = [
    ("dlt", r"(^|/)\.dlt/(\w+\.)?secrets\.toml$"),
    ("secrets", r"(^|[./_-])secrets?\.(ya?ml|json|toml|ini)$"),
    ("encrypted", r"\.enc\.(ya?ml|json|toml|ini|env)$"),
    ("dotenv", r"(^|/)[^/]*\.env$"),
    ("dbt", r"(^|/)profiles\.ya?ml$"),
];

/// How far below the working directory `init` looks, and at how many entries.
const DEPTH: usize = 6;
const ENTRIES: usize = 20_000;

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let directory = context.directory()?;
    let config = directory.join(CONFIG);
    for name in crate::config::NAMES {
        if directory.join(name).symlink_metadata().is_ok() {
            let message = format!("{name} is here already; it is left as it is");
            return Err(CliError::new(exit::WRITE_OUTPUT, message)
                .hint("add a rule to it by hand; .sops-rs.yaml.example shows every field"));
        }
    }
    let recipients = match &args.age {
        Some(recipients) => given(recipients)?,
        None => own(context)?,
    };
    let above = crate::config::find(None, &directory).config;
    let found = secret_files(&directory);
    let text = config_text(&recipients, &found);
    disk::write(&config, text.as_bytes(), NewMode::Default, Options::default(), PATIENCE)
        .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))?;
    context.say(&format!("wrote {CONFIG} for {} recipient(s)", recipients.len()));
    if let Some(above) = above {
        context.warn(&format!("below this directory {CONFIG} is now used instead of {}", above.display()));
    }
    next_steps(&found, context);
    offer_setup(&args, context)
}

/// In a repository: `git-setup`, if the user wants it.
fn offer_setup(args: &Args, context: &Context) -> Result<(), CliError> {
    if args.no_git_setup {
        return Ok(());
    }
    let repository = match setup::repository(context) {
        Ok(repository) => repository,
        Err(error) if args.git_setup => return Err(error),
        Err(_) => return Ok(()),
    };
    let question = "set up git here: .gitattributes, diff and merge drivers, a pre-commit hook?";
    if !args.git_setup && !Terminal.can_ask() {
        context.say("to let git show and merge encrypted files, type:");
        context.say("  sops-rs git-setup");
        return Ok(());
    }
    if args.git_setup || Terminal.agrees(question) {
        let wishes = Wishes::default();
        let findings = setup::apply(&repository, &wishes, context)?;
        return git_setup::close(&findings, &wishes, context);
    }
    Ok(())
}

fn given(recipients: &str) -> Result<Vec<String>, CliError> {
    let mut parsed: Vec<String> = Vec::new();
    for text in recipients.split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let recipient = age::AgeRecipient::parse(text).map_err(|error| {
            CliError::new(exit::GENERIC, error.to_string())
                .hint("recipients look like age1… or ssh-ed25519 …")
        })?;
        if !parsed.iter().any(|known| known == recipient.text()) {
            parsed.push(recipient.text().to_owned());
        }
    }
    Ok(parsed)
}

/// The recipients of the user's identities; makes an identity when there is none.
fn own(context: &Context) -> Result<Vec<String>, CliError> {
    let own = keys::own_recipients(context)?;
    if !own.is_empty() {
        context.say(&format!("using your identity with the recipient {}", own[0]));
        return Ok(vec![own[0].clone()]);
    }
    let path = keygen::default_file(context)?;
    let generated = age::generate(age::Kind::X25519)
        .map_err(|error| CliError::new(exit::GENERIC, "no identity can be made").cause(error))?;
    let recipient = keygen::write(&path, &generated, context)?;
    context.say(&format!("made an identity in {}; keep it secret and backed up", path.display()));
    Ok(vec![recipient])
}

/// Files below `directory` whose names say that they hold secrets, as paths relative to it.
fn secret_files(directory: &Path) -> Vec<PathBuf> {
    let patterns: Vec<regex::Regex> =
        SECRET_FILES.iter().filter_map(|(_, pattern)| regex::Regex::new(pattern).ok()).collect();
    let mut found = Vec::new();
    let mut seen = 0;
    let mut open = vec![(PathBuf::new(), 0)];
    while let Some((below, depth)) = open.pop() {
        for entry in std::fs::read_dir(directory.join(&below)).into_iter().flatten().flatten() {
            seen += 1;
            let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
            if seen > ENTRIES {
                return found;
            }
            let path = below.join(&name);
            if name.contains(char::is_control) {
                continue; // it could not be typed, and would write on the terminal as it likes
            }
            let skipped = matches!(name.as_str(), ".git" | "node_modules" | "target" | ".venv" | "venv");
            if kind.is_dir() && depth < DEPTH && !skipped {
                open.push((path, depth + 1));
            } else if kind.is_file() && patterns.iter().any(|pattern| pattern.is_match(&slashes(&path))) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A config with one rule per kind of file that was found, or with all of them when there was none.
fn config_text(recipients: &[String], found: &[PathBuf]) -> String {
    let matches = |pattern: &str| {
        let Ok(pattern) = regex::Regex::new(pattern) else { return false };
        found.iter().any(|path| pattern.is_match(&slashes(path)))
    };
    let mut text = String::from(
        "# Which files sops-rs encrypts, and for whom. The first rule whose path_regex matches is used.\n\
         # Every field: .sops-rs.yaml.example in the sops-rs repository.\ncreation_rules:\n",
    );
    for (name, pattern) in SECRET_FILES.iter().filter(|(_, pattern)| found.is_empty() || matches(pattern)) {
        text.push_str(&format!("  - name: {name}\n    path_regex: '{pattern}'\n    age:\n"));
        for recipient in recipients {
            text.push_str(&format!("      - {recipient}\n"));
        }
    }
    text
}

fn next_steps(found: &[PathBuf], context: &Context) {
    if found.is_empty() {
        context.say("found no secret files yet; when there is one, type:");
        context.say("  sops-rs encrypt -i .dlt/secrets.toml");
        return;
    }
    let (sealed, clear): (Vec<_>, Vec<_>) = found.iter().partition(|path| is_encrypted(path, context));
    if !sealed.is_empty() {
        context.say(&format!("found secret files that are encrypted already: {}", sealed.len()));
    }
    if !clear.is_empty() {
        context.say("found these secret files; to encrypt them, type:");
    }
    for path in clear {
        context.say(&format!("  sops-rs encrypt -i {}", shell::file(&path.to_string_lossy())));
    }
}

/// Whether a file has sops metadata; not when it can't be read, so that `encrypt` says why.
fn is_encrypted(path: &Path, context: &Context) -> bool {
    let Ok(input) = Input::read(Some(path), &Types::BY_NAME, false, context) else { return false };
    let document = Document::parse(input.bytes(), input.format(&Types::BY_NAME), &context.limits);
    document.is_ok_and(|document| document.has_metadata())
}
