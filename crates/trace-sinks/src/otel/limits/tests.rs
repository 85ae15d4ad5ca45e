use std::collections::{BTreeMap, BTreeSet};

use opentelemetry::{Array, KeyValue, StringValue, Value};
use proptest::collection::vec;
use proptest::prelude::*;

use super::size::size;
use super::{Limited, apply_limits};
use crate::otel::SpanLimits;

const ROOMY: SpanLimits =
    SpanLimits { attributes: 1000, events: 0, links: 0, value_bytes: 1 << 20, span_bytes: 1 << 24 };

fn keys(limited: &Limited) -> Vec<&str> {
    limited.attributes.iter().map(|attribute| attribute.key.as_str()).collect()
}

fn value<'a>(limited: &'a Limited, key: &str) -> &'a Value {
    &limited.attributes.iter().find(|attribute| attribute.key.as_str() == key).unwrap().value
}

fn text(key: &'static str, bytes: usize) -> KeyValue {
    KeyValue::new(key, "x".repeat(bytes))
}

fn json(key: &'static str, bytes: usize) -> KeyValue {
    KeyValue::new(
        key,
        format!(r#"[{{"role":"user","parts":[{{"type":"text","content":"{}"}}]}}]"#, "x".repeat(bytes)),
    )
}

fn total(limited: &Limited) -> usize {
    limited.attributes.iter().map(size).sum()
}

fn strings(value: &Value) -> Vec<&str> {
    let Value::Array(Array::String(items)) = value else { panic!("{value:?}") };
    items.iter().map(StringValue::as_str).collect()
}

#[test]
fn what_is_within_the_limits_is_only_put_in_order() {
    let attributes = vec![
        json("gen_ai.tool.definitions", 2000),
        json("gen_ai.output.messages", 2000),
        text("other.large", 2000),
        KeyValue::new("lash.metadata.user", "u"),
        KeyValue::new("lash.turn.status", "completed"),
        KeyValue::new("gen_ai.response.id", "r"),
        KeyValue::new("session.id", "s"),
        KeyValue::new("gen_ai.operation.name", "chat"),
    ];
    let limited = apply_limits(attributes, &ROOMY, "lash");
    assert_eq!((limited.dropped, limited.truncated.len()), (0, 0));
    assert_eq!(
        keys(&limited),
        [
            "session.id",
            "gen_ai.operation.name",
            "gen_ai.response.id",
            "lash.turn.status",
            "lash.metadata.user",
            "other.large",
            "gen_ai.output.messages",
            "gen_ai.tool.definitions",
        ]
    );
}

#[test]
fn the_last_of_a_key_wins_where_the_first_stood() {
    let attributes = vec![KeyValue::new("a", 1), KeyValue::new("b", 2), KeyValue::new("a", "three")];
    let limited = apply_limits(attributes, &ROOMY, "lash");
    assert_eq!(limited.attributes, [KeyValue::new("a", "three"), KeyValue::new("b", 2)]);
    assert_eq!(limited.dropped, 0);
}

#[test]
fn a_value_over_the_limit_is_cut_and_told() {
    let limits = SpanLimits { value_bytes: 1000, ..ROOMY };
    let attributes =
        vec![json("gen_ai.input.messages", 5000), text("error.message", 3000), KeyValue::new("a", 1)];
    let limited = apply_limits(attributes, &limits, "acme");
    let messages = value(&limited, "gen_ai.input.messages").as_str();
    assert!(messages.len() <= 1000 && messages.len() > 990, "{messages}");
    let messages: serde_json::Value = serde_json::from_str(&messages).unwrap();
    assert!(messages[0]["parts"][0]["content"].as_str().unwrap().ends_with(" bytes]"));
    assert!(value(&limited, "error.message").as_str().ends_with("…[+2016 bytes]"));
    assert_eq!(strings(value(&limited, "acme.truncated")), ["gen_ai.input.messages", "error.message"]);
    let bytes = Value::Array(Array::I64(vec![5056, 3000]));
    assert_eq!(value(&limited, "acme.truncated.bytes"), &bytes);
    assert_eq!(limited.truncated.len(), 2);
    assert_eq!(limited.dropped, 0);
}

#[test]
fn what_was_told_before_stays_told() {
    let limits = SpanLimits { value_bytes: 1000, ..ROOMY };
    let once = apply_limits(
        vec![json("gen_ai.input.messages", 50_000)],
        &SpanLimits { value_bytes: 9000, ..ROOMY },
        "lash",
    );
    let mut attributes = once.attributes;
    attributes.push(text("error.message", 3000));
    let twice = apply_limits(attributes, &limits, "lash");
    assert_eq!(strings(value(&twice, "lash.truncated")), ["gen_ai.input.messages", "error.message"]);
    assert_eq!(value(&twice, "lash.truncated.bytes"), &Value::Array(Array::I64(vec![50_056, 3000])));
}

#[test]
fn what_was_told_twice_is_told_once() {
    let named =
        ["gen_ai.tool.call.arguments", "error.message", "gen_ai.tool.call.arguments"].map(StringValue::from);
    let attributes = vec![
        KeyValue::new("lash.truncated", Value::Array(Array::String(named.to_vec()))),
        KeyValue::new("lash.truncated.bytes", Value::Array(Array::I64(vec![1, 2, 3]))),
    ];
    let limited = apply_limits(attributes, &ROOMY, "lash");
    assert_eq!(strings(value(&limited, "lash.truncated")), ["error.message", "gen_ai.tool.call.arguments"]);
    assert_eq!(value(&limited, "lash.truncated.bytes"), &Value::Array(Array::I64(vec![2, 3])));
}

#[test]
fn a_span_that_is_too_large_loses_content_from_the_last() {
    let limits = SpanLimits { span_bytes: 16_000, ..ROOMY };
    let attributes = vec![
        KeyValue::new("gen_ai.operation.name", "chat"),
        json("gen_ai.tool.definitions", 8000),
        json("gen_ai.input.messages", 8000),
        json("gen_ai.output.messages", 8000),
    ];
    let limited = apply_limits(attributes, &limits, "lash");
    assert!(total(&limited) <= 16_000 && total(&limited) > 15_900, "{}", total(&limited));
    assert_eq!(
        keys(&limited),
        [
            "gen_ai.operation.name",
            "lash.truncated",
            "lash.truncated.bytes",
            "gen_ai.output.messages",
            "gen_ai.input.messages"
        ]
    );
    assert_eq!(value(&limited, "gen_ai.output.messages").as_str().len(), 8056);
    assert_eq!(
        strings(value(&limited, "lash.truncated")),
        ["gen_ai.tool.definitions", "gen_ai.input.messages"]
    );
    assert_eq!(limited.dropped, 1);
}

#[test]
fn of_too_many_the_hosts_metadata_goes_first() {
    let mut attributes: Vec<KeyValue> =
        (0..200).map(|n| KeyValue::new(format!("lash.metadata.{n:03}"), n)).collect();
    attributes.push(json("gen_ai.input.messages", 3000));
    attributes.extend((0..20).map(|n| KeyValue::new(format!("lash.turn.{n:02}"), n)));
    attributes.push(KeyValue::new("gen_ai.operation.name", "chat"));
    let limited = apply_limits(attributes, &SpanLimits { attributes: 32, ..ROOMY }, "lash");
    assert_eq!((limited.attributes.len(), limited.dropped), (32, 190));
    let keys = keys(&limited);
    assert!(keys.contains(&"gen_ai.input.messages") && keys.contains(&"lash.turn.19"));
    assert!(keys.contains(&"lash.metadata.009") && !keys.contains(&"lash.metadata.010"));
}

#[test]
fn arrays_are_cut_by_their_items() {
    let items: Vec<StringValue> = (0..100).map(|_| "0123456789".into()).collect();
    let attributes = vec![
        KeyValue::new("s", Value::Array(Array::String(items))),
        KeyValue::new("i", Value::Array(Array::I64(vec![1; 100]))),
    ];
    let limited = apply_limits(attributes, &SpanLimits { value_bytes: 95, ..ROOMY }, "lash");
    assert_eq!(strings(value(&limited, "s")), [vec!["0123456789"; 9], vec!["01234"]].concat());
    assert_eq!(value(&limited, "i"), &Value::Array(Array::I64(vec![1; 11])));
    assert_eq!(strings(value(&limited, "lash.truncated")), ["s", "i"]);
}

#[test]
fn limits_of_nothing_leave_nothing() {
    let attributes = || vec![json("gen_ai.input.messages", 3000), KeyValue::new("a", 1)];
    for limits in [SpanLimits { attributes: 0, ..ROOMY }, SpanLimits { span_bytes: 0, ..ROOMY }] {
        let limited = apply_limits(attributes(), &limits, "lash");
        assert_eq!((limited.attributes.len(), limited.dropped), (0, 2));
        assert_eq!(limited.truncated.len(), 1);
    }
}

#[test]
fn thousands_of_large_attributes_take_no_longer_than_their_bytes() {
    let attributes: Vec<KeyValue> =
        (0..5000).map(|n| KeyValue::new(format!("large.{n}"), "x".repeat(1100))).collect();
    let limited =
        apply_limits(attributes, &SpanLimits { attributes: 5000, span_bytes: 100_000, ..ROOMY }, "lash");
    assert!(total(&limited) <= 100_000 && total(&limited) > 97_000, "{}", total(&limited));
    assert_eq!(strings(value(&limited, "lash.truncated")).len(), 32);
}

fn long() -> impl Strategy<Value = String> {
    ("[a-zé🚀\"\\n]{1,20}", 0_usize..100).prop_map(|(text, count)| text.repeat(count))
}

fn any_attribute() -> impl Strategy<Value = KeyValue> {
    let key = prop_oneof![
        Just("gen_ai.operation.name".to_owned()),
        Just("gen_ai.input.messages".to_owned()),
        Just("gen_ai.output.messages".to_owned()),
        Just("gen_ai.tool.call.result".to_owned()),
        Just("error.message".to_owned()),
        "lash\\.metadata\\.[a-f]{1,2}",
        "lash\\.[a-f]{1,2}(_json)?",
        "[a-z]{1,60}",
    ];
    let json =
        vec(long(), 0..8).prop_map(|texts| Value::from(serde_json::json!({"texts": texts}).to_string()));
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zé🚀]{0,40}".prop_map(Value::from),
        long().prop_map(Value::from),
        json,
        vec("[a-zé]{0,30}".prop_map(StringValue::from), 0..50)
            .prop_map(|items| Value::Array(Array::String(items))),
        (0_usize..300).prop_map(|count| Value::Array(Array::I64(vec![7; count]))),
    ];
    (key, value).prop_map(|(key, value)| KeyValue::new(key, value))
}

