use serde::Serialize;
use serde_json::{Value, json};
use trace_core::event::{
    AttachmentBlock, ReasoningBlock, TextBlock, ToolCallBlock, ToolResultBlock, TraceAttachment,
    TraceContentBlock, TraceLlmMessage, TraceLlmRequest, TraceLlmResponse, TraceToolCallOutput,
    TraceToolSpec,
};
use trace_core::{TraceEvent, TraceRecord};

use super::super::{
    fit, input_messages, output_messages, system_instructions, tool_arguments, tool_definitions, tool_result,
};

fn json_of(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn request(messages: Vec<TraceLlmMessage>) -> TraceLlmRequest {
    TraceLlmRequest::new("acme/large-4", messages)
}

fn parts_of(block: impl Into<TraceContentBlock>) -> Value {
    let request = request(vec![TraceLlmMessage::new("assistant", vec![block.into()])]);
    json_of(input_messages(&request).unwrap())[0]["parts"].take()
}

#[test]
fn leading_system_texts_are_instructions_and_no_messages() {
    let request = request(vec![
        TraceLlmMessage::text("system", "Be brief."),
        TraceLlmMessage::text("system", "Be kind."),
        TraceLlmMessage::text("user", "Hello"),
        TraceLlmMessage::text("system", "Later."),
    ]);
    assert_eq!(
        json_of(system_instructions(&request).unwrap()),
        json!([{"type": "text", "content": "Be brief."}, {"type": "text", "content": "Be kind."}])
    );
    assert_eq!(
        json_of(input_messages(&request).unwrap()),
        json!([
            {"role": "user", "parts": [{"type": "text", "content": "Hello"}]},
            {"role": "system", "parts": [{"type": "text", "content": "Later."}]},
        ])
    );
}

#[test]
fn a_system_message_with_more_than_text_stays_a_message() {
    let blocks = vec![TextBlock::new("Look.").into(), AttachmentBlock::new(0).into()];
    let request = request(vec![TraceLlmMessage::new("system", blocks)]);
    assert!(system_instructions(&request).is_none());
    assert_eq!(json_of(input_messages(&request).unwrap())[0]["parts"][0]["content"], "Look.");
}

#[test]
fn nothing_is_said_of_what_is_not_there() {
    let request = request(vec![TraceLlmMessage::text("system", "Be brief.")]);
    assert!(input_messages(&request).is_none());
    assert!(tool_definitions(&request).is_none());
}

#[test]
fn a_tool_call_keeps_its_arguments_as_json() {
    assert_eq!(
        parts_of(ToolCallBlock::new("call-1", "read_file", json!({"path": "a", "lines": [1, 2]}))),
        json!([{"type": "tool_call", "id": "call-1", "name": "read_file", "arguments": {"path": "a", "lines": [1, 2]}}])
    );
    let mut unnamed = ToolCallBlock::new("", "read_file", Value::Null);
    unnamed.call_id = None;
    assert_eq!(parts_of(unnamed), json!([{"type": "tool_call", "name": "read_file", "arguments": null}]));
}

#[test]
fn results_are_said_by_the_tool_in_the_order_of_the_blocks() {
    let result = |id: &str| ToolResultBlock::new(id, "read_file", "text").into();
    let blocks = vec![result("a"), result("b"), TextBlock::new("And now?").into(), result("c")];
    let request =
        request(vec![TraceLlmMessage::new("user", blocks), TraceLlmMessage::new("tool", vec![result("d")])]);
    let response = |id: &str| json!({"type": "tool_call_response", "id": id, "response": "text"});
    assert_eq!(
        json_of(input_messages(&request).unwrap()),
        json!([
            {"role": "tool", "parts": [response("a"), response("b")]},
            {"role": "user", "parts": [{"type": "text", "content": "And now?"}]},
            {"role": "tool", "parts": [response("c")]},
            {"role": "tool", "parts": [response("d")]},
        ])
    );
}

#[test]
fn a_message_without_blocks_stays_a_message() {
    for role in ["user", "system"] {
        let request = request(vec![TraceLlmMessage::new(role, vec![])]);
        assert_eq!(json_of(input_messages(&request).unwrap()), json!([{"role": role, "parts": []}]));
    }
}

#[test]
fn reasoning_says_what_it_hides() {
    assert_eq!(parts_of(ReasoningBlock::new("hm")), json!([{"type": "reasoning", "content": "hm"}]));
    let hidden = ReasoningBlock::default();
    let redacted = with(hidden.clone(), |block| block.redacted = true);
    assert_eq!(parts_of(redacted), json!([{"type": "reasoning", "content": "[redacted]", "redacted": true}]));
    let encrypted = with(hidden.clone(), |block| block.has_encrypted = true);
    assert_eq!(
        parts_of(encrypted),
        json!([{"type": "reasoning", "content": "[encrypted]", "encrypted": true}])
    );
    let summed = with(hidden, |block| block.summary = vec!["one".to_owned(), "two".to_owned()]);
    assert_eq!(parts_of(summed), json!([{"type": "reasoning", "content": "one\n\ntwo"}]));
}

fn with<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}

