//! What wrapped keys came to, so that equal ones are unwrapped once, and that a service that does not answer keeps
//! nobody waiting twice.

use super::backend::{Backend, KeyError};
use super::recipient::Recipient;
use super::share::Share;
use super::stanza::Stanza;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A call that failed after this time is no slip: the service is not asked again.
pub(super) const IN_VAIN: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 10 });

/// The number of a back end, and what it was given: whose key, and the wrapped text.
type Asked = (usize, Recipient, String);
/// Filled by the first thread that needs it, while the others wait.
type Answer = Arc<OnceLock<Result<Share, KeyError>>>;

/// The answers of back ends so far; wiped when dropped.
#[derive(Default)]
pub(super) struct Memory {
    answers: Mutex<HashMap<Asked, Answer>>,
    /// Services that kept somebody waiting in vain, by the number of the back end, and what came of it.
    silent: Mutex<HashMap<(usize, String), KeyError>>,
}

impl Memory {
    /// What `backend`, the one with this number, makes of a stanza, or made of an equal one.
    pub(super) fn unwrap(
        &self,
        number: usize,
        backend: &dyn Backend,
        stanza: &Stanza,
    ) -> Result<Share, KeyError> {
        let asked = (number, stanza.recipient.clone(), stanza.enc.clone());
        let answer = Arc::clone(lock(&self.answers).entry(asked).or_default());
        let answer = answer.get_or_init(|| self.ask(number, backend, stanza));
        answer.as_ref().map(Share::copy).map_err(Clone::clone)
    }

    fn ask(&self, number: usize, backend: &dyn Backend, stanza: &Stanza) -> Result<Share, KeyError> {
        let Some(service) = stanza.recipient.service() else { return backend.unwrap(stanza) };
        let service = (number, service);
        if let Some(why) = lock(&self.silent).get(&service) {
            return Err(why.clone());
        }
        let began = Instant::now();
        let answer = backend.unwrap(stanza);
        if let Err(why @ KeyError::Call(_)) = &answer
            && began.elapsed() >= IN_VAIN
        {
            lock(&self.silent).insert(service, why.clone());
        }
        answer
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
