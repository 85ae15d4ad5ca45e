//! Who sends: the resource, which always has a `service.name`.

use std::env;
use std::path::Path;

use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use super::environment::{Environment, percent_decoded};
use super::error::OtlpError;

const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
const SERVICE_NAME: Key = Key::from_static_str("service.name");

/// Puts the resource together: the SDK's own attributes, the environment's, those of `given`, and the name.
pub(super) fn resource(
    environment: &Environment<'_>,
    given: Option<&Resource>,
    service_name: Option<String>,
) -> Result<Resource, OtlpError> {
    let from_environment = attributes(environment)?;
    let named = |attributes: &[KeyValue]| {
        attributes
            .iter()
            .rev()
            .find(|attribute| attribute.key == SERVICE_NAME)
            .map(|attribute| attribute.value.to_string())
    };
    let name = service_name
        .or_else(|| given.and_then(known_name))
        .or_else(|| environment.first(&["OTEL_SERVICE_NAME"]).map(|variable| variable.value))
        .or_else(|| named(&from_environment))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(program);
    let mut builder = Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(from_environment);
    if let Some(given) = given {
        builder = builder
            .with_attributes(given.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())));
        if let Some(schema) = given.schema_url() {
            builder = builder.with_schema_url([], schema.to_owned());
        }
    }
    Ok(builder.with_service_name(name).build())
}

/// The name in a resource, unless the SDK made it up.
fn known_name(resource: &Resource) -> Option<String> {
    let name = resource.get(&SERVICE_NAME).as_ref().map(Value::to_string)?;
    (!name.is_empty() && !name.starts_with("unknown_service")).then_some(name)
}

fn attributes(environment: &Environment<'_>) -> Result<Vec<KeyValue>, OtlpError> {
    let Some(variable) = environment.first(&[ATTRIBUTES]) else {
        return Ok(Vec::new());
    };
    let wrong =
        |pair: &str| OtlpError::value(ATTRIBUTES, pair, "key=value,key=value with percent-encoded values");
    let attribute = |pair: &str| {
        let (key, value) =
            pair.split_once('=').filter(|(key, _)| !key.trim().is_empty()).ok_or_else(|| wrong(pair))?;
        let value = percent_decoded(value.trim()).ok_or_else(|| wrong(pair))?.into_owned();
        Ok(KeyValue::new(key.trim().to_owned(), value))
    };
    variable.value.split(',').filter(|pair| !pair.trim().is_empty()).map(attribute).collect()
}

/// The name of the program, as a name of the service.
fn program() -> String {
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = env::current_exe().ok().as_deref().and_then(stem);
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown_service".to_owned())
}
