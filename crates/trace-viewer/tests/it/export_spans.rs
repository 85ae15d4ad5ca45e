//! `trace-viewer export --otlp` as it is called.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::support::{Trace, path, seed};

fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trace-viewer"));
    command.current_dir(directory).arg("export").args(args).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OTEL_") {
            command.env_remove(name);
        }
    }
    command
}

fn run(directory: &Path, args: &[&str]) -> (i32, String, String) {
    let output = command(directory, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Spans of a dry run, by span id.
fn spans(requests: &str) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for line in requests.lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        for resource in request["resourceSpans"].as_array().unwrap() {
            for scope in resource["scopeSpans"].as_array().unwrap() {
                for span in scope["spans"].as_array().unwrap() {
                    let twin = found.insert(span["spanId"].as_str().unwrap().to_owned(), span.clone());
                    assert!(twin.is_none(), "{span} is sent twice");
                }
            }
        }
    }
    found
}

fn seed_path(name: &str) -> String {
    path("../trace-core/tests/data").join(format!("{name}.jsonl.gz")).to_str().unwrap().to_owned()
}

fn nanos(span: &Value, key: &str) -> u64 {
    span[key].as_str().unwrap().parse().unwrap()
}

/// A receiver that keeps what it is sent: the request line and the headers, in lower case, and the size of the body.
struct Receiver {
    url: String,
    requests: Arc<Mutex<Vec<(String, usize)>>>,
}

impl Receiver {
    /// Answers every request with a status.
    fn answering(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, kept) = (stream.unwrap(), Arc::clone(&kept));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    let mut stream = stream;
                    loop {
                        let mut head = String::new();
                        while !head.ends_with("\r\n\r\n") {
                            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                                return;
                            }
                        }
                        let head = head.to_lowercase();
                        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                        let mut body = vec![0; length.unwrap().trim().parse().unwrap()];
                        reader.read_exact(&mut body).unwrap();
                        kept.lock().unwrap().push((head, body.len()));
                        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
                    }
                });
            }
        });
        Self { url, requests }
    }
}

#[test]
fn a_dry_run_shows_every_call_under_its_parent_and_at_its_time() {
    let here = tempfile::tempdir().unwrap();
    let (_, truth) = seed("seed-v2-1k");
    let (code, out, error) = run(here.path(), &[&seed_path("seed-v2-1k"), "--dry-run"]);
    assert_eq!(code, 0, "{error}");
    let found = spans(&out);
    assert!(error.contains(&format!("{} spans in {} request", found.len(), out.lines().count())), "{error}");
    assert!(error.ends_with("; nothing was sent\n"), "{error}");
    let named = |name: &str| found.values().filter(|span| span["name"] == name).count();
    let nodes = truth["node_status"].as_object().unwrap();
    let expected = |part: &str| nodes.keys().filter(|key| key.contains(part)).count();
    assert_eq!((named("lash.turn"), named("lash.llm")), (expected("|turn:"), expected("|llm:")));
    for span in found.values() {
        assert!(nanos(span, "startTimeUnixNano") <= nanos(span, "endTimeUnixNano"), "{span}");
    }
    let again = run(here.path(), &[&seed_path("seed-v2-1k"), "--dry-run"]).1;
    assert_eq!(spans(&again), found, "the same trace gives the same spans");
}

