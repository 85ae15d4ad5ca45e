//! Fingerprints of bytes and of JSON values.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
///
/// # Examples
///
/// ```
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(trace_core::sha256_hex(b""), empty);
/// ```
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes.as_ref()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The SHA-256 of a value's compact JSON with sorted keys: equal values have equal hashes.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trace_core::{json_hash, sha256_hex};
///
/// assert_eq!(json_hash(&json!({"b": 1, "a": 2})), sha256_hex(r#"{"a":2,"b":1}"#));
/// ```
pub fn json_hash(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sha256_hex(sorted.to_string())
}
