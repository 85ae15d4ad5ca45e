//! The program as it is called: exit codes, messages, files left behind.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{gunzip, path};

const RECORD: &str = r#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z","context":{"session_id":"s"},"type":"session_started"}"#;

struct Run {
    code: i32,
    stdout: Vec<u8>,
    stderr: String,
}

fn run(directory: &Path, args: &[&str]) -> Run {
    let output = command(directory, args).stdin(Stdio::null()).output().unwrap();
    finished(output)
}

fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trace-viewer"));
    command.current_dir(directory).args(args);
    command
}

fn finished(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

#[test]
fn the_page_lies_beside_the_first_input() {
    for (name, page) in [
        ("trace.jsonl", "trace.html"),
        ("trace.log", "trace.html"),
        ("trace.jsonl.gz", "trace.html"),
        ("trace.json", "trace.json.html"),
        ("trace", "trace.html"),
        ("page.html", "page.html.html"),
        (".jsonl", ".jsonl.html"),
    ] {
        let directory = with(&[(name, RECORD)]);
        let run = run(directory.path(), &[name]);
        assert_eq!((run.code, run.stdout.len()), (0, 0), "{}", run.stderr);
        assert!(
            run.stderr.starts_with(&format!("{page}: ")) && run.stderr.contains("1 record, 1 session"),
            "{}",
            run.stderr
        );
        assert!(directory.path().join(page).is_file(), "{name}");
        assert_eq!(names(directory.path()).len(), 2);
    }
}

#[cfg(unix)]
#[test]
fn the_page_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = with(&[("trace.jsonl", RECORD)]);
    run(directory.path(), &["trace.jsonl"]);
    let mode = directory.path().join("trace.html").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn several_inputs_make_one_page() {
    let other = RECORD.replace("\"s\"", "\"t\"").replace("r1", "r2");
    let directory = with(&[("a.jsonl", RECORD), ("b.jsonl", &other)]);
    let run = run(directory.path(), &["a.jsonl", "b.jsonl", "--out", "both.html", "--title", "Two & more"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("2 records, 2 sessions"), "{}", run.stderr);
    let page = std::fs::read_to_string(directory.path().join("both.html")).unwrap();
    assert!(page.contains("<title>Two &#38; more</title>") || page.contains("<title>Two &amp; more</title>"));
}

#[test]
fn damage_is_reported_with_its_place_and_code_3() {
    let directory = with(&[("trace.jsonl", &format!("{RECORD}\nnot json\n{RECORD}x\n"))]);
    let run = run(directory.path(), &["trace.jsonl"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("damage: trace.jsonl:2: not JSON"), "{}", run.stderr);
    assert!(directory.path().join("trace.html").is_file());
}

#[test]
fn strict_stops_at_the_first_damage() {
    let directory = with(&[("trace.jsonl", &format!("{RECORD}\nnot json\n"))]);
    let run = run(directory.path(), &["trace.jsonl", "--strict"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("trace-viewer: trace.jsonl:2: not JSON"), "{}", run.stderr);
    assert_eq!(names(directory.path()), ["trace.jsonl"]);
}

#[test]
fn standard_input_needs_a_target() {
    let directory = with(&[("trace.jsonl", RECORD)]);
    let without = run(directory.path(), &["-"]);
    assert_eq!(without.code, 1);
    assert!(without.stderr.contains("--stdout"), "{}", without.stderr);
    let stdin = std::fs::File::open(directory.path().join("trace.jsonl")).unwrap();
    let piped = finished(command(directory.path(), &["-", "--stdout"]).stdin(stdin).output().unwrap());
    assert_eq!(piped.code, 0, "{}", piped.stderr);
    assert!(piped.stdout.starts_with(b"<!doctype html>"));
    assert_eq!(names(directory.path()), ["trace.jsonl"]);
}

#[test]
fn a_closed_pipe_is_success() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = command(directory.path(), &["demo", "--stdout"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = finished(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn the_input_is_never_the_output() {
    let directory = with(&[("trace.jsonl", RECORD)]);
    let link = |name: &str| directory.path().join(name);
    std::fs::hard_link(link("trace.jsonl"), link("hard")).unwrap();
    let mut outputs = vec!["trace.jsonl", "./trace.jsonl", "hard"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("trace.jsonl", link("soft")).unwrap();
        outputs.push("soft");
    }
    for out in outputs {
        let run = run(directory.path(), &["trace.jsonl", "--out", out]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains("this is an input"), "{}", run.stderr);
        assert_eq!(std::fs::read_to_string(link("trace.jsonl")).unwrap(), RECORD);
    }
}

#[test]
fn a_word_close_to_a_command_gets_a_suggestion() {
    let directory = with(&[("demon", RECORD)]);
    let misspelt = run(directory.path(), &["dmeo"]);
    assert_eq!(misspelt.code, 1);
    assert!(misspelt.stderr.contains("did you mean the command \"demo\"?"), "{}", misspelt.stderr);
    let with_option = run(directory.path(), &["exprt", "demon", "--otlp", "http://127.0.0.1:1"]);
    assert_eq!(with_option.code, 1);
    assert!(with_option.stderr.contains("did you mean the command \"export\"?"), "{}", with_option.stderr);
    let unlike = run(directory.path(), &["trace.jsonl"]);
    assert!(!unlike.stderr.contains("did you mean"), "{}", unlike.stderr);
    assert_eq!(run(directory.path(), &["demon"]).code, 0);
}

#[test]
fn wrong_usage_is_code_2() {
    let directory = tempfile::tempdir().unwrap();
    for args in [&[][..], &["--nonsense"], &["a", "--out", "b", "--stdout"]] {
        assert_eq!(run(directory.path(), args).code, 2, "{args:?}");
    }
}

#[test]
fn the_demo_renders_its_trace() {
    let directory = tempfile::tempdir().unwrap();
    let run = run(directory.path(), &["demo"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(names(directory.path()), ["trace-demo.html"]);
}

#[test]
fn the_demo_shows_the_example_agents_trace() {
    let example = std::fs::read_to_string(path("../../examples/agent/trace.jsonl")).unwrap();
    let demo = gunzip(&path("assets/demo.jsonl.gz"));
    let remedy = "run: gzip -9nc examples/agent/trace.jsonl > crates/trace-viewer/assets/demo.jsonl.gz";
    assert!(demo == example, "the demo is another trace; {remedy}");
}

#[test]
fn each_bad_input_is_one_line_and_no_page() {
    let directory = with(&[("empty.jsonl", ""), ("text.jsonl", "words\n")]);
    std::fs::create_dir(directory.path().join("folder")).unwrap();
    let before = names(directory.path());
    for (args, words) in [
        (&["none.jsonl"][..], "check the path"),
        (&["nowhere/none.jsonl"], "check the path"),
        (&["folder"], "name the trace files in it"),
        (&["empty.jsonl"], "has flushed a record yet"),
        (&["text.jsonl"], "is this a trace?"),
        (&["text.jsonl", "empty.jsonl"], "is this a trace?"),
        (&["empty.jsonl", "--out", "nowhere/page.html"], "directory does not exist"),
    ] {
        let run = run(directory.path(), args);
        assert_eq!(run.code, 1, "{args:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert_eq!(names(directory.path()), before, "{args:?}");
    }
}

#[test]
fn messages_name_inputs_as_they_were_typed() {
    let damaged = format!("{RECORD}\nnot json\n");
    let directory = with(&[("empty", ""), ("blank", "\n"), ("text", "words\n{bad\n"), ("damaged", &damaged)]);
    let whole = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    for (name, message) in [
        ("empty", "trace-viewer: PATH: empty;"),
        ("blank", "trace-viewer: PATH: nothing but blank lines"),
        ("text", "trace-viewer: PATH:1: not JSON: expected value at column 1; no JSON object was found"),
        ("damaged", "\ndamage: PATH:2: not JSON"),
    ] {
        for typed in [whole(name), format!("./{name}")] {
            let run = run(directory.path(), &[&typed]);
            assert!(run.stderr.contains(&message.replace("PATH", &typed)), "{}", run.stderr);
        }
    }
    let page = std::fs::read_to_string(directory.path().join("damaged.html")).unwrap();
    assert!(page.contains("<title>damaged</title>"));
    assert!(!page.contains(directory.path().to_str().unwrap()), "no path is in the page");
}

#[test]
fn the_first_finding_is_quoted_when_no_input_holds_an_object() {
    let directory = with(&[("empty", ""), ("text", "words\n{bad\n"), ("other", "more\n")]);
    let run = run(directory.path(), &["empty", "text", "other"]);
    assert!(run.stderr.starts_with("trace-viewer: text:1: not JSON"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn names_and_findings_cannot_speak_to_the_terminal() {
    let directory = with(&[("evil\u{1b}[2J\u{202e}\n.jsonl", "words\n")]);
    let run = run(directory.path(), &["evil\u{1b}[2J\u{202e}\n.jsonl"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr.lines().count(), 1, "{:?}", run.stderr);
    assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", run.stderr);
}

/// Needs root for the small file system; `/dev/full` shows the same on standard output.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_page() {
    let seed = path("../trace-core/tests/data/seed-v2-1k.jsonl.gz");
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let to_full =
        command(directory.path(), &[seed.to_str().unwrap(), "--stdout"]).stdout(full).output().unwrap();
    let to_full = finished(to_full);
    assert_eq!(to_full.code, 1);
    assert!(to_full.stderr.contains("the page cannot be written"), "{}", to_full.stderr);
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=128k", "tmpfs"])
        .arg(directory.path())
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        return;
    }
    let run = run(directory.path(), &[seed.to_str().unwrap(), "--out", "page.html"]);
    let left = names(directory.path());
    assert!(Command::new("umount").arg(directory.path()).status().unwrap().success());
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("no space left"), "{}", run.stderr);
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_file_that_is_no_page_is_not_replaced_unless_it_is_named() {
    let directory = with(&[("trace.jsonl", RECORD), ("trace.html", "my notes")]);
    let refused = run(directory.path(), &["trace.jsonl"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.starts_with("trace-viewer: trace.html: a file of this name is there"),
        "{}",
        refused.stderr
    );
    assert_eq!(std::fs::read_to_string(directory.path().join("trace.html")).unwrap(), "my notes");
    assert_eq!(run(directory.path(), &["trace.jsonl", "--out", "trace.html"]).code, 0);
    assert_eq!(run(directory.path(), &["trace.jsonl"]).code, 0, "a page is replaced");
    assert_eq!(names(directory.path()), ["trace.html", "trace.jsonl"]);
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_not_replaced_and_links_are_followed() {
    let directory = with(&[("trace.jsonl", RECORD), ("real.html", "")]);
    let pipe = directory.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/null", directory.path().join("null")).unwrap();
    std::os::unix::fs::symlink("real.html", directory.path().join("link.html")).unwrap();
    for out in ["pipe", "null"] {
        let refused = run(directory.path(), &["trace.jsonl", "--out", out]);
        assert_eq!(refused.code, 1);
        assert!(refused.stderr.contains("use --stdout"), "{}", refused.stderr);
    }
    assert!(!pipe.is_file());
    assert_eq!(run(directory.path(), &["trace.jsonl", "--out", "link.html"]).code, 0);
    assert!(directory.path().join("link.html").is_symlink());
    assert!(
        std::fs::read_to_string(directory.path().join("real.html")).unwrap().starts_with("<!doctype html>")
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_left_when_reading_is_interrupted() {
    let directory = with(&[]);
    let mut program =
        command(directory.path(), &["-", "--out", "page.html"]).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(program.stdin.as_mut().unwrap(), format!("{RECORD}\n").as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let killed = Command::new("kill").arg(program.id().to_string()).status().unwrap();
    assert!(killed.success() && !program.wait().unwrap().success());
    assert!(names(directory.path()).is_empty());
}
