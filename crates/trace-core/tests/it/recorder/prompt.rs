//! Prompts and drift.

use serde_json::{Value, json};
use trace_core::recorder::Prompt;
use trace_core::{TraceLevel, sha256_hex};

use super::{Rig, json as line};

fn prompts(level: TraceLevel) -> Vec<Value> {
    let rig = Rig::new(level);
    let session = rig.session();
    let parts: [&[(&str, &str)]; 4] = [
        &[("core", "Be brief."), ("tools", "grep")],
        &[("core", "Be brief."), ("tools", "grep")],
        &[("core", "Be brief."), ("tools", "grep, glob"), ("memory", "größe")],
        &[("core", "Be brief."), ("memory", "größe")],
    ];
    for (index, parts) in parts.iter().enumerate() {
        let turn = session.turn(format!("t{index}"));
        turn.prompt(|| {
            let prompt = Prompt::new("größe");
            parts.iter().fold(prompt, |prompt, (id, text)| prompt.component(*id, "system", text))
        });
        turn.complete("assistant_message");
    }
    rig.of_kind("prompt_built").iter().map(line).collect()
}

#[test]
fn drift_names_the_parts_that_changed() {
    for level in [TraceLevel::Standard, TraceLevel::Extended] {
        let drift: Vec<_> =
            prompts(level).iter().map(|line| line["context"]["metadata"]["prompt_drift"].clone()).collect();
        assert_eq!(drift, [Value::Null, Value::Null, json!(["memory", "tools"]), json!(["tools"])]);
    }
}

#[test]
fn parts_are_recorded_at_extended() {
    let (standard, extended) = (prompts(TraceLevel::Standard), prompts(TraceLevel::Extended));
    for line in [&standard[2], &extended[2]] {
        assert_eq!(line["prompt_hash"], sha256_hex("größe"));
        assert_eq!(line["prompt_chars"], 5);
        assert_eq!(line["context"]["parent_graph_node_id"], "turn:s:t2");
    }
    assert_eq!(standard[2].get("components"), None);
    assert_eq!(
        extended[2]["components"][2],
        json!({"id": "memory", "kind": "system", "hash": sha256_hex("größe"), "chars": 5})
    );
}
