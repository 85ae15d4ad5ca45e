//! Lines as the published crate builds them: every kind, with every option and with none.

use std::collections::BTreeMap;

use chrono::DateTime;
use lash_trace::{
    TraceAgentFrameSwitch, TraceAttachment, TraceBranchSelection, TraceContentBlock, TraceContext,
    TraceEffectEnvelopeDiffEntry, TraceEffectEnvelopeDiffEvent, TraceEffectEnvelopeDiffValue, TraceError,
    TraceEvent, TraceLabelMetadata, TraceLashlangChildExecution, TraceLashlangExecutionEvent,
    TraceLashlangExecutionIdentity, TraceLashlangMap, TraceLashlangMapEdge, TraceLashlangMapNode,
    TraceLashlangStatus, TraceLlmMessage, TraceLlmRequest, TraceLlmResponse, TracePromptComponent,
    TraceProviderRequestEvent, TraceProviderStreamEvent, TraceRecord, TraceRuntimeScope,
    TraceRuntimeStreamEvent, TraceRuntimeSubject, TraceTokenUsage, TraceToolCallOutcome, TraceToolCallOutput,
    TraceToolSpec,
};
use serde_json::{Value, json};

/// All lines.
pub fn lines() -> serde_json::Result<Vec<String>> {
    let events = [false, true].into_iter().flat_map(|full| {
        let some = Options(full);
        let parts = [session(some), prompts(some), models(some), streams(some), tools(some), others(some)];
        parts.into_iter().flatten().chain(executions(some))
    });
    let times = ["2026-01-05T08:00:00Z", "2026-01-05T08:00:00.1Z", "2026-01-05T08:00:00.123456789Z"];
    let lines = events.zip(times.iter().cycle()).map(|(event, time)| {
        let time = DateTime::parse_from_rfc3339(time).unwrap_or_default().to_utc();
        serde_json::to_string(&TraceRecord::new_with_timestamp(context(), event, time))
    });
    lines.collect()
}

/// Fills optional parts, or leaves them out.
#[derive(Clone, Copy)]
struct Options(bool);

impl Options {
    fn some<T>(self, value: impl Into<T>) -> Option<T> {
        self.0.then(|| value.into())
    }

    fn many<T>(self, value: T) -> Vec<T> {
        self.0.then_some(value).into_iter().collect()
    }

    fn map(self) -> BTreeMap<String, Value> {
        self.0.then(|| ("key".to_owned(), json!([1, null, {"a": "ä\u{2028}"}]))).into_iter().collect()
    }
}

fn context() -> TraceContext {
    let mut context = TraceContext::default()
        .for_session("chat-1")
        .for_turn("turn-0")
        .for_turn_index(0)
        .for_protocol_iteration(2)
        .for_llm_call("chat-1:0:2:0");
    context.graph_node_id = Some("llm:chat-1:0:2:0".to_owned());
    context.parent_graph_node_id = Some("turn:chat-1:turn-0".to_owned());
    context.metadata.insert("caused_by".to_owned(), json!({"kind": "tool_call", "call_id": "call_0"}));
    context
}

fn session(some: Options) -> Vec<TraceEvent> {
    vec![
        TraceEvent::SessionStarted { metadata: some.map() },
        TraceEvent::TurnStarted { metadata: some.map() },
        TraceEvent::TurnCompleted {
            status: "completed".to_owned(),
            done_reason: "assistant_message".to_owned(),
            agent_frame_switch: some.some(TraceAgentFrameSwitch { frame_id: "frame-2".to_owned() }),
        },
    ]
}

fn prompts(some: Options) -> Vec<TraceEvent> {
    let component = TracePromptComponent {
        id: "core".to_owned(),
        kind: "system".to_owned(),
        hash: lash_trace::sha256_hex("text"),
        chars: some.some(4_usize),
    };
    let hash = lash_trace::sha256_hex("prompt");
    vec![TraceEvent::PromptBuilt { prompt_hash: hash, prompt_chars: 6, components: some.many(component) }]
}

fn models(some: Options) -> Vec<TraceEvent> {
    let error = TraceError {
        message: "too many requests".to_owned(),
        retryable: true,
        terminal_reason: some.some("error"),
        code: some.some("rate_limit"),
        raw: some.some("HTTP 429"),
    };
    let response = TraceLlmResponse {
        text: "zwei\nZeilen".to_owned(),
        duration_ms: 1200,
        terminal_reason: some.some("stop"),
        parts: some.some(json!([{"type": "text"}])),
    };
    vec![
        TraceEvent::LlmCallStarted { request: request(some) },
        TraceEvent::LlmCallCompleted {
            response,
            usage: some.some(usage()),
            provider_usage: some.some(json!({"input_tokens": 7})),
            stream_summary: some.some(json!({"visible_chunk_count": 3, "stream_duration_ms": null})),
        },
        TraceEvent::LlmCallFailed { error, stream_summary: some.some(json!({})) },
        TraceEvent::TokenUsage { usage: usage(), cumulative: some.some(usage()) },
    ]
}

