//! The variables of the official client.

use crate::keys::env::Env;
use crate::keys::http::{Settings, Tls};
use std::time::Duration;

/// The longest time-out: more can't be meant, and the clock would not hold it.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How the client is to behave. The error names the variable that makes no sense.
pub(super) fn from(env: &Env) -> Result<Settings, String> {
    let mut settings = Settings { tls: tls(env)?, ..Settings::default() };
    if let Some(text) = env.text("VAULT_CLIENT_TIMEOUT") {
        let whole = duration(text.trim()).filter(|whole| !whole.is_zero());
        let whole = whole.ok_or("VAULT_CLIENT_TIMEOUT is not a time: expected seconds, or as in 1m30s")?;
        settings.whole = whole.min(LONGEST);
        settings.connect = settings.connect.min(settings.whole);
    }
    if let Some(text) = env.text("VAULT_MAX_RETRIES") {
        let retries: u32 = text.trim().parse().map_err(|_| "VAULT_MAX_RETRIES is not a number")?;
        settings.tries = retries.saturating_add(1);
    }
    Ok(settings)
}

fn tls(env: &Env) -> Result<Tls, String> {
    let (client_cert, client_key) = (env.path("VAULT_CLIENT_CERT"), env.path("VAULT_CLIENT_KEY"));
    if client_cert.is_some() != client_key.is_some() {
        return Err("VAULT_CLIENT_CERT and VAULT_CLIENT_KEY go together: set both or none".into());
    }
    let skip_verify = match env.text("VAULT_SKIP_VERIFY").as_deref() {
        None | Some("0" | "f" | "F" | "false" | "FALSE" | "False") => false,
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => true,
        Some(_) => return Err("VAULT_SKIP_VERIFY is neither true nor false".into()),
    };
    Ok(Tls {
        ca_file: env.path("VAULT_CACERT"),
        ca_path: env.path("VAULT_CAPATH"),
        client_cert,
        client_key,
        server_name: env.text("VAULT_TLS_SERVER_NAME"),
        skip_verify,
    })
}

/// Whole seconds, or Go's spelling with units.
fn duration(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|length| *length > 0)?;
        let number: u32 = rest[..digits].parse().ok()?;
        let units = [
            ("ms", Duration::from_millis(1)),
            ("s", Duration::from_secs(1)),
            ("m", Duration::from_secs(60)),
            ("h", Duration::from_secs(3600)),
        ];
        let (unit, length) = units.iter().find(|(unit, _)| rest[digits..].starts_with(unit))?;
        total = total.checked_add(length.checked_mul(number)?)?;
        rest = &rest[digits + unit.len()..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_as_go_spells_them() {
        for (text, millis) in [("60", 60_000), ("1m30s", 90_000), ("250ms", 250), ("1h", 3_600_000)] {
            assert_eq!(duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for wrong in ["", "s", "1x", "1m30", "-1s", "1.5s", "99999999999s", "99999999999999999999"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_clock_holds_every_time_out() {
        for text in [u64::MAX.to_string(), format!("{0}h{0}h", u32::MAX)] {
            let env =
                Env::new(move |name| (name == "VAULT_CLIENT_TIMEOUT").then(|| text.clone().into()), None);
            assert_eq!(from(&env).map(|settings| settings.whole), Ok(LONGEST));
        }
    }

    #[test]
    fn a_variable_that_makes_no_sense_is_named() {
        for (name, value) in [
            ("VAULT_CLIENT_TIMEOUT", "soon"),
            ("VAULT_CLIENT_TIMEOUT", "0"),
            ("VAULT_MAX_RETRIES", "-1"),
            ("VAULT_SKIP_VERIFY", "yes"),
            ("VAULT_CLIENT_KEY", "/key.pem"),
        ] {
            let env = Env::new(move |asked| (asked == name).then(|| value.into()), None);
            let why = from(&env).err().unwrap_or_default();
            assert!(why.contains(name), "{name}={value}: {why:?}");
        }
    }
}
