//! The few members of a record's body that the index needs, spelled as on the wire.

#![expect(clippy::struct_field_names, reason = "the fields are spelled as on the wire")]

use std::marker::PhantomData;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::Usage;
use super::lenient::{List, Num, Obj, Text};

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, serde::Deserialize)]
        #[serde(default, bound(deserialize = "'de: 'a"))]
        pub(super) struct $name<'a> {
            $(pub(super) $field: $type,)*
            #[serde(skip)]
            borrowed: PhantomData<&'a str>,
        }
    )*};
}

shapes! {
    /// What a record's context says beyond its header.
    Place { protocol_iteration: Num, effect_id: Text<'a> }
    Named { name: Text<'a> }
    Turn { status: Text<'a>, done_reason: Text<'a> }
    Prompt { prompt_hash: Text<'a>, components: Option<Vec<Obj<Component<'a>>>> }
    Component { id: Text<'a>, hash: Text<'a> }
    LlmEnd {
        response: Obj<Response<'a>>,
        usage: Option<Obj<Tokens<'a>>>,
        error: Obj<LlmError<'a>>,
        context: Obj<Place<'a>>,
        stream_summary: Obj<StreamSummary<'a>>,
    }
    Response { model: Text<'a>, duration_ms: Num, parts: List<Obj<Part<'a>>> }
    Part { call_id: Text<'a> }
    StreamSummary { first_visible_token_latency_ms: Num }
    LlmError { terminal_reason: Text<'a> }
    Stream { event: Obj<StreamEvent<'a>> }
    StreamEvent { event_name: Text<'a>, endpoint: Text<'a>, call_id: Text<'a> }
    Tool { call_id: Text<'a>, name: Text<'a>, output: Obj<ToolOutput<'a>>, duration_ms: Num }
    ToolOutput { outcome: Obj<Outcome<'a>> }
    Outcome { status: Text<'a> }
    Step { plugin_id: Text<'a>, payload: Obj<StepPayload<'a>>, context: Obj<Place<'a>> }
    StepPayload { diagnostic: Obj<Diagnostic<'a>> }
    Diagnostic { phase: Text<'a>, payload: Obj<DiagnosticPayload<'a>> }
    DiagnosticPayload {
        duration_ms: Num,
        terminal_reason: Text<'a>,
        process_id: Text<'a>,
        code: Text<'a>,
        tool_call_count: Num,
    }
    UsageRecord { usage: Obj<Tokens<'a>>, context: Obj<Place<'a>> }
    Tokens {
        input_tokens: Num,
        output_tokens: Num,
        cache_read_input_tokens: Num,
        cache_write_input_tokens: Num,
        reasoning_output_tokens: Num,
    }
    Execution { event: Obj<ExecutionEvent<'a>>, context: Obj<Place<'a>> }
    ExecutionEvent {
        kind: Text<'a>,
        event_key: Text<'a>,
        identity: Obj<Identity<'a>>,
        node_id: Text<'a>,
        node_kind: Text<'a>,
        parent_node_id: Text<'a>,
        label: Text<'a>,
        occurrence: Num,
        edge_id: Text<'a>,
        selected: Text<'a>,
        status: Text<'a>,
        error: Text<'a>,
        child: Obj<Identity<'a>>,
        execution_map: Option<&'a RawValue>,
    }
    Identity { scope: Obj<Scope<'a>>, subject: Obj<Subject<'a>>, entry_name: Text<'a> }
    Scope { session_id: Text<'a>, turn_id: Text<'a> }
    Subject { effect_id: Text<'a>, process_id: Text<'a> }
    Map { nodes: Option<Vec<Obj<MapNode<'a>>>>, edges: Option<Vec<Obj<MapEdge<'a>>>> }
    MapNode { id: Text<'a>, kind: Text<'a>, label: Text<'a>, label_metadata: Obj<Label<'a>> }
    MapEdge { id: Text<'a>, from: Text<'a>, to: Text<'a>, label: Text<'a> }
    Label { title: Text<'a>, description: Text<'a> }
    Log { level: Text<'a>, target: Text<'a>, name: Text<'a> }
    Run {
        run_id: Text<'a>,
        program: Text<'a>,
        duration_ms: Num,
        exit_code: Num,
        outcome: Text<'a>,
        trigger: Text<'a>,
        counts: Obj<Counts<'a>>,
    }
    Counts { trace: Num, debug: Num, info: Num, warn: Num, error: Num, critical: Num }
    Uncaught { error: Obj<ErrorInfo<'a>> }
    ErrorInfo { r#type: Text<'a> }
    Told { error: Option<IgnoredAny>, event: Obj<ToldEvent<'a>> }
    ToldEvent { error: Option<IgnoredAny> }
    Dropped { reason: Text<'a> }
    Metadata { caused_by: Obj<Cause<'a>>, retry_of: Text<'a> }
    Cause {
        kind: Text<'a>,
        r#type: Text<'a>,
        session_id: Text<'a>,
        turn_id: Text<'a>,
        call_id: Text<'a>,
        effect_id: Text<'a>,
        process_id: Text<'a>,
        occurrence_id: Text<'a>,
        node_id: Text<'a>,
    }
}

impl Tokens<'_> {
    pub(super) fn usage(&self) -> Usage {
        Usage {
            input: self.input_tokens.or(0),
            cache_read: self.cache_read_input_tokens.or(0),
            cache_write: self.cache_write_input_tokens.or(0),
            output: self.output_tokens.or(0),
            reasoning: self.reasoning_output_tokens.or(0),
        }
    }
}

impl Identity<'_> {
    /// The graph's key, spelled as the schema spells it; empty without a subject.
    pub(super) fn graph_key(&self) -> String {
        let Subject { effect_id, process_id, borrowed: _ } = &*self.subject;
        let session = self.scope.session_id.get();
        if !process_id.get().is_empty() {
            format!("process:{process_id}")
        } else if effect_id.get().is_empty() {
            String::new()
        } else if self.scope.turn_id.get().is_empty() {
            format!("effect:{session}:{effect_id}")
        } else {
            format!("effect:{session}:{}:{effect_id}", self.scope.turn_id)
        }
    }
}