fn attachment(source: &str, mime: &str) -> Value {
    let attachment = with(TraceAttachment::new(source), |attachment| {
        attachment.mime = Some(mime.to_owned());
        attachment.filename = Some("a".to_owned());
        attachment.bytes_len = Some(17);
    });
    let blocks = vec![AttachmentBlock::new(0).into()];
    let mut request = request(vec![TraceLlmMessage::new("user", blocks)]);
    request.attachments = vec![attachment];
    json_of(input_messages(&request).unwrap())[0]["parts"][0].take()
}

#[test]
fn attachments_are_described_and_never_held() {
    assert_eq!(
        attachment("inline", "image/png"),
        json!({"type": "blob", "modality": "image", "mime_type": "image/png", "content": "", "filename": "a", "size": 17})
    );
    let data = attachment("data:audio/wav;base64,c2VjcmV0", "audio/wav");
    assert_eq!(
        (&data["type"], &data["modality"], &data["content"]),
        (&json!("blob"), &json!("audio"), &json!(""))
    );
    assert!(!data.to_string().contains("c2VjcmV0"));
    let uri = attachment("https://files.example/a.mp4", "Video/mp4");
    assert_eq!((&uri["type"], &uri["modality"]), (&json!("uri"), &json!("video")));
    assert_eq!(uri["uri"], "https://files.example/a.mp4");
    let file = attachment("file-abc", "application/pdf");
    assert_eq!(
        (&file["type"], &file["modality"], &file["file_id"]),
        (&json!("file"), &json!("document"), &json!("file-abc"))
    );
}

#[test]
fn an_attachment_that_is_not_listed_is_told() {
    let part = parts_of(AttachmentBlock::new(7));
    assert_eq!(
        part,
        json!([{"type": "blob", "modality": "document", "content": "", "missing_attachment": 7}])
    );
}

