//! An OTLP receiver on this machine, for tests: keeps what it is sent, checks it, and misbehaves when told to.
//!
//! Included by path where it is needed. gRPC needs the feature `grpc`, and `rt`, `net` of tokio and `server` of tonic.
#![allow(clippy::allow_attributes, reason = "not each of these is met in each binary")]
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each binary uses its part of it"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod check;
#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod tls;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

/// A receiver that listens on a port of its own until the process ends.
pub struct Receiver {
    address: SocketAddr,
    secure: bool,
    state: Arc<State>,
}

/// A request that could be decoded, whatever was answered.
#[derive(Debug, Clone)]
pub struct Received {
    /// The path over HTTP, the method over gRPC.
    pub path: String,
    /// Names in lower case, values as text.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body as they came, compressed or not; 0 over gRPC.
    pub body: usize,
    /// Whether the answer took the spans.
    pub accepted: bool,
    pub message: ExportTraceServiceRequest,
}

/// What a request is answered with.
#[derive(Debug, Clone)]
pub enum Answer {
    Accept,
    /// Accepts all but so many spans.
    Partial {
        rejected: i64,
        message: String,
    },
    /// 503, or `UNAVAILABLE`; with a `Retry-After` in seconds, or a `RetryInfo`.
    Unavailable {
        retry_after: Option<u64>,
    },
    /// 413, or `RESOURCE_EXHAUSTED` as Go's gRPC says it.
    TooLarge,
    /// Accepts, and closes the connection without a word, over HTTP.
    AcceptThenClose,
    /// Accepts, but late.
    Slow(Duration),
    /// This status with these headers and this body, over HTTP; over gRPC this code with the body as message.
    Status {
        code: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// 200 with bytes that are no OTLP, over HTTP.
    Garbage,
    /// Closes the connection instead, over HTTP.
    Drop,
}

#[derive(Default)]
struct State {
    script: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Received>>,
}

impl Receiver {
    /// Over HTTP.
    pub fn http() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self::at(listener.local_addr().unwrap());
        let state = Arc::clone(&receiver.state);
        thread::spawn(move || http::serve(&listener, &state));
        receiver
    }

    /// Over HTTP with TLS: certificate and key in PEM form. With `client` it asks for a certificate of that authority.
    pub fn http_tls(certificate: &str, key: &str, client: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut receiver = Self::at(listener.local_addr().unwrap());
        receiver.secure = true;
        let (config, state) = (tls::config(certificate, key, client), Arc::clone(&receiver.state));
        thread::spawn(move || http::serve_tls(&listener, &config, &state));
        receiver
    }

    /// Over gRPC.
    #[cfg(feature = "grpc")]
    pub fn grpc() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self::at(listener.local_addr().unwrap());
        grpc::serve(listener, None, Arc::clone(&receiver.state));
        receiver
    }

    /// Over gRPC with TLS: certificate and key in PEM form. With `client` it asks for a certificate of that authority.
    #[cfg(feature = "grpc")]
    pub fn grpc_tls(certificate: &str, key: &str, client: Option<&str>) -> Self {
        use tonic::transport::{Certificate, Identity, ServerTlsConfig};

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut receiver = Self::at(listener.local_addr().unwrap());
        receiver.secure = true;
        let mut tls = ServerTlsConfig::new().identity(Identity::from_pem(certificate, key));
        if let Some(client) = client {
            tls = tls.client_ca_root(Certificate::from_pem(client));
        }
        grpc::serve(listener, Some(tls), Arc::clone(&receiver.state));
        receiver
    }

    /// No receiver: whoever connects gets these bytes, and is hung up on.
    pub fn raw(answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self::at(listener.local_addr().unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 1024]);
                let _ = stream.write_all(answer);
            }
        });
        receiver
    }

    /// An address at which nobody listens.
    pub fn nobody() -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
    }

    fn at(address: SocketAddr) -> Self {
        Self { address, secure: false, state: Arc::default() }
    }

    /// The base URL.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        let host = if self.secure { "localhost" } else { "127.0.0.1" };
        format!("{scheme}://{host}:{}", self.address.port())
    }

    /// What the next request that has no answer yet is answered with; then all is accepted again.
    pub fn answer(&self, answer: Answer) {
        lock(&self.state.script).push_back(answer);
    }

    /// The same for so many requests.
    pub fn answer_times(&self, times: usize, answer: &Answer) {
        lock(&self.state.script).extend(std::iter::repeat_n(answer.clone(), times));
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.state.requests).clone()
    }

    /// The spans of all accepted requests, in order.
    pub fn spans(&self) -> Vec<Span> {
        let requests = self.requests();
        let accepted = requests.into_iter().filter(|request| request.accepted);
        accepted.flat_map(|request| request.spans().cloned().collect::<Vec<_>>()).collect()
    }

    /// Panics where what was accepted is no good OTLP.
    pub fn check(&self) {
        let problems = check::problems(&self.requests());
        assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    }
}

impl Received {
    /// The header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        self.message.resource_spans.iter().flat_map(|spans| &spans.scope_spans).flat_map(|spans| &spans.spans)
    }

    /// A text attribute of the resource.
    pub fn resource(&self, key: &str) -> Option<&str> {
        let resource = self.message.resource_spans.first()?.resource.as_ref()?;
        let pair = resource.attributes.iter().find(|pair| pair.key == key)?;
        match pair.value.as_ref()?.value.as_ref()? {
            Value::StringValue(text) => Some(text),
            _ => None,
        }
    }
}

impl State {
    fn next(&self) -> Answer {
        lock(&self.script).pop_front().unwrap_or(Answer::Accept)
    }

    fn keep(&self, received: Received) {
        lock(&self.requests).push(received);
    }
}

impl Answer {
    fn accepts(&self) -> bool {
        matches!(
            self,
            Self::Accept | Self::AcceptThenClose | Self::Partial { .. } | Self::Slow(_) | Self::Garbage
        )
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection that is given up on after a while, so that no test hangs.
fn bounded(stream: &TcpStream) {
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
}
