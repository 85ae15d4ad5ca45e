//! One request over HTTP.

mod response;
mod retry_after;

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;
use ureq::http::Response;
use ureq::{Agent, Body};

use super::builder::OtlpCompression;
use super::config::Connection;
use crate::otel::export::{Destination, Sent};

const CHECK: &str = "is the receiver up, and is this its port for HTTP, not for gRPC?";

/// Posts batches to an OTLP receiver, and waits for each answer.
pub(super) struct HttpDestination {
    agent: Agent,
    connection: Connection,
}

impl HttpDestination {
    pub(super) fn new(connection: Connection) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("trace-sinks/", env!("CARGO_PKG_VERSION")))
            .tls_config(connection.tls.for_ureq());
        if !connection.use_proxy {
            config = config.proxy(None);
        }
        Self { agent: config.build().new_agent(), connection }
    }

    fn body(&self, batch: &[SpanData]) -> Result<Vec<u8>, Sent> {
        let request = self.connection.encoder.request(batch);
        let size = request.encoded_len();
        if size > self.connection.limit {
            return Err(too_large(size, self.connection.limit));
        }
        let plain = request.encode_to_vec();
        match self.connection.compression {
            OtlpCompression::None => Ok(plain),
            OtlpCompression::Gzip => gzip(&plain)
                .map_err(|error| Sent::Refused { error: format!("spans cannot be compressed: {error}") }),
        }
    }

    fn post(&self, body: Vec<u8>, timeout: Duration) -> Result<Response<Body>, ureq::Error> {
        let mut request = self.agent.post(self.connection.endpoint.uri());
        for (name, value) in &self.connection.headers {
            request = request.header(name, value);
        }
        request = request.header("content-type", "application/x-protobuf");
        if self.connection.compression == OtlpCompression::Gzip {
            request = request.header("content-encoding", "gzip");
        }
        request.config().timeout_global(Some(timeout)).build().send(body)
    }

    fn failed(&self, error: &ureq::Error, timeout: Duration) -> Sent {
        let endpoint = &self.connection.endpoint;
        let error = match error {
            _ if self.is_insecure(error) => {
                let is_plain = error.to_string().contains("InvalidContentType");
                let advice = if is_plain {
                    "the receiver answers without TLS: write http:// instead of https://"
                } else {
                    "check the certificates, and http or https"
                };
                let error = format!("no secure connection to {endpoint}: {error}; {advice}");
                return Sent::Refused { error };
            }
            ureq::Error::Timeout(_) => format!("{endpoint} did not answer within {timeout:?}"),
            ureq::Error::Protocol(_) => format!("{endpoint} does not speak HTTP: {error}; {CHECK}"),
            _ => format!("no connection to {endpoint}: {error}; {CHECK}"),
        };
        Sent::Retry { after: None, error }
    }

    /// What TLS does not like is invalid data to it.
    fn is_insecure(&self, error: &ureq::Error) -> bool {
        match error {
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => true,
            ureq::Error::Io(error) => {
                self.connection.endpoint.is_secure() && error.kind() == std::io::ErrorKind::InvalidData
            }
            _ => false,
        }
    }
}

impl Destination for HttpDestination {
    fn send(&mut self, batch: &[SpanData], deadline: Instant) -> Sent {
        let timeout = self.connection.timeout.min(deadline.saturating_duration_since(Instant::now()));
        let endpoint = &self.connection.endpoint;
        if timeout.is_zero() {
            return Sent::Retry { after: None, error: format!("no time was left to send to {endpoint}") };
        }
        let body = match self.body(batch) {
            Ok(body) => body,
            Err(sent) => return sent,
        };
        match self.post(body, timeout) {
            Ok(answer) => response::outcome(answer, &endpoint.to_string(), batch.len()),
            Err(error) => self.failed(&error, timeout),
        }
    }

    fn shutdown(&mut self, _timeout: Duration) -> Result<(), String> {
        Ok(())
    }
}

/// Says that a request is beyond the limit that was set for it.
pub(super) fn too_large(size: usize, limit: usize) -> Sent {
    Sent::TooLarge { error: format!("a request of {size} bytes is over the limit of {limit}") }
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}
