//! Files of prices, right and wrong.

use trace_viewer::model::Usage;
use trace_viewer::prices::{Prices, UNITS};

const RATE: &str = "input = 2\ncache_read = 0.5\ncache_write = 2.5\noutput = 8\n";

#[test]
fn a_million_tokens_cost_their_price() {
    let prices = Prices::parse("p.toml", &format!("[models.m]\n{RATE}reasoning = 4.0\n")).unwrap();
    let rate = prices.rate("m").unwrap();
    let million = 1_000_000;
    let cost = |usage: Usage| rate.cost(&usage);
    assert_eq!(cost(Usage { input: million, ..Usage::default() }), 2 * UNITS);
    assert_eq!(cost(Usage { cache_read: million, ..Usage::default() }), UNITS / 2);
    assert_eq!(cost(Usage { cache_write: million, ..Usage::default() }), 5 * UNITS / 2);
    assert_eq!(cost(Usage { output: million, ..Usage::default() }), 8 * UNITS);
    assert_eq!(cost(Usage { output: million, reasoning: million / 2, ..Usage::default() }), 6 * UNITS);
    // Reasoning is a part of output, whatever the record says.
    assert_eq!(cost(Usage { output: million, reasoning: 2 * million, ..Usage::default() }), 4 * UNITS);
    assert_eq!(prices.currency(), "USD");
}

#[test]
fn the_closest_name_decides() {
    let text = format!("[models.\"acme/*\"]\n{RATE}[models.\"acme/large-2\"]\n{}", RATE.replace('8', "9"));
    let prices = Prices::parse("p.toml", &text).unwrap();
    let output = |model: &str| {
        let rate = prices.rate(model)?;
        Some(rate.cost(&Usage { output: 1_000_000, ..Usage::default() }) / UNITS)
    };
    assert_eq!(output("acme/large-2"), Some(9));
    assert_eq!(output("acme/large-3"), Some(8));
    assert_eq!(output("other"), None);
}

#[test]
fn a_wrong_file_is_told_with_its_line() {
    let missing = RATE.replace("output = 8\n", "");
    let cases = [
        ("models = 3\n".to_owned(), 1, "invalid type"),
        ("currency = \"EUR\"\n[models\n".to_owned(), 2, ""),
        (format!("[models.m]\n{RATE}typo = 1\n"), 6, "unknown field `typo`"),
        (format!("currency = \"\"\n[models.m]\n{RATE}"), 1, "a currency has"),
        (format!("currency = \"EUR\"\n\n[models.m]\n{missing}"), 3, "\"m\" has no price for output"),
        (format!("\n[models.m]\n{}", RATE.replace("0.5", "-1")), 4, "a price is a number from 0"),
        (format!("[models.m]\n{}", RATE.replace("0.5", "nan")), 3, "a price is a number from 0"),
        (format!("[models.m]\n{}", RATE.replace("0.5", "\"x\"")), 3, "invalid type"),
    ];
    for (text, line, problem) in cases {
        let error = Prices::parse("p.toml", &text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("p.toml:{line}: ")) && error.contains(problem), "{text}\n{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

const CALL: &str = r#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z","context":{"session_id":"s","llm_call_id":"l"},"type":"llm_call_completed","response":{"model":"m","text":"","duration_ms":5},"usage":{"input_tokens":1000000,"output_tokens":1000000}}"#;

fn run(directory: &std::path::Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_trace-viewer"));
    let output = command.current_dir(directory).args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_page_shows_costs_only_with_prices() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("trace.jsonl", CALL);
    write("prices.toml", &format!("currency = \"EUR\"\n[models.m]\n{RATE}"));
    write("wrong.toml", "[models.m]\ninput = free\n");
    let page = || std::fs::read_to_string(directory.path().join("trace.html")).unwrap();
    assert_eq!(run(directory.path(), &["trace.jsonl"]).0, Some(0));
    assert!(page().contains("--prices FILE") && !page().contains("EUR"));
    assert_eq!(run(directory.path(), &["trace.jsonl", "--prices", "prices.toml"]).0, Some(0));
    assert!(
        page().contains("Costs are in EUR, by the prices of prices.toml.")
            && page().contains("<td>10.0000</td>")
    );
    let (code, said) = run(directory.path(), &["trace.jsonl", "--prices", "wrong.toml"]);
    assert!(code == Some(1) && said.starts_with("trace-viewer: wrong.toml:2: "), "{said}");
    assert_eq!(said.lines().count(), 1);
    let (code, said) = run(directory.path(), &["trace.jsonl", "--prices", "none.toml"]);
    assert!(
        code == Some(1) && said.starts_with("trace-viewer: none.toml: the prices cannot be read"),
        "{said}"
    );
}
