//! The client: one service, asked about keys of every kind.

use super::address::{Address, allowed};
use super::connection::Connection;
use super::messages::{DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, Key};
use super::{DECRYPT, ENCRYPT, GREETING, LARGEST};
use crate::keys::recipient::printable;
use crate::keys::{Backend, KeyError, Recipient, Share, Stanza};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hyper_util::rt::TokioIo;
use prost::Message;
use std::error::Error;
use std::future::{Ready, ready};
use std::io;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream};
use tokio::runtime::Builder;
use tokio::time::timeout;
use tonic::client::Grpc;
use tonic::codegen::Service;
use tonic::codegen::http::Uri;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Endpoint;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;
use zeroize::Zeroizing;

/// How long an answer may take: on the other side a person may have to type a passphrase or touch a token.
const ANSWER: Duration = Duration::from_secs(60);

/// Longest quotation of what a service says, in characters.
const LONGEST: usize = 200;

/// A key service somewhere else. It is connected to when a key is used, and anew for each one; a service that can't be
/// reached is not tried a second time.
pub struct KeyServiceBackend {
    address: Address,
    /// Whether data keys may cross a network in clear.
    plain_tcp: bool,
    /// Why there is nobody to ask.
    absent: OnceLock<String>,
}

/// Why there is no answer.
enum Fault {
    /// Nobody there speaks as a key service.
    Absent(String),
    /// It said no, or gave up.
    Answer(String),
}

impl KeyServiceBackend {
    pub fn new(address: Address, plain_tcp: bool) -> KeyServiceBackend {
        KeyServiceBackend { address, plain_tcp, absent: OnceLock::new() }
    }

    /// One call, in a runtime that lives as long as it.
    fn call<Q, A>(&self, method: &'static str, request: Q) -> Result<A, String>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        if let Some(why) = self.absent.get() {
            return Err(why.clone());
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime for the call: {error}"))?;
        let answer = runtime.block_on(self.ask(method, request));
        // A name that is still being looked up would hold it up.
        runtime.shutdown_background();
        answer.map_err(|fault| match fault {
            Fault::Absent(why) => self.absent.get_or_init(|| why).clone(),
            Fault::Answer(why) => why,
        })
    }

    async fn ask<Q, A>(&self, method: &'static str, request: Q) -> Result<A, Fault>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let unreachable = |why: String| Fault::Absent(format!("it can't be reached: {why}"));
        let late = |_| unreachable(format!("no connection within {} s", GREETING.as_secs()));
        let socket = timeout(GREETING, self.connect()).await.map_err(late)?;
        let socket =
            OneSocket(Some(socket.map_err(|error| unreachable(printable(&error.to_string(), LONGEST)))?));
        // The name is for HTTP alone; sops' servers look at no name.
        let endpoint = Endpoint::from_static("http://localhost");
        let channel =
            endpoint.connect_with_connector(socket).await.map_err(|error| unreachable(root(&error)))?;
        let mut grpc =
            Grpc::new(channel).max_decoding_message_size(LARGEST).max_encoding_message_size(LARGEST);
        grpc.ready().await.map_err(|error| unreachable(root(&error)))?;
        let codec = ProstCodec::<Q, A>::default();
        let answer = grpc.unary(Request::new(request), PathAndQuery::from_static(method), codec);
        match timeout(ANSWER, answer).await {
            Err(_) => Err(Fault::Answer(format!("no answer within {} s", ANSWER.as_secs()))),
            Ok(Ok(answer)) => Ok(answer.into_inner()),
            Ok(Err(status)) => Err(refusal(&status)),
        }
    }

    async fn connect(&self) -> io::Result<Connection> {
        match &self.address {
            Address::Unix(path) => UnixStream::connect(path).await.map(Connection::to_server),
            Address::Tcp { host, port } => {
                let found = tokio::net::lookup_host((host.as_str(), *port)).await?;
                let found = allowed(found, self.plain_tcp);
                if found.is_empty() {
                    return Err(io::Error::other("its name leads to no address on this machine"));
                }
                let socket = TcpStream::connect(&*found).await?;
                socket.set_nodelay(true)?;
                Ok(Connection::to_server(socket))
            }
        }
    }

