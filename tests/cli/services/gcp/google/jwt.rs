//! Assertions of the service account: RS256, checked with another library than the one that signs.

use super::{EMAIL, KEY_ID, SCOPE, private_key};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};

/// What stands before a SHA-256 in a signature (RFC 8017, 9.2).
const SHA256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

/// The claims of a sound assertion for `audience`, or what is wrong with it.
pub fn verified(assertion: &str, audience: Option<&str>) -> Result<Value, String> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, claims, signature] = parts[..] else { return Err("not three parts".into()) };
    let json = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "not base64url")?;
        serde_json::from_slice::<Value>(&bytes).map_err(|_| "not JSON")
    };
    let (head, body) = (json(header)?, json(claims)?);
    if head["alg"] != "RS256" || head["typ"] != "JWT" || head["kid"] != KEY_ID {
        return Err(format!("a wrong header: {head}"));
    }
    let key = RsaPrivateKey::from_pkcs8_pem(&private_key()).expect("a key").to_public_key();
    let hash = Sha256::digest(format!("{header}.{claims}"));
    let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256.into() };
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "not base64url")?;
    key.verify(scheme, &hash, &signature).map_err(|_| "a wrong signature")?;
    let (start, end) = (body["iat"].as_u64().ok_or("no iat")?, body["exp"].as_u64().ok_or("no exp")?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    if !(start <= now && now < end && end - start <= 3600) {
        return Err(format!("from {start} to {end}, and it is {now}"));
    }
    let audience_fits = match audience {
        Some(audience) => body["aud"] == audience,
        None => body["aud"].as_str().is_none_or(str::is_empty) && body["sub"] == EMAIL,
    };
    if body["iss"] != EMAIL || body["scope"] != SCOPE || !audience_fits {
        return Err(format!("wrong claims: {body}"));
    }
    Ok(body)
}

/// Whether an assertion is itself a bearer token, as in other universes.
pub fn is_bearer(token: &str) -> bool {
    verified(token, None).is_ok()
}
