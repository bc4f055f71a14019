//! Flags that name keys of every kind (spec, cli 1.6): for a new file, to add and to remove.

use super::error::CliError;
use super::exit;
use super::keys;
use super::trust;
use crate::keys::Recipient;
use crate::keys::age::AgeRecipient;
use crate::keys::aws_kms::AwsKmsKey;
use std::collections::BTreeMap;

/// Flags that name the recipients of a new file.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "Recipients of a new file, instead of those of the config")]
pub struct KeyFlags {
    /// age recipients, comma-separated: age1…, age1pq1…, age1PLUGIN1…, ssh-ed25519 …, ssh-rsa …
    #[arg(short, long, value_name = "RECIPIENTS", env = "SOPS_AGE_RECIPIENTS")]
    age: Vec<String>,
    /// PGP fingerprints, comma-separated
    #[arg(short, long, value_name = "FINGERPRINTS", env = "SOPS_PGP_FP")]
    pgp: Vec<String>,
    /// AWS KMS keys, comma-separated: ARN or ARN+ROLE_ARN
    #[arg(short, long, value_name = "ARNS", env = "SOPS_KMS_ARN")]
    kms: Vec<String>,
    /// GCP KMS keys, comma-separated: projects/P/locations/L/keyRings/R/cryptoKeys/K
    #[arg(long, value_name = "IDS", env = "SOPS_GCP_KMS_IDS")]
    gcp_kms: Vec<String>,
    /// HuaweiCloud KMS keys, comma-separated: REGION:UUID
    #[arg(long, value_name = "IDS", env = "SOPS_HUAWEICLOUD_KMS_IDS")]
    hckms: Vec<String>,
    /// Azure Key Vault keys, comma-separated: https://VAULT/keys/NAME/VERSION
    #[arg(long, value_name = "URLS", env = "SOPS_AZURE_KEYVAULT_URLS")]
    azure_kv: Vec<String>,
    /// Vault transit keys, comma-separated: https://HOST:PORT/v1/ENGINE/keys/NAME
    #[arg(long, value_name = "URIS", env = "SOPS_VAULT_URIS")]
    hc_vault_transit: Vec<String>,
    #[command(flatten)]
    aws: Aws,
    #[command(flatten)]
    pub trust: trust::Approvals,
    /// How many key groups must come together to open the file; unless told otherwise what the rule says, or all
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub shamir_secret_sharing_threshold: u32,
}

/// Flags for AWS KMS keys.
#[derive(clap::Args, Default)]
pub struct Aws {
    /// Profile for the KMS keys given by flag
    #[arg(long, value_name = "PROFILE")]
    aws_profile: Option<String>,
    /// Encryption context of KMS keys: KEY:VALUE,KEY:VALUE
    #[arg(long, value_name = "PAIRS")]
    encryption_context: Option<String>,
}

/// Flags that name the keys of one more group. The environment does not count here.
#[derive(clap::Args)]
#[command(next_help_heading = "Keys of the new group")]
pub struct GroupFlags {
    /// age recipients, comma-separated
    #[arg(long, value_name = "RECIPIENTS")]
    age: Vec<String>,
    /// PGP fingerprints, comma-separated
    #[arg(long, value_name = "FINGERPRINTS")]
    pgp: Vec<String>,
    /// AWS KMS keys, comma-separated
    #[arg(long, value_name = "ARNS")]
    kms: Vec<String>,
    /// GCP KMS keys, comma-separated
    #[arg(long, value_name = "IDS")]
    gcp_kms: Vec<String>,
    /// HuaweiCloud KMS keys, comma-separated
    #[arg(long, value_name = "IDS")]
    hckms: Vec<String>,
    /// Azure Key Vault keys, comma-separated
    #[arg(long, value_name = "URLS")]
    azure_kv: Vec<String>,
    /// Vault transit keys, comma-separated
    #[arg(long, value_name = "URIS")]
    hc_vault_transit: Vec<String>,
}

/// Flags that name keys to be added.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "Keys to add")]
pub struct AddFlags {
    /// Add these age recipients, comma-separated
    #[arg(long, value_name = "RECIPIENTS")]
    add_age: Vec<String>,
    /// Add these PGP keys
    #[arg(long, value_name = "FINGERPRINTS")]
    add_pgp: Vec<String>,
    /// Add these AWS KMS keys
    #[arg(long, value_name = "ARNS")]
    add_kms: Vec<String>,
    /// Add these GCP KMS keys
    #[arg(long, value_name = "IDS")]
    add_gcp_kms: Vec<String>,
    /// Add these HuaweiCloud KMS keys
    #[arg(long, value_name = "IDS")]
    add_hckms: Vec<String>,
    /// Add these Azure Key Vault keys
    #[arg(long, value_name = "URLS")]
    add_azure_kv: Vec<String>,
    /// Add these Vault transit keys
    #[arg(long, value_name = "URIS")]
    add_hc_vault_transit: Vec<String>,
}

