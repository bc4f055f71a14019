//! The messages of the protocol (spec, cli 15), by their numbers on the wire.

use std::collections::BTreeMap;
use zeroize::Zeroize as _;

/// A data key to be wrapped. Without `Debug`; wiped when dropped.
#[derive(prost::Message)]
#[prost(skip_debug)]
pub struct EncryptRequest {
    #[prost(message, optional, tag = "1")]
    pub key: Option<Key>,
    #[prost(bytes = "vec", tag = "2")]
    pub plaintext: Vec<u8>,
}

#[derive(prost::Message)]
pub struct EncryptResponse {
    #[prost(bytes = "vec", tag = "1")]
    pub ciphertext: Vec<u8>,
}

#[derive(prost::Message)]
pub struct DecryptRequest {
    #[prost(message, optional, tag = "1")]
    pub key: Option<Key>,
    #[prost(bytes = "vec", tag = "2")]
    pub ciphertext: Vec<u8>,
}

/// An unwrapped data key. Without `Debug`; wiped when dropped.
#[derive(prost::Message)]
#[prost(skip_debug)]
pub struct DecryptResponse {
    #[prost(bytes = "vec", tag = "1")]
    pub plaintext: Vec<u8>,
}

impl Drop for EncryptRequest {
    fn drop(&mut self) {
        self.plaintext.zeroize();
    }
}

impl Drop for DecryptResponse {
    fn drop(&mut self) {
        self.plaintext.zeroize();
    }
}

/// A key by its public side.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Key {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub kind: Option<Kind>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Kind {
    #[prost(message, tag = "1")]
    AwsKms(AwsKms),
    #[prost(message, tag = "2")]
    Pgp(Pgp),
    #[prost(message, tag = "3")]
    GcpKms(GcpKms),
    #[prost(message, tag = "4")]
    AzureKv(AzureKv),
    #[prost(message, tag = "5")]
    HcVault(HcVault),
    #[prost(message, tag = "6")]
    Age(Age),
    #[prost(message, tag = "7")]
    HuaweiKms(HuaweiKms),
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct AwsKms {
    #[prost(string, tag = "1")]
    pub arn: String,
    #[prost(string, tag = "2")]
    pub role: String,
    #[prost(btree_map = "string, string", tag = "3")]
    pub context: BTreeMap<String, String>,
    #[prost(string, tag = "4")]
    pub aws_profile: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Pgp {
    #[prost(string, tag = "1")]
    pub fingerprint: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct GcpKms {
    #[prost(string, tag = "1")]
    pub resource_id: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct AzureKv {
    #[prost(string, tag = "1")]
    pub vault_url: String,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(string, tag = "3")]
    pub version: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct HcVault {
    #[prost(string, tag = "1")]
    pub vault_address: String,
    #[prost(string, tag = "2")]
    pub engine_path: String,
    #[prost(string, tag = "3")]
    pub key_name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Age {
    #[prost(string, tag = "1")]
    pub recipient: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct HuaweiKms {
    #[prost(string, tag = "1")]
    pub key_id: String,
}
