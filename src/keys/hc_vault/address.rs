//! Where a key's calls go.

use super::key::HcVaultKey;
use crate::keys::env::Env;
use crate::keys::http::is_this_machine;
use crate::keys::recipient::printable;

/// When a token may travel over plain http to another machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainHttp {
    /// If `VAULT_ADDR` or `VAULT_AGENT_ADDR` says just that address.
    IfConfigured,
    Always,
}

pub(super) struct Address {
    /// `https://HOST[:PORT]`.
    pub base: String,
    /// `HOST[:PORT]`, for messages.
    pub place: String,
}

impl Address {
    /// The address of the key, or of the user's agent in its place.
    pub fn of(key: &HcVaultKey, env: &Env, plain_http: PlainHttp) -> Result<Address, String> {
        allowed(&key.address, env.text("SOPS_HC_VAULT_ALLOWLIST").as_deref())?;
        let agent = env.text("VAULT_AGENT_ADDR");
        let used = match &agent {
            Some(address) => HcVaultKey { address: address.trim().to_owned(), ..key.clone() },
            None => key.clone(),
        };
        let base = used.address.trim_end_matches('/').to_owned();
        let Some(place) = used.host().map(str::to_owned) else {
            return Err("VAULT_AGENT_ADDR is not the address of an agent: expected http://HOST:PORT".into());
        };
        let configured =
            || agent.is_some() || env.text("VAULT_ADDR").is_some_and(|address| same(&address, &base));
        if base.starts_with("http://")
            && !is_this_machine(&host(&place))
            && plain_http == PlainHttp::IfConfigured
            && !configured()
        {
            return Err(format!(
                "{base} is plain http, where others can read your token and the data key: use https, or set \
                 VAULT_ADDR={base} to allow it"
            ));
        }
        Ok(Address { base, place })
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().trim_end_matches('/').eq_ignore_ascii_case(other)
}

/// Without the port.
fn host(place: &str) -> String {
    let host = match place.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => place.split(':').next(),
    };
    host.unwrap_or_default().to_ascii_lowercase()
}

/// Whether `SOPS_HC_VAULT_ALLOWLIST` lets the address be used: `all`, `none`, or a list of what it may start with, each
/// up to a slash (spec, config 7).
fn allowed(address: &str, list: Option<&str>) -> Result<(), String> {
    let with_slash = |text: &str| format!("{}/", text.trim_end_matches('/'));
    let shown = || printable(address, 200);
    match list.map(str::trim) {
        None | Some("" | "all") => Ok(()),
        Some("none") => Err(format!("SOPS_HC_VAULT_ALLOWLIST allows no Vault, so {} is not asked", shown())),
        Some(list) => {
            let entries: Vec<_> = list.split(',').map(str::trim).collect();
            if entries.contains(&"") {
                return Err("SOPS_HC_VAULT_ALLOWLIST has an empty element: take out the comma".into());
            }
            match entries.iter().any(|entry| with_slash(address).starts_with(&with_slash(entry))) {
                true => Ok(()),
                false => {
                    Err(format!("SOPS_HC_VAULT_ALLOWLIST does not allow {}: add it if you trust it", shown()))
                }
            }
        }
    }
}
