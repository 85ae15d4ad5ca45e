//! One request over gRPC, on a runtime of our own.

mod retry_info;
mod status;

use std::fmt;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_sdk::trace::SpanData;
use prost::Message;
use tokio::runtime::{Builder, Runtime};
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

use super::builder::OtlpCompression;
use super::config::Connection;
use super::error::OtlpError;
use super::http::too_large;
use crate::otel::export::{Destination, Sent};

/// What receivers take at most unless told otherwise.
const MESSAGE_LIMIT: usize = 4 * 1024 * 1024;

/// Calls an OTLP receiver, and waits for each answer.
///
/// The runtime is made at the first batch, on the thread that sends it: whether the host has one does not matter.
pub(super) struct GrpcDestination {
    connection: Connection,
    endpoint: Endpoint,
    live: Option<Live>,
}

/// Dropping a runtime waits, and panics within another one: it is told to end instead.
struct Live {
    runtime: Option<Runtime>,
    client: TraceServiceClient<Channel>,
}

impl GrpcDestination {
    pub(super) fn new(connection: Connection) -> Result<Self, OtlpError> {
        let wrong = |error: tonic::transport::Error| {
            OtlpError::new("endpoint", format!("{}: {}", connection.endpoint, status::chain(&error)))
        };
        let mut endpoint = Endpoint::from(connection.endpoint.uri().clone())
            .connect_timeout(connection.timeout)
            .user_agent(concat!("trace-sinks/", env!("CARGO_PKG_VERSION")))
            .map_err(wrong)?;
        if connection.endpoint.is_secure() {
            endpoint = endpoint.tls_config(connection.tls.for_tonic()).map_err(wrong)?;
        }
        Ok(Self { connection, endpoint, live: None })
    }

    fn request(&self, batch: &[SpanData]) -> Result<Request<ExportTraceServiceRequest>, Sent> {
        let message = self.connection.encoder.request(batch);
        let (size, limit) = (message.encoded_len(), self.connection.limit.min(MESSAGE_LIMIT));
        if size > limit {
            return Err(too_large(size, limit));
        }
        let mut request = Request::new(message);
        *request.metadata_mut() = MetadataMap::from_headers(self.connection.headers.clone());
        Ok(request)
    }

    fn live(&mut self) -> Result<&mut Live, Sent> {
        let live = match self.live.take() {
            Some(live) => live,
            None => Live::new(&self.endpoint, self.connection.compression)
                .map_err(|error| Sent::Refused { error: format!("no runtime for gRPC: {error}") })?,
        };
        Ok(self.live.insert(live))
    }

    fn call(
        &mut self,
        request: Request<ExportTraceServiceRequest>,
        timeout: Duration,
    ) -> Result<Response<ExportTraceServiceResponse>, Sent> {
        let endpoint = self.connection.endpoint.to_string();
        let answer = self.live()?.call(request, timeout);
        match answer {
            Some(answer) => answer.map_err(|status| status::outcome(&status, &endpoint)),
            None => Err(Sent::Retry {
                after: None,
                error: format!("{endpoint} did not answer within {timeout:?}"),
            }),
        }
    }

    fn attempt(&mut self, batch: &[SpanData], timeout: Duration) -> Result<Sent, Sent> {
        let request = self.request(batch)?;
        let answer = self.call(request, timeout)?.into_inner();
        let part = answer.partial_success.unwrap_or_default();
        let rejected = u64::try_from(part.rejected_spans).unwrap_or(0);
        let message = part.error_message;
        Ok(Sent::Accepted {
            rejected: rejected.min(u64::try_from(batch.len()).unwrap_or(u64::MAX)),
            message: (!message.is_empty()).then(|| format!("{}: {message}", self.connection.endpoint)),
        })
    }
}

impl Live {
    fn new(endpoint: &Endpoint, compression: OtlpCompression) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let guard = runtime.enter();
        let mut client = TraceServiceClient::new(endpoint.connect_lazy());
        drop(guard);
        if compression == OtlpCompression::Gzip {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        Ok(Self { runtime: Some(runtime), client: client.accept_compressed(CompressionEncoding::Gzip) })
    }

    /// The answer, if there is one in time.
    fn call(
        &mut self,
        request: Request<ExportTraceServiceRequest>,
        timeout: Duration,
    ) -> Option<Result<Response<ExportTraceServiceResponse>, Status>> {
        let runtime = self.runtime.as_ref()?;
        let client = &mut self.client;
        runtime.block_on(async { tokio::time::timeout(timeout, client.export(request)).await.ok() })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Destination for GrpcDestination {
    fn send(&mut self, batch: &[SpanData], deadline: Instant) -> Sent {
        let timeout = self.connection.timeout.min(deadline.saturating_duration_since(Instant::now()));
        if timeout.is_zero() {
            let error = format!("no time was left to send to {}", self.connection.endpoint);
            return Sent::Retry { after: None, error };
        }
        self.attempt(batch, timeout).unwrap_or_else(|sent| sent)
    }

    fn shutdown(&mut self, _timeout: Duration) -> Result<(), String> {
        self.live = None;
        Ok(())
    }
}

impl fmt::Debug for GrpcDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcDestination").field("endpoint", &self.connection.endpoint).finish_non_exhaustive()
    }
}
