//! Workload identity federation: the token of another provider is exchanged for one of Google.

use super::super::service::Object;
use super::impersonated::{LIFETIME, Target};
use super::oauth::{self, Endpoint};
use super::subject::Subject;
use super::{CLOUD_PLATFORM, Fetch, Token};
use crate::keys::KeyError;
use zeroize::Zeroizing;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub(super) struct ExternalAccount {
    audience: String,
    token_type: String,
    endpoint: Endpoint,
    subject: Subject,
    target: Option<Target>,
    client: Option<(String, Zeroizing<String>)>,
    user_project: Option<String>,
}

impl ExternalAccount {
    pub fn parse(fields: &mut Object, universe: &str) -> Result<ExternalAccount, String> {
        let lifetime = fields.object("service_account_impersonation");
        let lifetime = lifetime.and_then(|it| it.number("token_lifetime_seconds")).unwrap_or(LIFETIME);
        let target = Target::parse(fields, Vec::new(), lifetime)?;
        let endpoint = Endpoint::parse(fields, "token_url", format!("https://sts.{universe}/v1/token"));
        let mut source = fields.object("credential_source").ok_or("it has no `credential_source`")?;
        let mut text = |field: &str| fields.text(field).map(|text| text.as_str().to_owned());
        let (audience, token_type) = (text("audience"), text("subject_token_type"));
        let token_type = token_type.ok_or("it has no `subject_token_type`")?;
        let client = text("client_id").zip(fields.text("client_secret"));
        let mut text = |field: &str| fields.text(field).map(|text| text.as_str().to_owned());
        Ok(ExternalAccount {
            audience: audience.ok_or("it has no `audience`")?,
            endpoint,
            user_project: text("workforce_pool_user_project").filter(|_| client.is_none()),
            subject: Subject::parse(&mut source)?,
            token_type,
            target,
            client,
        })
    }

    pub fn email(&self) -> Option<&str> {
        self.target.as_ref()?.email()
    }

    pub fn token(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        let Some(target) = &self.target else { return self.exchange(fetch) };
        let own = self.exchange(&Fetch { scopes: CLOUD_PLATFORM, ..*fetch })?;
        target.token(&own, fetch)
    }

    /// The exchange of RFC 8693.
    fn exchange(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        let target = self.target.as_ref().and_then(Target::email);
        let subject = self.subject.token(fetch, &self.audience, &self.token_type, target)?;
        let scope = fetch.scopes.join(" ");
        let options = self
            .user_project
            .as_ref()
            .map(|project| serde_json::json!({ "userProject": project }).to_string());
        let mut form = vec![
            ("grant_type", GRANT),
            ("audience", &self.audience),
            ("scope", &scope),
            ("requested_token_type", ACCESS_TOKEN),
            ("subject_token_type", &self.token_type),
            ("subject_token", &subject),
        ];
        form.extend(options.as_deref().map(|options| ("options", options)));
        let client = self.client.as_ref().map(|(id, secret)| (id.as_str(), secret.as_str()));
        oauth::exchange(fetch, "sts token exchange", &self.endpoint, &form, client, &[&subject])
    }
}
