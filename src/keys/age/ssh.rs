//! SSH keys, as far as the age crate leaves them to its callers: checking a public key before use, telling
//! whose stanza is whose without a passphrase, and reading private keys in their usual spellings.
//!
//! Decrypting with an `ssh-rsa` key is subject to RUSTSEC-2023-0071 (timing of the `rsa` crate); the other
//! kinds are not.

use age::ssh;
use age_core::format::Stanza;
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use sha2::{Digest, Sha256};
use std::io::BufReader;
use zeroize::Zeroizing;

use super::Fault;

/// An SSH public key: kind and wire form.
pub(super) struct PublicKey {
    pub(super) kind: String,
    wire: Vec<u8>,
}

impl PublicKey {
    /// Reads `KIND BASE64 [COMMENT]`. Every field of the wire form has to be there and to hold something:
    /// the age crate panics on a number without a digit.
    pub(super) fn parse(text: &str) -> Option<PublicKey> {
        let mut words = text.split_whitespace();
        let (kind, encoded) = (words.next()?, words.next()?);
        let wire = BASE64_STANDARD_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
        let mut rest = wire.as_slice();
        let mut fields = 0;
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let field = after.get(..length)?;
            if field.iter().all(|&byte| byte == 0) || (fields == 0 && field != kind.as_bytes()) {
                return None;
            }
            rest = &after[length..];
            fields += 1;
        }
        Some(PublicKey { kind: kind.to_owned(), wire })
    }

    /// `KIND BASE64`, which the age crate reads.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.kind, BASE64_STANDARD_NO_PAD.encode(&self.wire))
    }

    /// Whether the stanza of an age file is for this key, as far as its 32-bit tag tells (age spec,
    /// `ssh-ed25519` and `ssh-rsa` stanzas).
    pub(super) fn matches(&self, stanza: &Stanza) -> bool {
        let tag = BASE64_STANDARD_NO_PAD.encode(&Sha256::digest(&self.wire)[..4]);
        stanza.tag == self.kind && stanza.args.first() == Some(&tag)
    }
}

/// Reads a private key; blank lines around it and CRLF are tolerated. `name` is for messages only.
pub(super) fn read_private(text: &str, name: &str) -> Result<ssh::Identity, Fault> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len() + 1));
    plain.extend(text.trim().chars().filter(|&c| c != '\r'));
    plain.push('\n');
    match ssh::Identity::from_buffer(BufReader::new(plain.as_bytes()), Some(name.to_owned())) {
        Ok(ssh::Identity::Unsupported(key)) => Err(Fault::Ssh(match key {
            ssh::UnsupportedKey::EncryptedPem => "the old PEM encryption; convert it with `ssh-keygen -p`",
            ssh::UnsupportedKey::EncryptedSsh(_) => "an encryption that is not supported",
            ssh::UnsupportedKey::Hardware(_) => "its key is in a security key; use an age plugin",
            ssh::UnsupportedKey::Type(_) => "age uses only ssh-ed25519 and ssh-rsa keys",
        })),
        Ok(identity) => Ok(identity),
        Err(_) if plain.starts_with("-----BEGIN PRIVATE KEY-----") => {
            Err(Fault::Ssh("the PKCS#8 format; convert it with `ssh-keygen -p`"))
        }
        Err(_) => Err(Fault::Ssh("expected an OpenSSH or RSA private key")),
    }
}

/// The public side of a private key.
pub(super) fn public(identity: &ssh::Identity) -> Option<PublicKey> {
    let recipient = ssh::Recipient::try_from(identity.clone()).ok()?;
    PublicKey::parse(&recipient.to_string())
}
