//! Which files of a repository the creation rules match, and the attribute lines for them.

use super::shown;
use super::source::Source;
use crate::cli::batch::is_sealed;
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::config::{Config, NAMES, Rule, absolute, find, is_config};
use crate::document::format::Format;
use crate::git::Repository;
use crate::git::attributes::{line, line_against_file, line_for_file};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What the rules say of a repository's files. Paths are relative to its top.
pub struct Survey {
    /// The lines of `.gitattributes`.
    pub lines: Vec<String>,
    /// The files that have to have our drivers.
    pub secret: Vec<PathBuf>,
    /// All other files.
    pub others: Vec<PathBuf>,
    /// What the user should know about rules without wildcards.
    pub notes: Vec<String>,
    /// Whether there is any creation rule.
    pub has_rules: bool,
}

/// A config, and what its rules are as wildcards.
struct Policy {
    config: Config,
    /// Relative to the top; `None` when it is elsewhere, and wildcards below the top can't say what it means.
    directory: Option<PathBuf>,
    globs: Vec<Option<Vec<String>>>,
}

/// Reads the configs of a repository and tries their rules on all of its files.
pub fn survey(repository: &Repository, context: &Context) -> Result<Survey, CliError> {
    let source = Source::of(repository);
    let files = source.files()?;
    let configs: Vec<PathBuf> = files.iter().filter(|path| is_config(path)).cloned().collect();
    let policies = policies(&source, &configs, context)?;
    let nearest = Nearest::among(&policies);
    let mut lines = Lines::default();
    for policy in &policies {
        let Some(directory) = &policy.directory else { continue };
        policy.globs.iter().flatten().flatten().for_each(|glob| lines.add(line(directory, glob)));
    }
    let mut survey = Survey {
        lines: Vec::new(),
        secret: Vec::new(),
        others: Vec::new(),
        notes: Vec::new(),
        has_rules: policies.iter().any(|policy| !policy.rules().is_empty()),
    };
    // Rules whose files are listed one by one, with the number of files.
    let mut listed: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (number, policy) in policies.iter().enumerate() {
        let listing = policy.globs.iter().enumerate();
        let listing = listing.filter(|(_, globs)| policy.directory.is_none() || globs.is_none());
        listed.extend(listing.map(|(rule, _)| ((number, rule), 0)));
    }
    for path in files {
        let whole = source.top().join(&path);
        let found = if is_config(&path) { None } else { nearest.of(&path) };
        let rule = found.and_then(|number| Some((number, policies[number].rule_for(&whole)?)));
        let Some(key @ (number, rule)) = rule else {
            survey.others.push(path);
            continue;
        };
        if let Some(count) = listed.get_mut(&key) {
            // A rule for every path does not mean every file.
            let is_wide = policies[number].globs[rule].is_none();
            let sealed = |bytes: &[u8]| is_sealed(bytes, Format::of_path(&path));
            if is_wide && !source.read(&path, context.limits.bytes).is_some_and(|bytes| sealed(&bytes)) {
                survey.others.push(path);
                continue;
            }
            *count += 1;
            lines.add(line_for_file(&path));
        }
        survey.secret.push(path);
    }
    for path in &configs {
        // Wildcards of any config above may mean this one, too, which is never encrypted.
        let is_meant = nearest.all(path).any(|number| {
            let rule = policies[number].rule_for(&source.top().join(path));
            rule.is_some_and(|rule| policies[number].globs[rule].is_some())
        });
        if is_meant {
            lines.add(line_against_file(path));
        }
    }
    survey.notes =
        listed.iter().map(|(&(policy, rule), &count)| note(&policies[policy], rule, count)).collect();
    survey.lines = lines.list;
    Ok(survey)
}

/// Lines in order, each once.
#[derive(Default)]
struct Lines {
    list: Vec<String>,
    known: HashSet<String>,
}

impl Lines {
    fn add(&mut self, line: String) {
        if self.known.insert(line.clone()) {
            self.list.push(line);
        }
    }
}

