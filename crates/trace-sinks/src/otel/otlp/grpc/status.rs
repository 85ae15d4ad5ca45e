//! What a status of gRPC says about a batch.

use std::error::Error;
use std::io;
use std::iter::successors;

use tonic::{Code, Status};

use super::retry_info;
use crate::otel::export::Sent;

/// What became of a batch that was answered with an error, or not at all.
pub(super) fn outcome(status: &Status, endpoint: &str) -> Sent {
    if let Some(source) = status.source() {
        return unreachable(source, endpoint);
    }
    let error =
        format!("{endpoint} answered {:?}: {}{}", status.code(), status.message(), advice(status.code()));
    let after = retry_info::find(status.details());
    match status.code() {
        Code::ResourceExhausted | Code::OutOfRange if is_about_size(status.message()) => {
            Sent::TooLarge { error }
        }
        Code::ResourceExhausted if after.is_none() => Sent::Refused { error },
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss
        | Code::ResourceExhausted => Sent::Retry { after, error },
        _ => Sent::Refused { error },
    }
}

/// No receiver said this: the connection did not come about, or broke.
fn unreachable(source: &(dyn Error + 'static), endpoint: &str) -> Sent {
    let why = chain(source);
    if links(source).any(is_insecure) {
        return Sent::Refused {
            error: format!(
                "no secure connection to {endpoint}: {why}; check the certificates, and http or https"
            ),
        };
    }
    let error = format!(
        "no connection to {endpoint}: {why}; is the receiver up, and is this its port for gRPC, not for HTTP?"
    );
    Sent::Retry { after: None, error }
}

/// What TLS does not like is invalid data to it.
fn is_insecure(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| (*error).source())
}

/// An error and what caused it, each said once.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = String::new();
    for link in links(error).map(ToString::to_string) {
        if !said.contains(&link) {
            let colon = if said.is_empty() { "" } else { ": " };
            said.push_str(colon);
            said.push_str(&link);
        }
    }
    said
}

/// The words in which the implementations of gRPC say that a message is beyond their limit.
fn is_about_size(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["too large", "larger than max", "maximum size", "message size"]
        .iter()
        .any(|words| message.contains(words))
}

fn advice(code: Code) -> &'static str {
    match code {
        Code::Unauthenticated | Code::PermissionDenied => "; check the headers that carry the key",
        Code::Unimplemented => "; check the port: receivers take traces over gRPC at 4317 by custom",
        _ => "",
    }
}
