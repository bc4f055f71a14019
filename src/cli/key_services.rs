//! The key services that the user names beside the keys of this machine (spec, config 9).

use super::error::CliError;
use super::exit;
use super::global::Global;
#[cfg(feature = "keyservice")]
use crate::keys::keyservice::{Address, KeyServiceBackend};
use crate::keys::{Backend, printable};
use std::ffi::OsString;

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
    /// What flags and environment name, with what to warn of. What can't be read is an error; under the name `sops` it is
    /// left out, as there.
    pub fn named(global: &Global, as_sops: bool) -> Result<(KeyServices, Vec<String>), CliError> {
        let mut services = KeyServices {
            #[cfg(feature = "keyservice")]
            addresses: Vec::new(),
            plain_tcp: global.allow_plain_tcp,
        };
        let mut warnings = Vec::new();
        for text in texts(global, std::env::var_os(VARIABLE)) {
            match services.add(&text) {
                Ok(()) => {}
                Err(error) if as_sops => warnings.push(format!("{}; it is left out", error.message)),
                Err(error) => return Err(error),
            }
        }
        let beyond = services.beyond().filter(|_| !services.plain_tcp);
        if let Some(address) = beyond {
            if !as_sops {
                let message = format!("data keys would go to {address} in clear");
                return Err(CliError::new(exit::GENERIC, message).hint(
                    "reach it through a tunnel (ssh -L), or add --allow-plain-tcp if nobody else is on that network",
                ));
            }
            warnings.push(format!("data keys go to {address} in clear: whoever is on the way can read them"));
            services.plain_tcp = true;
        }
        Ok((services, warnings))
    }

    #[cfg(feature = "keyservice")]
    fn add(&mut self, text: &str) -> Result<(), CliError> {
        let address = Address::parse(text).map_err(|expected| {
            let message = format!("{} is no key service: {expected}", printable(text, 200));
            CliError::new(exit::GENERIC, message).hint(format!("correct --keyservice or {VARIABLE}"))
        })?;
        self.addresses.push(address);
        Ok(())
    }

    /// A service that data keys would cross a network to.
    #[cfg(feature = "keyservice")]
    fn beyond(&self) -> Option<Address> {
        self.addresses.iter().find(|address| !address.is_local()).cloned()
    }

    /// A back end for each of them.
    #[cfg(feature = "keyservice")]
    pub fn backends(&self) -> Vec<Box<dyn Backend>> {
        let backend = |address: &Address| KeyServiceBackend::new(address.clone(), self.plain_tcp);
        self.addresses.iter().map(|address| Box::new(backend(address)) as Box<dyn Backend>).collect()
    }

    #[cfg(not(feature = "keyservice"))]
    fn add(&mut self, text: &str) -> Result<(), CliError> {
        let message = format!("this build can't use the key service {}", printable(text, 200));
        Err(CliError::new(exit::GENERIC, message)
            .hint(format!("leave --keyservice and {VARIABLE} out, or use sops for this file")))
    }

    #[cfg(not(feature = "keyservice"))]
    fn beyond(&self) -> Option<&'static str> {
        None
    }
    #[cfg(not(feature = "keyservice"))]
    pub fn backends(&self) -> Vec<Box<dyn Backend>> {
        Vec::new()
    }
}

/// Each service as it was typed. The variable is a list, a flag is not, and an empty text is none.
fn texts(global: &Global, variable: Option<OsString>) -> Vec<String> {
    let mut texts = global.keyservice.clone();
    if texts.is_empty() {
        let list = variable.unwrap_or_default();
        texts.extend(list.to_string_lossy().split(',').map(str::to_owned));
    }
    texts.retain(|text| !text.is_empty());
    texts
}
