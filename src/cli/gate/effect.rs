//! What using a key does beyond this program.

use crate::keys::{Recipient, printable};

/// Most characters of a name from a file.
const MOST: usize = 100;

/// In words that go on behind "using it"; `None` for a key that calls nothing and starts nothing.
pub fn effect(key: &Recipient) -> Option<String> {
    let shown = |text: &str| printable(text, MOST);
    Some(match key {
        Recipient::Pgp(_) => return None,
        Recipient::Age(_) => format!("starts the program {}", shown(&key.program()?)),
        Recipient::AwsKms(aws) => {
            let region = aws.region().map_or_else(String::new, |region| format!(" in {}", shown(region)));
            let profile = match aws.profile.as_str() {
                "" => String::new(),
                profile => format!(" of the profile {}", shown(profile)),
            };
            let role = match aws.role.as_str() {
                "" => String::new(),
                role => format!(" and the role {}", shown(role)),
            };
            format!("calls AWS KMS{region} with your credentials{profile}{role}")
        }
        Recipient::GcpKms(_) => "calls Google Cloud KMS with your credentials".into(),
        Recipient::HuaweiKms(_) => "calls HuaweiCloud KMS with your credentials".into(),
        Recipient::AzureKv(azure) => {
            format!("calls {} with your Azure credentials", shown(azure.host().unwrap_or(&azure.vault_url)))
        }
        Recipient::HcVault(vault) => {
            format!("calls {} with your Vault token", shown(vault.host().unwrap_or(&vault.address)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_would_do_is_said_in_a_line() {
        for (list, text, said) in [
            (
                "hc_vault",
                "http://127.0.0.1:8200/v1/sops/keys/k",
                "calls 127.0.0.1:8200 with your Vault token",
            ),
            (
                "azure_kv",
                "https://v.vault.azure.net/keys/k",
                "calls v.vault.azure.net with your Azure credentials",
            ),
            ("kms", "arn:aws:kms:eu-west-1:1:key/k", "calls AWS KMS in eu-west-1 with your credentials"),
            (
                "kms",
                "arn:aws:kms:eu-west-1:1:key/k+arn:aws:iam::2:role/r",
                "calls AWS KMS in eu-west-1 with your credentials and the role arn:aws:iam::2:role/r",
            ),
        ] {
            let key = Recipient::parse(list, text).expect("a key");
            assert_eq!(effect(&key).as_deref(), Some(said));
        }
        assert_eq!(effect(&Recipient::parse("pgp", "AB").expect("a key")), None);
    }
}
