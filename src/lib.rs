//! Encrypted secrets files that stay themselves: only the values change, everything else keeps its bytes, and
//! opening gives the file back byte for byte. Files can be read and written by sops.
//!
//! ```text
//! bytes ─parse→ Document ─rules→ which slots are secret ─crypto→ tokens ─┐
//!         (text + slots)                                                 ├→ spliced into the text → bytes
//! keys: data key ─wrap→ stanzas (age, …) → metadata block ───────────────┘
//! ```
//!
//! The library has no hidden inputs: keys, time, chance and sources of identities are arguments.
//!
//! ```
//! use sops_rs::crypto::{Cipher, DataKey, Random};
//! use sops_rs::document::{Document, format::Format, syntax::Limits};
//! use sops_rs::file::{MacCheck, Seal, Sealed, Sealing, open, seal};
//! use sops_rs::keys::age::{self, AgeBackend, NoPrompt, Sources};
//! use sops_rs::keys::{open_gate, Keyring, Order, Recipient};
//! use sops_rs::metadata::Metadata;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A key pair, and a keyring that holds its secret half.
//! let pair = age::generate(age::Kind::X25519)?;
//! let sources = Sources { key: Some(pair.identity.clone()), ..Sources::default() };
//! let keyring = Keyring::new(vec![Box::new(AgeBackend::new(sources, std::sync::Arc::new(NoPrompt)))]);
//!
//! // Sealing: parse, make a data key, wrap it for the recipient, encrypt the values.
//! let text = b"db:\n  password: hunter2 # rotate me\n";
//! let document = Document::parse(text, Format::Yaml, &Limits::default())?;
//! let mut random = Random::system();
//! let key = DataKey::random(&mut random)?;
//! let groups = keyring.wrap(&[vec![Recipient::Age(pair.recipient)]], 0, &key, "2026-01-31T12:00:00Z")?;
//! let request = Seal {
//!     cipher: &Cipher::new(&key),
//!     metadata: Metadata::new(groups),
//!     now: "2026-11-22T12:00:00Z",
//!     random: &mut random,
//!     previous: None,
//! };
//! let Sealing::New(sealed) = seal(&document, request)? else { unreachable!("there was no earlier file") };
//! assert!(sealed.starts_with("db:\n  password: ENC[AES256_GCM,"));
//!
//! // Opening: parse, recover the data key, decrypt, check the MAC.
//! let sealed = Sealed::parse(sealed.as_bytes(), Format::Yaml, &Limits::default())?;
//! let key = keyring.unwrap(&sealed.metadata().groups, 0, &Order::default(), &open_gate).map_err(|_| "no key fits")?;
//! let mut opened = open(sealed, &Cipher::new(&key), MacCheck::Verify)?;
//! assert_eq!(opened.plaintext()?.as_slice(), text);
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod crypto;
pub mod disk;
pub mod document;
pub mod exec;
pub mod export;
pub mod file;
pub mod git;
pub mod keys;
pub mod metadata;
pub mod rules;

pub use document::Document;
pub use file::{Open, Sealed, open, seal};
