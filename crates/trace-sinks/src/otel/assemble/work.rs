//! Steps of the agent loop; blocks of code, batches and processes among them, which start and end.

use serde_json::Value;
use trace_core::event::{ProtocolStep, REASON_CANCELLED};

use super::describe::write_json;
use super::open::{At, Open};
use super::{Assembler, Family, Incoming, family};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::place::{Kind, Node};

const CODE: Family = family("lash.exec_code");
const BATCH: Family = family("lash.batch");
const PROCESS: Family = family("lash.process");
const PROJECTION: Family = family("lash.observation_projection");
const STEP: Family = family("lash.protocol_step");

/// Which moment of a piece of work a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Started,
    Completed,
    Failed,
}

/// The work that a diagnostic phase belongs to.
fn work_of(phase: &str) -> Option<(Family, Kind, Moment)> {
    let (work, moment) = phase.rsplit_once('_')?;
    let moment = match moment {
        "started" => Moment::Started,
        "completed" => Moment::Completed,
        "failed" => Moment::Failed,
        _ => return None,
    };
    match work {
        "exec_code" => Some((CODE, Kind::Code, moment)),
        "batch" => Some((BATCH, Kind::Batch, moment)),
        "process" => Some((PROCESS, Kind::Process, moment)),
        _ => None,
    }
}

impl Assembler {
    pub(super) fn protocol_step(&mut self, incoming: Incoming<'_>, step: &ProtocolStep) {
        let phase = step.diagnostic_phase();
        if let Some((family, kind, moment)) = phase.and_then(work_of) {
            return self.work(incoming, step, family, kind, moment);
        }
        let family = if phase == Some("observation_projection") { PROJECTION } else { STEP };
        let payload = self.options.include_payload_json;
        self.moment(incoming, family, |_, to| describe_step(step, payload, to));
    }

    fn work(
        &mut self,
        incoming: Incoming<'_>,
        step: &ProtocolStep,
        family: Family,
        kind: Kind,
        moment: Moment,
    ) {
        if moment != Moment::Started && self.is_repeat(incoming) {
            return;
        }
        let payload = self.options.include_payload_json;
        let at = self.work_at(incoming, kind, moment);
        let name = self
            .name(family, || family.name.trim_start_matches("lash.").replace("exec_code", "execute_code"));
        if moment == Moment::Started {
            return self.begin(incoming, at, family, name, |_, open| {
                describe_step(step, payload, &mut open.span.attributes);
            });
        }
        let diagnostic = step.payload.pointer("/diagnostic/payload");
        let millis = diagnostic.and_then(|payload| payload.get("duration_ms")?.as_u64());
        self.finish(incoming, at, family, name, millis, |_, open| {
            let to = &mut open.span.attributes;
            if open.started {
                to.text_if("lash.protocol.end_diagnostic_phase", step.diagnostic_phase());
                if payload {
                    to.written("lash.protocol.end_payload_json", |text| write_json(&step.payload, text));
                }
            } else {
                describe_step(step, payload, to);
            }
            let diagnostic = diagnostic.unwrap_or(&Value::Null);
            describe_work(diagnostic, to);
            fail_work(diagnostic, moment, open);
        });
    }

    /// Where work stands. A block of code without an id is the one of its lane that is open.
    fn work_at(&mut self, incoming: Incoming<'_>, kind: Kind, moment: Moment) -> At {
        let node = incoming.record.context.graph_node_id.as_deref();
        let key = match node.map(|node| Node::parse(node, incoming.place)) {
            Some(Node::Other(own, id)) if (own == kind || own == Kind::Foreign) && !id.is_empty() => {
                let lane = self.lane_of_work(incoming, own, id, moment);
                self.key(lane, own, id)
            }
            _ => self.nameless_work(incoming, kind, moment),
        };
        self.at(incoming, key)
    }

    /// The lane of work that ends elsewhere than it began: a process outlives its turn.
    fn lane_of_work(&self, incoming: Incoming<'_>, kind: Kind, id: &str, moment: Moment) -> u64 {
        let own = self.hashes.of(self.key(incoming.lane, kind, id).bytes());
        if moment == Moment::Started || self.open.contains_key(&own) || self.closed.contains(own) {
            return incoming.lane;
        }
        let here = || self.open_node(Some(incoming.place.session), kind, id);
        let anywhere = || self.open_node(None, kind, id).filter(|_| kind == Kind::Process);
        here().or_else(anywhere).unwrap_or(incoming.lane)
    }

    fn nameless_work(&mut self, incoming: Incoming<'_>, kind: Kind, moment: Moment) -> NodeKey {
        let own = self.key(incoming.lane, kind, &incoming.record.id);
        let id = self.hashes.of(own.bytes());
        if kind != Kind::Code || self.closed.contains(id) {
            return own;
        }
        let Some(lane) = self.lanes.get_mut(incoming.lane) else { return own };
        if moment == Moment::Started {
            lane.code = Some(own.clone());
            return own;
        }
        lane.code.take().unwrap_or(own)
    }
}

fn describe_step(step: &ProtocolStep, payload: bool, to: &mut Attributes) {
    to.text("lash.protocol.plugin_id", &step.plugin_id);
    to.text_if("lash.protocol.diagnostic_phase", step.diagnostic_phase());
    if payload {
        to.written("lash.protocol.payload_json", |text| write_json(&step.payload, text));
    }
}

fn is_cancelled(diagnostic: &Value) -> bool {
    diagnostic.get("terminal_reason").and_then(Value::as_str) == Some(REASON_CANCELLED)
}

/// Marks work as failed that failed, or that ended with an error; what was stopped on purpose did not fail.
fn fail_work(diagnostic: &Value, moment: Moment, open: &mut Open) {
    let error = diagnostic.get("error").unwrap_or(&Value::Null);
    let part = |keys: &[&str]| keys.iter().find_map(|key| error.get(key)?.as_str());
    let message = error.as_str().or_else(|| part(&["message"])).unwrap_or_default();
    let is_failure = moment == Moment::Failed || !message.is_empty() || error.is_object();
    if is_failure && !is_cancelled(diagnostic) {
        open.fail(part(&["kind", "code", "type"]).unwrap_or_default(), message);
    }
}

/// What the end of work says in numbers.
fn describe_work(diagnostic: &Value, to: &mut Attributes) {
    let counts = [
        ("duration_ms", "lash.work.duration_ms"),
        ("output_chars", "lash.work.output_chars"),
        ("observation_count", "lash.work.observation_count"),
        ("tool_call_count", "lash.work.tool_call_count"),
    ];
    for (key, name) in counts {
        if let Some(count) = diagnostic.get(key).and_then(Value::as_i64) {
            to.int(name, count);
        }
    }
    if is_cancelled(diagnostic) {
        to.fixed("lash.work.status", "cancelled");
    }
}
