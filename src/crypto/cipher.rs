//! Sealing and opening one value with AES-256-GCM under a 32-byte nonce (spec, file-format 3).

use super::token::{NONCE_LEN, Token};
use super::{CryptoError, DataKey, Random, typed};
use crate::document::value::{Value, ValueRef};
use aes_gcm::aead::array::ArraySize;
use aes_gcm::aead::consts::{U12, U16, U32};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Tag};
use zeroize::Zeroizing;

/// A data key set up for use. The expanded key is wiped when dropped.
pub struct Cipher {
    sealer: AesGcm<Aes256, U32>,
    block: Aes256,
}

impl Cipher {
    pub fn new(key: &DataKey) -> Cipher {
        let block = Aes256::new(key.as_bytes().into());
        Cipher { sealer: AesGcm::from(block.clone()), block }
    }

    /// Appends the token of `value` to `out`. `aad` is the path's text (see [`aad`]). The value must be
    /// sealable: of one of sops' types and not empty.
    pub fn seal(
        &self,
        value: ValueRef<'_>,
        aad: &[u8],
        random: &mut Random,
        out: &mut String,
    ) -> Result<(), CryptoError> {
        let kind = value.kind.tag().ok_or(CryptoError::UnknownType)?;
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let mut data = Zeroizing::new(value.bytes.to_vec());
        let tag = self
            .sealer
            .encrypt_inout_detached(&nonce.into(), aad, data.as_mut_slice().into())
            .map_err(|_| CryptoError::TooLarge)?;
        Token::write(kind, &data, &nonce, &tag, out);
        Ok(())
    }

    /// Opens a token's text to its typed value in canonical form.
    pub fn open(&self, text: &str, aad: &[u8]) -> Result<Value, CryptoError> {
        let Token { kind, data, nonce, tag } = Token::parse(text)?;
        let mut data = Zeroizing::new(data);
        let tag = Tag::from(tag);
        let opened = match nonce.len() {
            NONCE_LEN => open_with(&self.sealer, &nonce, aad, &mut data, &tag),
            16 => open_with(&AesGcm::<Aes256, U16>::from(self.block.clone()), &nonce, aad, &mut data, &tag),
            _ => open_with(&AesGcm::<Aes256, U12>::from(self.block.clone()), &nonce, aad, &mut data, &tag),
        };
        opened.ok_or(CryptoError::Authentication)?;
        typed::canonical(kind, data)
    }
}

fn open_with<N: ArraySize>(
    cipher: &AesGcm<Aes256, N>,
    nonce: &[u8],
    aad: &[u8],
    data: &mut [u8],
    tag: &Tag,
) -> Option<()> {
    let nonce = <&Nonce<AesGcm<Aes256, N>>>::try_from(nonce).ok()?;
    cipher.decrypt_inout_detached(nonce, aad, data.into(), tag).ok()
}

/// The additional authenticated data of a value: each map key on its path followed by `:`; just `:` at the
/// top level (spec, file-format 3.5). List positions do not count.
pub fn aad(keys: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(keys.iter().map(|key| key.len() + 1).sum::<usize>().max(1));
    for key in keys {
        out.extend_from_slice(key.as_bytes());
        out.push(b':');
    }
    if out.is_empty() {
        out.push(b':');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::value::Kind;

    fn key() -> DataKey {
        DataKey::from_slice(&[b'f'; 32]).expect("32 bytes")
    }

    fn counting() -> Random {
        Random::from_source(|bytes| {
            for (n, byte) in bytes.iter_mut().enumerate() {
                *byte = n as u8;
            }
            Ok(())
        })
    }

    /// The vectors of the spec (file-format 3.6): key 32 × `f`, nonce 00..1f, AAD `a:b:`.
    #[test]
    fn the_specs_vectors_seal_and_open() {
        use Kind::*;
        for (plain, kind, data, tag) in [
            ("foo", Str, "3bMF", "jAUiSL5fx514UtO3uFy82w=="),
            ("42", Int, "j+4=", "3tLju0ZNrHrB/OOoPgfS+Q=="),
            ("-7", Int, "lus=", "1q6IQbQikYHyE8mIpAT3Zg=="),
            ("1.5", Float, "ivJf", "WmTx+EXLP//kr4EOQ28MvQ=="),
            ("1000000000000000000000", Float, "iuxauWSlaJUvPXcpb0sMYxSOU1wspw==", "YafxUbXp2VSqJiXDVhYLNg=="),
            ("0.0000001", Float, "i/JauWSlaJUu", "5TK/H2Toe5xaez8TudfErw=="),
            ("+Inf", Float, "kJUE7w==", "8pqVo3Zu+vg/5ZTPArQDLg=="),
            ("NaN", Float, "9b0k", "0as450oKQl07vKjO7aHeUA=="),
            ("-0", Float, "luw=", "2sJxl2bzM3ou+qUZuMBvPw=="),
            ("True", Bool, "764f7A==", "B5w2h+2eSPXwuSKGNjAfWQ=="),
            ("False", Bool, "/b0G+jE=", "+ta5rv65A4RgbnAMWloudQ=="),
            (
                "2006-01-02T15:04:05+07:00",
                Time,
                "iexav3mlaYgvPxMoakEMZx6OVkcsoFF5cg==",
                "NWBApS7HRZ+S0Mg24aC4BA==",
            ),
            ("2024-01-01T00:00:00Z", Time, "iexYvXmlaYgvPBMpb0EMYx6OUzY=", "vLaikRL5veqwicCeb87uQw=="),
            (" hello", Comment, "m7QP5Tj6", "/yVFatIxD7a2T9uDEtjcow=="),
        ] {
            let cipher = Cipher::new(&key());
            let mut token = String::new();
            let value = Value::new(kind, plain);
            cipher.seal(value.borrow(), b"a:b:", &mut counting(), &mut token).expect("the vector seals");
            let nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
            let kind = kind.tag().expect("a type");
            assert_eq!(token, format!("ENC[AES256_GCM,data:{data},iv:{nonce},tag:{tag},type:{kind}]"));
            assert!(cipher.open(&token, b"a:b:").ok() == Some(value), "{plain} opens");
        }
    }

    #[test]
    fn a_token_does_not_open_under_another_path() {
        let token = "ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]";
        let cipher = Cipher::new(&key());
        assert!(cipher.open(token, b"bar:").ok() == Some(Value::str("foo")));
        assert_eq!(cipher.open(token, b"").err(), Some(CryptoError::Authentication));
    }

    #[test]
    fn the_aad_is_the_keys_with_colons() {
        assert_eq!(aad(&[]), b":");
        assert_eq!(aad(&["m", "k"]), b"m:k:");
    }
}
