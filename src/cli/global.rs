//! Flags that every command takes.

use std::path::PathBuf;

/// What holds for a run as a whole.
#[derive(clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Use this config file instead of looking for .sops-rs.yaml or .sops.yaml above the file
    #[arg(long, global = true, env = "SOPS_CONFIG", value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// Columns per level where a whole text is written (another output type, --extract)
    #[arg(long, global = true, value_name = "N")]
    pub indent: Option<u32>,
    /// Largest file to read, in MiB
    #[arg(long, global = true, value_name = "MIB", default_value_t = 64)]
    pub max_size: usize,
    /// Use the keys of this machine
    #[arg(long, global = true, value_name = "BOOL", env = "SOPS_ENABLE_LOCAL_KEYSERVICE", hide_env = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    #[arg(action = clap::ArgAction::Set, value_parser = boolean)]
    pub enable_local_keyservice: bool,
    /// Use this key service as well: unix:///PATH or tcp://HOST:PORT
    #[arg(long, global = true, value_name = "URI")]
    pub keyservice: Vec<String>,
    /// Let data keys cross a network in clear, to a key service or from one
    #[arg(long, global = true, env = "SOPS_RS_ALLOW_PLAIN_TCP", hide_env = true, value_parser = boolean)]
    #[arg(num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true")]
    #[arg(action = clap::ArgAction::Set, hide_default_value = true, value_name = "BOOL")]
    pub allow_plain_tcp: bool,
}

/// A variable that is set and empty is false (spec, config 6).
fn boolean(word: &str) -> Result<bool, String> {
    match word {
        "" => Ok(false),
        word => truth(word).ok_or_else(|| "expected true or false".into()),
    }
}

/// The spellings of a truth value that sops takes.
pub fn truth(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
