//! The socket of a key service, which is nobody else's.

use super::address::{allowed, split};
use super::connection::Socket;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tokio::net::{TcpListener, UnixListener, UnixSocket};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 64;

/// Why a service can't listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error("{0} is not an address: expected HOST:PORT")]
    Address(String),
    /// Data keys would cross a network in clear.
    #[error("{0} can be reached from other machines, and data keys cross the network in clear")]
    Plain(String),
    #[error("there is a key service, or another program, at {}", .0.display())]
    InUse(PathBuf),
    #[error("{} is there and is no socket of yours", .0.display())]
    Foreign(PathBuf),
    #[error("can't listen at {0}: {1}")]
    Io(String, io::Error),
}

/// Where a service is going to listen.
pub enum Listener {
    Unix(PathBuf),
    Tcp(Vec<SocketAddr>),
}

impl Listener {
    pub fn unix(path: &Path) -> Listener {
        Listener::Unix(path.to_owned())
    }

    /// `HOST:PORT`; without a host every interface. Beyond this machine only if `plain_tcp` says so.
    pub fn tcp(text: &str, plain_tcp: bool) -> Result<Listener, ListenError> {
        let (host, port) = split(text).ok_or_else(|| ListenError::Address(text.to_owned()))?;
        let host = if host.is_empty() { "0.0.0.0" } else { host.as_str() };
        let found =
            (host, port).to_socket_addrs().map_err(|error| ListenError::Io(text.to_owned(), error))?;
        let found: Vec<SocketAddr> = found.collect();
        match allowed(found.iter().copied(), plain_tcp).len() == found.len() {
            true => Ok(Listener::Tcp(found)),
            false => Err(ListenError::Plain(text.to_owned())),
        }
    }

    /// To be called within a runtime.
    pub(super) async fn bind(self) -> Result<Bound, ListenError> {
        match self {
            Listener::Unix(path) => bind_unix(&path),
            Listener::Tcp(addresses) => {
                let fail = |error| ListenError::Io(format!("{addresses:?}"), error);
                let listener = TcpListener::bind(&*addresses).await.map_err(fail)?;
                let address = listener.local_addr().map_err(fail)?;
                Ok(Bound { kind: Kind::Tcp(listener), name: format!("tcp://{address}"), file: None })
            }
        }
    }
}

/// A socket that listens.
pub(super) struct Bound {
    kind: Kind,
    /// For people: `unix:///run/x.sock`, `tcp://127.0.0.1:5000`.
    pub(super) name: String,
    pub(super) file: Option<SocketFile>,
}

enum Kind {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Bound {
    pub(super) async fn accept(&self) -> io::Result<Box<dyn Socket>> {
        match &self.kind {
            Kind::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Kind::Tcp(listener) => {
                let (socket, _) = listener.accept().await?;
                socket.set_nodelay(true)?;
                Ok(Box::new(socket))
            }
        }
    }
}

fn bind_unix(path: &Path) -> Result<Bound, ListenError> {
    let fail = |error| ListenError::Io(path.display().to_string(), error);
    let path = std::path::absolute(path).map_err(fail)?;
    clear(&path)?;
    let socket = UnixSocket::new_stream().map_err(fail)?;
    socket.bind(&path).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse(path.clone()),
        _ => fail(error),
    })?;
    let file = SocketFile::of(&path).map_err(fail)?;
    // Nobody can connect before it listens.
    fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(fail)?;
    let listener = socket.listen(BACKLOG).map_err(fail)?;
    let name = format!("unix://{}", path.display());
    Ok(Bound { kind: Kind::Unix(listener), name, file: Some(file) })
}

/// Takes a socket away that a killed service left behind. Everything else stays.
fn clear(path: &Path) -> Result<(), ListenError> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let me = rustix::process::geteuid().as_raw();
    if !found.file_type().is_socket() || found.uid() != me {
        return Err(ListenError::Foreign(path.to_owned()));
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(|error| ListenError::Io(path.display().to_string(), error))
        }
        _ => Err(ListenError::InUse(path.to_owned())),
    }
}

/// The file of a socket, removed when this is dropped, if it is still the same one.
pub(super) struct SocketFile {
    path: PathBuf,
    made: Metadata,
}

impl SocketFile {
    fn of(path: &Path) -> io::Result<SocketFile> {
        Ok(SocketFile { path: path.to_owned(), made: fs::symlink_metadata(path)? })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let number = |found: &Metadata| (found.dev(), found.ino());
        if fs::symlink_metadata(&self.path).is_ok_and(|found| number(&found) == number(&self.made)) {
            let _ = fs::remove_file(&self.path);
        }
    }
}
