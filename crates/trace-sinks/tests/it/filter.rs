//! Which records pass.

use trace_core::event::{Custom, Log};
use trace_core::{Severity, TraceContext, TraceEvent, TraceLevel, TraceRecord, TraceSink};
use trace_sinks::{FilterTraceSink, MemoryTraceSink};

fn events() -> [TraceEvent; 3] {
    let chunk = serde_json::json!({
        "type": "provider_stream_event",
        "event": { "provider": "p", "sequence": 0, "elapsed_ms": 1, "event_name": "e", "raw_len": 0, "raw_sha256": "" },
    });
    [
        Custom::new("custom", 1.into()).into(),
        Log::new(Severity::Warn, "target", "message").into(),
        serde_json::from_value(chunk).unwrap(),
    ]
}

/// The kinds that pass.
fn passed(
    with: impl Fn(FilterTraceSink<&MemoryTraceSink>) -> FilterTraceSink<&MemoryTraceSink>,
) -> Vec<String> {
    let kept = MemoryTraceSink::new();
    let filter = with(FilterTraceSink::new(&kept));
    for event in events() {
        filter.append(&TraceRecord::new(TraceContext::default(), event)).unwrap();
    }
    filter.flush().unwrap();
    kept.take().into_iter().map(|record| record.event.kind().to_owned()).collect()
}

#[test]
fn without_a_condition_everything_passes() {
    assert_eq!(passed(|filter| filter), ["custom", "log", "provider_stream_event"]);
}

#[test]
fn the_standard_level_drops_extended_events() {
    assert_eq!(passed(|filter| filter.level(TraceLevel::Standard)), ["custom", "log"]);
    assert_eq!(passed(|filter| filter.level(TraceLevel::Extended)).len(), 3);
}

#[test]
fn kinds_are_allowed_or_denied() {
    assert_eq!(passed(|filter| filter.kinds(["log", "no_such_kind"])), ["log"]);
    assert_eq!(passed(|filter| filter.kinds([] as [&str; 0])), [] as [&str; 0]);
    assert_eq!(passed(|filter| filter.without_kinds(["log"])), ["custom", "provider_stream_event"]);
    assert_eq!(passed(|filter| filter.kinds(["log", "custom"]).without_kinds(["log"])), ["custom"]);
}

#[test]
fn rules_add_up() {
    let not_custom = |record: &TraceRecord| record.event.kind() != "custom";
    let not_log = |record: &TraceRecord| record.event.kind() != "log";
    assert_eq!(passed(|filter| filter.when(not_custom).when(not_log)), ["provider_stream_event"]);
}

#[test]
fn a_filter_says_what_it_is() {
    let filter = FilterTraceSink::new(MemoryTraceSink::new()).kinds(["log"]).when(|_| true);
    let text = format!("{filter:?}");
    assert!(text.contains("\"log\"") && text.contains("rules: 1"), "{text}");
}

#[test]
fn the_standard_level_takes_the_components_off_a_prompt() {
    use trace_core::event::{PromptBuilt, TracePromptComponent};

    let mut prompt = PromptBuilt::new("ab", 3);
    prompt.components.push(TracePromptComponent::of_text("core", "system", "abc"));
    let record = TraceRecord::new(TraceContext::for_session("s"), prompt);
    for (level, components) in [(TraceLevel::Standard, 0), (TraceLevel::Extended, 1)] {
        let kept = MemoryTraceSink::new();
        FilterTraceSink::new(&kept).level(level).append(&record).unwrap();
        let records = kept.records();
        let TraceEvent::PromptBuilt(passed) = &records[0].event else { panic!("{:?}", records[0].event) };
        assert_eq!(
            (passed.prompt_hash.as_str(), passed.prompt_chars, passed.components.len()),
            ("ab", 3, components)
        );
        assert_eq!((&records[0].id, &records[0].context), (&record.id, &record.context));
    }
}
