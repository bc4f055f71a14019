//! What a creation rule claims: who may read its files.

use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::pins::Pins;
use crate::cli::roster::Names;
use crate::config::{Config, Rule};
use crate::git::Repository;
use crate::keys::{Recipient, printable};
use std::path::{Path, PathBuf};

/// The most bytes of a config file.
const MOST: usize = 1 << 20;

/// The recipients of a creation rule.
pub struct Claim {
    /// The config as it was named, for messages.
    shown: String,
    /// The config, absolute, its links followed.
    pub config: PathBuf,
    /// What tells the rule from others of its config.
    rule: String,
    pub recipients: Vec<Recipient>,
    /// Those of them that a data key is to be wrapped for.
    pub wanted: Vec<Recipient>,
    /// Whether the rule names its files, or is for every file.
    pub picks: bool,
}

impl Claim {
    pub fn of(config: &Config, rule: &Rule) -> Claim {
        let path = config.path();
        let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
        let recipients = recipients(rule);
        Claim {
            shown: printable(&path.display().to_string(), 200),
            config: whole.unwrap_or_else(|_| path.to_owned()),
            rule: name(rule),
            wanted: recipients.clone(),
            recipients,
            picks: rule.path_regex.is_some(),
        }
    }

    /// The claim of the rule for a file, if there is one.
    pub fn for_file(path: &Path, context: &Context) -> Result<Option<Claim>, CliError> {
        let found = config::rule_for(path, context)?;
        Ok(found.map(|(config, rule)| Claim::of(&config, &rule)))
    }

    /// With a data key to be wrapped only for these recipients of a file, and not for those named on the command line.
    pub fn about<'a>(mut self, used: impl Iterator<Item = &'a Recipient>, named: &[Recipient]) -> Claim {
        let used: Vec<&Recipient> = used.collect();
        self.wanted.retain(|claimed| {
            let meant = |recipient: &&Recipient| recipient.is_meant_by(claimed);
            used.iter().any(meant) && !named.iter().any(|recipient| meant(&recipient))
        });
        self
    }

    /// With one recipient more, which is about to come to the rule.
    pub fn with(mut self, recipient: &Recipient) -> Claim {
        self.recipients.push(recipient.clone());
        self.wanted.push(recipient.clone());
        self
    }

    /// Whether commits of others can reach the config.
    pub fn is_in_repository(&self) -> bool {
        Repository::of(&self.config).is_some()
    }

    pub fn directory(&self) -> &Path {
        self.config.parent().unwrap_or(Path::new("/"))
    }

    /// The rule's name among the pins of a repository: one line without tabs.
    pub fn key(&self, place: &Path) -> String {
        let config = self.config.strip_prefix(place).unwrap_or(&self.config);
        format!("{}: {}", config.display().to_string().escape_debug(), self.rule.escape_debug())
    }

    /// The recipients of a rule never met before that need no word. In a repository those that the config named when
    /// the repository was first met, with the commit `head` if that is now: for this rule, or, when the rule is newer,
    /// for any, as well as those that are pinned for any. All of them where nobody else's commit can have brought them:
    /// without git, without a commit, or in a config that git does not track.
    pub fn believed(
        &self,
        repository: Option<&Repository>,
        head: Option<&str>,
        pins: &Pins,
    ) -> Vec<Recipient> {
        let mut believed = self.recipients.clone();
        let (Some(repository), Some(head)) = (repository, head) else { return believed };
        if repository.blob(head, &self.config, MOST).is_none() {
            return believed;
        }
        let first = self.committed(repository, pins.base().unwrap_or(head));
        let is_new = !first.iter().any(|rule| name(rule) == self.rule);
        let rules = first.iter().filter(|rule| is_new || name(rule) == self.rule);
        let listed: Vec<Recipient> = rules.flat_map(recipients).collect();
        believed.retain(|one| listed.contains(one) || (is_new && pins.knows(one)));
        believed
    }

    /// The rules of the config in a commit; none when it can't be read there.
    fn committed(&self, repository: &Repository, commit: &str) -> Vec<Rule> {
        let bytes = repository.blob(commit, &self.config, MOST);
        let config = bytes.and_then(|bytes| Config::parse(&self.config, repository.top(), &bytes).ok());
        config.and_then(|config| config.creation_rules).unwrap_or_default()
    }

    /// What is wrong with recipients that are not approved.
    pub fn surprise(&self) -> String {
        let rule = printable(&self.rule, 100);
        format!("{}: the creation rule {rule} has recipients that you have not approved", self.shown)
    }

    /// A line for each of these recipients: their name in the config, and who put them there.
    pub fn story(&self, about: &[Recipient], repository: Option<&Repository>) -> Vec<String> {
        if about.is_empty() {
            return Vec::new();
        }
        let names = Names::of(&std::fs::read_to_string(&self.config).unwrap_or_default());
        let committed = repository.map(|repository| self.committed(repository, "HEAD"));
        let rules = committed.iter().flatten().filter(|rule| name(rule) == self.rule);
        let committed: Vec<Recipient> = rules.flat_map(recipients).collect();
        let line = |recipient: &Recipient| {
            let name = names.name(recipient).map(|name| format!(", called {}", printable(&name, 60)));
            let source = match repository {
                None => String::new(),
                Some(_) if !committed.contains(recipient) => "; not committed yet".into(),
                Some(repository) => match repository.commit_of(&key_text(recipient), &self.config) {
                    Some(commit) => format!("; since the commit {}", printable(&commit, 200)),
                    None => String::new(),
                },
            };
            format!("{}{}{source}", recipient.identity(), name.unwrap_or_default())
        };
        about.iter().map(line).collect()
    }
}

/// The part of a recipient that is the same however a comment behind it reads.
fn key_text(recipient: &Recipient) -> String {
    let text = recipient.text();
    match (recipient, text.split_whitespace().nth(1)) {
        (Recipient::Age(_), Some(second)) => second.to_owned(),
        _ => text.into_owned(),
    }
}

fn recipients(rule: &Rule) -> Vec<Recipient> {
    let mut all: Vec<Recipient> = Vec::new();
    for recipient in rule.groups.iter().flatten().cloned() {
        if !all.contains(&recipient) {
            all.push(recipient);
        }
    }
    all
}

fn name(rule: &Rule) -> String {
    match (&rule.path_regex, &rule.name) {
        (Some(pattern), _) => pattern.as_str().to_owned(),
        (None, Some(name)) => format!("called {name}"),
        (None, None) => "for every file".into(),
    }
}
