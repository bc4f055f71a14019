//! Keys that the user's own environment names.

use crate::cli::context::Context;
use crate::keys::Recipient;

/// Variables that name keys for new files, by the metadata list of their kind.
const KEYS: [(&str, &str); 6] = [
    ("age", "SOPS_AGE_RECIPIENTS"),
    ("kms", "SOPS_KMS_ARN"),
    ("gcp_kms", "SOPS_GCP_KMS_IDS"),
    ("hckms", "SOPS_HUAWEICLOUD_KMS_IDS"),
    ("azure_kv", "SOPS_AZURE_KEYVAULT_URLS"),
    ("hc_vault", "SOPS_VAULT_URIS"),
];

/// Whether a variable names the key or, for a Vault, its address.
pub fn knows(key: &Recipient, context: &Context) -> bool {
    let text = |name: &str| context.var(name).and_then(|value| value.into_string().ok()).unwrap_or_default();
    let variable = KEYS.iter().find(|(list, _)| *list == key.list()).map(|(_, name)| text(name));
    let named = variable.unwrap_or_default();
    let parsed = |one: &str| Recipient::parse(key.list(), one).is_ok_and(|known| known.bare() == key.bare());
    if named.split(',').any(parsed) {
        return true;
    }
    let Recipient::HcVault(vault) = key else { return false };
    is_address(&vault.address, &text("VAULT_ADDR"))
        || is_listed(&vault.address, &text("SOPS_HC_VAULT_ALLOWLIST"))
}

fn is_address(address: &str, known: &str) -> bool {
    !known.is_empty() && slashed(address) == slashed(known.trim())
}

/// Whether one of the prefixes of an allow-list is of an address, as sops compares them (spec, config 7). That everything
/// or nothing is allowed names no address.
fn is_listed(address: &str, list: &str) -> bool {
    let prefixes = list.split(',').map(str::trim).filter(|prefix| !matches!(*prefix, "" | "all" | "none"));
    prefixes.into_iter().any(|prefix| slashed(address).starts_with(&slashed(prefix)))
}

fn slashed(address: &str) -> String {
    format!("{}/", address.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_whole_or_by_a_prefix_of_the_list() {
        let address = "https://v:8200";
        assert!(is_address(address, "https://v:8200/") && is_listed(address, "http://w, https://v:8200"));
        for other in ["", "https://v:82", "https://v", "http://v:8200", "all", "none"] {
            assert!(!is_address(address, other) && !is_listed(address, other), "{other}");
        }
    }
}
