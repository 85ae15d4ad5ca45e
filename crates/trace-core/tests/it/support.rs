//! Test data.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

/// The text of a gzip file under `tests/data`.
pub(crate) fn gunzip(name: &str) -> String {
    String::from_utf8(gunzip_bytes(name)).unwrap()
}

/// The bytes of a gzip file under `tests/data`.
pub(crate) fn gunzip_bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}

/// A JSON value with its empty optionals removed: `null`, `{}` and `[]` members of objects, at any depth.
pub(crate) fn normal(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), normal(value)))
            .filter(|(_, value)| !is_empty(value))
            .collect(),
        Value::Array(items) => items.iter().map(normal).collect(),
        other => other.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
