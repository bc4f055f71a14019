//! The metadata server of Google's virtual machines, clusters and functions.

use super::super::service::Call;
use super::{Fetch, Token, oauth};
use crate::keys::KeyError;
use crate::keys::http::Request;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long the server may take to be there, where nobody said that it is. It is on the machine itself, or next to it.
const PROBE: Duration = Duration::from_secs(1);

/// The token of the service account of this machine. With `probe`, it may well be none of Google's machines.
pub(super) fn token(host: &str, probe: bool, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
    if probe && !answers(host) {
        return Err(KeyError::Failed(
            "no credentials of Google were found: run `gcloud auth application-default login`, or set \
             GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_CREDENTIALS or GOOGLE_OAUTH_ACCESS_TOKEN"
                .into(),
        ));
    }
    let scopes = fetch.scopes.join(",").replace(':', "%3A").replace('/', "%2F").replace(',', "%2C");
    let url =
        format!("http://{host}/computeMetadata/v1/instance/service-accounts/default/token?scopes={scopes}");
    let request = Request::get(&url).header("metadata-flavor", "Google").direct();
    oauth::read(fetch, &Call { name: "metadata token", request, secrets: &[] })
}

fn answers(host: &str) -> bool {
    let addresses = (host, 80).to_socket_addrs().into_iter().flatten();
    addresses.take(1).any(|address| TcpStream::connect_timeout(&address, PROBE).is_ok())
}
