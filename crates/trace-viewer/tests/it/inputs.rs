//! Inputs under attack: what is read, and what is said.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use trace_viewer::input::{InputError, InputLimits, Source};
use trace_viewer::render::{Outcome, RenderError, RenderOptions, render};

use crate::support::path;

const LINE: &str =
    r#"{"ts": "2026-01-02T03:04:05.000Z", "session": "s1", "seq": 1, "kind": "message", "msg": "ok"}"#;

fn outcome(path: &Path) -> Result<Outcome, RenderError> {
    let options = RenderOptions::default();
    let sources = [Source::File(path.to_owned())];
    render(&sources, &mut Vec::new(), tempfile::tempfile().unwrap(), &options, &mut ())
}

fn hostile(name: &str) -> Outcome {
    outcome(&path("tests/data/hostile-files").join(name)).unwrap()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn file(directory: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn gzip_is_known_by_its_first_bytes() {
    for name in ["ok.jsonl.gz", "not_gz.jsonl.gz", "gz_named_plain.jsonl", "fname_traversal.jsonl.gz"] {
        let outcome = hostile(name);
        assert_eq!((outcome.entries, outcome.finding_count), (1, 0), "{name}");
    }
}

#[test]
fn damaged_gzip_is_read_as_far_as_it_goes_and_reported() {
    for (name, words) in
        [("bad_crc.jsonl.gz", "damaged"), ("trailing_garbage.jsonl.gz", "something else follows")]
    {
        let outcome = hostile(name);
        assert_eq!((outcome.entries, outcome.finding_count), (1, 1), "{name}");
        assert!(outcome.findings[0].contains(words), "{:?}", outcome.findings);
    }
}

#[test]
fn a_gzip_file_cut_short_gives_its_beginning() {
    let directory = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for n in 0..20_000_u64 {
        let _ = writeln!(lines, "{{\"n\":{}}}", n.wrapping_mul(2_654_435_761));
    }
    let whole = gzip(lines.as_bytes());
    let outcome = outcome(&file(&directory, "cut.jsonl.gz", &whole[..whole.len() / 2])).unwrap();
    assert!((5_000..15_000).contains(&outcome.entries), "{}", outcome.entries);
    assert!(outcome.findings.iter().any(|finding| finding.contains("cut short")), "{:?}", outcome.findings);
}

#[test]
fn all_members_of_a_gzip_file_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let member = gzip(format!("{LINE}\n").as_bytes());
    let outcome = outcome(&file(&directory, "two.jsonl.gz", &member.repeat(2))).unwrap();
    assert_eq!((outcome.entries, outcome.finding_count), (2, 0));
}

#[test]
fn one_layer_of_gzip_is_opened() {
    let error = outcome(&path("tests/data/hostile-files/bomb_nested.jsonl.gz.gz")).unwrap_err();
    assert!(matches!(error, RenderError::Input(InputError::Nested { .. })), "{error}");
}

#[test]
fn a_bomb_stops_at_the_ratio() {
    let directory = tempfile::tempdir().unwrap();
    let records = gzip(&b"{}\n".repeat(20_000_000));
    let bombs = [
        ("records.gz", records),
        (
            "line.gz",
            gzip(
                &b"{\"a\":\"".iter().copied().chain(std::iter::repeat_n(b'a', 64 << 20)).collect::<Vec<u8>>(),
            ),
        ),
    ];
    for (name, bomb) in bombs {
        match outcome(&file(&directory, name, &bomb)) {
            Ok(outcome) => {
                assert!(outcome.entries < 400_000, "{}", outcome.entries);
                assert!(outcome.findings[0].contains("unpacks to more than"), "{:?}", outcome.findings);
            }
            Err(error) => assert!(error.to_string().contains("no JSON object"), "{error}"),
        }
    }
}

#[test]
fn bytes_entries_and_unbroken_bytes_are_bounded() {
    let directory = tempfile::tempdir().unwrap();
    let trace = file(&directory, "trace.jsonl", format!("{LINE}\n").repeat(4_000).as_bytes());
    let limits = |change: fn(&mut InputLimits)| {
        let mut limits = InputLimits::default();
        change(&mut limits);
        let options = RenderOptions { limits, ..RenderOptions::default() };
        let sources = [Source::File(trace.clone())];
        render(&sources, &mut Vec::new(), tempfile::tempfile().unwrap(), &options, &mut ()).unwrap()
    };
    let by_bytes = limits(|limits| limits.max_bytes = 100_000);
    assert!(by_bytes.entries < 2_000 && by_bytes.findings[0].contains("the limit of 100000 bytes"));
    let by_entries = limits(|limits| limits.max_entries = 10);
    assert_eq!((by_entries.entries, by_entries.finding_count), (10, 1));
    assert!(by_entries.findings[0].contains("the limit of 10 entries"));
    let line = file(&directory, "zeros", &vec![b'0'; 1 << 20]);
    let mut options = RenderOptions::default();
    options.limits.max_unbroken = 100_000;
    let sources = [Source::File(line)];
    let error =
        render(&sources, &mut Vec::new(), tempfile::tempfile().unwrap(), &options, &mut ()).unwrap_err();
    assert!(error.to_string().contains("no JSON object"), "{error}");
}

#[test]
fn what_is_no_trace_is_refused_with_a_reason() {
    let directory = tempfile::tempdir().unwrap();
    let message = |path: &Path| outcome(path).unwrap_err().to_string();
    assert!(message(&directory.path().join("none.jsonl")).contains("there is no such file"));
    assert!(message(directory.path()).contains("this is a directory"));
    assert!(message(&file(&directory, "empty.jsonl", b"")).contains("empty; check the path, and whether"));
    assert!(message(&file(&directory, "blank.jsonl", b"\n\n")).contains("no JSON object"));
    assert!(message(&file(&directory, "text.jsonl", b"not a trace\n")).contains("text.jsonl:1: not JSON"));
    #[cfg(unix)]
    assert!(message(Path::new("/dev/zero")).contains("this is a device"));
}
