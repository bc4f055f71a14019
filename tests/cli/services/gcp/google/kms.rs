//! Cloud KMS itself: two keys that encrypt, one that is another's, and no more.

use super::{State, error};
use crate::support::server::{Answer, Request};
use aes_gcm::aead::{AeadInOut, KeyInit, Tag};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};

const RING: &str = "projects/p/locations/global/keyRings/r/cryptoKeys/";

pub struct Keys {
    cipher: Aes256Gcm,
    nonces: AtomicU64,
}

impl Keys {
    pub fn new() -> Keys {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect("chance");
        Keys { cipher: Aes256Gcm::new(&key.into()), nonces: AtomicU64::new(1) }
    }

    fn encrypt(&self, name: &str, plaintext: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.nonces.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let mut data = plaintext.to_vec();
        let sealed = self.cipher.encrypt_inout_detached(
            &Nonce::from(nonce),
            name.as_bytes(),
            data.as_mut_slice().into(),
        );
        [&nonce[..], &data, &sealed.expect("a tag")].concat()
    }

    fn decrypt(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_at_checked(12)?;
        let (data, tag) = rest.split_at_checked(rest.len().checked_sub(16)?)?;
        let (nonce, tag) = (<[u8; 12]>::try_from(nonce).ok()?, <[u8; 16]>::try_from(tag).ok()?);
        let mut data = data.to_vec();
        let (nonce, tag) = (Nonce::from(nonce), Tag::<Aes256Gcm>::from(tag));
        let inout = data.as_mut_slice().into();
        self.cipher.decrypt_inout_detached(&nonce, name.as_bytes(), inout, &tag).ok()?;
        Some(data)
    }
}

impl State {
    /// `POST /v1/NAME:encrypt` and `:decrypt`.
    pub(super) fn kms(&self, request: &Request) -> Answer {
        let path = request.path().strip_prefix("/v1/").expect("a version");
        let (name, verb) = path.rsplit_once(':').expect("a verb");
        if !self.is_authorized(request) {
            return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        }
        assert_eq!(request.header("content-type"), Some("application/json"));
        let escaped = name.replace('/', "%2F");
        assert_eq!(request.header("x-goog-request-params"), Some(format!("name={escaped}").as_str()));
        let body = request.json();
        let fields = body.as_object().expect("an object");
        let field = match verb {
            "encrypt" => "plaintext",
            "decrypt" => "ciphertext",
            verb => panic!("no such verb: {verb}"),
        };
        assert!(fields.len() == 2 && body["name"] == name, "{:?}", fields.keys());
        let value = STANDARD.decode(body[field].as_str().expect("a text")).expect("standard base64");
        match name.strip_prefix(RING) {
            Some("k1" | "k2") => {}
            Some("foreign") => {
                let message = format!(
                    "Permission 'cloudkms.cryptoKeyVersions.useTo{verb}' denied on resource '{name}'"
                );
                return error(403, "PERMISSION_DENIED", &message);
            }
            _ => return error(404, "NOT_FOUND", &format!("CryptoKey {name} not found.")),
        }
        if field == "plaintext" {
            let ciphertext = STANDARD.encode(self.kms.encrypt(name, &value));
            let version = format!("{name}/cryptoKeyVersions/1");
            return Answer::json(
                200,
                &json!({ "name": version, "ciphertext": ciphertext, "protectionLevel": "SOFTWARE" }),
            );
        }
        match self.kms.decrypt(name, &value) {
            Some(plaintext) => {
                Answer::json(200, &json!({ "plaintext": STANDARD.encode(plaintext), "usedPrimary": true }))
            }
            None => error(400, "INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid."),
        }
    }
}
