//! The server: connections in, answers out, until it is stopped.

use super::answer::{Answers, Refusal};
use super::connection::{Connection, Seat};
use super::listener::{Bound, ListenError, Listener, SocketFile};
use super::messages::{DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse};
use super::{DECRYPT, ENCRYPT, LARGEST};
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::codegen::http::{Request as HttpRequest, Response as HttpResponse};
use tonic::codegen::{BoxFuture, Service, tokio_stream};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Code, Request, Response, Status};
use tonic_prost::ProstCodec;

/// How many connections may be open, how many requests each may have under way, and how many of all are worked on at
/// once (the others wait): most of them wait for a person or a network.
const MOST_CONNECTIONS: usize = 64;
const MOST_REQUESTS: u32 = 32;
const MOST_AT_WORK: usize = 16;

/// A client that answers no ping for so long is gone.
const ALIVE: Duration = Duration::from_secs(20);

/// How long answers that are under way may take when the service is stopped.
const GRACE: Duration = Duration::from_secs(2);

/// After a connection that could not be accepted.
const REST: Duration = Duration::from_millis(100);

/// A server at work, in threads of its own.
pub struct Running {
    runtime: Runtime,
    serving: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    file: Option<SocketFile>,
    /// Where it listens: `unix:///run/x.sock`, `tcp://127.0.0.1:5000`.
    pub name: String,
}

/// Starts to listen and to answer.
pub fn serve(at: Listener, answers: Answers) -> Result<Running, ListenError> {
    let fail = |error| ListenError::Io("all".into(), error);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(MOST_AT_WORK)
        .thread_name("keyservice")
        .enable_all()
        .build()
        .map_err(fail)?;
    let mut bound = runtime.block_on(at.bind())?;
    let (name, file) = (bound.name.clone(), bound.file.take());
    let (stop, stopped) = oneshot::channel();
    let serving = runtime.spawn(run(bound, KeyService { answers: Arc::new(answers) }, stopped));
    Ok(Running { runtime, serving, stop, file, name })
}

impl Running {
    /// Removes the socket, accepts nothing more, and gives what is under way a moment to finish.
    pub fn stop(self) {
        drop(self.file);
        let _ = self.stop.send(());
        let _ = self.runtime.block_on(async { tokio::time::timeout(GRACE, self.serving).await });
        // Whatever still waits for a person or a network is let go.
        self.runtime.shutdown_background();
    }
}

async fn run(bound: Bound, service: KeyService, stopped: oneshot::Receiver<()>) {
    let (accepted, incoming) = mpsc::channel(1);
    let accepting = tokio::spawn(accept(bound, accepted));
    let stopped = async {
        let _ = stopped.await;
        accepting.abort();
    };
    let server = tonic::transport::Server::builder()
        .max_concurrent_streams(MOST_REQUESTS)
        .http2_keepalive_interval(Some(ALIVE))
        .http2_keepalive_timeout(Some(ALIVE))
        .http2_max_header_list_size(16 << 10)
        .initial_stream_window_size(64 << 10)
        .initial_connection_window_size(256 << 10);
    let incoming = tokio_stream::wrappers::ReceiverStream::new(incoming);
    // It fails only where its parts are put together.
    let _ = server.serve_with_incoming_shutdown(service, incoming, stopped).await;
}

/// Takes connections in as long as there are seats; one too many is closed at once.
async fn accept(bound: Bound, accepted: mpsc::Sender<io::Result<Connection>>) {
    let seats = Seat::default();
    loop {
        match bound.accept().await {
            Ok(_) if Seat::strong_count(&seats) > MOST_CONNECTIONS => {}
            Ok(socket) => {
                let connection = Connection::of_client(socket, Seat::clone(&seats));
                if accepted.send(Ok(connection)).await.is_err() {
                    return;
                }
            }
            // Out of file descriptors, most likely.
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

/// The service as HTTP knows it: requests go to the method that their path names.
#[derive(Clone)]
struct KeyService {
    answers: Arc<Answers>,
}

impl Service<HttpRequest<Body>> for KeyService {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = BoxFuture<HttpResponse<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let answers = Arc::clone(&self.answers);
        Box::pin(async move {
            let limit = Some(LARGEST);
            Ok(match request.uri().path() {
                ENCRYPT => {
                    let codec = ProstCodec::<EncryptResponse, EncryptRequest>::default();
                    let mut grpc = Grpc::new(codec).apply_max_message_size_config(limit, limit);
                    grpc.unary(Encrypt(answers), request).await
                }
                DECRYPT => {
                    let codec = ProstCodec::<DecryptResponse, DecryptRequest>::default();
                    let mut grpc = Grpc::new(codec).apply_max_message_size_config(limit, limit);
                    grpc.unary(Decrypt(answers), request).await
                }
                _ => Status::unimplemented("a key service has the methods Encrypt and Decrypt").into_http(),
            })
        })
    }
}

impl NamedService for KeyService {
    const NAME: &'static str = "KeyService";
}

struct Encrypt(Arc<Answers>);

impl UnaryService<EncryptRequest> for Encrypt {
    type Response = EncryptResponse;
    type Future = BoxFuture<Response<EncryptResponse>, Status>;

    fn call(&mut self, request: Request<EncryptRequest>) -> Self::Future {
        let answers = Arc::clone(&self.0);
        Box::pin(at_work(move || answers.encrypt(request.into_inner())))
    }
}

struct Decrypt(Arc<Answers>);

impl UnaryService<DecryptRequest> for Decrypt {
    type Response = DecryptResponse;
    type Future = BoxFuture<Response<DecryptResponse>, Status>;

    fn call(&mut self, request: Request<DecryptRequest>) -> Self::Future {
        let answers = Arc::clone(&self.0);
        Box::pin(at_work(move || answers.decrypt(request.into_inner())))
    }
}

/// Does what may wait for a person or a network, in a thread of its own.
async fn at_work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<Response<T>, Status> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(answer)) => Ok(Response::new(answer)),
        Ok(Err(refusal)) => Err(status(&refusal)),
        Err(_) => Err(Status::internal("the key service stopped on a defect of its own")),
    }
}

/// As sops answers (spec, cli 15).
fn status(refusal: &Refusal) -> Status {
    let code = match refusal {
        Refusal::NoKey | Refusal::Unsupported(_) => Code::NotFound,
        Refusal::Malformed(_) => Code::InvalidArgument,
        Refusal::Denied(_) => Code::PermissionDenied,
        Refusal::Failed(_) => Code::Unknown,
    };
    Status::new(code, refusal.to_string())
}