#[test]
fn unknown_blocks_survive() {
    let text = r#"{"kind":"hologram","beam":[1,2],"big":1e400,"type":"x"}"#;
    let block: TraceContentBlock = serde_json::from_str(text).unwrap();
    let request = request(vec![TraceLlmMessage::new("assistant", vec![block])]);
    let json = serde_json::to_string(&input_messages(&request).unwrap()).unwrap();
    assert_eq!(json, r#"[{"role":"assistant","parts":[{"type":"hologram","beam":[1,2],"big":1e400}]}]"#);
}

#[test]
fn tools_are_named() {
    let mut request = request(vec![]);
    request.tools = vec![
        TraceToolSpec::new("read_file", "Reads.", json!({"type": "object"})),
        TraceToolSpec::new("now", "", Value::Null),
    ];
    assert_eq!(
        json_of(tool_definitions(&request).unwrap()),
        json!([{"type": "function", "name": "read_file"}, {"type": "function", "name": "now"}])
    );
}

fn answer(text: &str, parts: Option<Value>, finish_reason: Option<&str>) -> Value {
    let response = with(TraceLlmResponse::new(text, 5), |response| response.parts = parts);
    let mut messages = json_of(output_messages(&response, finish_reason));
    assert_eq!(messages.as_array().unwrap().len(), 1);
    assert_eq!(messages[0]["role"], "assistant");
    messages[0].take()
}

#[test]
fn an_answer_is_its_text_and_the_calls_it_asks_for() {
    let parts = json!([{"type": "tool_call", "call_id": "call_0", "tool_name": "spawn_agent"}]);
    let message = answer("I will.", Some(parts), None);
    assert_eq!(
        message["parts"],
        json!([{"type": "text", "content": "I will."}, {"type": "tool_call", "id": "call_0", "name": "spawn_agent"}])
    );
    assert_eq!(message["finish_reason"], "tool_call");
    assert_eq!(answer("Done.", None, Some("length"))["finish_reason"], "length");
    assert_eq!(answer("", None, None), json!({"role": "assistant", "parts": [], "finish_reason": "stop"}));
}

#[test]
fn the_text_stands_where_the_parts_name_it() {
    let text = json!({"type": "text", "content": "Done."});
    let thought = json!({"type": "reasoning", "content": "hm"});
    assert_eq!(answer("Done.", Some(json!([{"kind": "text"}])), None)["parts"], json!([text]));
    let parts = json!([{"kind": "reasoning", "text": "hm"}, {"kind": "text"}]);
    assert_eq!(answer("Done.", Some(parts), None)["parts"], json!([thought, text]));
    let parts = json!([{"kind": "reasoning", "summary": ["hm"]}]);
    assert_eq!(answer("Done.", Some(parts), None)["parts"], json!([thought, text]));
    let parts = json!([{"type": "text", "text": "Do"}, {"type": "text", "text": "ne."}]);
    let both = json!([{"type": "text", "content": "Do"}, {"type": "text", "content": "ne."}]);
    assert_eq!(answer("Done.", Some(parts), None)["parts"], both);
}

#[test]
fn unknown_parts_of_an_answer_survive() {
    let parts = json!([{"type": "image", "url": "x"}, {"beam": 1}, 7, "word"]);
    assert_eq!(
        answer("", Some(parts), None)["parts"],
        json!([
            {"type": "image", "url": "x"},
            {"type": "unknown", "beam": 1},
            {"type": "unknown", "content": 7},
            {"type": "text", "content": "word"},
        ])
    );
    assert_eq!(
        answer("", Some(json!({"kind": "image", "n": 1})), None)["parts"],
        json!([{"type": "image", "n": 1}])
    );
}

#[test]
fn tools_say_what_they_got_and_gave() {
    assert_eq!(tool_arguments(&json!({"path": "a"})), &json!({"path": "a"}));
    assert_eq!(tool_result(&TraceToolCallOutput::failure("gone")), &json!("gone"));
}

#[test]
fn every_request_and_answer_of_the_example_keeps_the_shape_that_backends_read() {
    let trace = include_str!("../../../../../../examples/agent/trace.jsonl");
    let records = trace.lines().map(|line| serde_json::from_str::<TraceRecord>(line).unwrap());
    let mut seen = 0;
    for record in records {
        for limit in [usize::MAX, 8192, 2048] {
            let content = match &record.event {
                TraceEvent::LlmCallStarted(call) => fit(&input_messages(&call.request).unwrap(), limit),
                TraceEvent::LlmCallCompleted(call) => {
                    fit(&output_messages(&call.response, Some("stop")), limit)
                }
                _ => continue,
            };
            seen += 1;
            assert!(content.text.len() <= limit);
            for message in serde_json::from_str::<Vec<Value>>(&content.text).unwrap() {
                assert!(message["role"].is_string());
                let parts = message["parts"].as_array().unwrap();
                assert!(parts.iter().all(has_the_shape_of_a_part), "{message}");
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

fn has_the_shape_of_a_part(part: &Value) -> bool {
    match part["type"].as_str().unwrap() {
        "text" | "reasoning" => part["content"].is_string(),
        "tool_call" => part["name"].is_string() && part["id"].is_string(),
        "tool_call_response" => part["response"].is_string() && part["id"].is_string(),
        _ => false,
    }
}
