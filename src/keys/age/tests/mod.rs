//! Tests of the age back end, on keys and files of the reference (fixtures/age/README.md).

mod errors;
mod recipients;
mod sources;
mod vectors;

use super::*;
use crate::crypto::data_key::DataKey;
use std::{fs, path::PathBuf, sync::Mutex};
use zeroize::Zeroizing;

/// The identities and recipients of sops' own unit tests (spec, file-format 11).
const FIRST: &str = "AGE-SECRET-KEY-1G0Q5K9TV4REQ3ZSQRMTMG8NSWQGYT0T7TZ33RAZEE0GZYVZN0APSU24RK7";
const FIRST_PUBLIC: &str = "age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun";
const SECOND: &str = "AGE-SECRET-KEY-1432K5YRNSC44GC4986NXMX6GVZ52WTMT9C79CLUVWYY4DKDHD5JSNDP4MC";
const SECOND_PUBLIC: &str = "age1afnrdrkyvy0sl5e08t9ffs4c7g5e5npc8luf7hjc77syewg5gajsls4r90";

/// A data key in a file of sops for `FIRST_PUBLIC`.
const FIRST_ENC: &str = "-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBrNVM3ZUZuMHhhVkNKQ1d5
eU9GTFF1ZTVhZnhFdGJ4SmtKOHZuQzlCbEhjCkxjVHBMc25raHI5eEVKUUVNbnR0
VWJDZDUyeWM1SzBTcjFaNVR5bWF0MzAKLS0tIGxKUWQ5YkNLV0RQTDRCTnU1OHR6
WllVS0JjeDBxRDVnR0pRMmRNeVFOUEkK3/zKtTyP2hsJHhoXTom+LDS84oln1RuW
pU+ZFefUeqpJCu89jNym6NEpdH7OY9i2D9WrNmATn218Sfa2hi5RYQ==
-----END AGE ENCRYPTED FILE-----
";
const FIRST_KEY: &str = "e204fc533c853bc4466cd529fddde5117e90e73a981f8bc0886435ca5b5b394c";

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/age").join(name)
}

fn fixture_text(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn share() -> Share {
    Share::whole(&DataKey::from_slice(&[7; 32]).unwrap())
}

/// A back end that knows only what `sources` says, and asks nobody.
fn backend(sources: Sources) -> AgeBackend {
    AgeBackend::new(sources, Arc::new(NoPrompt))
}

fn with_key(text: &str) -> AgeBackend {
    backend(Sources { key: Some(Zeroizing::new(text.to_owned())), ..Sources::default() })
}

fn recipient(text: &str) -> Recipient {
    Recipient::Age(AgeRecipient::stored(text))
}

fn stanza(public: &str, enc: &str) -> Stanza {
    Stanza::new(recipient(public), enc.to_owned(), "")
}

/// A stanza of this back end's own making.
fn sealed(public: &str) -> Stanza {
    let enc = with_key("").wrap(&recipient(public), &share()).unwrap();
    stanza(public, &enc)
}

fn opened(backend: &AgeBackend, stanza: &Stanza) -> Result<String, KeyError> {
    backend.unwrap(stanza).map(|share| hex(share.as_bytes()))
}

/// Answers with one passphrase, and remembers the questions.
#[derive(Default)]
struct Answer {
    passphrase: Option<&'static str>,
    asked: Mutex<Vec<String>>,
}

impl Answer {
    fn new(passphrase: Option<&'static str>) -> Arc<Answer> {
        Arc::new(Answer { passphrase, asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Prompt for Answer {
    fn passphrase(&self, what: &str) -> Option<Zeroizing<String>> {
        self.asked.lock().unwrap().push(what.to_owned());
        self.passphrase.map(|it| Zeroizing::new(it.to_owned()))
    }
}
