//! Where requests go, and how that is shown.

use std::fmt;

use ureq::http::Uri;
use ureq::http::uri::Scheme;

use super::builder::OtlpProtocol;
use super::environment::Environment;
use super::error::OtlpError;

const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const GENERIC: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const INSECURE: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_INSECURE", "OTEL_EXPORTER_OTLP_INSECURE"];
const NO_URL: &str =
    "is no URL of a receiver: start it with http:// or https://, as in http://localhost:4318";
const PATH: &str = "/v1/traces";

/// A checked URL. Shown without user, password and query.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    uri: Uri,
}

impl Endpoint {
    /// The URL set in code, of the environment, or of a receiver on this machine.
    pub(super) fn find(
        environment: &Environment<'_>,
        set: Option<&str>,
        protocol: OtlpProtocol,
    ) -> Result<Self, OtlpError> {
        if let Some(set) = set {
            return Self::base("endpoint", set, protocol, environment);
        }
        if let Some(traces) = environment.first(&[TRACES]) {
            return Self::checked(TRACES, &traces.value, protocol, environment);
        }
        if let Some(base) = environment.first(&[GENERIC]) {
            return Self::base(GENERIC, &base.value, protocol, environment);
        }
        let local = match protocol {
            OtlpProtocol::HttpProtobuf => "http://localhost:4318",
            OtlpProtocol::Grpc => "http://localhost:4317",
        };
        Self::base("endpoint", local, protocol, environment)
    }

    fn base(
        setting: &'static str,
        url: &str,
        protocol: OtlpProtocol,
        environment: &Environment<'_>,
    ) -> Result<Self, OtlpError> {
        match protocol {
            OtlpProtocol::HttpProtobuf => {
                Self::checked(setting, url, protocol, environment)?;
                Self::checked(setting, &with_path(url), protocol, environment)
            }
            OtlpProtocol::Grpc => Self::checked(setting, url, protocol, environment),
        }
    }

    fn checked(
        setting: &'static str,
        url: &str,
        protocol: OtlpProtocol,
        environment: &Environment<'_>,
    ) -> Result<Self, OtlpError> {
        let wrong = |problem: &str| OtlpError::new(setting, format!("{} {problem}", shown(url)));
        let has_scheme = url.contains("://");
        let uri = match protocol {
            OtlpProtocol::Grpc if !has_scheme => {
                let scheme = if environment.switch(&INSECURE)?.unwrap_or(false) { "http" } else { "https" };
                format!("{scheme}://{url}").parse::<Uri>()
            }
            OtlpProtocol::Grpc | OtlpProtocol::HttpProtobuf => url.parse::<Uri>(),
        };
        let uri = uri.map_err(|_| wrong(NO_URL))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
            return Err(wrong(NO_URL));
        }
        if protocol == OtlpProtocol::Grpc {
            grpc_has_no_path(&uri).map_err(wrong)?;
        }
        Ok(Self { uri })
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn is_secure(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }
}

fn grpc_has_no_path(uri: &Uri) -> Result<(), &'static str> {
    if !matches!(uri.path(), "" | "/") {
        return Err("has a path, and gRPC has none: leave it out, or use the protocol http/protobuf");
    }
    let user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    if user { Err("has a user, which gRPC cannot send: set a header instead") } else { Ok(()) }
}

/// `/v1/traces` behind a base URL, unless it is there already.
fn with_path(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let base = base.trim_end_matches('/');
    let path = if base.ends_with(PATH) { "" } else { PATH };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{base}{path}{query}")
}

/// A URL without what may be secret in it.
pub(super) fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{host}{path}")
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(shown(&self.uri.to_string()).trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}
