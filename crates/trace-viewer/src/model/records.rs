//! What each kind of record adds to the tree.

use trace_core::Severity;

use super::block::{call_kind, edge_of};
use super::body;
use super::build::{Incoming, ModelBuilder};
use super::calls::Edge;
use super::first::first;
use super::ids::{NONE, index};
use super::lenient::{Num, read};
use super::node::{Node, Place};
use super::tokens::Spot;
use super::{RowFlags, RowKind, Status};

impl ModelBuilder {
    /// Takes a record of our schema.
    pub(super) fn take_record(&mut self, incoming: &Incoming<'_>) -> u32 {
        match incoming.header.kind.as_deref().unwrap_or("") {
            "session_started" => self.take_session(incoming),
            "turn_started" => self.take_turn(incoming, Edge::Start),
            "turn_completed" => self.take_turn_end(incoming),
            "prompt_built" => self.take_prompt(incoming),
            "llm_call_started" => self.take_llm_start(incoming),
            "llm_call_completed" => self.take_llm_end(incoming, Status::Completed),
            "llm_call_failed" => self.take_llm_end(incoming, Status::Failed),
            "provider_request" => self.take_chunk(incoming, RowKind::ProviderRequest),
            "provider_stream_event" => self.take_chunk(incoming, RowKind::ProviderChunk),
            "runtime_stream_event" => self.take_chunk(incoming, RowKind::RuntimeChunk),
            "tool_call_started" => self.take_tool(incoming, false),
            "tool_call_completed" => self.take_tool(incoming, true),
            "protocol_step" => self.take_step(incoming),
            "token_usage" => self.take_usage(incoming),
            "lashlang_execution" => self.take_execution(incoming),
            kind => self.take_loose(incoming, kind),
        }
    }

    /// Takes a record that stands beside the calls.
    fn take_loose(&mut self, incoming: &Incoming<'_>, kind: &str) -> u32 {
        match kind {
            "effect_envelope_diff" => self.point(incoming, RowKind::EnvelopeDiff, 0),
            "custom" => self.take_custom(incoming),
            "log" => self.take_log(incoming, RowKind::Log),
            "runtime_event" => self.take_log(incoming, RowKind::RuntimeEvent),
            "run_started" => self.take_run(incoming, false),
            "run_summary" => self.take_run(incoming, true),
            "uncaught_error" => self.take_uncaught(incoming),
            "records_dropped" => {
                let dropped: body::Dropped<'_> = read(incoming.text);
                let name = self.name(dropped.reason.get());
                self.point(incoming, RowKind::RecordsDropped, name)
            }
            unknown => {
                let name = self.name(unknown);
                self.point(incoming, RowKind::Unknown, name)
            }
        }
    }

    fn take_session(&mut self, incoming: &Incoming<'_>) -> u32 {
        let session = incoming.place.session;
        if session == NONE {
            return self.point(incoming, RowKind::Session, 0);
        }
        let known = self.session_nodes[session as usize];
        let node = if known == NONE {
            let node = self.add(Node::new(RowKind::Session, incoming.place));
            self.session_nodes[session as usize] = node;
            node
        } else {
            known
        };
        self.register_own(incoming, node);
        self.node(node).open(incoming.moment);
        self.note_cause(node, incoming);
        node
    }

    fn take_turn(&mut self, incoming: &Incoming<'_>, edge: Edge) -> u32 {
        let node = self.call(incoming, RowKind::Turn, incoming.place.turn, edge);
        let context = &incoming.header.context;
        let name = match (context.turn_id.as_deref(), context.turn_index) {
            (Some(turn), _) if !turn.is_empty() => self.name(turn),
            (_, Some(turn)) => self.name(&format!("turn {turn}")),
            _ => 0,
        };
        self.node(node).call_it(name);
        self.note_cause(node, incoming);
        if let Some(number) = context.turn_index.and_then(|turn| u32::try_from(turn).ok()) {
            self.turn_numbers.insert(node, number);
        }
        node
    }

