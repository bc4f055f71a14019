//! Which proxy a request goes through, as Go's clients decide it.

use super::error::HttpError;
use super::request::Request;
use crate::keys::env::Env;
use std::net::IpAddr;
use ureq::Proxy;
use ureq::http::Uri;

/// The proxy of the environment for this URL. Never one for the machine itself.
pub(super) fn for_request(
    env: &Env,
    request: &Request,
    url: Option<&Uri>,
) -> Result<Option<Proxy>, HttpError> {
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
    Proxy::new(&text).map(Some).map_err(|_| HttpError::ProxyUrl(name))
}

/// Whether a host (without brackets) is on the loopback.
pub(in crate::keys) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
