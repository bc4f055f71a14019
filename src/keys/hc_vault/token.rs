//! As whom Vault knows the user.

use crate::keys::env::Env;
use std::fs::File;
use std::io::{self, Read};
use zeroize::Zeroizing;

/// More than any token has.
const MOST_BYTES: u64 = 64 * 1024;

/// A token and where it is from. No `Debug`.
pub(super) struct Token {
    /// Without one an agent may know its own.
    pub text: Option<Zeroizing<String>>,
    /// For messages.
    pub source: &'static str,
}

impl Token {
    /// `VAULT_TOKEN`, else what the official client left in `~/.vault-token`.
    pub fn find(env: &Env) -> Result<Token, String> {
        if let Some(text) = env.text("VAULT_TOKEN") {
            return Ok(Token { text: Some(Zeroizing::new(text)), source: "the token of VAULT_TOKEN" });
        }
        let none =
            Token { text: None, source: "no token (VAULT_TOKEN is not set, ~/.vault-token holds none)" };
        let Some(path) = env.home().map(|home| home.join(".vault-token")) else { return Ok(none) };
        let text = match File::open(path).and_then(read) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(none),
            Err(error) => return Err(format!("cannot read ~/.vault-token: {error}")),
        };
        match text.trim() {
            "" => Ok(none),
            text => Ok(Token {
                text: Some(Zeroizing::new(text.to_owned())),
                source: "the token of ~/.vault-token",
            }),
        }
    }
}

fn read(file: File) -> io::Result<Zeroizing<String>> {
    // Never outgrown, so that no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(MOST_BYTES as usize));
    file.take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
