//! Assertions: JSON Web Tokens with RS256 (RFC 7515, RFC 7519).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use zeroize::Zeroizing;

/// `claims` (a JSON object), signed with the private key in `pem` whose number is `key_id`.
pub(super) fn signed(
    pem: &str,
    key_id: Option<&str>,
    claims: &serde_json::Value,
) -> Result<Zeroizing<String>, String> {
    let key = private_key(pem).ok_or("its `private_key` is not an RSA key of 2048 bits or more in PEM")?;
    let mut header = serde_json::json!({ "alg": "RS256", "typ": "JWT" });
    if let Some(key_id) = key_id {
        header["kid"] = key_id.into();
    }
    let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let mut text = Zeroizing::new(format!("{}.{}", part(&header), part(claims)));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| "the system gives no random numbers to sign with")?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut text);
    Ok(text)
}

/// PKCS#8, which Google gives, or the older PKCS#1.
fn private_key(pem: &str) -> Option<RsaKeyPair> {
    let body = |kind: &str| {
        let (_, rest) = pem.split_once(&format!("-----BEGIN {kind}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
        // Never outgrown, so that no copy is left behind.
        let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
        digits.extend(body.bytes().filter(|b| !b.is_ascii_whitespace()));
        STANDARD.decode(digits.as_slice()).ok().map(Zeroizing::new)
    };
    let newer = body("PRIVATE KEY").and_then(|der| RsaKeyPair::from_pkcs8(&der).ok());
    newer.or_else(|| RsaKeyPair::from_der(&body("RSA PRIVATE KEY")?).ok())
}
