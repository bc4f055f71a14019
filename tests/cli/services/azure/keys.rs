//! An RSA key in two versions.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::{Oaep, RsaPrivateKey};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub const NEW: &str = "0123456789abcdef0123456789abcdef";
pub const OLD: &str = "fedcba9876543210fedcba9876543210";

/// It takes seconds to make: one for all tests.
static KEY: LazyLock<RsaPrivateKey> =
    LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).expect("an RSA key"));

/// What the vault makes of the value of a request, or what is wrong with it.
pub fn operate(operation: &str, version: &str, body: &Value) -> Result<String, String> {
    let fields = body.as_object().ok_or("no object")?;
    if fields.len() != 2 || fields.get("alg") != Some(&json!("RSA-OAEP-256")) {
        return Err("expected alg and value, and RSA-OAEP-256".into());
    }
    let value = fields.get("value").and_then(Value::as_str).ok_or("no value")?;
    let value = URL_SAFE_NO_PAD.decode(value).map_err(|_| "not URL-safe base64 without padding")?;
    // The label keeps the versions apart: they share one key.
    let padding = match version {
        NEW => Oaep::new::<Sha256>(),
        version => Oaep::new_with_label::<Sha256, _>(version),
    };
    let made = match operation {
        "encrypt" => KEY.to_public_key().encrypt(&mut OsRng, padding, &value),
        _ => KEY.decrypt(padding, &value),
    };
    Ok(URL_SAFE_NO_PAD.encode(made.map_err(|_| "the parameter is incorrect")?))
}
