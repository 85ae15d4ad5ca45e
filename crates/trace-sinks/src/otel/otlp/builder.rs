//! What a host may say about an OTLP sink.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use opentelemetry_sdk::Resource;

use super::endpoint;
use super::tls::TlsFiles;
use crate::otel::{ExportSettings, OtelOptions};

/// Where spans go over OTLP, and how.
///
/// Nothing is sent, connected or read from the environment before the sink is built.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trace_sinks::otel::{OtlpBuilder, OtlpCompression};
///
/// let honeycomb = OtlpBuilder::new()
///     .endpoint("https://api.honeycomb.io")
///     .header("x-honeycomb-team", "the ingest key")
///     .compression(OtlpCompression::Gzip)
///     .timeout(Duration::from_secs(5))
///     .service_name("deploy-agent");
/// assert!(!format!("{honeycomb:?}").contains("ingest key"));
/// ```
///
/// # Environment
///
#[doc = include_str!("environment.md")]
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until the sink is built"]
pub struct OtlpBuilder {
    pub(super) protocol: Option<OtlpProtocol>,
    pub(super) endpoint: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) timeout: Option<Duration>,
    pub(super) compression: Option<OtlpCompression>,
    pub(super) tls: TlsFiles,
    pub(super) service_name: Option<String>,
    pub(super) resource: Option<Resource>,
    pub(super) options: Option<OtelOptions>,
    pub(super) settings: Option<ExportSettings>,
    pub(super) ignore_environment: bool,
}

impl OtlpBuilder {
    /// All as the environment says, or by default.
    pub fn new() -> Self {
        Self::default()
    }

    /// How requests travel; by default [`OtlpProtocol::HttpProtobuf`].
    pub fn protocol(mut self, protocol: OtlpProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// The base URL of the receiver, with `http://` or `https://`.
    ///
    /// Over HTTP, `/v1/traces` is appended unless the URL ends in it already, so that `http://localhost:4318`,
    /// `https://cloud.langfuse.com/api/public/otel` and `http://localhost:4318/v1/traces` all work. gRPC has no path.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// A header of each request, such as the key of a backend; over gRPC, its metadata. A later one of the same name wins.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long one request may take; by default ten seconds. Another attempt has its own time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How requests are compressed; by default not at all.
    pub fn compression(mut self, compression: OtlpCompression) -> Self {
        self.compression = Some(compression);
        self
    }

    /// A PEM file of certificates to trust instead of the public authorities'.
    pub fn ca_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls.authority = Some(path.into());
        self
    }

    /// PEM files of a certificate and its private key, for a receiver that asks who we are.
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls.client = Some((certificate.into(), key.into()));
        self
    }

    /// The attribute `service.name`; by default the program's name.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = Some(name.into());
        self
    }

    /// Who sends. Its attributes win over `OTEL_RESOURCE_ATTRIBUTES`.
    pub fn resource(mut self, resource: Resource) -> Self {
        self.resource = Some(resource);
        self
    }

    /// What spans look like.
    pub fn options(mut self, options: OtelOptions) -> Self {
        self.options = Some(options);
        self
    }

    /// How spans wait, and how many go into one request.
    pub fn settings(mut self, settings: ExportSettings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// Leaves all variables of the environment aside, those of proxies too.
    pub fn ignore_environment(mut self) -> Self {
        self.ignore_environment = true;
        self
    }
}

impl fmt::Debug for OtlpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("OtlpBuilder")
            .field("protocol", &self.protocol)
            .field("endpoint", &self.endpoint.as_deref().map(endpoint::shown))
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .field("tls", &self.tls)
            .field("service_name", &self.service_name)
            .field("resource", &self.resource)
            .field("options", &self.options)
            .field("settings", &self.settings)
            .field("ignore_environment", &self.ignore_environment)
            .finish()
    }
}

/// How OTLP requests travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OtlpProtocol {
    /// Protobuf over HTTP/1.1, port 4318 by custom.
    #[default]
    HttpProtobuf,
    /// gRPC, port 4317 by custom. Without the feature `grpc`, building the sink fails.
    Grpc,
}

/// How OTLP requests are compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OtlpCompression {
    /// Not at all.
    #[default]
    None,
    /// With gzip, which every receiver takes.
    Gzip,
}