    fn take_turn_end(&mut self, incoming: &Incoming<'_>) -> u32 {
        let turn: body::Turn<'_> = read(incoming.text);
        // The seed writes a turn that its user stopped as failed.
        let status = match (turn.status.get(), turn.done_reason.get()) {
            ("cancelled", _) | ("failed", "cancelled") => Status::Cancelled,
            ("failed", _) => Status::Failed,
            ("", _) => Status::None,
            _ => Status::Completed,
        };
        self.take_turn(incoming, Edge::End { status, duration_ms: None })
    }

    fn take_prompt(&mut self, incoming: &Incoming<'_>) -> u32 {
        let prompt: body::Prompt<'_> = read(incoming.text);
        let hash = prompt.prompt_hash.get();
        let name = self.name(hash.get(..8).unwrap_or(hash));
        let node = self.point(incoming, RowKind::Prompt, name);
        self.keep_prompt(incoming, node, &prompt);
        node
    }

    fn llm_call(&mut self, incoming: &Incoming<'_>, edge: Edge) -> u32 {
        let node = self.call(incoming, RowKind::LlmCall, incoming.place.llm_call, edge);
        let metadata: body::Metadata<'_> = incoming.header.context.metadata.map(read).unwrap_or_default();
        if !metadata.retry_of.get().is_empty() {
            self.node(node).flag(RowFlags::RETRY);
            self.note_retry(node, incoming.place.session, metadata.retry_of.get());
        }
        node
    }

    fn take_llm_start(&mut self, incoming: &Incoming<'_>) -> u32 {
        let node = self.llm_call(incoming, Edge::Start);
        let name = self.name(first(incoming.text, "request", ["model", "model"]).get());
        self.node(node).name = name;
        node
    }

    fn take_llm_end(&mut self, incoming: &Incoming<'_>, outcome: Status) -> u32 {
        let end: body::LlmEnd<'_> = read(incoming.text);
        let reason = end.error.terminal_reason.get();
        let status =
            if outcome == Status::Failed && reason == "cancelled" { Status::Cancelled } else { outcome };
        let edge = Edge::End { status, duration_ms: end.response.duration_ms.get() };
        let node = self.llm_call(incoming, edge);
        let name = self.name(end.response.model.get());
        self.node(node).call_it(name);
        for part in end.response.parts.iter() {
            self.note_request(incoming, part.call_id.get());
        }
        let first_token = end.stream_summary.first_visible_token_latency_ms.get();
        if let Some(after_ms) = first_token.and_then(|after_ms| u32::try_from(after_ms).ok()) {
            self.first_tokens.insert(node, after_ms);
        }
        let counts = self.node(node).end == Some(incoming.moment);
        if let Some(tokens) = end.usage.filter(|_| counts) {
            let usage = self.usage(node, &tokens);
            self.spending.call(node, spot(incoming.place, end.context.protocol_iteration), usage);
        }
        node
    }

    /// Keeps what a row's record counted.
    fn usage(&mut self, node: u32, tokens: &body::Tokens<'_>) -> super::Usage {
        let usage = tokens.usage();
        self.usages.push(usage);
        self.node(node).usage = index(self.usages.len() - 1);
        usage
    }

    fn take_chunk(&mut self, incoming: &Incoming<'_>, kind: RowKind) -> u32 {
        let stream: body::Stream<'_> = read(incoming.text);
        self.note_request(incoming, stream.event.call_id.get());
        let name = self.name(stream.event.event_name.or(stream.event.endpoint.get()));
        self.point(incoming, kind, name)
    }

    fn take_tool(&mut self, incoming: &Incoming<'_>, ended: bool) -> u32 {
        let tool: body::Tool<'_> = read(incoming.text);
        let status = match tool.output.outcome.status.get() {
            "success" => Status::Completed,
            "failure" => Status::Failed,
            "cancelled" => Status::Cancelled,
            _ => Status::None,
        };
        let edge =
            if ended { Edge::End { status, duration_ms: tool.duration_ms.get() } } else { Edge::Start };
        let id = match tool.call_id.get() {
            "" => NONE,
            call => self.id(&["tool:", call]),
        };
        let node = self.call(incoming, RowKind::ToolCall, id, edge);
        let name = self.name(tool.name.get());
        self.node(node).call_it(name);
        node
    }

