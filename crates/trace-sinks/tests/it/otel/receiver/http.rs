//! HTTP/1.1, as much as OTLP needs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Answer, Received, State, bounded};

pub(super) fn serve(listener: &TcpListener, state: &Arc<State>) {
    for stream in listener.incoming().flatten() {
        let state = Arc::clone(state);
        bounded(&stream);
        thread::spawn(move || connection(stream, &state));
    }
}

pub(super) fn serve_tls(listener: &TcpListener, config: &Arc<ServerConfig>, state: &Arc<State>) {
    for stream in listener.incoming().flatten() {
        let state = Arc::clone(state);
        bounded(&stream);
        let tls = ServerConnection::new(Arc::clone(config)).unwrap();
        thread::spawn(move || connection(StreamOwned::new(tls, stream), &state));
    }
}

/// Answers requests until the other side is gone.
fn connection(stream: impl Read + Write, state: &State) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = Head::read(&mut reader) {
        let mut body = vec![0; request.length()];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let answer = state.next();
        let stays = !matches!(answer, Answer::AcceptThenClose);
        let reply = match decode(&request, &body) {
            Some(message) => {
                state.keep(Received {
                    path: request.path,
                    headers: request.headers,
                    body: body.len(),
                    accepted: answer.accepts(),
                    message,
                });
                reply(&answer)
            }
            None => Some(response(400, &[], b"this is no OTLP request")),
        };
        match reply {
            Some(reply) if reader.get_mut().write_all(&reply).is_ok() && stays => {}
            _ => return,
        }
    }
}

struct Head {
    path: String,
    headers: Vec<(String, String)>,
}

impl Head {
    fn read(reader: &mut impl BufRead) -> Option<Self> {
        let first = line(reader)?;
        let path = first.split(' ').nth(1)?.to_owned();
        let mut headers = Vec::new();
        loop {
            let line = line(reader)?;
            if line.is_empty() {
                return Some(Self { path, headers });
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn length(&self) -> usize {
        self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)
    }
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

fn decode(head: &Head, body: &[u8]) -> Option<ExportTraceServiceRequest> {
    let mut plain = Vec::new();
    match head.header("content-encoding") {
        Some("gzip") => GzDecoder::new(body).read_to_end(&mut plain).ok()?,
        _ => plain.write(body).ok()?,
    };
    ExportTraceServiceRequest::decode(plain.as_slice()).ok()
}

/// The bytes of an answer, unless it is to hang up.
fn reply(answer: &Answer) -> Option<Vec<u8>> {
    const PROTOBUF: (&str, &str) = ("Content-Type", "application/x-protobuf");
    Some(match answer {
        Answer::Accept | Answer::AcceptThenClose => response(200, &[PROTOBUF], &[]),
        Answer::Slow(delay) => {
            thread::sleep(*delay);
            response(200, &[PROTOBUF], &[])
        }
        Answer::Partial { rejected, message } => {
            let part =
                ExportTracePartialSuccess { rejected_spans: *rejected, error_message: message.clone() };
            response(
                200,
                &[PROTOBUF],
                &ExportTraceServiceResponse { partial_success: Some(part) }.encode_to_vec(),
            )
        }
        Answer::Unavailable { retry_after: None } => response(503, &[], b"overloaded"),
        Answer::Unavailable { retry_after: Some(seconds) } => {
            response(503, &[("Retry-After", &seconds.to_string())], b"overloaded")
        }
        Answer::TooLarge => response(413, &[], b"too large"),
        Answer::Status { code, headers, body } => {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            response(*code, &headers, body)
        }
        Answer::Garbage => response(200, &[PROTOBUF], b"\xff\xff\xffwhat?"),
        Answer::Drop => return None,
    })
}

fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        reply.extend([name, ": ", value, "\r\n"]);
    }
    reply.push_str("\r\n");
    let mut reply = reply.into_bytes();
    reply.extend_from_slice(body);
    reply
}
