//! What another provider says of us: the token that workload identity federation exchanges.

use super::super::endpoint::secure;
use super::super::service::{Call, Object};
use super::process::{self, Process};
use super::{Fetch, read_file};
use crate::keys::KeyError;
use crate::keys::http::Request;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Where the token is.
pub(super) enum Subject {
    File { path: PathBuf, format: Format },
    Url { url: String, headers: Vec<(String, Zeroizing<String>)>, format: Format },
    Process(Process),
}

/// How the token stands in a file or a reply.
pub(super) enum Format {
    Text,
    /// In this field of an object.
    Json(String),
}

impl Subject {
    /// The `credential_source` of a file of credentials.
    pub fn parse(source: &mut Object) -> Result<Subject, String> {
        let mut text = |field: &str| source.text(field).map(|text| text.as_str().to_owned());
        if text("environment_id").is_some_and(|id| id.starts_with("aws")) {
            return Err("federation with credentials of AWS can't be used here: get an access token with `gcloud auth \
                        print-access-token` and set GOOGLE_OAUTH_ACCESS_TOKEN"
                .into());
        }
        let (path, url) = (text("file"), text("url"));
        let format = Format::parse(source.object("format"))?;
        match (path, url, source.object("executable")) {
            (Some(path), ..) => Ok(Subject::File { path: path.into(), format }),
            (None, Some(url), _) => {
                let headers = source.object("headers").map(taken).unwrap_or_default();
                Ok(Subject::Url { url, headers, format })
            }
            (None, None, Some(executable)) => Process::parse(executable).map(Subject::Process),
            _ => Err("its `credential_source` has neither `file` nor `url` nor `executable`".into()),
        }
    }

    /// The token, fetched anew: it lives for minutes.
    pub fn token(
        &self,
        fetch: &Fetch<'_>,
        audience: &str,
        token_type: &str,
        email: Option<&str>,
    ) -> Result<Zeroizing<String>, KeyError> {
        match self {
            Subject::File { path, format } => {
                let of_file = |why: String| fetch.fault(&format!("its token file {}: {why}", path.display()));
                let text = read_file(path).map_err(of_file)?;
                format.token(&text).map_err(|why| of_file(why.into()))
            }
            Subject::Url { url, headers, format } => {
                secure("credential_source.url", url, fetch.env).map_err(|why| fetch.fault(&why))?;
                let mut request = Request::get(url);
                for (name, value) in headers {
                    request = request.header(name.clone(), value.as_str());
                }
                let secrets: Vec<&str> = headers.iter().map(|(_, value)| value.as_str()).collect();
                let call = Call { name: "identity token", request, secrets: &secrets };
                let reply = fetch.service.send(&call)?;
                format.token(&reply.body).map_err(|why| fetch.service.failed(&call, why.into()))
            }
            Subject::Process(process) => {
                let asked = process::Asked { audience, token_type, email };
                process.token(&asked, fetch).map_err(|why| fetch.fault(&why))
            }
        }
    }
}

impl Format {
    fn parse(format: Option<Object>) -> Result<Format, String> {
        let Some(mut format) = format else { return Ok(Format::Text) };
        match format.text("type").as_deref().map(String::as_str) {
            None | Some("text") => Ok(Format::Text),
            Some("json") => match format.text("subject_token_field_name") {
                Some(field) => Ok(Format::Json(field.as_str().to_owned())),
                None => {
                    Err("the `format` of its `credential_source` has no `subject_token_field_name`".into())
                }
            },
            Some(_) => Err("the `format` of its `credential_source` is neither text nor json".into()),
        }
    }

    fn token(&self, text: &[u8]) -> Result<Zeroizing<String>, &'static str> {
        let token = match self {
            Format::Json(field) => {
                let mut object = Object::parse(text).ok_or("it is not a JSON object")?;
                object.text(field).ok_or("it has no such field with a token")?
            }
            Format::Text => {
                let text = std::str::from_utf8(text).map_err(|_| "the token is not text")?;
                Zeroizing::new(text.trim().to_owned())
            }
        };
        if token.is_empty() { Err("it is empty") } else { Ok(token) }
    }
}

/// All fields that are texts.
fn taken(mut object: Object) -> Vec<(String, Zeroizing<String>)> {
    let names: Vec<String> = object.0.keys().cloned().collect();
    names
        .into_iter()
        .filter_map(|name| object.text(&name).map(|value| (name.to_ascii_lowercase(), value)))
        .collect()
}
