//! What was said in this run about keys that only files name, and what was learned about them: shared by all threads.

use crate::keys::Recipient;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Filled as the run goes on.
#[derive(Default)]
pub struct Consent(Mutex<Said>);

#[derive(Default)]
struct Said {
    /// Keys that flags of the command name.
    named: Vec<Recipient>,
    /// What was answered at the terminal.
    answers: HashMap<Recipient, bool>,
    /// The keys that the policy of files knows, by their directory.
    policies: HashMap<PathBuf, Arc<Policy>>,
}

/// What the config that counts for a directory says about keys.
#[derive(Default)]
pub struct Policy {
    /// Those that its rules name, [bare](Recipient::bare).
    pub keys: Vec<Recipient>,
    /// What approvals are kept by: the top of the repository, or the directory of the config.
    pub place: Option<PathBuf>,
}

impl Consent {
    /// Keys that the user has typed may be used.
    pub fn name(&self, keys: &[Recipient]) {
        self.lock().named.extend(keys.iter().map(Recipient::bare));
    }

    /// Whether the user has typed the key, or what they answered about it.
    pub fn about(&self, key: &Recipient) -> Option<bool> {
        let (said, key) = (self.lock(), key.bare());
        if said.named.contains(&key) { Some(true) } else { said.answers.get(&key).copied() }
    }

    pub fn answer(&self, key: &Recipient, yes: bool) {
        self.lock().answers.insert(key.bare(), yes);
    }

    /// The policy for the files of a directory; read the first time, while other threads wait.
    pub fn policy(&self, directory: &Path, read: impl FnOnce() -> Policy) -> Arc<Policy> {
        let mut said = self.lock();
        if let Some(known) = said.policies.get(directory) {
            return Arc::clone(known);
        }
        let policy = Arc::new(read());
        said.policies.insert(directory.to_owned(), Arc::clone(&policy));
        policy
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
