//! OTLP: what spans look like on the wire, and one request over HTTP or gRPC.
//!
//! Nothing here waits its turn, splits or tries again: the worker of [`export`](super::export) does.

mod builder;
mod config;
mod encode;
mod endpoint;
mod environment;
mod error;
#[cfg(feature = "grpc")]
mod grpc;
mod headers;
mod http;
mod json;
mod resource;
mod rpc_status;
mod sampler;
mod tls;

pub use builder::{OtlpBuilder, OtlpCompression, OtlpProtocol};
pub use error::OtlpError;
pub use json::OtlpJsonExporter;

pub(in crate::otel) use config::Configured;

#[cfg(test)]
#[path = "../../tests/it/otel/receiver/mod.rs"]
mod receiver;
#[cfg(test)]
mod tests;
