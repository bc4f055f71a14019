//! Where Cloud KMS is asked, and which other addresses may be given a credential.

use crate::keys::Env;
use crate::keys::host::{is_this_machine, without_port};

/// The universe of almost everybody.
pub(super) const DEFAULT_UNIVERSE: &str = "googleapis.com";

/// Where the metadata server of a virtual machine is, on all of them.
const METADATA_HOST: &str = "169.254.169.254";

/// Where calls go.
pub(super) struct Endpoint {
    /// Without a slash at its end.
    pub url: String,
    /// What the universe of the credentials has to be. An endpoint that the user chose leaves it open.
    pub universe: Option<String>,
}

impl Endpoint {
    /// The user's own variables, of which the endpoint wins over the universe, as in sops.
    pub fn of(env: &Env) -> Result<Endpoint, String> {
        const ENDPOINT: &str = "SOPS_GCP_KMS_ENDPOINT";
        if let Some(text) = env.text(ENDPOINT) {
            let (scheme, rest) = text.split_once("://").unwrap_or(("https", &text));
            let rest = rest.strip_suffix('/').unwrap_or(rest);
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if !matches!(scheme, "http" | "https") || !is_authority(authority) || !is_path(path) {
                return Err(format!(
                    "{ENDPOINT} is not an address: expected HOST:PORT or https://HOST[:PORT]"
                ));
            }
            return Ok(Endpoint { url: format!("{scheme}://{rest}"), universe: None });
        }
        let chosen = ["SOPS_GCP_KMS_UNIVERSE_DOMAIN", "GOOGLE_CLOUD_UNIVERSE_DOMAIN"];
        let chosen = chosen.iter().find_map(|name| Some((*name, env.text(name)?)));
        let universe = match chosen {
            Some((name, universe)) if !is_authority(&universe) || universe.contains(':') => {
                return Err(format!("{name} is not the name of a domain, such as {DEFAULT_UNIVERSE}"));
            }
            Some((_, universe)) => universe,
            None => DEFAULT_UNIVERSE.to_owned(),
        };
        Ok(Endpoint { url: format!("https://cloudkms.{universe}"), universe: Some(universe) })
    }
}

/// The metadata server, as `GCE_METADATA_HOST` has it, or where it always is; and whether the variable was set.
pub(super) fn metadata_host(env: &Env) -> Result<(String, bool), String> {
    const HOST: &str = "GCE_METADATA_HOST";
    match env.text(HOST) {
        Some(host) if is_authority(&host) => Ok((host, true)),
        Some(_) => Err(format!("{HOST} is not a host, with or without a port")),
        None => Ok((METADATA_HOST.to_owned(), false)),
    }
}

/// Whether a credential may be sent to an address that a file of credentials names: over TLS, or not beyond this
/// machine. `field` is what the file calls it.
pub(super) fn secure(field: &str, url: &str, env: &Env) -> Result<(), String> {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_own =
        |host: &str| is_this_machine(host) || matches!(host, "metadata.google.internal" | METADATA_HOST);
    let is_metadata = || metadata_host(env).is_ok_and(|(host, _)| host == authority);
    match scheme {
        _ if !is_authority(authority) || url.contains(|c: char| !c.is_ascii_graphic()) => {
            Err(format!("its `{field}` is not a URL"))
        }
        "https" => Ok(()),
        "http" if is_own(without_port(authority)) || is_metadata() => Ok(()),
        _ => Err(format!("its `{field}` is not an https:// URL")),
    }
}

/// A name or an address, and perhaps a port; no user in front.
fn is_authority(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) if address.parse::<std::net::Ipv6Addr>().is_ok() => ("ip", port),
        Some(_) => return false,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let is_name = !name.is_empty() && name.bytes().all(plain) && !name.split('.').any(str::is_empty);
    is_name && (port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()))
}

/// Nothing, or names behind slashes.
fn is_path(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
    text.bytes().all(plain) && !text.contains("..") && !text.contains("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(set: &'static [(&str, &str)]) -> Env {
        Env::new(move |name| set.iter().find(|(own, _)| *own == name).map(|(_, value)| value.into()), None)
    }

    fn url(set: &'static [(&str, &str)]) -> Result<String, String> {
        Endpoint::of(&env(set)).map(|endpoint| endpoint.url)
    }

    #[test]
    fn an_endpoint_has_tls_unless_it_says_otherwise() {
        assert_eq!(url(&[]).unwrap(), "https://cloudkms.googleapis.com");
        for (text, meant) in [
            ("127.0.0.1:8443", "https://127.0.0.1:8443"),
            ("cloudkms.s3nsapis.fr:443", "https://cloudkms.s3nsapis.fr:443"),
            ("http://127.0.0.1:80/", "http://127.0.0.1:80"),
            ("https://[::1]:9/kms", "https://[::1]:9/kms"),
        ] {
            let env = Env::new(move |name| (name == "SOPS_GCP_KMS_ENDPOINT").then(|| text.into()), None);
            assert_eq!(Endpoint::of(&env).unwrap().url, meant);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_repeated() {
        for text in [
            "ftp://h",
            "https://",
            "https://user@h",
            "h:99999",
            "h?x",
            "https://h/a?b",
            "a b",
            "https://h/../x",
        ] {
            let env = Env::new(move |name| (name == "SOPS_GCP_KMS_ENDPOINT").then(|| text.into()), None);
            let why = Endpoint::of(&env).err().unwrap_or_else(|| panic!("{text} is accepted"));
            assert!(why.starts_with("SOPS_GCP_KMS_ENDPOINT is not an address"), "{why}");
        }
    }

    #[test]
    fn an_endpoint_wins_over_a_universe() {
        let set = &[("SOPS_GCP_KMS_UNIVERSE_DOMAIN", "universe.test")];
        assert_eq!(url(set).unwrap(), "https://cloudkms.universe.test");
        assert_eq!(Endpoint::of(&env(set)).unwrap().universe.as_deref(), Some("universe.test"));
        let both = &[("SOPS_GCP_KMS_UNIVERSE_DOMAIN", "universe.test"), ("SOPS_GCP_KMS_ENDPOINT", "h:1")];
        assert_eq!(url(both).unwrap(), "https://h:1");
        assert!(Endpoint::of(&env(both)).unwrap().universe.is_none());
        assert!(url(&[("SOPS_GCP_KMS_UNIVERSE_DOMAIN", "evil.test/x")]).is_err());
        assert!(url(&[("GOOGLE_CLOUD_UNIVERSE_DOMAIN", "evil.test:1")]).is_err());
    }

    #[test]
    fn credentials_leave_the_machine_over_tls_only() {
        let env = env(&[("GCE_METADATA_HOST", "metadata.test:8080")]);
        for url in [
            "https://oauth2.googleapis.com/token",
            "http://127.0.0.1:80/token",
            "http://localhost/",
            "http://[::1]:1/",
            "http://169.254.169.254/x?y=z",
            "http://metadata.test:8080/x",
        ] {
            assert_eq!(secure("token_uri", url, &env), Ok(()), "{url}");
        }
        for url in [
            "http://oauth2.googleapis.com/token",
            "http://127.0.0.1.evil.test/",
            "http://127.0.0.1@evil.test/",
            "https://user@evil.test/",
            "http://metadata.test/x",
            "file:///etc/passwd",
            "https:///x",
            "https://h/a b",
            "",
        ] {
            assert!(secure("token_uri", url, &env).is_err(), "{url}");
        }
    }
}
