//! The login of a developer, kept by a program of Azure's.

use super::super::challenge::Challenge;
use super::super::fault;
use super::super::field;
use super::super::token::Token;
use super::command::{self, Ended};
use super::{Miss, entra};
use crate::keys::env::Env;
use serde_json::Value;

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
    let path = command::find(env, program).ok_or_else(|| absent("is not in PATH"))?;
    let arguments: Vec<_> = arguments.iter().copied().chain([tenant.as_str()]).collect();
    let ended = command::run(&path, &arguments);
    let ended = ended.map_err(|error| absent(&format!("can't be run: {error}")))?;
    match ended {
        Ended::Late => Err(absent("did not answer in time")),
        Ended::Failed { said } => Err(absent(&format!("failed: {}", fault::one_line(&said)))),
        Ended::Well { printed } => {
            let reply: Option<Value> = serde_json::from_slice(&printed).ok();
            let secret = reply.map(|mut reply| field::take(&mut reply, field)).unwrap_or_default();
            Token::new(secret, &format!("the login of `{program}`")).ok_or_else(|| absent("printed no token"))
        }
    }
}