fn is_json(value: &Value) -> bool {
    matches!(value, Value::String(text) if serde_json::from_str::<serde_json::Value>(text.as_str()).is_ok_and(|json| json.is_object()))
}

proptest! {
    #[test]
    fn no_limit_is_ever_exceeded(
        attributes in vec(any_attribute(), 0..60),
        count in 0_usize..70,
        value_bytes in 0_usize..4000,
        span_bytes in 0_usize..40_000,
    ) {
        let limits = SpanLimits { attributes: count, value_bytes, span_bytes, ..ROOMY };
        let given: BTreeMap<String, Value> =
            attributes.iter().map(|attribute| (attribute.key.to_string(), attribute.value.clone())).collect();
        let limited = apply_limits(attributes, &limits, "lash");

        prop_assert!(limited.attributes.len() <= count);
        prop_assert!(total(&limited) <= span_bytes);
        let keys: BTreeSet<&str> = keys(&limited).into_iter().collect();
        prop_assert_eq!(keys.len(), limited.attributes.len());
        let own = keys.iter().filter(|key| key.starts_with("lash.truncated")).count();
        prop_assert_eq!(given.len(), keys.len() - own + limited.dropped as usize);

        let cut: BTreeSet<String> = limited.truncated.iter().map(ToString::to_string).collect();
        for attribute in limited.attributes.iter().filter(|attribute| !attribute.key.as_str().starts_with("lash.truncated")) {
            let key = attribute.key.as_str();
            let bytes = super::size::value_size(&attribute.value);
            prop_assert!(bytes <= value_bytes.max(8));
            prop_assert_eq!(attribute.value != given[key], cut.contains(key), "{}", key);
            if is_json(&given[key]) && bytes >= 2 {
                prop_assert!(is_json(&attribute.value), "{:?}", attribute);
            }
        }
    }

    #[test]
    fn what_was_limited_stays_as_it_is(attributes in vec(any_attribute(), 0..40), span_bytes in 2000_usize..40_000) {
        let limits = SpanLimits { attributes: 30, value_bytes: 2000, span_bytes, ..ROOMY };
        let once = apply_limits(attributes, &limits, "lash");
        let twice = apply_limits(once.attributes.clone(), &limits, "lash");
        prop_assert_eq!(once.attributes, twice.attributes);
        prop_assert_eq!(twice.dropped, 0);
    }
}
