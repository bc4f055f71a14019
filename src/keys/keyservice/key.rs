//! Recipients as keys of the protocol, and back. Neither way checks anything: a client may send whatever a file says, and
//! back ends check a key before they use it.

use super::messages::{Age, AwsKms, AzureKv, GcpKms, HcVault, HuaweiKms, Key, Kind, Pgp};
use crate::keys::age::AgeRecipient;
use crate::keys::aws_kms::AwsKmsKey;
use crate::keys::azure_kv::AzureKvKey;
use crate::keys::gcp_kms::GcpKmsKey;
use crate::keys::hc_vault::HcVaultKey;
use crate::keys::pgp::PgpKey;
use crate::keys::{HuaweiKmsKey, Recipient};

impl From<&Recipient> for Key {
    fn from(recipient: &Recipient) -> Key {
        let kind = match recipient.clone() {
            Recipient::Age(key) => Kind::Age(Age { recipient: key.text().to_owned() }),
            Recipient::Pgp(PgpKey { fingerprint }) => Kind::Pgp(Pgp { fingerprint }),
            Recipient::AwsKms(AwsKmsKey { arn, role, context, profile }) => {
                Kind::AwsKms(AwsKms { arn, role, context, aws_profile: profile })
            }
            Recipient::GcpKms(GcpKmsKey { resource_id }) => Kind::GcpKms(GcpKms { resource_id }),
            Recipient::HuaweiKms(HuaweiKmsKey { key_id }) => Kind::HuaweiKms(HuaweiKms { key_id }),
            Recipient::AzureKv(AzureKvKey { vault_url, name, version }) => {
                Kind::AzureKv(AzureKv { vault_url, name, version })
            }
            Recipient::HcVault(HcVaultKey { address, engine_path, key_name }) => {
                Kind::HcVault(HcVault { vault_address: address, engine_path, key_name })
            }
        };
        Key { kind: Some(kind) }
    }
}

impl From<Kind> for Recipient {
    fn from(kind: Kind) -> Recipient {
        match kind {
            Kind::Age(Age { recipient }) => Recipient::Age(AgeRecipient::stored(&recipient)),
            Kind::Pgp(Pgp { fingerprint }) => Recipient::Pgp(PgpKey { fingerprint }),
            Kind::AwsKms(AwsKms { arn, role, context, aws_profile }) => {
                Recipient::AwsKms(AwsKmsKey { arn, role, context, profile: aws_profile })
            }
            Kind::GcpKms(GcpKms { resource_id }) => Recipient::GcpKms(GcpKmsKey { resource_id }),
            Kind::HuaweiKms(HuaweiKms { key_id }) => Recipient::HuaweiKms(HuaweiKmsKey { key_id }),
            Kind::AzureKv(AzureKv { vault_url, name, version }) => {
                Recipient::AzureKv(AzureKvKey { vault_url, name, version })
            }
            Kind::HcVault(HcVault { vault_address, engine_path, key_name }) => {
                Recipient::HcVault(HcVaultKey { address: vault_address, engine_path, key_name })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    /// One key of each kind, with every field set.
    fn every_kind() -> Vec<Recipient> {
        let context = [("Env".to_owned(), "test".to_owned())].into_iter().collect();
        let kms = AwsKmsKey { arn: "arn:a".into(), role: "arn:r".into(), context, profile: "lab".into() };
        let azure = AzureKvKey { vault_url: "https://v".into(), name: "n".into(), version: "1".into() };
        let vault =
            HcVaultKey { address: "https://b".into(), engine_path: "transit".into(), key_name: "k".into() };
        vec![
            Recipient::AwsKms(kms),
            Recipient::Pgp(PgpKey { fingerprint: "FBC7".into() }),
            Recipient::GcpKms(GcpKmsKey { resource_id: "projects/p".into() }),
            Recipient::AzureKv(azure),
            Recipient::HcVault(vault),
            Recipient::Age(AgeRecipient::stored("age1x")),
            Recipient::HuaweiKms(HuaweiKmsKey { key_id: "r:u".into() }),
        ]
    }

    #[test]
    fn a_key_of_every_kind_comes_back_from_the_wire() {
        for recipient in every_kind() {
            let bytes = Key::from(&recipient).encode_to_vec();
            let key = Key::decode(bytes.as_slice()).expect("its own encoding");
            assert_eq!(key.kind.map(Recipient::from), Some(recipient));
        }
    }

    /// The numbers are those of sops' keyservice.proto: each kind is a field of its own, of type 2 (length-delimited).
    #[test]
    fn kinds_have_the_numbers_that_sops_gives_them() {
        let tags: Vec<u8> = every_kind().iter().map(|key| Key::from(key).encode_to_vec()[0] >> 3).collect();
        assert_eq!(tags, [1, 2, 3, 4, 5, 6, 7]);
        let kms = Key::from(&every_kind()[0]).encode_to_vec();
        let expected = b"\x0a\x25\x0a\x05arn:a\x12\x05arn:r\x1a\x0b\x0a\x03Env\x12\x04test\x22\x03lab";
        assert_eq!(kms[2..], expected[2..]);
    }
}
