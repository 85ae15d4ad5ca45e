//! What an answer over HTTP says about a batch.

use std::io::Read;
use std::time::SystemTime;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use serde_json::Value;
use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode, header};

use super::retry_after;
use crate::otel::export::Sent;
use crate::otel::otlp::rpc_status::RpcStatus;

/// As much of an answer as is read.
const READ: u64 = 64 * 1024;
/// As much of an answer as an error shows.
const SHOWN: usize = 300;

/// What became of a batch of `spans` spans.
pub(super) fn outcome(answer: Response<Body>, endpoint: &str, spans: usize) -> Sent {
    let (head, body) = answer.into_parts();
    let mut bytes = Vec::new();
    // What cannot be read of an answer changes nothing: its status has been said.
    let _ = body.into_reader().take(READ).read_to_end(&mut bytes);
    let answer = Answer { status: head.status, headers: &head.headers, bytes: &bytes, endpoint };
    if head.status.is_success() { answer.accepted(spans) } else { answer.refused() }
}

struct Answer<'a> {
    status: StatusCode,
    headers: &'a HeaderMap,
    bytes: &'a [u8],
    endpoint: &'a str,
}

impl Answer<'_> {
    fn accepted(&self, spans: usize) -> Sent {
        let kind = self.text(header::CONTENT_TYPE);
        if kind.starts_with("text/html") {
            let error = format!(
                "{} answered with a web page: this is no OTLP receiver; check host and port",
                self.endpoint
            );
            return Sent::Refused { error };
        }
        let json = kind.starts_with("application/json");
        let (rejected, message) = match (json, self.bytes) {
            (_, []) => (0, String::new()),
            (true, bytes) => partial_success_of_json(bytes),
            (false, bytes) => partial_success(bytes),
        };
        let spans = u64::try_from(spans).unwrap_or(u64::MAX);
        let message = (!message.is_empty()).then(|| format!("{}: {message}", self.endpoint));
        Sent::Accepted { rejected: u64::try_from(rejected).unwrap_or(0).min(spans), message }
    }

    fn refused(&self) -> Sent {
        let error = self.error();
        match self.status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let after = retry_after::parse(self.text(header::RETRY_AFTER), SystemTime::now());
                Sent::Retry { after, error }
            }
            StatusCode::PAYLOAD_TOO_LARGE => Sent::TooLarge { error },
            _ => Sent::Refused { error },
        }
    }

    fn error(&self) -> String {
        let said = self.said();
        let colon = if said.is_empty() { "" } else { ": " };
        format!("{} answered {}{colon}{said}{}", self.endpoint, self.status, self.advice())
    }

    /// What to look at, for answers with a usual cause.
    fn advice(&self) -> String {
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                "; check the headers that carry the key".to_owned()
            }
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                "; check the path: receivers take traces at /v1/traces below their base URL".to_owned()
            }
            status if status.is_redirection() => {
                format!("; it points to {}: use that as the endpoint", self.text(header::LOCATION))
            }
            _ => String::new(),
        }
    }

    /// The message of a `google.rpc.Status`, else the first bytes as text.
    fn said(&self) -> String {
        let text = match self.text(header::CONTENT_TYPE) {
            kind if kind.starts_with("application/x-protobuf") => {
                RpcStatus::decode(self.bytes).map(|status| status.message).unwrap_or_default()
            }
            kind if kind.starts_with("application/json") => message_of_json(self.bytes).unwrap_or_default(),
            _ => String::new(),
        };
        let text = if text.is_empty() { String::from_utf8_lossy(self.bytes).into_owned() } else { text };
        one_line(&text)
    }

    fn text(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The beginning of a text, without line ends and control characters.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn partial_success(bytes: &[u8]) -> (i64, String) {
    match ExportTraceServiceResponse::decode(bytes) {
        Ok(answer) => answer
            .partial_success
            .map_or((0, String::new()), |part| (part.rejected_spans, part.error_message)),
        Err(_) => (0, "the answer was no OTLP message, but said that all went well".to_owned()),
    }
}

/// Some receivers answer in JSON whatever they are sent.
fn partial_success_of_json(bytes: &[u8]) -> (i64, String) {
    let answer: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let part = &answer["partialSuccess"];
    let rejected = &part["rejectedSpans"];
    let rejected = rejected.as_i64().or_else(|| rejected.as_str()?.parse().ok()).unwrap_or(0);
    (rejected, part["errorMessage"].as_str().unwrap_or_default().to_owned())
}

fn message_of_json(bytes: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(bytes).ok()?;
    Some(answer["message"].as_str()?.to_owned())
}