fn request(some: Options) -> TraceLlmRequest {
    let attachment = TraceAttachment {
        source: "file".to_owned(),
        mime: some.some("image/png"),
        filename: some.some("a.png"),
        bytes_sha256: some.some(lash_trace::sha256_hex("png")),
        bytes_len: some.some(3_usize),
    };
    let tool = TraceToolSpec {
        name: "grep".to_owned(),
        description: "finds lines".to_owned(),
        input_schema: json!({"type": "object"}),
        output_schema: json!(null),
    };
    TraceLlmRequest {
        model: "north/large-3".to_owned(),
        model_variant: some.some("high"),
        messages: vec![TraceLlmMessage { role: "user".to_owned(), blocks: blocks(some) }],
        attachments: some.many(attachment),
        tools: some.many(tool),
        tool_choice: "auto".to_owned(),
        output_spec: some.some(json!({"type": "json_object"})),
        stream: some.0,
    }
}

fn blocks(some: Options) -> Vec<TraceContentBlock> {
    vec![
        TraceContentBlock::Text { text: "hi".to_owned(), cache_breakpoint: some.0 },
        TraceContentBlock::Attachment { attachment_idx: 0 },
        TraceContentBlock::ToolCall {
            call_id: some.some("call_0"),
            tool_name: "grep".to_owned(),
            input_json: json!({"pattern": "x"}),
            item_id: some.some("item_0"),
            has_signature: some.0,
        },
        TraceContentBlock::ToolResult {
            call_id: some.some("call_0"),
            tool_name: some.some("grep"),
            content: "3 lines".to_owned(),
        },
        TraceContentBlock::Reasoning {
            text: "hm".to_owned(),
            item_id: some.some("item_1"),
            summary: some.many("thought".to_owned()),
            has_encrypted: some.0,
            redacted: some.0,
        },
    ]
}

fn usage() -> TraceTokenUsage {
    TraceTokenUsage {
        input_tokens: 10,
        output_tokens: 7,
        cache_read_input_tokens: 90,
        cache_write_input_tokens: 0,
        reasoning_output_tokens: 2,
    }
}

fn streams(some: Options) -> Vec<TraceEvent> {
    let hash = lash_trace::sha256_hex("raw");
    let sent = TraceProviderRequestEvent {
        provider: "acme".to_owned(),
        sequence: 0,
        elapsed_ms: 3,
        endpoint: "responses".to_owned(),
        body_len: 3,
        body_sha256: hash.clone(),
        body_json: some.some(json!({"model": "m"})),
        body_json_omitted_reason: some.some("size_limit"),
    };
    let came = TraceProviderStreamEvent {
        provider: "acme".to_owned(),
        sequence: 1,
        elapsed_ms: 40,
        event_name: "delta".to_owned(),
        item_id: some.some("msg_0"),
        output_index: some.some(0_i64),
        raw_len: 3,
        raw_sha256: hash,
        raw_json: some.some(json!({"delta": "a"})),
    };
    let passed = TraceRuntimeStreamEvent {
        sequence: 1,
        elapsed_ms: 40,
        event_name: "text_delta".to_owned(),
        raw_text: some.some("a"),
        visible_text: some.some("a"),
        item_id: some.some("msg_0"),
        output_index: some.some(0_i64),
        call_id: some.some("call_0"),
        tool_name: some.some("grep"),
        input_json: some.some(json!({"pattern": "x"})),
        usage: some.some(usage()),
    };
    vec![
        TraceEvent::ProviderRequest { event: sent },
        TraceEvent::ProviderStreamEvent { event: came },
        TraceEvent::RuntimeStreamEvent { event: passed },
    ]
}

fn tools(some: Options) -> Vec<TraceEvent> {
    let (call_id, name, args) =
        (some.some("call_0"), "grep".to_owned(), json!({"pattern": "x", "limit": null}));
    let started =
        TraceEvent::ToolCallStarted { call_id: call_id.clone(), name: name.clone(), args: args.clone() };
    let payload = json!({"lines": 3, "share": 0.1});
    let outcomes = [
        TraceToolCallOutcome::Success(payload.clone()),
        TraceToolCallOutcome::Failure(payload),
        TraceToolCallOutcome::Cancelled(Value::Null),
    ];
    let completed = outcomes.into_iter().map(|outcome| TraceEvent::ToolCallCompleted {
        call_id: call_id.clone(),
        name: name.clone(),
        args: args.clone(),
        output: TraceToolCallOutput { outcome, control: some.some(json!("stop")) },
        duration_ms: 12,
    });
    std::iter::once(started).chain(completed).collect()
}

