//! The text of an encrypted value: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]` (spec, file-format 3.1).

use super::CryptoError;
use crate::document::value::Kind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes of a nonce that we write. Not 96 bits: sops derives the counter block by GHASH over it.
pub const NONCE_LEN: usize = 32;
/// Bytes of a GCM tag.
pub const TAG_LEN: usize = 16;

const START: &str = "ENC[AES256_GCM,data:";

/// A token taken apart. `data` has the length of the plaintext.
pub struct Token {
    pub kind: Kind,
    pub data: Vec<u8>,
    pub nonce: Vec<u8>,
    pub tag: [u8; TAG_LEN],
}

impl Token {
    /// Whether a text looks like a token, intact or not.
    pub fn looks_like(text: &str) -> bool {
        text.starts_with(START)
    }

    /// Reads a token strictly (security R5): canonical base64, a tag of 16 bytes, nothing behind the bracket.
    pub fn parse(text: &str) -> Result<Token, CryptoError> {
        let rest = text.strip_prefix(START).ok_or(CryptoError::NotAToken)?;
        let (data, rest) = rest.split_once(",iv:").ok_or(CryptoError::Field("iv"))?;
        let (nonce, rest) = rest.split_once(",tag:").ok_or(CryptoError::Field("tag"))?;
        let (tag, rest) = rest.split_once(",type:").ok_or(CryptoError::Field("type"))?;
        let (kind, after) = rest.split_once(']').ok_or(CryptoError::Field("closing bracket"))?;
        if !after.is_empty() {
            return Err(CryptoError::TrailingText);
        }
        let kind = Kind::from_tag(kind).ok_or(CryptoError::UnknownType)?;
        // rops seals an empty text, sops never does: then there is no data.
        let data = if data.is_empty() { Vec::new() } else { decode("data", data)? };
        let nonce = decode("iv", nonce)?;
        if !matches!(nonce.len(), 12 | 16 | NONCE_LEN) {
            return Err(CryptoError::NonceLength(nonce.len()));
        }
        let tag = decode("tag", tag)?;
        let tag = tag.try_into().map_err(|tag: Vec<u8>| CryptoError::TagLength(tag.len()))?;
        Ok(Token { kind, data, nonce, tag })
    }

    /// Appends the token's text.
    pub fn write(kind: &str, data: &[u8], nonce: &[u8; NONCE_LEN], tag: &[u8], out: &mut String) {
        out.reserve(START.len() + data.len() * 4 / 3 + 110);
        out.push_str(START);
        STANDARD.encode_string(data, out);
        out.push_str(",iv:");
        STANDARD.encode_string(nonce, out);
        out.push_str(",tag:");
        STANDARD.encode_string(tag, out);
        out.push_str(",type:");
        out.push_str(kind);
        out.push(']');
    }
}

fn decode(field: &'static str, text: &str) -> Result<Vec<u8>, CryptoError> {
    if text.is_empty() {
        return Err(CryptoError::Field(field));
    }
    STANDARD.decode(text).map_err(|_| CryptoError::Base64(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]";

    #[test]
    fn a_token_is_written_as_it_was_read() {
        let token = Token::parse(GOOD).expect("a good token");
        let mut out = String::new();
        let nonce = token.nonce.as_slice().try_into().expect("32 bytes");
        Token::write(token.kind.tag().expect("a type"), &token.data, nonce, &token.tag, &mut out);
        assert_eq!(out, GOOD);
    }

    #[test]
    fn slack_that_sops_accepts_is_refused() {
        for (bad, error) in [
            (format!("{GOOD} "), CryptoError::TrailingText),
            (format!(" {GOOD}"), CryptoError::NotAToken),
            (GOOD.replace("type:str", "type:text"), CryptoError::UnknownType),
            (GOOD.replace("t5z2Z023Up0kxwCgw1gNxg==", ""), CryptoError::Field("tag")),
            (GOOD.replace("oYyi", "oYy"), CryptoError::Base64("data")),
            (GOOD.replace("Nxg==", "Nxh=="), CryptoError::Base64("tag")),
            (GOOD.replace("t5z2Z023Up0kxwCgw1gNxg==", "t5z2"), CryptoError::TagLength(3)),
            (
                GOOD.replace("MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=", "MyID"),
                CryptoError::NonceLength(3),
            ),
            (GOOD.replace(",iv:", ",vi:"), CryptoError::Field("iv")),
        ] {
            assert_eq!(Token::parse(&bad).err(), Some(error), "{bad}");
        }
    }
}