    fn failed(&self, why: &str) -> KeyError {
        KeyError::Failed(format!("the key service {}: {why}", printable(&self.address.to_string(), LONGEST)))
    }
}

impl Backend for KeyServiceBackend {
    fn handles(&self, _: &Recipient) -> bool {
        true
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let request = EncryptRequest { key: Some(Key::from(to)), plaintext: share.as_bytes().to_vec() };
        let answer = self.call(ENCRYPT, request).map_err(|why| match repeats(&why, share) {
            true => self.failed("it refused, and its message holds the data key"),
            false => self.failed(&why),
        })?;
        let EncryptResponse { ciphertext } = answer;
        let enc = String::from_utf8(ciphertext).ok().filter(|enc| is_enc(to, enc) && !repeats(enc, share));
        enc.ok_or_else(|| self.failed("its answer is no wrapped key"))
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let key = Some(Key::from(&stanza.recipient));
        let request = DecryptRequest { key, ciphertext: stanza.enc.clone().into_bytes() };
        let mut answer: DecryptResponse = self.call(DECRYPT, request).map_err(|why| self.failed(&why))?;
        let plaintext = Zeroizing::new(std::mem::take(&mut answer.plaintext));
        let length = plaintext.len();
        Share::new(plaintext)
            .ok_or_else(|| self.failed(&format!("its answer has {length} bytes, which no data key has")))
    }
}

/// Whether a text can be what a file stores for a key (spec, file-format 8). A service that has another idea of it, or
/// gives the data key back, would leave a file that nobody can open, or everybody.
fn is_enc(recipient: &Recipient, enc: &str) -> bool {
    let armor = |kind: &str| enc.trim_start().starts_with(&format!("-----BEGIN {kind}-----"));
    let word =
        |more: &[u8]| !enc.is_empty() && enc.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
    let lines = enc.bytes().all(|b| b.is_ascii_graphic() || matches!(b, b' ' | b'\n' | b'\r'));
    match recipient {
        Recipient::Age(_) => lines && armor("AGE ENCRYPTED FILE"),
        Recipient::Pgp(_) => lines && armor("PGP MESSAGE"),
        Recipient::AwsKms(_) | Recipient::GcpKms(_) => word(b"+/="),
        Recipient::AzureKv(_) => word(b"-_="),
        Recipient::HcVault(_) => enc.starts_with("vault:") && word(b":+/=-_"),
        Recipient::HuaweiKms(_) => word(b"+/=-_:."),
    }
}

/// Whether a text holds the share, in one of the ways in which bytes are written.
fn repeats(text: &str, share: &Share) -> bool {
    let bytes = share.as_bytes();
    let hex = |upper: bool| {
        let digits = bytes.iter().map(|b| if upper { format!("{b:02X}") } else { format!("{b:02x}") });
        digits.collect::<String>()
    };
    let spellings = [STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes), hex(true), hex(false)]
        .map(Zeroizing::new);
    let raw = text.as_bytes().windows(bytes.len()).any(|part| part == bytes);
    raw || spellings.iter().any(|spelling| text.contains(spelling.as_str()))
}

/// What a status means. One that has a source was not sent: the connection broke.
fn refusal(status: &Status) -> Fault {
    match status.source() {
        Some(source) => Fault::Absent(format!("it does not answer as a key service: {}", root(source))),
        None => {
            let (code, message) = (status.code(), printable(status.message(), LONGEST));
            Fault::Answer(format!("it said {code:?}: {message}"))
        }
    }
}

/// The innermost error: the others around it say no more than that there is one.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    printable(&innermost.to_string(), LONGEST)
}

/// A connector that has its connection already: when that is lost, so is the call.
struct OneSocket(Option<Connection>);

impl Service<Uri> for OneSocket {
    type Response = TokioIo<Connection>;
    type Error = io::Error;
    type Future = Ready<io::Result<TokioIo<Connection>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(self.0.take().map(TokioIo::new).ok_or_else(|| io::ErrorKind::ConnectionReset.into()))
    }
}
