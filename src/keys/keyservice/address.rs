//! Where a key service listens.

use crate::keys::host::{is_loopback, is_this_machine};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The place of a key service, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    Tcp {
        host: String,
        port: u16,
    },
}

impl Address {
    /// `unix:///path`, `unix:/path` or `tcp://host:port` (spec, config 9). The error says what was expected.
    pub fn parse(text: &str) -> Result<Address, String> {
        let wrong = || "expected unix:///PATH or tcp://HOST:PORT".to_owned();
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path.starts_with('/') && path.len() > 1 {
                true => Ok(Address::Unix(path.into())),
                false => Err(wrong()),
            };
        }
        let rest = text.strip_prefix("tcp://").ok_or_else(wrong)?;
        let (host, port) = split(rest.strip_suffix('/').unwrap_or(rest)).ok_or_else(wrong)?;
        if host.is_empty() || port == 0 {
            return Err(wrong());
        }
        Ok(Address::Tcp { host, port })
    }

    /// Whether data keys stay on this machine on their way to it. What `localhost` is resolved to is checked when it is used.
    pub fn is_local(&self) -> bool {
        match self {
            Address::Unix(_) => true,
            Address::Tcp { host, .. } => is_this_machine(host),
        }
    }
}

/// What of these may be used when nothing beyond this machine may be.
pub(super) fn allowed(addresses: impl Iterator<Item = SocketAddr>, plain_tcp: bool) -> Vec<SocketAddr> {
    addresses.filter(|address| plain_tcp || is_loopback(address.ip())).collect()
}

/// `host:port` or `[host]:port`; the host may be empty.
pub(super) fn split(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let sound = match bare {
        Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    };
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let port = port.parse().ok().filter(|_| digits)?;
    sound.then(|| (bare.unwrap_or(host).to_owned(), port))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "unix://{}", path.display()),
            Address::Tcp { host, port } if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_as_in_sops() {
        let tcp = |host: &str, port| Ok(Address::Tcp { host: host.into(), port });
        assert_eq!(Address::parse("unix:///run/x.sock"), Ok(Address::Unix("/run/x.sock".into())));
        assert_eq!(Address::parse("unix:/run/x.sock"), Ok(Address::Unix("/run/x.sock".into())));
        assert_eq!(Address::parse("tcp://127.0.0.1:5000"), tcp("127.0.0.1", 5000));
        assert_eq!(Address::parse("tcp://[::1]:5000/"), tcp("::1", 5000));
        assert_eq!(
            Address::parse("tcp://keys.example:80").map(|it| it.to_string()),
            Ok("tcp://keys.example:80".into())
        );
        for wrong in [
            "",
            ":%",
            "unix://",
            "unix:x",
            "unix://x/y",
            "tcp://",
            "tcp://x",
            "tcp://x:",
            "tcp://x:0",
            "tcp://x:+1",
            "tcp://:5000",
            "tcp://a b:1",
            "tcp://x:70000",
            "tcp://::1:5",
            "tcp://[x]:5",
            "http://x:1",
            "tcp://u@x:1",
        ] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_this_machine_is_local() {
        let local = |text: &str| Address::parse(text).is_ok_and(|address| address.is_local());
        for yes in
            ["unix:///x", "tcp://127.0.0.1:1", "tcp://127.9.9.9:1", "tcp://[::1]:1", "tcp://LocalHost:1"]
        {
            assert!(local(yes), "{yes}");
        }
        assert!(local("tcp://[::ffff:127.0.0.1]:1"));
        for no in
            ["tcp://0.0.0.0:1", "tcp://[::]:1", "tcp://10.0.0.1:1", "tcp://localhost.example:1", "tcp://x:1"]
        {
            assert!(!local(no), "{no}");
        }
    }
}