/// Flags that name keys to be removed.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "Keys to remove")]
pub struct RemoveFlags {
    /// Remove these age recipients, comma-separated
    #[arg(long, value_name = "RECIPIENTS")]
    rm_age: Vec<String>,
    /// Remove these PGP keys
    #[arg(long, value_name = "FINGERPRINTS")]
    rm_pgp: Vec<String>,
    /// Remove these AWS KMS keys, whatever their context and profile
    #[arg(long, value_name = "ARNS")]
    rm_kms: Vec<String>,
    /// Remove these GCP KMS keys
    #[arg(long, value_name = "IDS")]
    rm_gcp_kms: Vec<String>,
    /// Remove these HuaweiCloud KMS keys
    #[arg(long, value_name = "IDS")]
    rm_hckms: Vec<String>,
    /// Remove these Azure Key Vault keys
    #[arg(long, value_name = "URLS")]
    rm_azure_kv: Vec<String>,
    /// Remove these Vault transit keys
    #[arg(long, value_name = "URIS")]
    rm_hc_vault_transit: Vec<String>,
}

/// The metadata lists in the order in which sops puts the keys of flags into a group (spec, config 3).
const ORDER: [&str; 7] = ["kms", "gcp_kms", "hckms", "azure_kv", "pgp", "hc_vault", "age"];

/// What was given to the flags of one command, in [`ORDER`].
type Given<'a> = [&'a [String]; 7];

impl KeyFlags {
    /// The keys named by flags, as one group in sops' order (spec, config 3); empty when there are none.
    pub fn keys(&self) -> Result<Vec<Recipient>, CliError> {
        let keys = read(
            "--",
            [
                &self.kms,
                &self.gcp_kms,
                &self.hckms,
                &self.azure_kv,
                &self.pgp,
                &self.hc_vault_transit,
                &self.age,
            ],
            Recipient::parse,
        )?;
        self.aws.complete(keys, true)
    }

    pub fn aws(&self) -> &Aws {
        &self.aws
    }
}

impl GroupFlags {
    /// The keys of the group.
    pub fn keys(&self, aws: &Aws) -> Result<Vec<Recipient>, CliError> {
        let keys = read(
            "--",
            [
                &self.kms,
                &self.gcp_kms,
                &self.hckms,
                &self.azure_kv,
                &self.pgp,
                &self.hc_vault_transit,
                &self.age,
            ],
            Recipient::parse,
        )?;
        aws.complete(keys, true)
    }
}

impl AddFlags {
    /// The keys to be added.
    pub fn keys(&self, aws: &Aws) -> Result<Vec<Recipient>, CliError> {
        let keys = read(
            "--add-",
            [
                &self.add_kms,
                &self.add_gcp_kms,
                &self.add_hckms,
                &self.add_azure_kv,
                &self.add_pgp,
                &self.add_hc_vault_transit,
                &self.add_age,
            ],
            Recipient::parse,
        )?;
        aws.complete(keys, true)
    }
}

impl RemoveFlags {
    /// The keys to be removed.
    pub fn keys(&self) -> Result<Vec<Recipient>, CliError> {
        read(
            "--rm-",
            [
                &self.rm_kms,
                &self.rm_gcp_kms,
                &self.rm_hckms,
                &self.rm_azure_kv,
                &self.rm_pgp,
                &self.rm_hc_vault_transit,
                &self.rm_age,
            ],
            stored,
        )
    }
}

impl Aws {
    /// Gives KMS keys that have no context of their own the one given by flag, and, when they were given by flag
    /// too, the profile.
    pub fn complete(&self, mut keys: Vec<Recipient>, by_flag: bool) -> Result<Vec<Recipient>, CliError> {
        let given = self.context()?;
        for key in &mut keys {
            let Recipient::AwsKms(AwsKmsKey { context, profile, .. }) = key else { continue };
            if context.is_empty() {
                context.clone_from(&given);
            }
            if let (true, true, Some(name)) = (by_flag, profile.is_empty(), &self.aws_profile) {
                profile.clone_from(name);
            }
        }
        Ok(keys)
    }

    fn context(&self) -> Result<BTreeMap<String, String>, CliError> {
        let text = self.encryption_context.as_deref().unwrap_or_default();
        let pairs = text.split(',').filter(|_| !text.is_empty());
        let pair = |pair: &str| match pair.split(':').collect::<Vec<_>>().as_slice() {
            [key, value] => Ok(((*key).to_owned(), (*value).to_owned())),
            _ => Err(CliError::new(exit::KMS_CONTEXT, "--encryption-context is no list of pairs")
                .hint("write KEY:VALUE,KEY:VALUE, with one colon in each pair")),
        };
        pairs.map(pair).collect()
    }
}

/// The keys of all flags, which begin with `prefix`; the same key counts once (quirk Q39).
fn read(
    prefix: &str,
    flags: Given<'_>,
    key: impl Fn(&str, &str) -> Result<Recipient, String>,
) -> Result<Vec<Recipient>, CliError> {
    let mut keys: Vec<Recipient> = Vec::new();
    for (list, texts) in ORDER.into_iter().zip(flags) {
        for text in texts.iter().filter(|text| !text.is_empty()).flat_map(|text| text.split(',')) {
            let key = key(list, text).map_err(|fault| {
                CliError::new(exit::GENERIC, format!("{}: {fault}", keys::flag(prefix, list)))
                    .hint("recipients are separated by commas")
            })?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

/// A recipient that a file names need not be one that a key could be wrapped for.
fn stored(list: &str, text: &str) -> Result<Recipient, String> {
    match list {
        "age" => Ok(Recipient::Age(AgeRecipient::stored(text))),
        list => Recipient::parse(list, text),
    }
}
