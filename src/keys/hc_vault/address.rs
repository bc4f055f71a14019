//! Where a key's calls go.

use super::key::HcVaultKey;
use crate::keys::env::Env;
use crate::keys::host::{is_this_machine, without_port};
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
            && !is_this_machine(without_port(&place))
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

/// Whether `SOPS_HC_VAULT_ALLOWLIST` lets the address be used: `all`, `none`, or a list of what it may start with, each
/// up to a slash (spec, config 7).
fn allowed(address: &str, list: Option<&str>) -> Result<(), String> {
    let with_slash = |text: &str| if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
    let shown = || printable(address, 200);
    match list {
        None | Some("" | "all") => return Ok(()),
        Some("none") => {
            return Err(format!("SOPS_HC_VAULT_ALLOWLIST allows no Vault, so {} is not asked", shown()));
        }
        Some(_) => {}
    }
    let entries: Vec<_> = list.unwrap_or_default().split(',').map(str::trim).collect();
    if entries.contains(&"") {
        return Err("SOPS_HC_VAULT_ALLOWLIST has an empty element: take out the comma".into());
    }
    if entries.iter().any(|entry| with_slash(address).starts_with(&with_slash(entry))) {
        return Ok(());
    }
    Err(format!("SOPS_HC_VAULT_ALLOWLIST does not allow {}: add it if you trust it", shown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(key: &str, vars: &'static [(&'static str, &'static str)]) -> Result<String, String> {
        let env =
            Env::new(move |name| vars.iter().find(|(own, _)| *own == name).map(|(_, v)| v.into()), None);
        let key = HcVaultKey::parse(&format!("{key}/v1/transit/keys/k")).unwrap();
        Address::of(&key, &env, PlainHttp::IfConfigured).map(|address| address.base)
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_the_user_configured_it() {
        for near in ["http://127.0.0.1:8200", "http://localhost", "http://[::1]:8200", "https://vault:8200"] {
            assert_eq!(address(near, &[]).as_deref(), Ok(near));
        }
        let far = "http://vault:8200";
        for refused in [far, "http://127.0.0.1.example", "http://localhost.example:80", "http://[::2]:8200"] {
            assert!(address(refused, &[]).unwrap_err().contains("plain http"), "{refused}");
        }
        assert_eq!(address(far, &[("VAULT_ADDR", "http://VAULT:8200/")]).as_deref(), Ok(far));
        assert!(address(far, &[("VAULT_ADDR", "http://vault:8201")]).is_err());
        assert!(address(far, &[("VAULT_ADDR", "http://vault:8200.example")]).is_err());
    }

    #[test]
    fn an_agent_takes_the_place_of_the_key_s_address_behind_the_allow_list() {
        let agent = &[("VAULT_AGENT_ADDR", "http://127.0.0.1:8100/")];
        assert_eq!(address("https://vault", agent).as_deref(), Ok("http://127.0.0.1:8100"));
        assert!(address("https://vault", &[("VAULT_AGENT_ADDR", "unix:///run/agent")]).is_err());
        let both = &[
            ("VAULT_AGENT_ADDR", "http://127.0.0.1:8100"),
            ("SOPS_HC_VAULT_ALLOWLIST", "http://127.0.0.1:8100"),
        ];
        assert!(address("https://vault", both).is_err());
    }

    #[test]
    fn the_allow_list_compares_up_to_a_slash() {
        let allowed = |list| allowed("https://vault:8200", Some(list));
        for open in ["", "all", "https://vault:8200", "x, https://vault:8200/ ", "https://vault:8200/,none"] {
            assert_eq!(allowed(open), Ok(()), "{open}");
        }
        for shut in
            ["none", "https://vault", "https://vault:820", "https://vault:8200/v1", "x,all", " none", "http"]
        {
            assert!(allowed(shut).is_err(), "{shut}");
        }
        assert!(allowed("https://vault:8200,,x").unwrap_err().contains("empty element"));
    }
}
