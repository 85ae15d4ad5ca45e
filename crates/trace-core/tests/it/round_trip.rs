//! Whatever a record holds comes back.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};
use trace_core::event::{
    Custom, LlmCallStarted, Log, TextBlock, ToolCallCompleted, ToolCallStarted, TraceLlmMessage,
    TraceLlmRequest, TraceToolCallOutput,
};
use trace_core::{Severity, TraceContext, TraceEvent, TraceReader, TraceRecord};

fn json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<u64>().prop_map(Number::from),
        any::<i64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(Value::Number),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn event() -> impl Strategy<Value = TraceEvent> {
    prop_oneof![
        (any::<String>(), json()).prop_map(|(name, payload)| Custom::new(name, payload).into()),
        (any::<Option<String>>(), any::<String>(), json(), json(), any::<u64>()).prop_map(
            |(call_id, name, args, payload, duration)| {
                let started = ToolCallStarted::new(call_id, name, args);
                ToolCallCompleted::new(started, TraceToolCallOutput::failure(payload), duration).into()
            }
        ),
        (any::<String>(), any::<String>(), any::<bool>()).prop_map(|(model, text, cache_breakpoint)| {
            let mut block = TextBlock::new(text);
            block.cache_breakpoint = cache_breakpoint;
            let message = TraceLlmMessage::new("user", vec![block.into()]);
            LlmCallStarted::new(TraceLlmRequest::new(model, vec![message])).into()
        }),
        (any::<String>(), any::<String>())
            .prop_map(|(target, message)| { Log::new(Severity::Warn, target, message).into() }),
    ]
}

proptest! {
    #[test]
    fn a_record_is_one_line_that_reads_back_equal(
        event in event(),
        session in any::<Option<String>>(),
        key in any::<String>(),
        value in json(),
        nanos in 0_i64..4_102_444_800_000_000_000,
    ) {
        let mut context = TraceContext::default().with_metadata(key, value);
        context.session_id = session;
        let time = chrono::DateTime::from_timestamp_nanos(nanos);
        let record = TraceRecord::new_with_timestamp(context, event, time);
        let line = serde_json::to_string(&record).unwrap();
        prop_assert!(!line.contains('\n'));
        let again = TraceRecord::from_json(&line).unwrap();
        prop_assert_eq!(&again, &record);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), line.clone());

        let file = format!("{line}\n{line}");
        let mut reader = TraceReader::strict(file.as_bytes());
        while let Some(entry) = reader.next_entry().unwrap() {
            prop_assert_eq!(entry.record().unwrap(), record.clone());
        }
        prop_assert_eq!((reader.report().entries(), reader.report().damage_count()), (2, 0));
    }

    #[test]
    fn no_bytes_stop_a_salvage(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut reader = TraceReader::salvage(&bytes[..]);
        while let Some(entry) = reader.next_entry().unwrap() {
            let _ = entry.record();
        }
    }

    #[test]
    fn no_json_like_text_stops_a_salvage(text in r#"[\[\]{}",:a\\ \n0-9un]{0,200}"#) {
        let mut reader = TraceReader::salvage(text.as_bytes());
        while let Some(entry) = reader.next_entry().unwrap() {
            prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(entry.text).is_ok());
        }
    }
}
