//! What went wrong, in one line without anything secret.

use crate::keys::recipient::printable;
use aws_sdk_kms::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use std::error::Error;

/// The most characters that are quoted of what somebody else says.
const QUOTED: usize = 200;
const NO_ANSWER: &str = "its answer is not one of KMS";

/// Why a call of KMS failed. `secrets` went with it, so they may come back.
pub(super) fn of_call<E>(error: &SdkError<E>, secrets: &[&str]) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => "no answer in time".into(),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "no connection in time".into(),
        SdkError::ServiceError(refusal) => match refusal.err().meta() {
            meta if meta.code().is_some() => refused(meta, secrets),
            _ if refusal.raw().status().is_success() => NO_ANSWER.into(),
            _ => format!("it answered with the HTTP status {}", refusal.raw().status()),
        },
        SdkError::ResponseError(_) => NO_ANSWER.into(),
        _ => said(error),
    }
}

/// What is at the bottom of an error of the SDK.
pub(super) fn said(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let Some(last) = causes.last() else { return String::new() };
    if let Some(meta) = last.downcast_ref::<ErrorMetadata>().filter(|meta| meta.code().is_some()) {
        return refused(meta, &[]);
    }
    // What the user's program for credentials said may hold some.
    let text = last.to_string();
    let text = text.split(" Stderr:").next().unwrap_or_default().trim_end_matches('.');
    let text = text.strip_prefix("Error retrieving credentials: ").unwrap_or(text);
    let hint = match text {
        text if text.contains("UnknownIssuer") => {
            " (if its authority is your own, set AWS_CA_BUNDLE to a file with its certificate)"
        }
        text if text.contains("SSO") => " (log in with `aws sso login`)",
        _ => "",
    };
    format!("{}{hint}", quoted(text, &[]))
}

/// The code and message of a service, and what to do about it.
fn refused(meta: &ErrorMetadata, secrets: &[&str]) -> String {
    let code: String = meta.code().unwrap_or_default().chars().take(60).collect();
    let code = quoted(&code, secrets);
    let message = quoted(meta.message().unwrap_or_default(), secrets);
    let separator = if message.is_empty() { "" } else { ": " };
    let hint = match code.trim_end_matches("Exception") {
        "InvalidCiphertext" => " (the encryption context is another one, or the `enc` of the key is damaged)",
        "NotFound" => " (the account and region of its ARN have no such key)",
        "IncorrectKey" => " (its `enc` was made with another key)",
        "Disabled" | "KMSInvalidState" => " (somebody who administers the key can enable it)",
        "ExpiredToken" | "RequestExpired" => " (log in again, for example with `aws sso login`)",
        "UnrecognizedClient" | "InvalidClientTokenId" | "InvalidSignature" | "SignatureDoesNotMatch" => {
            " (AWS does not take these credentials)"
        }
        "Throttling" | "TooManyRequests" => " (try again later)",
        _ => "",
    };
    format!("{code}{separator}{message}{hint}")
}

/// What somebody else says, short and without secrets: neither those that are known, nor what looks like one.
fn quoted(text: &str, secrets: &[&str]) -> String {
    let known = secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret));
    if known {
        return "(it repeats what was sent)".into();
    }
    let words = text.split_inclusive(|c: char| c.is_whitespace() || "\"'`,;:<>()[]{}".contains(c));
    let shown: String = words.map(|word| if is_opaque(word) { "…" } else { word }).collect();
    printable(&shown, QUOTED)
}

/// Whether a word may be a wrapped or a clear key, or a token: Base64 of 30 bytes or more, or anything very long.
fn is_opaque(word: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let letters = word.trim_end_matches(|c| !base64(c));
    letters.len() >= 100 || (letters.len() >= 40 && letters.chars().all(base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_not_repeated() {
        let key = "A".repeat(43) + "=";
        assert_eq!(quoted(&format!("got \"{key}\" from you"), &[]), "got \"… from you");
        assert_eq!(quoted("the key hunter2 is bad", &["hunter2"]), "(it repeats what was sent)");
        let arn = "User: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Administrators_0123456789abcdef/a.b@c is not authorized";
        assert_eq!(quoted(arn, &[]), arn);
    }
}
