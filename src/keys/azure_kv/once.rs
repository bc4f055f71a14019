//! What is asked for once by whoever needs it first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer is used again. Whoever gives a token gives it for longer; asking anew costs little.
const GOOD: Duration = Duration::from_secs(4 * 60);
/// How long a failure stands: many files fail at once then, and a service that runs on may still find a login.
const BAD: Duration = Duration::from_secs(30);

/// The answers to questions of one kind. Threads with the same question wait for one answer, others do not.
pub(super) struct Once<Q, A, E>(Mutex<HashMap<Q, Place<A, E>>>);

type Place<A, E> = Arc<Mutex<Option<Kept<A, E>>>>;

struct Kept<A, E> {
    outcome: Result<A, E>,
    until: Instant,
}

impl<Q: Clone + Eq + Hash, A: Clone, E: Clone> Once<Q, A, E> {
    pub(super) fn new() -> Once<Q, A, E> {
        Once(Mutex::new(HashMap::new()))
    }

    /// The answer that is known, or the one that `ask` gives.
    pub(super) fn get(&self, question: &Q, ask: impl FnOnce() -> Result<A, E>) -> Result<A, E> {
        let place = Arc::clone(lock(&self.0).entry(question.clone()).or_default());
        let mut kept = lock(&place);
        if let Some(kept) = kept.as_ref().filter(|kept| Instant::now() < kept.until) {
            return kept.outcome.clone();
        }
        let outcome = ask();
        let until = Instant::now() + if outcome.is_ok() { GOOD } else { BAD };
        *kept = Some(Kept { outcome: outcome.clone(), until });
        outcome
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn many_threads_ask_once_and_failures_stand_too() {
        let (once, asked) = (Once::<_, u8, u8>::new(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let answer = once.get(&"who", || {
                        asked.fetch_add(1, Ordering::SeqCst);
                        std::thread::yield_now();
                        Err(7)
                    });
                    assert_eq!(answer, Err(7));
                });
            }
        });
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert_eq!(once.get(&"what", || Ok(1)), Ok(1));
    }

    #[test]
    fn another_question_does_not_wait() {
        let (once, both) = (Once::<_, u8, u8>::new(), Barrier::new(2));
        std::thread::scope(|scope| {
            for question in ["a", "b"] {
                let (once, both) = (&once, &both);
                // Each answer comes only when both are being looked for.
                scope.spawn(move || {
                    once.get(&question, || {
                        both.wait();
                        Ok(1)
                    })
                });
            }
        });
    }
}