/// The configs of a repository, that of the top first: those in it, and one above it that is for its files.
fn policies(source: &Source<'_>, configs: &[PathBuf], context: &Context) -> Result<Vec<Policy>, CliError> {
    let working = context.directory()?;
    let load = |path: &Path| Config::load(path, &working).map_err(config::fault);
    if let Some(path) = &context.config {
        return Ok(vec![Policy::new(load(path)?, source.top(), &working)]);
    }
    let mut policies = Vec::new();
    if !source.is_bare() {
        let search = find(None, source.top());
        search.warning().into_iter().for_each(|warning| context.warn(&warning));
        if let Some(path) = &search.config {
            policies.push(Policy::new(load(path)?, source.top(), &working));
        }
    }
    let known: HashSet<&Path> = configs.iter().map(PathBuf::as_path).collect();
    for path in configs {
        let shadowed = NAMES[1] == path.file_name().unwrap_or_default() && {
            known.contains(path.with_file_name(NAMES[0]).as_path())
        };
        let whole = source.top().join(path);
        // The first may be the one that was found by searching.
        if shadowed || policies.first().is_some_and(|policy: &Policy| policy.config.path() == whole) {
            continue;
        }
        let Some(bytes) = source.read(path, 1 << 20) else { continue };
        match Config::parse(&whole, &working, &bytes) {
            Ok(config) => policies.push(Policy::new(config, source.top(), &working)),
            // Examples and test files are called so too.
            Err(error) if path.parent().is_some_and(|parent| !parent.as_os_str().is_empty()) => {
                context.warn(&shown(&format!("{error}: the files below it are left out")));
            }
            Err(error) => return Err(config::fault(error)),
        }
    }
    Ok(policies)
}

impl Policy {
    fn new(config: Config, top: &Path, working: &Path) -> Policy {
        let mut directory = absolute(config.path(), working);
        directory.pop();
        // In the root directory patterns see whole paths.
        let below = directory.strip_prefix(top).ok().filter(|_| directory.parent().is_some());
        let directory = below.map(Path::to_owned);
        let rules = config.creation_rules.as_deref().unwrap_or_default();
        let globs = rules.iter().map(|rule| rule.path_regex.as_ref()?.globs()).collect();
        Policy { config, directory, globs }
    }

    fn rules(&self) -> &[Rule] {
        self.config.creation_rules.as_deref().unwrap_or_default()
    }

    /// The number of the rule for a file.
    fn rule_for(&self, path: &Path) -> Option<usize> {
        self.config.rules_for(path).next().map(|(number, _)| number)
    }
}

/// The numbers of configs by their directories.
struct Nearest<'a> {
    by_directory: HashMap<&'a Path, usize>,
    /// The one that is not below the top.
    elsewhere: Option<usize>,
}

impl Nearest<'_> {
    fn among(policies: &[Policy]) -> Nearest<'_> {
        let numbered = || policies.iter().enumerate();
        let below = numbered().filter_map(|(number, policy)| Some((policy.directory.as_deref()?, number)));
        let elsewhere = numbered().find(|(_, policy)| policy.directory.is_none());
        Nearest { by_directory: below.collect(), elsewhere: elsewhere.map(|(number, _)| number) }
    }

    /// The config that is for a file.
    fn of(&self, path: &Path) -> Option<usize> {
        self.all(path).next().or(self.elsewhere)
    }

    /// All configs above a file and below the top, the nearest first.
    fn all(&self, path: &Path) -> impl Iterator<Item = usize> {
        path.ancestors().skip(1).filter_map(|directory| self.by_directory.get(directory).copied())
    }
}

fn note(policy: &Policy, rule: usize, count: usize) -> String {
    let place = policy.rules()[rule].place;
    let why = match policy.globs[rule].is_none() {
        true => "is for every path: its encrypted files",
        false => "is in a config outside of the repository: its files",
    };
    let path = match &policy.directory {
        Some(directory) => directory.join(policy.config.path().file_name().unwrap_or_default()),
        None => policy.config.path().to_owned(),
    };
    format!(
        "the rule at {}:{place} {why} ({count}) are listed by name; when there are new ones, run `sops-rs git-setup` \
         again (`--check` finds them)",
        shown(&path.to_string_lossy())
    )
}