    fn take_usage(&mut self, incoming: &Incoming<'_>) -> u32 {
        let record: body::UsageRecord<'_> = read(incoming.text);
        let node = self.point(incoming, RowKind::Usage, 0);
        let usage = self.usage(node, &record.usage);
        self.spending.report(spot(incoming.place, record.context.protocol_iteration), usage);
        node
    }

    fn take_step(&mut self, incoming: &Incoming<'_>) -> u32 {
        let step: body::Step<'_> = read(incoming.text);
        let diagnostic = &step.payload.diagnostic;
        let iteration = step.context.protocol_iteration.or(-1);
        if let Some((stem, edge)) = edge_of(&diagnostic.phase, diagnostic.payload.duration_ms) {
            let kind = call_kind(incoming).or((stem == "exec_code").then_some(RowKind::CodeBlock));
            if let Some(kind) = kind {
                let has_own_id = incoming.header.context.graph_node_id.is_some();
                let id = if has_own_id { NONE } else { self.code_id(incoming.place, iteration, kind) };
                let edge = edge.stopped_by(diagnostic.payload.terminal_reason.get());
                let node = self.call(incoming, kind, id, edge);
                self.name_block(node, incoming, stem, &diagnostic.payload);
                return node;
            }
        }
        let name = self.name(diagnostic.phase.or(step.plugin_id.get()));
        let node = self.point(incoming, RowKind::ProtocolStep, name);
        if diagnostic.phase.get().ends_with("_failed") {
            self.node(node).status = Status::Failed;
        }
        node
    }

    fn take_custom(&mut self, incoming: &Incoming<'_>) -> u32 {
        let custom: body::Named<'_> = read(incoming.text);
        if let Some(kind) = call_kind(incoming)
            && let Some((stem, edge)) = edge_of(&custom.name, Num::default())
        {
            let node = self.call(incoming, kind, NONE, edge);
            self.name_block(node, incoming, stem, &body::DiagnosticPayload::default());
            return node;
        }
        let name = self.name(custom.name.get());
        self.point(incoming, RowKind::Custom, name)
    }

    fn take_log(&mut self, incoming: &Incoming<'_>, kind: RowKind) -> u32 {
        let log: body::Log<'_> = read(incoming.text);
        let name = self.name(log.name.or(log.target.get()));
        let node = self.beside(incoming, kind, name);
        let level = Severity::parse_or(log.level.get(), Severity::Info);
        self.runs.count(incoming, level);
        self.node(node).flags.set_level(level);
        if level >= Severity::Error {
            self.node(node).status = Status::Failed;
        }
        node
    }

    fn take_run(&mut self, incoming: &Incoming<'_>, ended: bool) -> u32 {
        let run: body::Run<'_> = read(incoming.text);
        let status = match (run.outcome.get(), run.exit_code.or(0)) {
            ("cancelled", _) => Status::Cancelled,
            ("failed", _) => Status::Failed,
            (_, 0) => Status::Completed,
            _ => Status::Failed,
        };
        let edge = if ended { Edge::End { status, duration_ms: run.duration_ms.get() } } else { Edge::Start };
        let id = match run.run_id.get() {
            "" => NONE,
            run => self.id(&["\u{1f}run:", run]),
        };
        let at_root = Incoming { place: Place::NOWHERE, ..*incoming };
        let node = self.call(&at_root, RowKind::Run, id, edge);
        let name = self.name(run.program.get());
        self.node(node).call_it(name);
        self.runs.tell(node, &run, ended, incoming.moment.time);
        node
    }

    fn take_uncaught(&mut self, incoming: &Incoming<'_>) -> u32 {
        let uncaught: body::Uncaught<'_> = read(incoming.text);
        let name = self.name(uncaught.error.r#type.get());
        let node = self.beside(incoming, RowKind::UncaughtError, name);
        self.node(node).status = Status::Failed;
        self.node(node).flags.set_level(Severity::Critical);
        node
    }
}

/// Where tokens were spent.
fn spot(place: Place, iteration: Num) -> Spot {
    let iteration = iteration.get().and_then(|iteration| u32::try_from(iteration).ok()).unwrap_or(NONE);
    Spot { session: place.session, turn: place.turn, iteration }
}
