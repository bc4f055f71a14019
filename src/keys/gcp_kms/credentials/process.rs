//! Programs that print the token of another provider (Google's AIP-4117). They are started only if the user allows it.

use super::super::service::Object;
use super::{Fetch, MOST_BYTES, read_file};
use crate::keys::program::{self, Broken};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use zeroize::Zeroizing;

const ALLOW: &str = "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES";
const TOKEN: &str = "urn:ietf:params:oauth:token-type:";
/// Milliseconds that a program may take, unless its credentials say otherwise within these bounds.
const USUAL: u64 = 30_000;
const BOUNDS: std::ops::RangeInclusive<u64> = 5_000..=120_000;

pub(super) struct Process {
    command: String,
    timeout: Duration,
    output_file: Option<PathBuf>,
}

/// What the token has to be.
pub(super) struct Asked<'a> {
    pub audience: &'a str,
    pub token_type: &'a str,
    /// The service account that it is for.
    pub email: Option<&'a str>,
}

impl Process {
    pub fn parse(mut executable: Object) -> Result<Process, String> {
        let timeout = executable.number("timeout_millis").unwrap_or(USUAL);
        if !BOUNDS.contains(&timeout) {
            return Err("the `timeout_millis` of its `executable` is not between 5000 and 120000".into());
        }
        Ok(Process {
            command: executable
                .text("command")
                .ok_or("its `executable` has no `command`")?
                .as_str()
                .to_owned(),
            timeout: Duration::from_millis(timeout),
            output_file: executable.text("output_file").map(|path| path.as_str().into()),
        })
    }

    /// What the program printed last time, if that still holds, or prints now.
    pub fn token(&self, asked: &Asked<'_>, fetch: &Fetch<'_>) -> Result<Zeroizing<String>, String> {
        if fetch.env.text(ALLOW).as_deref() != Some("1") {
            return Err(format!(
                "it has a program print its token, which is not allowed: set {ALLOW}=1 if you trust the file"
            ));
        }
        let now = (fetch.clock)();
        let kept = self.output_file.as_ref().and_then(|path| read_file(path).ok());
        if let Some(token) = kept.and_then(|text| printed(&text, now).ok()) {
            return Ok(token);
        }
        printed(&self.run(asked)?, now).map_err(|why| format!("its program {why}"))
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Zeroizing<Vec<u8>>, String> {
        let mut words = self.command.split_whitespace();
        let mut command = Command::new(words.next().ok_or("its `command` is empty")?);
        command
            .args(words)
            .env("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", asked.audience)
            .env("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", asked.token_type)
            .env("GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "0")
            .stderr(Stdio::null());
        if let Some(email) = asked.email {
            command.env("GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL", email);
        }
        if let Some(path) = &self.output_file {
            command.env("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", path);
        }
        let ran =
            program::run_within(&mut command, MOST_BYTES, self.timeout).map_err(|broken| match broken {
                Broken::Start(fault) => format!("its program can't be started: {fault}"),
                Broken::Unread(_) => "its program printed more than a token".into(),
            })?;
        match ran {
            Some(ran) if ran.status.success() => Ok(ran.printed),
            Some(ran) => Err(format!("its program failed ({})", ran.status)),
            None => Err(format!("its program was not done within {} s", self.timeout.as_secs())),
        }
    }
}

/// The token in what a program printed, or what is wrong with that.
fn printed(text: &[u8], now: u64) -> Result<Zeroizing<String>, String> {
    let mut object = Object::parse(text).ok_or("printed no JSON object")?;
    if object.number("version") != Some(1) {
        return Err("printed no answer of version 1".into());
    }
    match object.0.get("success").and_then(serde_json::Value::as_bool) {
        Some(true) => {}
        Some(false) => {
            let mut said =
                |field| object.text(field).map(|text| crate::keys::printable(&text, 100)).unwrap_or_default();
            return Err(format!("says it failed: {} {}", said("code"), said("message")));
        }
        None => return Err("does not say whether it succeeded".into()),
    }
    if object.number("expiration_time").is_some_and(|end| end <= now) {
        return Err("printed a token that has expired".into());
    }
    let kind = object.text("token_type").ok_or("does not say the type of its token")?;
    let field = match kind.strip_prefix(TOKEN) {
        Some("jwt" | "id_token") => "id_token",
        Some("saml2") => "saml_response",
        _ => return Err("printed a token of a type that can't be exchanged".into()),
    };
    object.text(field).ok_or_else(|| format!("printed no `{field}`"))
}
