//! The message authentication code over all values of a file (spec, file-format 5.1).

use crate::document::value::{Kind, ValueRef};
use sha2::{Digest, Sha512};

/// What the hash starts with under `mac_only_encrypted`: the SHA-256 of the text `sops`.
const ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b, 0x0b,
    0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

/// SHA-512 over the plaintext of the values in tree order, without keys or separators.
pub struct Mac {
    hash: Sha512,
    only_encrypted: bool,
}

impl Mac {
    pub fn new(only_encrypted: bool) -> Mac {
        let mut hash = Sha512::new();
        if only_encrypted {
            hash.update(ONLY_ENCRYPTED);
        }
        Mac { hash, only_encrypted }
    }

    /// Adds the next value. Comments, null and empty containers add nothing, nor do values in clear under
    /// `mac_only_encrypted`.
    pub fn add(&mut self, value: ValueRef<'_>, encrypted: bool) {
        let counts = value.kind.tag().is_some() && value.kind != Kind::Comment;
        if counts && (encrypted || !self.only_encrypted) {
            self.hash.update(value.bytes);
        }
    }

    /// 128 upper-case hex digits.
    pub fn finish(self) -> String {
        use std::fmt::Write as _;
        self.hash.finalize().iter().fold(String::with_capacity(128), |mut hex, byte| {
            let _ = write!(hex, "{byte:02X}");
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::value::Value;

    fn mac(only_encrypted: bool, values: &[(Kind, &str)]) -> String {
        let mut mac = Mac::new(only_encrypted);
        for (kind, text) in values {
            mac.add(Value::new(*kind, *text).borrow(), true);
        }
        mac.finish()
    }

    #[test]
    fn the_specs_vectors_hold() {
        let values = [
            (Kind::Str, "foo"),
            (Kind::Comment, " left out"),
            (Kind::Int, "42"),
            (Kind::Null, ""),
            (Kind::Float, "1.5"),
            (Kind::Bool, "True"),
        ];
        assert_eq!(
            mac(false, &values),
            "368DE37F2957EF532E1BFA49E940C574B429B3897BFB93B9F9B44021118A002A25016FDF1D2A3FBC033379186FC5A5017909456C6A4C6C65608B61903964E876"
        );
        assert_eq!(
            mac(true, &values[..1]),
            "658174A643117449DF4BBF11BCA1F05270C56944558A679F1C215F153C0DC008916920CD9AB992B01E6580217551F05618015A6550785A3776C0A9578A5564D2"
        );
        assert!(mac(false, &[]).starts_with("CF83E135"));
    }

    #[test]
    fn values_in_clear_count_unless_only_encrypted_ones_do() {
        let clear = |only_encrypted| {
            let mut mac = Mac::new(only_encrypted);
            mac.add(Value::str("clear").borrow(), false);
            mac.finish()
        };
        assert_eq!(clear(true), Mac::new(true).finish());
        assert_ne!(clear(false), Mac::new(false).finish());
    }
}
