//! Who asks for a token: the default chain of Azure's SDKs.

mod developer;
mod entra;
mod managed;

use super::challenge::Challenge;
use super::token::Token;
use crate::keys::backend::{CallError, KeyError};
use crate::keys::env::Env;
use crate::keys::http::Http;
use entra::Entra;
use managed::Managed;

/// The call that gives a token, by the name it has in messages.
const CALL: &str = "token";

/// A link of the chain, by the name that the SDKs have for it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
enum Credential {
    Environment,
    WorkloadIdentity,
    ManagedIdentity,
    AzureCli,
    AzureDeveloperCli,
}

use Credential::{AzureCli, AzureDeveloperCli, Environment, ManagedIdentity, WorkloadIdentity};

const PROD: [Credential; 3] = [Environment, WorkloadIdentity, ManagedIdentity];
const DEV: [Credential; 2] = [AzureCli, AzureDeveloperCli];

/// Why a credential gave no token.
enum Miss {
    /// It is not set up here: the next one is tried.
    Absent(String),
    /// It was meant, and did not work.
    Failed(CallError),
}

/// The credentials that the environment selects, in their order.
pub(super) struct Chain {
    env: Env,
    entra: Entra,
    managed: Managed,
}

impl Chain {
    pub(super) fn new(env: &Env) -> Chain {
        Chain { env: env.clone(), entra: Entra::new(env, Http::new(env)), managed: Managed::new(env) }
    }

    /// A token of the first credential that is set up.
    pub(super) fn token(&self, wanted: &Challenge) -> Result<Token, KeyError> {
        let selected =
            selected(self.env.text("AZURE_TOKEN_CREDENTIALS").as_deref()).map_err(KeyError::Failed)?;
        let mut absent = Vec::new();
        for credential in selected {
            let outcome = match credential {
                Environment => self.entra.by_environment(wanted),
                WorkloadIdentity => self.entra.by_workload(wanted),
                ManagedIdentity => self.managed.token(wanted),
                AzureCli => developer::by_az(&self.env, wanted),
                AzureDeveloperCli => developer::by_azd(&self.env, wanted),
            };
            match outcome {
                Ok(token) => return Ok(token),
                Err(Miss::Failed(error)) => return Err(KeyError::Call(error)),
                Err(Miss::Absent(why)) => absent.push(format!("{}: {why}", credential.name())),
            }
        }
        Err(KeyError::Call(CallError {
            call: CALL,
            place: entra::authority_host(&self.env),
            credentials: "no credential".into(),
            why: format!("{}; log in with `az login`, or set one of them up", absent.join("; ")),
        }))
    }
}

impl Credential {
    fn name(self) -> &'static str {
        match self {
            Environment => "EnvironmentCredential",
            WorkloadIdentity => "WorkloadIdentityCredential",
            ManagedIdentity => "ManagedIdentityCredential",
            AzureCli => "AzureCLICredential",
            AzureDeveloperCli => "AzureDeveloperCLICredential",
        }
    }
}

/// What `AZURE_TOKEN_CREDENTIALS` selects: all, those for `prod` or `dev`, or one by its name.
fn selected(choice: Option<&str>) -> Result<Vec<Credential>, String> {
    let all = || PROD.into_iter().chain(DEV);
    match choice {
        None => Ok(all().collect()),
        Some("prod") => Ok(PROD.into()),
        Some("dev") => Ok(DEV.into()),
        Some(name) => match all().find(|it| it.name().eq_ignore_ascii_case(name)) {
            Some(one) => Ok(vec![one]),
            None => {
                let names: Vec<_> = all().map(Credential::name).collect();
                let names = names.join(", ");
                Err(format!(
                    "AZURE_TOKEN_CREDENTIALS selects no credential: expected dev, prod or one of {names}"
                ))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_selects_a_part_of_the_chain() {
        assert_eq!(selected(None).unwrap().len(), 5);
        assert_eq!(selected(Some("prod")), Ok(PROD.to_vec()));
        assert_eq!(selected(Some("dev")), Ok(DEV.to_vec()));
        assert_eq!(selected(Some("azurecliCREDENTIAL")), Ok(vec![AzureCli]));
        assert!(selected(Some("AzurePowerShellCredential")).unwrap_err().contains("AzureCLICredential"));
    }
}
