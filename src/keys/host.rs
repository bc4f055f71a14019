//! Hosts: what is told of them, and which of them are this machine.

use super::recipient::printable;
use std::net::IpAddr;

/// Most characters that are shown.
const MOST: usize = 200;

/// The host of a URL with its port, for messages: no user, no password, no path.
pub(super) fn shown(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    printable(authority.rsplit('@').next().unwrap_or_default(), MOST)
}

/// `HOST[:PORT]` without the port, and without the brackets of an IPv6 address.
pub(super) fn without_port(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether a host (without brackets) is this machine by its name alone: to what `localhost` is resolved is not known here.
pub(super) fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback)
}

/// Whether it is this machine's, an IPv4 address in the spelling of IPv6 too.
pub(super) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_shown_without_password_and_path() {
        assert_eq!(shown("https://me:secret@kms.test:8443/a?b"), "kms.test:8443");
        assert_eq!(shown("https://kms.eu-west-1.amazonaws.com/"), "kms.eu-west-1.amazonaws.com");
        assert_eq!(shown("kms.test?x"), "kms.test");
    }

    #[test]
    fn a_port_and_brackets_are_no_part_of_a_name() {
        for (authority, host) in [("h", "h"), ("h:1", "h"), ("[::1]", "::1"), ("[::1]:8200", "::1")] {
            assert_eq!(without_port(authority), host);
        }
    }

    #[test]
    fn only_the_loopback_is_this_machine() {
        for near in ["localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(is_this_machine(near), "{near}");
        }
        for far in ["", "localhost.example", "127.0.0.1.example", "0.0.0.0", "::", "::2", "10.0.0.1"] {
            assert!(!is_this_machine(far), "{far}");
        }
    }
}
