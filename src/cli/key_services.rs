//! The key services that the user names beside the keys of this machine (spec, config 9).

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::global::Global;
use crate::keys::printable;
#[cfg(feature = "keyservice")]
use crate::keys::{
    Backend,
    keyservice::{Address, RemoteService},
};

/// The variable that names services, comma-separated, where no flag does.
const VARIABLE: &str = "SOPS_KEYSERVICE";

/// The services that are asked when this machine's keys do not fit, in this order (Q79).
#[derive(Clone, Default)]
pub struct KeyServices {
    #[cfg(feature = "keyservice")]
    addresses: Vec<Address>,
    /// `--allow-plain-tcp`: whether data keys may cross a network in clear.
    pub plain_tcp: bool,
}

impl KeyServices {
    /// What flags and environment name. What can't be read is an error; under the name `sops` it is left out with a
    /// warning, as there.
    pub fn named(global: &Global, context: &Context) -> Result<KeyServices, CliError> {
        let mut services = KeyServices { plain_tcp: global.allow_plain_tcp, ..KeyServices::default() };
        for text in texts(global, context) {
            services.add(&text, context)?;
        }
        Ok(services)
    }

    #[cfg(feature = "keyservice")]
    fn add(&mut self, text: &str, context: &Context) -> Result<(), CliError> {
        let address = match Address::parse(text) {
            Ok(address) => address,
            Err(expected) => {
                let message = format!("{} is no key service: {expected}", printable(text, 200));
                if context.is_sops() {
                    context.warn(&format!("{message}; it is left out"));
                    return Ok(());
                }
                return Err(
                    CliError::new(exit::GENERIC, message).hint(format!("correct --keyservice or {VARIABLE}"))
                );
            }
        };
        if !address.is_local() && !self.plain_tcp {
            let message = format!("data keys would go to {address} in clear");
            if !context.is_sops() {
                return Err(CliError::new(exit::GENERIC, message).hint(
                    "reach it through a tunnel (ssh -L), or add --allow-plain-tcp if nobody else is on that network",
                ));
            }
            context.warn(&format!("data keys go to {address} in clear: whoever is on the way can read them"));
            self.plain_tcp = true;
        }
        self.addresses.push(address);
        Ok(())
    }

    #[cfg(not(feature = "keyservice"))]
    fn add(&mut self, text: &str, _: &Context) -> Result<(), CliError> {
        let message = format!("this build can't use key services such as {}", printable(text, 200));
        Err(CliError::new(exit::GENERIC, message)
            .hint(format!("leave --keyservice and {VARIABLE} out, or use sops for this file")))
    }

    /// A back end for each of them.
    #[cfg(feature = "keyservice")]
    pub fn backends(&self) -> impl Iterator<Item = Box<dyn Backend>> {
        let remote = |address: &Address| RemoteService::new(address.clone(), self.plain_tcp);
        self.addresses.iter().map(move |address| Box::new(remote(address)) as Box<dyn Backend>)
    }
}

/// Each service as it was typed. The variable is a list, a flag is not, and an empty text is none.
fn texts(global: &Global, context: &Context) -> Vec<String> {
    let mut texts = global.keyservice.clone();
    if texts.is_empty() {
        let list = context.var(VARIABLE).unwrap_or_default();
        texts.extend(list.to_string_lossy().split(',').map(str::to_owned));
    }
    texts.retain(|text| !text.is_empty());
    texts
}