fn others(some: Options) -> Vec<TraceEvent> {
    let present = TraceEffectEnvelopeDiffValue::Present {
        json_len: 3,
        json_sha256: lash_trace::json_hash(&json!([1])),
        value_json: some.some(json!([1])),
        value_json_omitted_reason: some.some("size_limit"),
    };
    let entry = TraceEffectEnvelopeDiffEntry {
        path: "a.b[0].c".to_owned(),
        recorded: TraceEffectEnvelopeDiffValue::Missing,
        reconstructed: present,
    };
    let event = TraceEffectEnvelopeDiffEvent {
        recorded_envelope_hash: "a".to_owned(),
        reconstructed_envelope_hash: "b".to_owned(),
        divergent_paths: vec![entry],
    };
    vec![
        TraceEvent::EffectEnvelopeDiff { event },
        TraceEvent::ProtocolStep { plugin_id: "runtime".to_owned(), payload: json!({"step": "finish"}) },
        TraceEvent::Custom {
            name: "host.note".to_owned(),
            payload: json!({"big": u64::MAX, "small": -1.5e-9}),
        },
    ]
}

fn executions(some: Options) -> Vec<TraceEvent> {
    use TraceLashlangExecutionEvent as Event;
    let identity = identity(some);
    let key = |suffix: &str| format!("lashlang_execution:{}:{suffix}", identity.graph_key());
    let id = || identity.clone();
    let (node_id, node_kind, label) = ("operation:1".to_owned(), "operation".to_owned(), "glob".to_owned());
    let node = || (node_id.clone(), node_kind.clone(), label.clone());
    let child = TraceLashlangChildExecution {
        scope: TraceRuntimeScope::new("chat-1"),
        subject: TraceRuntimeSubject::Process { process_id: "proc-1".to_owned() },
        module_ref: some.some("module:2"),
        entry_ref: some.some("process:watch"),
        entry_name: some.some("watch"),
    };
    let mut events =
        vec![Event::ExecutionStarted { event_key: key("started"), identity: id(), execution_map: map(some) }];
    let (a, b, c) = node();
    events.push(Event::NodeStarted {
        event_key: key("1"),
        identity: id(),
        node_id: a,
        node_kind: b,
        label: c,
        occurrence: 1,
    });
    let (a, b, c) = node();
    events.push(Event::NodeCompleted {
        event_key: key("2"),
        identity: id(),
        node_id: a,
        node_kind: b,
        label: c,
        occurrence: 1,
    });
    let (a, b, c) = node();
    let error = "end of input".to_owned();
    events.push(Event::NodeFailed {
        event_key: key("3"),
        identity: id(),
        node_id: a,
        node_kind: b,
        label: c,
        occurrence: 2,
        error,
    });
    for selected in [TraceBranchSelection::Then, TraceBranchSelection::Else] {
        let (edge_id, node_id) = ("edge:1".to_owned(), "branch:1".to_owned());
        events.push(Event::BranchSelected {
            event_key: key("4"),
            identity: id(),
            node_id,
            occurrence: 1,
            edge_id,
            selected,
        });
    }
    events.push(Event::ChildStarted {
        event_key: key("5"),
        identity: id(),
        parent_node_id: node_id.clone(),
        occurrence: 1,
        child,
    });
    for status in [
        TraceLashlangStatus::Running,
        TraceLashlangStatus::Completed,
        TraceLashlangStatus::Failed,
        TraceLashlangStatus::Cancelled,
    ] {
        events.push(Event::ExecutionFinished {
            event_key: key("6"),
            identity: id(),
            status,
            error: some.some("why"),
        });
    }
    events.into_iter().map(|event| TraceEvent::LashlangExecution { event }).collect()
}

fn identity(some: Options) -> TraceLashlangExecutionIdentity {
    let mut scope = TraceRuntimeScope::new("chat-1");
    scope.turn_id = some.some("turn-0");
    scope.turn_index = some.some(0_usize);
    scope.protocol_iteration = some.some(2_usize);
    TraceLashlangExecutionIdentity {
        scope,
        subject: TraceRuntimeSubject::Effect {
            effect_id: "exec-0-0".to_owned(),
            kind: "exec_code".to_owned(),
        },
        module_ref: "module:1".to_owned(),
        entry_kind: "main".to_owned(),
        entry_ref: some.some("main:1"),
        entry_name: "main".to_owned(),
    }
}

fn map(some: Options) -> TraceLashlangMap {
    let node = TraceLashlangMapNode {
        id: "operation:1".to_owned(),
        kind: "operation".to_owned(),
        label: "glob".to_owned(),
        label_metadata: some.some(TraceLabelMetadata {
            title: "Find files".to_owned(),
            description: some.some("all of them"),
        }),
    };
    let edge = TraceLashlangMapEdge {
        id: "edge:1".to_owned(),
        from: "operation:1".to_owned(),
        to: "operation:1".to_owned(),
        label: "sequence".to_owned(),
    };
    TraceLashlangMap {
        module_ref: "module:1".to_owned(),
        entry_kind: "main".to_owned(),
        entry_ref: some.some("main:1"),
        entry_name: "main".to_owned(),
        nodes: some.many(node),
        edges: some.many(edge),
    }
}
