//! What is said in code, over the environment, over the defaults: checked, and ready to send.

use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SpanExporter};

use super::builder::{OtlpBuilder, OtlpCompression, OtlpProtocol};
use super::encode::Encoder;
use super::endpoint::Endpoint;
use super::environment::{self, Environment};
use super::error::OtlpError;
use super::headers;
use super::http::HttpDestination;
use super::resource;
use super::sampler;
use super::tls::Tls;
use crate::otel::export::{Destination, ExporterDestination};
use crate::otel::{ExportSettings, OtelOptions};

const PROTOCOL: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const COMPRESSION: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION"];
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a builder comes to.
pub(in crate::otel) enum Configured {
    /// The environment says that nothing is to be sent.
    Disabled,
    /// All that a sink needs.
    Ready(Box<OtlpConfig>),
}

/// All that a sink over OTLP needs. Nothing is connected yet.
pub(in crate::otel) struct OtlpConfig {
    pub(in crate::otel) destination: Box<dyn Destination>,
    /// With a `service.name`, known to the destination already.
    #[cfg(test)]
    pub(in crate::otel) resource: Resource,
    pub(in crate::otel) sampler: Sampler,
    pub(in crate::otel) settings: ExportSettings,
    pub(in crate::otel) options: OtelOptions,
}

/// One way to the receiver.
pub(super) struct Connection {
    pub(super) endpoint: Endpoint,
    pub(super) headers: ureq::http::HeaderMap,
    pub(super) timeout: Duration,
    pub(super) compression: OtlpCompression,
    pub(super) tls: Tls,
    pub(super) use_proxy: bool,
    pub(super) limit: usize,
    pub(super) encoder: Encoder,
}

impl OtlpBuilder {
    /// Reads the process's environment, unless told not to, and checks everything.
    pub(in crate::otel) fn configure(self) -> Result<Configured, OtlpError> {
        let lookup = self.lookup();
        self.configure_from(&lookup)
    }

    /// The same for an exporter in the place of an endpoint.
    pub(in crate::otel) fn configure_for(
        self,
        exporter: impl SpanExporter + 'static,
    ) -> Result<Configured, OtlpError> {
        let lookup = self.lookup();
        self.configure_with(&lookup, |_, _, resource, _| {
            Ok(Box::new(ExporterDestination::new(exporter, resource)))
        })
    }

    /// Why the sink would take records and send nothing, if the environment says so: `OTEL_SDK_DISABLED is true`.
    ///
    /// # Errors
    ///
    /// A variable has a value that is not allowed.
    pub fn disabled_by(&self) -> Result<Option<&'static str>, OtlpError> {
        let lookup = self.lookup();
        disabled(&Environment::new(&lookup))
    }

    fn lookup(&self) -> fn(&str) -> Option<String> {
        if self.ignore_environment { environment::nothing } else { environment::process }
    }

    /// The same with an environment of the caller's.
    pub(super) fn configure_from(
        self,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Configured, OtlpError> {
        self.configure_with(lookup, Self::destination)
    }

    fn configure_with(
        self,
        lookup: &dyn Fn(&str) -> Option<String>,
        destination: impl FnOnce(
            &Self,
            &Environment<'_>,
            &Resource,
            &ExportSettings,
        ) -> Result<Box<dyn Destination>, OtlpError>,
    ) -> Result<Configured, OtlpError> {
        let environment = Environment::new(lookup);
        if disabled(&environment)?.is_some() {
            return Ok(Configured::Disabled);
        }
        let resource = resource::resource(&environment, self.resource.as_ref(), self.service_name.clone())?;
        let sampler = sampler::sampler(&environment)?;
        let settings = self.settings.clone().map_or_else(|| environment.settings(), Ok)?;
        let options = self.options.clone().map_or_else(|| environment.options(), Ok)?;
        let destination = destination(&self, &environment, &resource, &settings)?;
        Ok(Configured::Ready(Box::new(OtlpConfig {
            destination,
            #[cfg(test)]
            resource,
            sampler,
            settings,
            options,
        })))
    }

    fn destination(
        &self,
        environment: &Environment<'_>,
        resource: &Resource,
        settings: &ExportSettings,
    ) -> Result<Box<dyn Destination>, OtlpError> {
        let protocol = self.protocol.map_or_else(|| protocol(environment), Ok)?;
        let connection = Connection {
            endpoint: Endpoint::find(environment, self.endpoint.as_deref(), protocol)?,
            headers: headers::headers(environment, &self.headers)?,
            timeout: self.request_timeout(environment)?,
            compression: self.compression.map_or_else(|| compression(environment), Ok)?,
            tls: Tls::read(environment, &self.tls)?,
            use_proxy: !self.ignore_environment,
            limit: settings.batch_bytes,
            encoder: Encoder::new(resource),
        };
        match protocol {
            OtlpProtocol::HttpProtobuf => Ok(Box::new(HttpDestination::new(connection))),
            OtlpProtocol::Grpc => grpc(connection),
        }
    }

    fn request_timeout(&self, environment: &Environment<'_>) -> Result<Duration, OtlpError> {
        match self.timeout {
            Some(Duration::ZERO) => {
                Err(OtlpError::new("timeout", "no request can be done in no time: use more than zero"))
            }
            Some(timeout) => Ok(timeout),
            None => Ok(environment.timeout()?.unwrap_or(TIMEOUT)),
        }
    }
}

#[cfg(feature = "grpc")]
fn grpc(connection: Connection) -> Result<Box<dyn Destination>, OtlpError> {
    Ok(Box::new(super::grpc::GrpcDestination::new(connection)?))
}

#[cfg(not(feature = "grpc"))]
fn grpc(_connection: Connection) -> Result<Box<dyn Destination>, OtlpError> {
    Err(OtlpError::new(
        "protocol",
        "this build has no gRPC: enable the feature `grpc`, or use http/protobuf and its port",
    ))
}

/// The variable that says that nothing is to be sent, in words.
fn disabled(environment: &Environment<'_>) -> Result<Option<&'static str>, OtlpError> {
    if environment.switch(&["OTEL_SDK_DISABLED"])?.unwrap_or(false) {
        return Ok(Some("OTEL_SDK_DISABLED is true"));
    }
    let exporter = environment.choice(&["OTEL_TRACES_EXPORTER"], "otlp or none", |word| match word {
        "otlp" => Some(false),
        "none" => Some(true),
        _ => None,
    })?;
    Ok(exporter.unwrap_or(false).then_some("OTEL_TRACES_EXPORTER is none"))
}

fn protocol(environment: &Environment<'_>) -> Result<OtlpProtocol, OtlpError> {
    let protocol = environment.choice(&PROTOCOL, "http/protobuf or grpc", |word| match word {
        "http/protobuf" => Some(OtlpProtocol::HttpProtobuf),
        "grpc" => Some(OtlpProtocol::Grpc),
        _ => None,
    })?;
    Ok(protocol.unwrap_or_default())
}

fn compression(environment: &Environment<'_>) -> Result<OtlpCompression, OtlpError> {
    let compression = environment.choice(&COMPRESSION, "gzip or none", |word| match word {
        "gzip" => Some(OtlpCompression::Gzip),
        "none" => Some(OtlpCompression::None),
        _ => None,
    })?;
    Ok(compression.unwrap_or_default())
}
