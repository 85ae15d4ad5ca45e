//! Attributes and their values in OTLP JSON.

use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value::Value as ProtoValue;
use serde::{Serialize, Serializer};

use super::Text;

#[derive(Serialize)]
pub(super) struct KeyValue<'a> {
    key: &'a str,
    value: Value<'a>,
}

pub(super) fn key_values(pairs: &[common::KeyValue]) -> Vec<KeyValue<'_>> {
    pairs.iter().map(|pair| KeyValue { key: &pair.key, value: Value::from(pair.value.as_ref()) }).collect()
}

#[derive(Serialize)]
enum Value<'a> {
    #[serde(rename = "stringValue")]
    String(&'a str),
    #[serde(rename = "boolValue")]
    Bool(bool),
    #[serde(rename = "intValue")]
    Int(Text<i64>),
    #[serde(rename = "doubleValue")]
    Double(Double),
    #[serde(rename = "arrayValue")]
    Array { values: Vec<Value<'a>> },
    #[serde(rename = "kvlistValue")]
    Map { values: Vec<KeyValue<'a>> },
    #[serde(untagged)]
    Empty {},
}

impl<'a> From<Option<&'a common::AnyValue>> for Value<'a> {
    fn from(value: Option<&'a common::AnyValue>) -> Self {
        match value.and_then(|value| value.value.as_ref()) {
            Some(ProtoValue::StringValue(text)) => Self::String(text),
            Some(ProtoValue::BoolValue(is)) => Self::Bool(*is),
            Some(ProtoValue::IntValue(number)) => Self::Int(Text(*number)),
            Some(ProtoValue::DoubleValue(number)) => Self::Double(Double(*number)),
            Some(ProtoValue::ArrayValue(array)) => {
                Self::Array { values: array.values.iter().map(|value| Self::from(Some(value))).collect() }
            }
            Some(ProtoValue::KvlistValue(list)) => Self::Map { values: key_values(&list.values) },
            // Attributes of spans have no such values.
            Some(ProtoValue::BytesValue(_) | ProtoValue::StringValueStrindex(_)) | None => Self::Empty {},
        }
    }
}

/// A number, or the word for what is none.
struct Double(f64);

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            number if number.is_nan() => serializer.serialize_str("NaN"),
            f64::INFINITY => serializer.serialize_str("Infinity"),
            f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            number => serializer.serialize_f64(number),
        }
    }
}
