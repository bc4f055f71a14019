//! The login of a developer, kept by a program of Azure's.

use super::super::challenge::Challenge;
use super::super::field;
use super::super::token::Token;
use super::{Miss, entra};
use crate::keys::env::Env;
use crate::keys::http::quote;
use crate::keys::program::{self as programs, Broken};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The Azure CLI needs a second or two, and more on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(20);
/// The most bytes that a login has.
const LARGEST: usize = 64 * 1024;

/// The Azure CLI.
pub(super) fn by_az(env: &Env, wanted: &Challenge) -> Result<Token, Miss> {
    let arguments = ["account", "get-access-token", "-o", "json", "--resource", &wanted.resource, "--tenant"];
    login(env, "az", &arguments, "accessToken", wanted)
}

/// The Azure Developer CLI.
pub(super) fn by_azd(env: &Env, wanted: &Challenge) -> Result<Token, Miss> {
    let scope = wanted.scope();
    let arguments = ["auth", "token", "-o", "json", "--no-prompt", "--scope", &scope, "--tenant-id"];
    login(env, "azd", &arguments, "token", wanted)
}

/// What `program` prints when it is called with these arguments and the tenant. Whatever keeps it from that, the next
/// credential is tried.
fn login(
    env: &Env,
    program: &str,
    arguments: &[&str],
    field: &str,
    wanted: &Challenge,
) -> Result<Token, Miss> {
    let absent = |why: &str| Miss::Absent(format!("`{program}` {why}"));
    let tenant = entra::tenant(env, None, wanted).map_err(Miss::Absent)?;
    let path = find(env, program).ok_or_else(|| absent("is not in PATH"))?;
    let mut command = Command::new(path);
    command.args(arguments).arg(&tenant).stderr(Stdio::piped());
    let ran = programs::run_within(&mut command, LARGEST, PATIENCE).map_err(|broken| match broken {
        Broken::Start(error) => absent(&format!("can't be run: {error}")),
        Broken::Unread(_) => absent("failed: it printed more than a token"),
    })?;
    let ran = ran.ok_or_else(|| absent("did not answer in time"))?;
    if !ran.status.success() {
        return Err(absent(&format!("failed: {}", quote(&ran.complaint, &[]))));
    }
    let reply: Option<Value> = serde_json::from_slice(&ran.printed).ok();
    let secret = reply.map(|mut reply| field::take(&mut reply, field)).unwrap_or_default();
    Token::new(secret, &format!("the login of `{program}`")).ok_or_else(|| absent("printed no token"))
}

/// The file of a program in the folders of PATH, of which those that depend on the working directory don't count.
fn find(env: &Env, program: &str) -> Option<PathBuf> {
    let (separator, endings): (_, &[_]) = if cfg!(windows) { (';', &[".cmd", ".exe"]) } else { (':', &[""]) };
    let path = env.text("PATH")?;
    let folders = path.split(separator).map(Path::new).filter(|folder| folder.is_absolute());
    let mut files = folders
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{program}{ending}"))));
    files.find(|file| file.is_file())
}