#[test]
fn a_dry_run_goes_to_a_file_and_says_what_is_damaged() {
    let here = tempfile::tempdir().unwrap();
    let mut trace = Trace::default();
    trace.turn("s", "t");
    trace.tool("s", "t", "c", "success");
    trace.lines.push("not json".to_owned());
    trace.lines.push(r#"{"some":"thing"}"#.to_owned());
    std::fs::write(here.path().join("trace.jsonl"), trace.lines.join("\n") + "\n").unwrap();
    let args = ["trace.jsonl", "--dry-run", "--out", "spans.jsonl", "--otlp", "http://127.0.0.1:1"];
    let (code, out, error) = run(here.path(), &args);
    assert_eq!((code, out.as_str()), (3, ""), "{error}");
    assert!(error.contains("damage: trace.jsonl:4: not JSON"), "{error}");
    assert!(error.contains("1 of 4 JSON objects are no records"), "{error}");
    assert!(error.contains("1 of them without an end in the input"), "{error}");
    let found = spans(&std::fs::read_to_string(here.path().join("spans.jsonl")).unwrap());
    assert!(found.values().any(|span| span["name"] == "lash.tool"), "{found:?}");
}

#[test]
fn names_scope_and_content_are_as_they_are_wanted() {
    let here = tempfile::tempdir().unwrap();
    let seed = seed_path("seed-v2-1k");
    let of = |also: &[&str]| {
        let args: Vec<&str> = [seed.as_str(), "--dry-run"].iter().chain(also).copied().collect();
        let (code, out, error) = run(here.path(), &args);
        assert_eq!(code, 0, "{error}");
        out
    };
    let traces = |out: &str| -> BTreeSet<String> {
        spans(out).values().map(|span| span["traceId"].as_str().unwrap().to_owned()).collect()
    };
    assert!(traces(&of(&["--scope", "session"])).len() < traces(&of(&[])).len());
    let names = of(&["--names", "gen-ai"]);
    assert!(spans(&names).values().any(|span| span["name"].as_str().unwrap().starts_with("execute_tool ")));
    let [off, tools, full] = ["off", "tools", "full"].map(|content| of(&["--content", content]).len());
    assert!(off < tools && tools < full, "{off} {tools} {full}");
}

#[test]
fn times_move_together_so_that_the_last_is_now() {
    let here = tempfile::tempdir().unwrap();
    let seed = seed_path("seed-v2-1k");
    let plain = spans(&run(here.path(), &[&seed, "--dry-run"]).1);
    let moved = spans(&run(here.path(), &[&seed, "--dry-run", "--shift-to-now"]).1);
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap();
    assert!(plain.keys().eq(moved.keys()));
    let distance = |id: &String| nanos(&moved[id], "endTimeUnixNano") - nanos(&plain[id], "endTimeUnixNano");
    let distances: BTreeSet<u64> = plain.keys().map(distance).collect();
    assert_eq!(distances.len(), 1);
    let last = moved.values().map(|span| nanos(span, "endTimeUnixNano")).max().unwrap();
    assert!(last <= now && now - last < 60_000_000_000, "{last} {now}");
    let pipe = std::fs::File::open(&seed).unwrap();
    let output = command(here.path(), &["-", "--dry-run", "--shift-to-now"]).stdin(pipe).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("--shift-to-now reads the input twice"), "{error}");
}

#[test]
fn a_stretch_of_time_is_sent_alone() {
    let here = tempfile::tempdir().unwrap();
    let seed = seed_path("seed-v2-1k");
    let all = spans(&run(here.path(), &[&seed, "--dry-run"]).1);
    let (code, out, error) = run(here.path(), &[&seed, "--dry-run", "--until=10s"]);
    assert_eq!(code, 0, "{error}");
    assert!(error.contains(" records are outside --since and --until"), "{error}");
    let part = spans(&out);
    assert!(!part.is_empty() && part.len() < all.len());
    assert!(part.keys().all(|id| all.contains_key(id)));
}

#[test]
fn spans_are_sent_with_the_headers_that_are_wanted() {
    let here = tempfile::tempdir().unwrap();
    let receiver = Receiver::answering("200 OK");
    let args =
        [&seed_path("seed-v2-1k"), "--otlp", &receiver.url, "--header", "X-Team=the=key", "--timeout", "5"];
    let (code, out, error) = run(here.path(), &args);
    assert_eq!((code, out.as_str()), (0, ""), "{error}");
    let dry = spans(&run(here.path(), &[&seed_path("seed-v2-1k"), "--dry-run"]).1).len();
    assert!(error.starts_with(&format!("{dry} of {dry} spans exported")), "{error}");
    let requests = receiver.requests.lock().unwrap();
    assert!(!requests.is_empty());
    for (head, body) in requests.iter() {
        assert!(head.starts_with("post /v1/traces "), "{head}");
        assert!(head.contains("\r\nx-team: the=key\r\n"), "{head}");
        assert!(*body > 0);
    }
}

#[test]
fn what_a_receiver_refuses_is_code_1() {
    let here = tempfile::tempdir().unwrap();
    let receiver = Receiver::answering("401 Unauthorized");
    let (code, out, error) = run(here.path(), &[&seed_path("seed-v2-1k"), "--otlp", &receiver.url]);
    assert_eq!((code, out.as_str()), (1, ""), "{error}");
    assert!(error.contains(" failed") && error.contains("401"), "{error}");
}

