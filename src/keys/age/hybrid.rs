//! Post-quantum recipients `age1pq1…`: the `mlkem768x25519` stanza of the age specification (C2SP), which is
//! HPKE (RFC 9180, base mode) with MLKEM768-X25519 (X-Wing), HKDF-SHA256 and ChaCha20Poly1305.

use age::{DecryptError, EncryptError};
use age_core::{
    format::{FILE_KEY_BYTES, FileKey, Stanza},
    primitives::{bech32_decode, bech32_encode, hpke_open, hpke_seal},
    secrecy::ExposeSecret,
};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use bech32::Hrp;
use hpke::{Deserializable, Kem, Serializable, rand_core::OsRng};
use std::collections::HashSet;
use zeroize::Zeroizing;

use super::xwing::{Encapsulated, PrivateKey, PublicKey, XWing};

const RECIPIENT: &str = "age1pq";
const IDENTITY: &str = "AGE-SECRET-KEY-PQ-";
const TAG: &str = "mlkem768x25519";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const BODY: usize = FILE_KEY_BYTES + 16;

/// A public key.
pub(super) struct Recipient(PublicKey);

impl Recipient {
    pub(super) fn parse(text: &str) -> Result<Recipient, &'static str> {
        let bytes = bech32_bytes(RECIPIENT, text)?;
        PublicKey::from_bytes(&bytes).map(Recipient).map_err(|_| "not an MLKEM768-X25519 public key")
    }
}

impl age::Recipient for Recipient {
    /// The label keeps the age crate from adding a recipient that is not post-quantum to the same file.
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        // `hpke_seal` panics when the KEM fails, which it does for no public key that could be read.
        let (encapsulated, body) = hpke_seal::<XWing, _>(&self.0, INFO, key.expose_secret(), &mut OsRng);
        let args = vec![BASE64_STANDARD_NO_PAD.encode(encapsulated.to_bytes())];
        let labels = HashSet::from(["postquantum".to_owned()]);
        Ok((vec![Stanza { tag: TAG.to_owned(), args, body }], labels))
    }
}

/// A secret key; wiped when dropped.
pub(super) struct Identity(PrivateKey);

impl Identity {
    /// A fresh key.
    pub(super) fn generate() -> Result<Identity, getrandom::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut seed[..])?;
        // 32 bytes are always a key.
        PrivateKey::from_bytes(&seed[..]).map(Identity).map_err(|_| getrandom::Error::UNEXPECTED)
    }

    pub(super) fn parse(text: &str) -> Result<Identity, &'static str> {
        let seed = bech32_bytes(IDENTITY, text)?;
        PrivateKey::from_bytes(&seed).map(Identity).map_err(|_| "wrong length")
    }

    /// `AGE-SECRET-KEY-PQ-1…`
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let mut seed = Zeroizing::new([0; 32]);
        self.0.write_exact(&mut seed[..]);
        let lower = Zeroizing::new(bech32_encode(Hrp::parse_unchecked(IDENTITY), &seed[..]));
        Zeroizing::new(lower.to_uppercase())
    }

    /// `age1pq1…`
    pub(super) fn recipient(&self) -> String {
        bech32_encode(Hrp::parse_unchecked(RECIPIENT), &XWing::sk_to_pk(&self.0).to_bytes())
    }
}

impl age::Identity for Identity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != TAG {
            return None;
        }
        let invalid = Some(Err(DecryptError::InvalidHeader));
        let [argument] = stanza.args.as_slice() else { return invalid };
        let Ok(bytes) = BASE64_STANDARD_NO_PAD.decode(argument) else { return invalid };
        // Checked before anything is decrypted, against partitioning oracles.
        if stanza.body.len() != BODY {
            return invalid;
        }
        let Ok(encapsulated) = Encapsulated::from_bytes(&bytes) else { return invalid };
        let opened = match hpke_open::<XWing>(&encapsulated, &self.0, INFO, &stanza.body) {
            Ok(opened) => Zeroizing::new(opened),
            Err(hpke::HpkeError::DecapError) => return invalid,
            // A stanza for someone else decapsulates too (implicit rejection), and fails here.
            Err(_) => return None,
        };
        Some(FileKey::try_init_with_mut(|key| {
            let bytes = <&[u8; FILE_KEY_BYTES]>::try_from(opened.as_slice());
            key.copy_from_slice(bytes.map_err(|_| DecryptError::InvalidHeader)?);
            Ok(())
        }))
    }
}

/// The bytes of a Bech32 text with the prefix `hrp`.
pub(super) fn bech32_bytes(hrp: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    bech32_decode(
        text,
        |_| "not valid Bech32 (a character is wrong or missing)",
        |found| if found == Hrp::parse_unchecked(hrp) { Ok(()) } else { Err("wrong prefix") },
        |_, bytes| {
            let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
            decoded.extend(bytes);
            Ok(decoded)
        },
    )
}
