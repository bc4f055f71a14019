//! The forms without a command (spec, cli 17).

use super::{Call, Given};
use crate::cli::error::CliError;
use crate::cli::exit;
use std::ffi::OsString;
use std::path::Path;

/// The modes in the order in which sops runs them.
const MODES: [&str; 4] = ["encrypt", "decrypt", "rotate", "set"];

/// Makes a legacy call one of a command.
pub fn to_command(call: &mut Call) -> Result<(), CliError> {
    call.legacy = true;
    let modes: Vec<(&str, Given)> =
        MODES.into_iter().filter_map(|mode| call.take(mode).map(|given| (mode, given))).collect();
    if modes.len() > 1 {
        // sops runs them all on the file as it is, and the last one's output wins.
        let names: Vec<String> = modes.iter().map(|(mode, _)| format!("--{mode}")).collect();
        call.warnings.push(format!("{} exclude each other; only the last one counts", names.join(" and ")));
    }
    if call.positional.is_empty() {
        return Err(CliError::bare(exit::NO_FILE, "Error: no file specified"));
    }
    let missing = call.positional.first().is_some_and(|file| !Path::new(file).exists());
    let rekeys = call.flags.iter().any(|flag| flag.name.starts_with("add-") || flag.name.starts_with("rm-"));
    if missing && rekeys {
        let message = "Error: cannot add or remove keys on non-existent file";
        return Err(CliError::bare(exit::NO_KEYS_TO_CHANGE, message));
    }
    let reads = modes.last().is_some_and(|(mode, _)| *mode != "set");
    if let (true, Some(file)) = (missing && reads, call.positional.first()) {
        return Err(CliError::no_such_file(Path::new(file)));
    }
    let Some((mode, given)) = modes.into_iter().next_back() else {
        call.command = Some("edit".to_owned());
        return Ok(());
    };
    call.command = Some(mode.to_owned());
    if mode == "set" {
        let (path, value) = split(given.value.unwrap_or_default())?;
        call.positional.truncate(1);
        call.positional.extend([path.into(), value.into()]);
    }
    Ok(())
}

/// `PATH VALUE`, cut at the first bracket with a blank behind it.
fn split(text: OsString) -> Result<(String, String), CliError> {
    let text = text.to_string_lossy().into_owned();
    match text.split_once("] ") {
        Some((path, value)) => Ok((format!("{path}]"), value.to_owned())),
        None => {
            Err(CliError::new(exit::INVALID_CHANGE, "--set takes a path and a value with a blank between")
                .hint("as in --set '[\"db\"][\"password\"] \"text\"'")
                .in_sops("Invalid --set format"))
        }
    }
}
