//! Which proxy a request goes through, as Go's clients decide it.

use super::error::HttpError;
use super::request::Request;
use crate::keys::env::Env;
use crate::keys::host::is_this_machine;
use std::net::IpAddr;
use ureq::Proxy;
use ureq::http::Uri;

/// A proxy, and the variable that names it.
pub(super) struct Chosen {
    pub variable: &'static str,
    pub address: Proxy,
}

/// The proxy of the environment for this URL, of which a tunnel is asked (`CONNECT`) for either scheme. Never one for
/// the machine itself.
pub(super) fn for_request(
    env: &Env,
    request: &Request,
    url: Option<&Uri>,
) -> Result<Option<Chosen>, HttpError> {
    let url = url.ok_or(HttpError::Url)?;
    let host = url.host().ok_or(HttpError::Url)?.trim_matches(['[', ']']).to_ascii_lowercase();
    let (names, port) = match url.scheme_str() {
        Some("https") => (["HTTPS_PROXY", "https_proxy"], 443),
        Some("http") => (["HTTP_PROXY", "http_proxy"], 80),
        _ => return Err(HttpError::Url),
    };
    let port = url.port_u16().unwrap_or(port);
    let Some((name, text)) = names.iter().find_map(|name| Some((*name, env.text(name)?))) else {
        return Ok(None);
    };
    let exempt = ["NO_PROXY", "no_proxy"].iter().find_map(|name| env.text(name)).unwrap_or_default();
    if request.direct
        || is_this_machine(&host)
        || exempt.split(',').any(|entry| covers(entry.trim(), &host, port))
    {
        return Ok(None);
    }
    let text = if text.contains("://") { text } else { format!("http://{text}") };
    if !text.starts_with("http://") {
        return Err(HttpError::ProxyUrl(name));
    }
    let address = Proxy::new(&text).map_err(|_| HttpError::ProxyUrl(name))?;
    Ok(Some(Chosen { variable: name, address }))
}

/// Whether an entry of `NO_PROXY` means the host: `*`, an address, a network (`10.0.0.0/8`), a domain with its
/// subdomains (`example.org`) or only those (`.example.org`, `*.example.org`); each but a network may end with a port.
fn covers(entry: &str, host: &str, port: u16) -> bool {
    let entry = entry.to_ascii_lowercase();
    let address = host.parse::<IpAddr>().ok();
    if let Some((network, bits)) = entry.split_once('/') {
        let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
        return address.is_some_and(|address| is_in(address, network, bits));
    }
    let entry = match entry.rsplit_once(':') {
        Some((rest, digits)) if !rest.ends_with(':') && (!rest.contains(':') || rest.ends_with(']')) => {
            if digits.parse() != Ok(port) {
                return false;
            }
            rest
        }
        _ => &entry,
    };
    let entry = entry.trim_matches(['[', ']']);
    if let Ok(entry) = entry.parse::<IpAddr>() {
        return address == Some(entry);
    }
    let domain = entry.strip_prefix('*').unwrap_or(entry);
    match (entry, domain.strip_prefix('.')) {
        ("", _) => false,
        ("*", _) => true,
        (_, Some(_)) => host.ends_with(domain),
        (_, None) => host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
    }
}

fn is_in(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let same = |differing_zeros: u32, width: u32| bits <= width && differing_zeros >= bits;
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => same((a.to_bits() ^ n.to_bits()).leading_zeros(), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => same((a.to_bits() ^ n.to_bits()).leading_zeros(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(url: &str, vars: &'static [(&'static str, &'static str)]) -> Result<Option<u16>, HttpError> {
        let env =
            Env::new(move |name| vars.iter().find(|(own, _)| *own == name).map(|(_, v)| v.into()), None);
        let found = for_request(&env, &Request::get(url), Some(&url.parse().unwrap()));
        found.map(|proxy| proxy.map(|proxy| proxy.address.port()))
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let vars = &[("HTTPS_PROXY", "http://proxy:1"), ("http_proxy", "proxy:2")];
        assert_eq!(proxy("https://kms.example/x", vars), Ok(Some(1)));
        assert_eq!(proxy("http://kms.example/x", vars), Ok(Some(2)));
        assert_eq!(proxy("https://kms.example/x", &[("HTTP_PROXY", "http://proxy:1")]), Ok(None));
        let odd = &[("https_proxy", "socks5://user:CANARY@proxy")];
        assert_eq!(proxy("https://kms.example/x", odd), Err(HttpError::ProxyUrl("https_proxy")));
    }

    #[test]
    fn the_machine_itself_needs_no_proxy() {
        let vars = &[("HTTPS_PROXY", "http://proxy:1")];
        for near in
            ["https://localhost/", "https://127.0.0.1:8200/", "https://127.9.9.9/", "https://[::1]:8200/"]
        {
            assert_eq!(proxy(near, vars), Ok(None), "{near}");
        }
        let env = Env::new(|_| Some("http://proxy:1".into()), None);
        let request = Request::get("http://169.254.169.254/").direct();
        assert!(for_request(&env, &request, Some(&request.url.parse().unwrap())).unwrap().is_none());
    }

    #[test]
    fn no_proxy_is_read_as_go_reads_it() {
        for (entry, host) in [
            ("*", "kms.example"),
            ("kms.example", "kms.example"),
            ("Example", "kms.example"),
            ("example:443", "kms.example"),
            (".example", "kms.example"),
            ("*.example", "kms.example"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3"),
            ("fd00::/8", "fd00::1"),
            ("fd00::1", "fd00::1"),
            ("[fd00::1]:443", "fd00::1"),
        ] {
            assert!(covers(entry, host, 443), "{entry} {host}");
        }
        for (entry, host) in [
            ("", "kms.example"),
            ("s.example", "kms.example"),
            (".kms.example", "kms.example"),
            ("example:80", "kms.example"),
            ("10.0.0.0/8", "11.1.2.3"),
            ("10.0.0.0/33", "10.0.0.0"),
            ("10.0.0.0/x", "10.0.0.0"),
            ("fd00::/8", "10.1.2.3"),
        ] {
            assert!(!covers(entry, host, 443), "{entry} {host}");
        }
    }
}
