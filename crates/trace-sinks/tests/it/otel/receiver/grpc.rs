//! gRPC, by tonic on a thread of its own.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tonic::codec::CompressionEncoding;
use tonic::metadata::KeyAndValueRef;
use tonic::transport::server::{Server, ServerTlsConfig, TcpIncoming};
use tonic::{Code, Request, Response, Status};

use super::{Answer, Received, State};

pub(super) fn serve(listener: TcpListener, tls: Option<ServerTlsConfig>, state: Arc<State>) {
    listener.set_nonblocking(true).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    thread::spawn(move || {
        runtime.block_on(async move {
            let incoming = TcpIncoming::from(tokio::net::TcpListener::from_std(listener).unwrap());
            let service =
                TraceServiceServer::new(Service { state }).accept_compressed(CompressionEncoding::Gzip);
            let server = Server::builder();
            let server = match tls {
                Some(tls) => server.tls_config(tls).unwrap(),
                None => server,
            };
            server.serve_with_incoming(service, incoming).await.unwrap();
        });
    });
}

struct Service {
    state: Arc<State>,
}

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let answer = self.state.next();
        let headers = request.metadata().iter().map(|pair| match pair {
            KeyAndValueRef::Ascii(key, value) => {
                (key.to_string(), value.to_str().unwrap_or_default().to_owned())
            }
            KeyAndValueRef::Binary(key, _) => (key.to_string(), String::new()),
        });
        self.state.keep(Received {
            path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export".to_owned(),
            headers: headers.collect(),
            body: 0,
            accepted: answer.accepts(),
            message: request.into_inner(),
        });
        reply(answer).await.map(Response::new)
    }
}

async fn reply(answer: Answer) -> Result<ExportTraceServiceResponse, Status> {
    match answer {
        Answer::Accept | Answer::AcceptThenClose | Answer::Garbage => {
            Ok(ExportTraceServiceResponse::default())
        }
        Answer::Slow(delay) => {
            tokio::time::sleep(delay).await;
            Ok(ExportTraceServiceResponse::default())
        }
        Answer::Partial { rejected, message } => {
            let part = ExportTracePartialSuccess { rejected_spans: rejected, error_message: message };
            Ok(ExportTraceServiceResponse { partial_success: Some(part) })
        }
        Answer::Unavailable { retry_after: None } => Err(Status::unavailable("overloaded")),
        Answer::Unavailable { retry_after: Some(seconds) } => {
            Err(Status::with_details(Code::Unavailable, "overloaded", retry_info(seconds).into()))
        }
        Answer::TooLarge => {
            Err(Status::resource_exhausted("grpc: received message larger than max (5000000 vs. 4194304)"))
        }
        Answer::Status { code, body, .. } => {
            Err(Status::new(Code::from(i32::from(code)), String::from_utf8_lossy(&body).into_owned()))
        }
        Answer::Drop => Err(Status::unavailable("going away")),
    }
}

/// A `google.rpc.Status` that holds a `RetryInfo` of so many seconds, fewer than 128.
fn retry_info(seconds: u64) -> Vec<u8> {
    let url = b"type.googleapis.com/google.rpc.RetryInfo";
    let info = [0x0a, 2, 0x08, u8::try_from(seconds).unwrap()];
    let mut any = vec![0x0a, u8::try_from(url.len()).unwrap()];
    any.extend_from_slice(url);
    any.extend_from_slice(&[0x12, u8::try_from(info.len()).unwrap()]);
    any.extend_from_slice(&info);
    let mut status = vec![0x08, 14, 0x1a, u8::try_from(any.len()).unwrap()];
    status.extend_from_slice(&any);
    status
}
