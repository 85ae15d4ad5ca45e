//! Headers of requests. Their values are secrets: no error and no `Debug` shows one.

use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::environment::{Environment, Variable, percent_decoded};
use super::error::OtlpError;

const NAMES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"];

/// Names that belong to the transport.
const RESERVED: [&str; 7] =
    ["connection", "content-encoding", "content-length", "content-type", "host", "te", "transfer-encoding"];

/// The headers of the environment, and those set in code over them.
pub(super) fn headers(
    environment: &Environment<'_>,
    set: &[(String, String)],
) -> Result<HeaderMap, OtlpError> {
    let mut headers = HeaderMap::new();
    if let Some(variable) = environment.first(&NAMES) {
        from_variable(&variable, &mut headers)?;
    }
    for (name, value) in set {
        insert(&mut headers, "header", name, value)?;
    }
    Ok(headers)
}

fn from_variable(variable: &Variable, headers: &mut HeaderMap) -> Result<(), OtlpError> {
    for (index, pair) in variable.value.split(',').enumerate().filter(|(_, pair)| !pair.trim().is_empty()) {
        let wrong = |what| {
            OtlpError::new(variable.name, format!("entry {} {what}: use name=value,name=value", index + 1))
        };
        let (name, value) = pair.split_once('=').ok_or_else(|| wrong("has no ="))?;
        let value =
            percent_decoded(value.trim()).ok_or_else(|| wrong("is not UTF-8 once it is percent-decoded"))?;
        insert(headers, variable.name, name.trim(), &value)?;
    }
    Ok(())
}

fn insert(headers: &mut HeaderMap, setting: &'static str, name: &str, value: &str) -> Result<(), OtlpError> {
    let wrong = |problem: &str| OtlpError::new(setting, format!("{name:?} {problem}"));
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("is no name of a header"))?;
    if RESERVED.contains(&key.as_str()) || key.as_str().starts_with("grpc-") {
        return Err(wrong("is set by the transport: leave it out"));
    }
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| wrong("has a value with control characters: check it for line ends"))?;
    value.set_sensitive(true);
    headers.insert(key, value);
    Ok(())
}