#[test]
fn settings_that_cannot_be_are_told_before_anything_is_read() {
    let here = tempfile::tempdir().unwrap();
    let seed = seed_path("seed-v2-1k");
    for wrong in [&["no url"][..], &["http://127.0.0.1:1", "--header", "no name=x"]] {
        let args = [&[seed.as_str(), "--otlp"], wrong].concat();
        let (code, _, error) = run(here.path(), &args);
        assert_eq!((code, error.lines().count()), (2, 1), "{error}");
    }
    let (code, _, error) = run(here.path(), &["missing.jsonl", "--otlp", "http://127.0.0.1:1"]);
    assert_eq!((code, error.lines().count()), (1, 1), "{error}");
}

#[test]
fn what_sends_nothing_is_code_1() {
    let here = tempfile::tempdir().unwrap();
    let seed = seed_path("seed-v2-1k");
    std::fs::write(here.path().join("foreign.jsonl"), "{\"some\":\"thing\"}\n").unwrap();
    let receiver = Receiver::answering("200 OK");
    for to in [&["--dry-run"][..], &["--otlp", &receiver.url]] {
        for (variable, value) in [("OTEL_SDK_DISABLED", "True"), ("OTEL_TRACES_EXPORTER", "none")] {
            let output = command(here.path(), &[&[seed.as_str()], to].concat()).env(variable, value).output();
            let output = output.unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{error}");
            assert!(error.contains(&format!("nothing was sent: {variable} is ")), "{error}");
        }
        let (code, out, error) = run(here.path(), &[&[seed.as_str(), "--since", "1h"], to].concat());
        let (_, _, of_chrome) = run(here.path(), &[&seed, "--since", "1h", "--format", "chrome", "--stdout"]);
        assert_eq!((code, out.as_str(), error), (1, "", of_chrome));
        let (code, out, error) = run(here.path(), &[&["foreign.jsonl"], to].concat());
        assert_eq!((code, out.as_str(), error.lines().count()), (1, "", 1), "{error}");
        assert!(error.contains("no record was found"), "{error}");
        let arguments = [&[seed.as_str()], to].concat();
        let output =
            command(here.path(), &arguments).env("OTEL_TRACES_SAMPLER", "always_off").output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{error}");
        assert!(error.contains(" left out by the sampler"), "{error}");
    }
    assert!(receiver.requests.lock().unwrap().is_empty());
}

#[test]
fn the_rest_is_given_up_with_the_first_spans() {
    let here = tempfile::tempdir().unwrap();
    let receiver = Receiver::answering("503 Service Unavailable\r\nretry-after: 3600");
    let (code, _, error) = run(here.path(), &[&seed_path("seed-v2-10k"), "--otlp", &receiver.url]);
    assert_eq!(code, 1, "{error}");
    assert!(error.contains("503"), "{error}");
    assert!(receiver.requests.lock().unwrap().len() < 6, "{error}");
}

#[test]
fn a_receiver_that_is_away_is_told_at_once() {
    let here = tempfile::tempdir().unwrap();
    let mut command = command(here.path(), &[&seed_path("seed-v2-1k"), "--otlp", "http://127.0.0.1:1"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(child.try_wait().unwrap(), None, "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("no connection") && line.ends_with("; trying again for 15 s\n"), "{line}");
}

#[test]
fn the_service_is_named_on_the_command_line_or_in_the_environment() {
    let here = tempfile::tempdir().unwrap();
    let seed = seed_path("seed-v2-1k");
    for (also, name) in [(&[][..], "of-variable"), (&["--service-name", "of-line"], "of-line")] {
        let args = [&[seed.as_str(), "--dry-run"], also].concat();
        let output = command(here.path(), &args).env("OTEL_SERVICE_NAME", "of-variable").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(&format!(r#"{{"key":"service.name","value":{{"stringValue":"{name}"}}}}"#)));
    }
}

#[test]
fn wrong_usage_shows_how_to_export() {
    let here = tempfile::tempdir().unwrap();
    let (code, _, error) = run(here.path(), &["trace.jsonl", "--dry-run", "--session", "s"]);
    assert_eq!(code, 2);
    assert!(error.contains("--session, --turn and --query work with --format only"), "{error}");
    assert!(error.contains("Usage: trace-viewer export "), "{error}");
    let (code, _, error) = run(here.path(), &["missing", "--otlp", "no url", "--protocol", "http/protobuf"]);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains("no URL of a receiver"), "{error}");
}
