//! What a key service does for a request: asks for consent, uses a back end, keeps a journal.

use super::messages::{DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, Key};
use crate::document::tree::Node;
use crate::keys::recipient::printable;
use crate::keys::{Backend, KeyError, Recipient, Share, Stanza};
use std::fmt;
use zeroize::Zeroizing;

/// Longest message of a refusal, in characters.
const LONGEST: usize = 1000;

/// What a client wants done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Encrypt,
    Decrypt,
}

/// Says whether a key may be used, before anything is done with it; if not, why. May take its time.
pub type Consent = dyn Fn(Act, &Recipient) -> Result<(), String> + Send + Sync;

/// Hears what became of each request. Texts that come from clients are fit for a terminal.
pub type Journal = dyn Fn(Act, Option<&Recipient>, Result<(), &Refusal>) + Send + Sync;

/// What a server answers from. Several threads ask at once.
pub struct Answers {
    /// Tried in their order. They should keep no data key once it was given out.
    pub backends: Vec<Box<dyn Backend>>,
    pub consent: Box<Consent>,
    pub journal: Box<Journal>,
}

/// Why a request was not answered. Never holds key material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It names no key, or one of a kind that is unknown.
    NoKey,
    /// No back end is for keys of this kind.
    Unsupported(&'static str),
    /// It can't be meant.
    Malformed(&'static str),
    /// Consent was not given.
    Denied(String),
    /// No back end could.
    Failed(String),
}

impl Answers {
    pub(super) fn encrypt(&self, mut request: EncryptRequest) -> Result<EncryptResponse, Refusal> {
        let plaintext = Zeroizing::new(std::mem::take(&mut request.plaintext));
        let key = recipient(request.key.take());
        self.answer(Act::Encrypt, key, |key| {
            let share = Share::new(plaintext)
                .ok_or(Refusal::Malformed("the plaintext is neither a data key nor a share of one"))?;
            let enc = self.first(key, |backend| backend.wrap(key, &share))?;
            Ok(EncryptResponse { ciphertext: enc.into_bytes() })
        })
    }

    pub(super) fn decrypt(&self, request: DecryptRequest) -> Result<DecryptResponse, Refusal> {
        self.answer(Act::Decrypt, recipient(request.key), |key| {
            let enc = String::from_utf8(request.ciphertext)
                .map_err(|_| Refusal::Malformed("the ciphertext is not text"))?;
            let stanza = Stanza { recipient: key.clone(), enc, entry: Node::Map(Vec::new()) };
            let share = self.first(key, |backend| backend.unwrap(&stanza))?;
            Ok(DecryptResponse { plaintext: share.as_bytes().to_vec() })
        })
    }

    fn answer<T>(
        &self,
        act: Act,
        key: Option<Recipient>,
        work: impl FnOnce(&Recipient) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let result = key.as_ref().ok_or(Refusal::NoKey).and_then(|key| {
            if !self.backends.iter().any(|backend| backend.handles(key)) {
                return Err(Refusal::Unsupported(key.list()));
            }
            (self.consent)(act, key).map_err(Refusal::Denied)?;
            work(key)
        });
        (self.journal)(act, key.as_ref(), result.as_ref().map(|_| ()));
        result
    }

    /// What the first back end that can gives, or why the others could not.
    fn first<T>(
        &self,
        key: &Recipient,
        work: impl Fn(&dyn Backend) -> Result<T, KeyError>,
    ) -> Result<T, Refusal> {
        let mut failed = Vec::new();
        for backend in self.backends.iter().filter(|backend| backend.handles(key)) {
            match work(backend.as_ref()) {
                Ok(done) => return Ok(done),
                Err(why) => failed.push(why.to_string()),
            }
        }
        Err(Refusal::Failed(printable(&failed.join("; "), LONGEST)))
    }
}

fn recipient(key: Option<Key>) -> Option<Recipient> {
    key?.kind.map(Recipient::from)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoKey => f.write_str("the request names no key of a known kind"),
            Refusal::Unsupported(kind) => write!(f, "this key service has no use for {kind} keys"),
            Refusal::Malformed(what) => f.write_str(what),
            Refusal::Denied(why) | Refusal::Failed(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Act::Encrypt => "encrypt",
            Act::Decrypt => "decrypt",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::HuaweiKmsKey;
    use crate::keys::age::{AgeBackend, AgeRecipient, NoPrompt, Sources};
    use std::sync::{Arc, Mutex};

    const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    fn answers(consent: bool) -> (Answers, Arc<Mutex<Vec<String>>>) {
        let journal = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&journal);
        let answers = Answers {
            backends: vec![Box::new(AgeBackend::new(Sources::default(), Arc::new(NoPrompt)))],
            consent: Box::new(move |_, _| consent.then_some(()).ok_or("no".into())),
            journal: Box::new(move |act, key, result| {
                let why = result.err().map(Refusal::to_string).unwrap_or_default();
                kept.lock().unwrap().push(format!("{act} {}: {why}", key.map_or("?", Recipient::list)));
            }),
        };
        (answers, journal)
    }

    fn encrypt(answers: &Answers, key: Option<Key>, length: usize) -> Result<String, Refusal> {
        let response = answers.encrypt(EncryptRequest { key, plaintext: vec![7; length] });
        response.map(|response| String::from_utf8(response.ciphertext).unwrap())
    }

    fn age() -> Option<Key> {
        Some(Key::from(&Recipient::Age(AgeRecipient::stored(RECIPIENT))))
    }

    #[test]
    fn a_data_key_and_a_share_become_text_and_nothing_else_does() {
        let (answers, journal) = answers(true);
        for length in [32, 33] {
            assert!(
                encrypt(&answers, age(), length).unwrap().starts_with("-----BEGIN AGE ENCRYPTED FILE-----")
            );
        }
        for length in [0, 31, 34, 1000] {
            assert!(matches!(encrypt(&answers, age(), length), Err(Refusal::Malformed(_))), "{length}");
        }
        assert_eq!(journal.lock().unwrap()[0], "encrypt age: ");
    }

    #[test]
    fn what_names_no_usable_key_is_told_so_and_nobody_is_asked() {
        let (answers, journal) = answers(false);
        assert_eq!(encrypt(&answers, None, 32), Err(Refusal::NoKey));
        assert_eq!(encrypt(&answers, Some(Key::default()), 32), Err(Refusal::NoKey));
        let huawei = Key::from(&Recipient::HuaweiKms(HuaweiKmsKey { key_id: "r:u".into() }));
        assert_eq!(encrypt(&answers, Some(huawei), 32), Err(Refusal::Unsupported("hckms")));
        assert_eq!(encrypt(&answers, age(), 32), Err(Refusal::Denied("no".into())));
        assert_eq!(journal.lock().unwrap().last().map(String::as_str), Some("encrypt age: no"));
    }

    #[test]
    fn a_damaged_or_foreign_ciphertext_fails_in_one_clean_line() {
        let (answers, _) = answers(true);
        let foreign = encrypt(&answers, age(), 32).unwrap();
        for bytes in [b"\xff\xfe".to_vec(), b"text\x1b[2J\n".to_vec(), Vec::new(), foreign.into_bytes()] {
            let refusal = answers.decrypt(DecryptRequest { key: age(), ciphertext: bytes }).err();
            let text = refusal.expect("no identity opens it").to_string();
            assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
        }
    }
}
