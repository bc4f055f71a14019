//! What a vault asks for before it answers: a token of which tenant, for which resource.

use crate::keys::recipient::printable;

/// The part of a 401 that says how to come back.
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Challenge {
    pub(super) tenant: String,
    /// `https://vault.azure.net`, without `/.default`.
    pub(super) resource: String,
}

impl Challenge {
    /// What the header `WWW-Authenticate` of a vault at `host` (with its port) asks for. A token is fetched for the
    /// vault's own domain only: with one for another resource the vault could go there. The authority that it names
    /// counts for nothing but the tenant, or it would be sent the client's secret.
    pub(super) fn read(header: &str, host: &str) -> Result<Challenge, String> {
        let wrong = |what: &str| format!("its challenge {what}");
        let (scheme, fields) = header.trim().split_once(' ').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(wrong("is not for a bearer token"));
        }
        let field = |name: &str| {
            let mut fields = fields.split([',', ' ']).filter_map(|field| field.split_once('='));
            fields.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim_matches('"'))
        };
        let named = field("scope").or_else(|| field("resource"));
        let resource = named.ok_or_else(|| wrong("names no resource"))?.trim_end_matches("/.default");
        if !belongs(resource, host) {
            let shown = printable(resource, 80);
            return Err(wrong(&format!(
                "is for `{shown}`, which is not the domain of {host}: no token was sent"
            )));
        }
        let tenant = field("authorization").and_then(tenant);
        let tenant = tenant.ok_or_else(|| wrong("names no tenant"))?.to_owned();
        Ok(Challenge { tenant, resource: resource.to_owned() })
    }

    /// The resource as the newer token endpoints want it.
    pub(super) fn scope(&self) -> String {
        format!("{}/.default", self.resource)
    }
}

/// Whether the host is one below that of the resource, both with their ports, as the SDKs of Azure want it.
fn belongs(resource: &str, host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b);
    let Some(rest) = resource.strip_prefix("https://").filter(|rest| rest.bytes().all(plain)) else {
        return false;
    };
    let domain = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
    !domain.is_empty() && host.to_ascii_lowercase().ends_with(&format!(".{domain}"))
}

/// The tenant in `https://AUTHORITY/TENANT`: it becomes a part of a URL and an argument of `az`.
fn tenant(authority: &str) -> Option<&str> {
    let path = authority.strip_prefix("https://")?.split_once('/')?.1;
    path.split('/').next().filter(|tenant| is_tenant(tenant))
}

/// Whether the text can be the id or the domain of a tenant.
pub(super) fn is_tenant(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    text.bytes().all(plain) && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "lab.vault.azure.net";

    fn read(fields: &str) -> Result<(String, String), String> {
        Challenge::read(fields, HOST).map(|challenge| (challenge.tenant, challenge.resource))
    }

    #[test]
    fn a_vault_names_tenant_and_resource() {
        let expected = Ok(("t-1".to_owned(), "https://vault.azure.net".to_owned()));
        let authority = "authorization=\"https://login.windows.net/t-1\"";
        assert_eq!(read(&format!("Bearer {authority}, resource=\"https://vault.azure.net\"")), expected);
        assert_eq!(read(&format!("bearer {authority} scope=https://vault.azure.net/.default")), expected);
        let both = "resource=\"https://other.net\",scope=\"https://vault.azure.net/.default\"";
        assert_eq!(read(&format!("Bearer {authority},{both}")), expected);
    }

    #[test]
    fn a_resource_outside_the_vaults_own_domain_is_refused() {
        let challenge = |resource: &str, host: &str| {
            let header = format!("Bearer authorization=\"https://a.net/t\", resource=\"{resource}\"");
            Challenge::read(&header, host)
        };
        for (resource, host) in [
            ("https://graph.microsoft.com", HOST),
            ("https://ault.azure.net", HOST),
            ("https://lab.vault.azure.net", HOST),
            ("https://vault.azure.net:8443", HOST),
            ("https://vault.azure.net", "lab.vault.azure.net:8443"),
            ("https://vault.azure.net", "lab.vault.azure.net.evil.example"),
            ("https://vault.azure.net@evil.example", HOST),
            ("https://evil.example?.vault.azure.net", HOST),
            ("http://vault.azure.net", HOST),
            ("https://", "a."),
            ("", HOST),
        ] {
            let refused = challenge(resource, host).unwrap_err();
            assert!(refused.contains("no token was sent"), "{resource} {host}: {refused}");
        }
        assert!(challenge("https://0.0.1:99", "127.0.0.1:99").is_ok());
        assert!(challenge("https://VAULT.azure.net/", "Lab.Vault.Azure.net").is_ok());
    }

    #[test]
    fn what_is_no_challenge_is_said_to_be_none() {
        let resource = "resource=\"https://vault.azure.net\"";
        for (header, what) in [
            ("", "bearer"),
            ("Bearer", "bearer"),
            ("Basic realm=\"x\"", "bearer"),
            ("Bearer realm=\"x\"", "no resource"),
            (&format!("Bearer {resource}"), "no tenant"),
            (&format!("Bearer authorization=\"https://a.net\", {resource}"), "no tenant"),
            (&format!("Bearer authorization=\"https://a.net/..\", {resource}"), "no tenant"),
            (&format!("Bearer authorization=\"https://a.net/--x\", {resource}"), "no tenant"),
            (&format!("Bearer authorization=\"https://a.net/t?x\", {resource}"), "no tenant"),
        ] {
            let said = read(header).unwrap_err();
            assert!(said.contains(what), "{header}: {said}");
        }
    }
}
