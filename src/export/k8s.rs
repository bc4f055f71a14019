//! Kubernetes: the manifest of a Secret. Its values are in Base64, in which they are in no danger from YAML, and may be
//! any bytes.

use super::ExportError;
use crate::exec::environment::Variable;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The most bytes that the values may have together (`MaxSecretSize` of the API).
const LIMIT: usize = 1 << 20;

/// Writes a Secret.
///
/// # Errors
/// A name, namespace or key that the API refuses, and values that are too large together.
pub fn write(
    name: &str,
    namespace: Option<&str>,
    variables: &[Variable],
) -> Result<Zeroizing<String>, ExportError> {
    if name.len() > 253 || !name.split('.').all(is_label) {
        let why = "it has lower-case letters, digits, - and ., 253 characters at most, and each part between dots \
                   starts and ends with a letter or digit";
        return Err(ExportError::Manifest { what: "name", given: name.into(), why });
    }
    if let Some(given) = namespace.filter(|namespace| namespace.len() > 63 || !is_label(namespace)) {
        let why = "it has lower-case letters, digits and -, 63 characters at most, and starts and ends with a letter \
                   or digit";
        return Err(ExportError::Manifest { what: "namespace", given: given.into(), why });
    }
    let size = variables.iter().map(|variable| variable.value.len()).sum();
    if size > LIMIT {
        return Err(ExportError::Size { size, limit: LIMIT });
    }
    let room: usize = variables.iter().map(|each| each.name.len() + each.value.len() * 4 / 3 + 16).sum();
    let mut out = Zeroizing::new(String::with_capacity(room + 512));
    out.push_str("apiVersion: v1\nkind: Secret\nmetadata:\n");
    for (key, value) in [("name", Some(name)), ("namespace", namespace)] {
        if let Some(value) = value {
            out.extend(["  ", key, ": \"", value, "\"\n"]);
        }
    }
    out.push_str("type: Opaque\ndata:");
    out.push_str(if variables.is_empty() { " {}\n" } else { "\n" });
    for variable in variables {
        if let Some(why) = unfit(&variable.name) {
            return Err(ExportError::name("a Kubernetes Secret", variable, why));
        }
        // In quotes, or YAML would take some for numbers.
        let value = Zeroizing::new(STANDARD.encode(variable.value.as_slice()));
        out.extend(["  \"", &variable.name, "\": \"", &value, "\"\n"]);
    }
    Ok(out)
}

fn unfit(key: &str) -> Option<&'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let reserved = key == "." || key.starts_with("..");
    match !key.is_empty() && key.len() <= 253 && !reserved && key.bytes().all(fits) {
        true => None,
        false => {
            Some("keys have letters, digits, -, _ and . only, 253 at most, and do not start with two dots")
        }
    }
}

/// Part of a name (RFC 1123).
fn is_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}
