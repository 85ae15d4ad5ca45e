use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use trace_core::RawJson;
use trace_core::event::{TraceLlmMessage, TraceLlmRequest};

use super::super::{Content, fit, fit_json, fit_plain, input_messages};

fn fitted(value: &Value, limit: usize) -> Value {
    let Content { text, cut_from } = fit(value, limit);
    assert!(text.len() <= limit, "{} > {limit}: {text}", text.len());
    assert_eq!(cut_from, Some(value.to_string().len()));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn what_fits_stays_as_it_is() {
    let value = json!({"a": [1, "two", null]});
    let text = value.to_string();
    assert_eq!(fit(&value, text.len()), Content { text: text.clone(), cut_from: None });
    let spaced = " { \"b\" : 1e400 , \"a\":\"\\u00e9\" }".to_owned();
    assert_eq!(fit_json(spaced.clone(), spaced.len()).text, spaced);
}

#[test]
fn the_longest_text_is_cut_first_and_tells_what_is_gone() {
    let value = json!({"long": "x".repeat(2000), "middle": "y".repeat(400), "short": "z"});
    let cut = fitted(&value, 1000);
    assert_eq!(cut["middle"], "y".repeat(400));
    assert_eq!(cut["short"], "z");
    let long = cut["long"].as_str().unwrap();
    let kept = long.bytes().take_while(|byte| *byte == b'x').count();
    assert_eq!(long[kept..], format!("…[+{} bytes]", 2000 - kept));
    assert!(cut.to_string().len() > 990);
}

#[test]
fn equally_long_texts_are_cut_equally() {
    let cut = fitted(&json!(["x".repeat(5000), "y".repeat(3000)]), 2000);
    let lengths: Vec<usize> =
        cut.as_array().unwrap().iter().map(|text| text.as_str().unwrap().len()).collect();
    assert_eq!(lengths[0], lengths[1]);
    assert_eq!(cut.to_string().len(), 1999);
}

#[test]
fn no_character_and_no_escape_is_torn() {
    for limit in 300..340 {
        for text in ["\u{1F680}é", "\n\u{7}\"", "\\ab"] {
            let cut = fitted(&json!({"text": text.repeat(500)}), limit);
            let cut = cut["text"].as_str().unwrap();
            let (kept, note) = cut.split_once("…[+").unwrap();
            let gone: usize = note.strip_suffix(" bytes]").unwrap().parse().unwrap();
            assert_eq!(kept.len() + gone, text.len() * 500);
            assert!(text.repeat(500).starts_with(kept));
        }
    }
}

#[test]
fn escapes_of_other_writers_are_understood() {
    let text = format!(r#"{{"a":"{}"}}"#, r"\ud83d\ude80\u00e9\/".repeat(200));
    for limit in 280..300 {
        let cut: Value = serde_json::from_str(&fit_json(text.clone(), limit).text).unwrap();
        let cut = cut["a"].as_str().unwrap();
        let (kept, note) = cut.split_once("…[+").unwrap();
        assert!("🚀é/".repeat(200).starts_with(kept));
        assert_eq!(note, format!("{} bytes]", 1400 - kept.len()));
    }
}

#[test]
fn a_second_cut_adds_to_the_first() {
    let value = json!({"text": "x".repeat(10_000)});
    let once = fit(&value, 2000).text;
    let twice = fit_json(once, 500).text;
    assert_eq!(twice, fit(&value, 500).text);
    let plain = fit_plain(fit_plain("x".repeat(10_000), 2000).text, 500).text;
    assert_eq!(plain, fit_plain("x".repeat(10_000), 500).text);
}

fn conversation(count: usize) -> TraceLlmRequest {
    let text = |index: usize| format!("{index} {}", "word ".repeat(60));
    TraceLlmRequest::new("m", (0..count).map(|index| TraceLlmMessage::text("user", text(index))).collect())
}

#[test]
fn messages_in_the_middle_make_way_for_one_that_says_so() {
    let request = conversation(200);
    let content = fit(&input_messages(&request).unwrap(), 8192);
    assert!(content.text.len() <= 8192 && content.text.len() > 7600, "{}", content.text.len());
    let messages: Vec<Value> = serde_json::from_str(&content.text).unwrap();
    let text = |message: &Value| message["parts"][0]["content"].as_str().unwrap().to_owned();
    assert!(text(&messages[0]).starts_with("0 "));
    assert!(text(&messages[messages.len() - 1]).starts_with("199 "));
    assert!(messages.iter().all(|message| message["role"].is_string() && message["parts"].is_array()));
    let notes: Vec<&Value> = messages.iter().filter(|message| message["role"] == "system").collect();
    assert_eq!(notes.len(), 1);
    let gone = 200 - (messages.len() - 1);
    assert!(text(notes[0]).starts_with(&format!("…[+{gone} messages, ")), "{}", notes[0]);
}

#[test]
fn parts_and_tools_keep_their_shape() {
    let parts: Vec<Value> =
        (0..100).map(|_| json!({"type": "text", "content": "word ".repeat(40)})).collect();
    let cut = fitted(&json!(parts), 2000);
    assert!(
        cut.as_array().unwrap().iter().all(|part| part["type"] == "text" && part["content"].is_string()),
        "{cut}"
    );
    let cut = fitted(&json!([{"role": "user", "parts": parts}]), 2000);
    assert_eq!(cut[0]["role"], "user");
    assert!(cut[0]["parts"].as_array().unwrap().iter().all(|part| part["content"].is_string()), "{cut}");
    let tools: Vec<Value> =
        (0..100).map(|n| json!({"type": "function", "name": format!("tool_{n}")})).collect();
    let cut = fitted(&json!(tools), 500);
    assert!(
        cut.as_array().unwrap().iter().all(|tool| tool["type"].is_string() && tool["name"].is_string()),
        "{cut}"
    );
}

#[test]
fn arguments_and_results_of_any_shape_fit() {
    let numbers = fitted(&json!({"path": "a", "embedding": vec![0.125; 5000]}), 1000);
    assert_eq!(numbers["path"], "a");
    assert!(numbers["embedding"].as_array().unwrap().len() > 50);
    let members: serde_json::Map<String, Value> =
        (0..500).map(|n| (format!("key_{n:03}"), n.into())).collect();
    let cut = fitted(&Value::Object(members), 1000);
    assert_eq!(cut["key_000"], 0);
    assert!(cut["…"].as_str().unwrap().contains("members"));
    assert_eq!(fitted(&json!("x".repeat(500)), 100).as_str().unwrap().len(), 98);
    let key = "k".repeat(500);
    assert!(fitted(&json!({key: 1}), 100)["…"].as_str().unwrap().starts_with("…[+1 members, "));
}

#[test]
fn a_limit_that_holds_nothing_gets_a_stub() {
    let value = json!({"a": "x".repeat(100), "b": [1, 2, 3]});
    assert_eq!(fit(&value, 30).text, r#"{"truncated_bytes":120}"#);
    assert_eq!(fit(&value, 5).text, "{}");
    assert_eq!(fit(&value, 1).text, "0");
    assert_eq!(fit(&value, 0).text, "");
}

#[test]
fn numbers_and_the_order_of_keys_stay() {
    let json = format!(r#"{{"z":1e400,"a":12345678901234567890123,"m":"{}"}}"#, "x".repeat(900));
    let cut = fit_json(json, 400).text;
    assert!(cut.starts_with(r#"{"z":1e400,"a":12345678901234567890123,"m":"xxx"#), "{cut}");
    assert!(RawJson::new(cut).is_ok());
}

#[test]
fn what_is_no_json_is_cut_as_text() {
    let cut = fit_json(format!("[not json {}", "é".repeat(200)), 100);
    assert!(cut.text.len() <= 100 && cut.text.ends_with(" bytes]"), "{}", cut.text);
    assert_eq!(cut.cut_from, Some(410));
    assert_eq!(fit_plain("ééé".to_owned(), 3).text, "é");
    assert_eq!(fit_plain("ééé".to_owned(), 0).text, "");
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let cut = fit_json(deep, 1000).text;
    assert!(cut.len() <= 1000 && cut.starts_with("[[[["), "{cut}");
    let deep = format!("{}1{}", r#"{"a":["#.repeat(50_000), "]}".repeat(50_000));
    let cut = fit_json(deep, 1000).text;
    assert!(cut.len() <= 1000);
    serde_json::from_str::<serde::de::IgnoredAny>(&cut).unwrap();
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![3 => ".{0,30}", 2 => ("[a-zé\\n\"\\\\🚀]{1,20}", 0_usize..50).prop_map(|(text, count)| text.repeat(count)), 1 => "…\\[\\+[0-9]{1,3} bytes\\]"];
    let leaf = prop_oneof![
        3 => text.prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 80, 12, |inner| {
        let key =
            prop_oneof![Just("type"), Just("parts"), Just("role"), Just("content"), Just("name"), Just("…")];
        let key = prop_oneof![3 => key.prop_map(str::to_owned), 2 => "[a-z\"é]{0,40}"];
        prop_oneof![
            vec(inner.clone(), 0..12).prop_map(Value::from),
            btree_map(key, inner, 0..8).prop_map(|map| json!(map))
        ]
    })
}

proptest! {
    #[test]
    fn any_json_stays_json_within_any_limit(value in any_json(), limit in 1_usize..3000) {
        let whole = value.to_string();
        let content = fit(&value, limit);
        prop_assert!(content.text.len() <= limit);
        prop_assert!(serde_json::from_str::<Value>(&content.text).is_ok(), "{}", content.text);
        prop_assert_eq!(content.cut_from, (whole.len() > limit).then_some(whole.len()));
        if whole.len() <= limit {
            prop_assert_eq!(&content.text, &whole);
        }
        prop_assert_eq!(fit_json(content.text.clone(), limit).text, content.text.clone());
        prop_assert_eq!(fit_json(whole, limit), content);
    }

    #[test]
    fn texts_are_cut_no_further_than_needed(lengths in vec(300_usize..4000, 1..8), share in 0.0..1.0) {
        let texts: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
        let (least, whole) = (lengths.len() * 259 + 1, json!(texts).to_string().len());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a small size")]
        let limit = least + ((whole - least) as f64 * share) as usize;
        let cut = fit(&texts, limit).text;
        prop_assert!(cut.len() + 3 * lengths.len() >= limit, "{} of {limit}", cut.len());
    }

    #[test]
    fn any_text_is_cut_at_a_character(text in ".{0,300}", limit in 0_usize..400) {
        let content = fit_plain(text.clone(), limit);
        prop_assert!(content.text.len() <= limit);
        prop_assert_eq!(content.cut_from, (text.len() > limit).then_some(text.len()));
        prop_assert_eq!(fit_plain(content.text.clone(), limit).text, content.text.clone());
        if let Some((kept, note)) = content.text.rsplit_once("…[+").filter(|_| content.cut_from.is_some()) {
            prop_assert!(text.starts_with(kept));
            prop_assert_eq!(note, format!("{} bytes]", text.len() - kept.len()));
        }
    }

    #[test]
    fn any_bytes_of_text_fit(text in ".{0,600}", limit in 0_usize..200) {
        prop_assert!(fit_json(text, limit).text.len() <= limit);
    }
}
