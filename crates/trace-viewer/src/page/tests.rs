use std::collections::BTreeMap;
use std::io::{self, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use sha2::{Digest as _, Sha256};

use super::crew::Crew;
use super::pack::tests::unpacked;
use super::script::{SCRIPT, STYLE, source_hash};
use super::text::{compact, counted, duration, grouped, visible};
use super::{BlockWriter, PageOptions, write_page};
use crate::model::{InputSummary, Model, RecordIndex, Row, RowFlags, RowKind, SessionSummary, Status, Usage};

const PAYLOAD: &str = "</script><!--<script><img src=x onerror=\"alert(1)\">\u{202e}\u{0}";

fn row(depth: u32, kind: RowKind, status: Status, first: Option<u32>, last: Option<u32>) -> Row {
    let start_us = 1_000 * i64::from(first.unwrap_or(0));
    Row {
        depth,
        kind,
        status,
        flags: RowFlags(2),
        name: 1,
        start_us,
        duration_us: 7,
        first,
        last,
        usage: None,
    }
}

/// A session with a turn, an LLM call and a failed tool; a hostile name everywhere.
fn small_model(lines: &[String]) -> Model {
    let mut rows = vec![
        row(0, RowKind::Session, Status::None, None, None),
        row(1, RowKind::Turn, Status::Completed, Some(0), Some(3)),
        row(2, RowKind::LlmCall, Status::Completed, Some(1), None),
        row(2, RowKind::ToolCall, Status::Failed, Some(2), None),
    ];
    rows[2].usage = Some(0);
    rows[3].start_us = i64::MAX;
    rows[3].duration_us = -1;
    let mut model = Model {
        start: chrono::DateTime::from_timestamp_micros(1_778_490_000_000_000),
        end: chrono::DateTime::from_timestamp_micros(1_778_490_061_500_000),
        names: vec!["turn_started".to_owned(), PAYLOAD.to_owned()],
        rows,
        records: lines
            .iter()
            .map(|line| RecordIndex { len: u32::try_from(line.len()).unwrap(), kind: 0, row: 1 })
            .collect(),
        usages: vec![Usage { input: 5, cache_read: 90, cache_write: 5, output: 40, reasoning: 10 }],
        sessions: vec![SessionSummary { id: PAYLOAD.to_owned(), row: 0, ..SessionSummary::default() }],
        inputs: vec![InputSummary {
            name: PAYLOAD.to_owned(),
            damage: vec![PAYLOAD.to_owned()],
            damage_count: 2,
            ..InputSummary::default()
        }],
        ..Model::default()
    };
    model.totals.tokens = model.usages[0];
    model.totals.failures = 1;
    model
}

fn lines(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{{\"n\":{number},\"text\":\"{}\"}}", "</script>é".repeat(number % 97)))
        .collect()
}

fn spooled(lines: &[String]) -> (super::BlockIndex, Vec<u8>) {
    let mut spool = Vec::new();
    let mut writer = BlockWriter::new(&mut spool);
    for line in lines {
        writer.push(line.as_bytes()).unwrap();
    }
    (writer.finish().unwrap(), spool)
}

fn page(lines: &[String]) -> String {
    rendered(&small_model(lines), lines)
}

fn rendered(model: &Model, lines: &[String]) -> String {
    let (blocks, spool) = spooled(lines);
    let mut html = Vec::new();
    let options = PageOptions { title: PAYLOAD.to_owned(), ..PageOptions::default() };
    write_page(&mut html, model, &blocks, &mut spool.as_slice(), &options).unwrap();
    String::from_utf8(html).unwrap()
}

/// The page's data elements by id, as the bytes that were put in.
fn elements(html: &str) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for part in html.split("<script type=\"text/plain\" id=\"").skip(1) {
        let (id, rest) = part.split_once('"').unwrap();
        let body = rest.split_once('>').unwrap().1.split_once("</script>").unwrap().0;
        if id.starts_with('b') {
            found.insert(id.to_owned(), unpacked(&STANDARD.decode(body).unwrap()).unwrap());
        } else if id != "end" {
            found.insert(id.to_owned(), inflated(body));
        }
    }
    found
}

fn inflated(body: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(STANDARD.decode(body).unwrap().as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn blocks_hold_every_record_verbatim_and_in_order() {
    let lines = lines(8_000);
    let html = page(&lines);
    let elements = elements(&html);
    let count = elements.keys().filter(|id| id.starts_with('b')).count();
    assert!(count > 3, "{count} blocks");
    let bodies: Vec<u8> = (0..count).flat_map(|block| elements[&format!("b{block}")].clone()).collect();
    assert_eq!(String::from_utf8(bodies).unwrap().lines().collect::<Vec<_>>(), lines);
}

#[test]
fn blocks_are_cut_between_records_and_bounded_unless_one_record_is_larger() {
    let mut lines = lines(2_000);
    lines.insert(1_000, "x".repeat(2_000_000));
    let (blocks, _) = spooled(&lines);
    let sizes: Vec<_> = blocks.blocks().iter().map(|block| (block.records, block.raw)).collect();
    let large: Vec<_> = sizes.iter().filter(|(_, raw)| *raw > 1024 * 1024 + 1_500).collect();
    assert_eq!(large, [&(1, 2_000_001)]);
    assert_eq!(sizes.iter().map(|(records, _)| *records).sum::<u32>(), 2_001);
}

#[test]
fn a_model_of_other_records_is_refused() {
    let (blocks, spool) = spooled(&lines(3));
    let error = write_page(
        &mut Vec::new(),
        &small_model(&lines(4)),
        &blocks,
        &mut spool.as_slice(),
        &PageOptions::default(),
    );
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    let cut = &spool[..spool.len() - 1];
    let error =
        write_page(&mut Vec::new(), &small_model(&lines(3)), &blocks, &mut &cut[..], &PageOptions::default());
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

/// Takes some bytes and has no room for more.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_error_of_the_writer_comes_back_as_it_is() {
    let lines = lines(4);
    let (blocks, spool) = spooled(&lines);
    let write = |out: &mut dyn io::Write| {
        let model = small_model(&lines);
        write_page(&mut { out }, &model, &blocks, &mut spool.as_slice(), &PageOptions::default())
    };
    let mut whole = Vec::new();
    write(&mut whole).unwrap();
    for room in [0, whole.len() / 2, whole.len() - spool.len(), whole.len() - 1] {
        let error = write(&mut Full(room)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "room for {room} bytes");
    }
}

#[test]
fn columns_hold_what_the_rows_hold() {
    let html = page(&lines(4));
    let elements = elements(&html);
    let values = |id: &str| -> Vec<u64> {
        let bytes = &elements[id];
        let width = width_of(&html, id);
        let count = bytes.len() / width;
        let value =
            |at: usize| (0..width).map(|plane| u64::from(bytes[plane * count + at]) << (8 * plane)).sum();
        (0..count).map(value).collect()
    };
    let unfolded = |id: &str| -> Vec<i64> {
        let unfold = |value: u64| (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
        values(id).into_iter().map(unfold).collect()
    };
    assert_eq!(values("c-kind"), [0, 1, 2, 3]);
    assert_eq!(values("c-status"), [0, 2, 2, 3]);
    assert_eq!(values("c-depth"), [0, 1, 2, 2]);
    // Differences of "first plus one": none, 1, 2, 3.
    assert_eq!(unfolded("c-first"), [0, 1, 1, 1]);
    assert_eq!(unfolded("c-last"), [0, 3, 0, 0]);
    assert_eq!(unfolded("c-tokens"), [5, 90, 5, 40, 10]);
    let starts = unfolded("c-start").into_iter().scan(0_i64, |start, step| {
        *start = start.wrapping_add(step);
        Some(*start)
    });
    assert_eq!(starts.collect::<Vec<_>>(), [0, 0, 1_000, i64::MAX]);
    assert_eq!(unfolded("c-duration"), [7, 7, 7, -1]);
    assert_eq!(["c-kind", "c-tokens", "c-start"].map(|id| width_of(&html, id)), [1, 1, 8]);
}

fn width_of(html: &str, id: &str) -> usize {
    let (_, rest) = html.split_once(&format!("id=\"{id}\" data-width=\"")).unwrap();
    rest.split_once('"').unwrap().0.parse().unwrap()
}

#[test]
fn columns_are_as_wide_as_their_largest_value() {
    let width = |name: u32| {
        let mut model = small_model(&lines(4));
        model.rows[2].name = name;
        width_of(&rendered(&model, &lines(4)), "c-name")
    };
    assert_eq!([255, 256, 65_535, 65_536, u32::MAX].map(width), [1, 2, 2, 3, 4]);
}

#[test]
fn the_head_begins_with_charset_and_one_policy() {
    let html = page(&lines(4));
    let policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-";
    assert!(html.starts_with(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{policy}"
    )));
    assert_eq!(html.matches("http-equiv").count(), 1);
    assert!(!html.contains("unsafe-"));
}

#[test]
fn every_inline_script_and_style_has_its_hash_in_the_policy() {
    let html = page(&lines(4));
    let policy = html.split("content=\"").nth(1).unwrap().split_once('"').unwrap().0;
    let blocks = |open: &str, close: &str| -> Vec<String> {
        html.split(open).skip(1).map(|part| part.split_once(close).unwrap().0.to_owned()).collect()
    };
    let scripts = blocks("<script>", "</script>");
    let styles = blocks("<style>", "</style>");
    assert_eq!((scripts.len(), styles.len()), (1, 1));
    assert!(policy.contains(&format!("script-src {};", source_hash(&scripts[0]))));
    assert!(policy.contains(&format!("style-src {};", source_hash(&styles[0]))));
    assert!(!html.contains(" style=\"") && !html.contains('\r'));
}

#[test]
fn nothing_from_the_trace_becomes_markup() {
    let html = page(&lines(4));
    assert!(
        !html.contains("<img")
            && !html.contains("<!--")
            && !html.contains('\u{202e}')
            && !html.contains('\0')
    );
    assert!(html.contains("&#60;/script&#62;"), "the payload is shown as text");
    assert!(html.contains("⟨U+202E⟩"), "what cannot be seen is spelled");
    let tags = |tag: &str| html.matches(tag).count();
    assert_eq!(tags("<script>") + tags("<script type=\"text/plain\""), tags("</script>"));
}

#[test]
fn the_page_loads_nothing() {
    let html = page(&lines(4));
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("//cdn"));
    for attribute in [" src=", "@import", "<link rel=\"stylesheet\""] {
        assert!(!html.replace("&#60;img src=x", "").contains(attribute), "{attribute}");
    }
    let inside = html.matches("url(#").count();
    assert_eq!(html.matches("url(").count(), inside, "addresses lead to the page's own elements");
}

#[test]
fn the_script_uses_no_sink_that_parses_text() {
    let sinks = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "srcdoc",
        "DOMParser",
        "createContextualFragment",
        "setHTML",
        "parseFromString",
        "import(",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "sendBeacon",
        "</script",
        "<!--",
    ];
    for sink in sinks {
        assert!(!SCRIPT.contains(sink), "{sink}");
    }
    assert!(!STYLE.contains("</style") && !STYLE.contains("url("));
}

#[test]
fn the_script_stays_small() {
    assert!(SCRIPT.len() <= 110_000, "{} bytes", SCRIPT.len());
}

#[test]
fn the_trailer_counts_and_proves_the_blocks() {
    let html = page(&lines(4_000));
    let mut hasher = Sha256::new();
    let mut count = 0;
    for part in html.split("<script type=\"text/plain\" id=\"b").skip(1) {
        let body = part.split_once('>').unwrap().1.split_once("</script>").unwrap().0;
        hasher.update(Sha256::digest(STANDARD.decode(body).unwrap()));
        count += 1;
    }
    let sum = super::text::hex(&hasher.finalize());
    assert!(html.ends_with(&format!(
        "id=\"end\" data-blocks=\"{count}\" data-sha256=\"{sum}\"></script>\n</body>\n</html>"
    )));
}

#[test]
fn the_blocks_are_the_same_however_many_threads_pack_them() {
    let lines = lines(8_000);
    let written = |workers: usize| {
        let mut spool = Vec::new();
        let mut writer = BlockWriter::with_crew(&mut spool, Crew::of(workers));
        for line in &lines {
            writer.push(line.as_bytes()).unwrap();
        }
        (writer.finish().unwrap(), spool)
    };
    let alone = written(0);
    for workers in [1, 2, 5] {
        assert!(written(workers) == alone, "{workers} threads");
    }
}

#[test]
fn the_same_input_gives_the_same_page() {
    assert_eq!(page(&lines(50)), page(&lines(50)));
}

#[test]
fn the_critical_path_is_said_where_it_says_something() {
    let mut model = small_model(&lines(4));
    for (path, said) in [
        (None, "1 m 1 s"),
        (Some(0), "1 m 1 s"),
        (Some(61_400_000), "1 m 1 s"),
        (Some(40_000_000), "1 m 1 s, critical path 40.00 s"),
    ] {
        model.critical_us = path;
        let sentence = super::summary::Summary::new(&model).sentence;
        assert!(sentence.ends_with(&format!("out, {said}")), "{sentence}");
    }
}

#[test]
fn totals_are_real_html() {
    let html = page(&lines(4));
    let sentence = "4 records, 1 failure, 100 tokens in (90 % cached) / 40 out, 1 m 1 s";
    assert!(html.contains(&format!("<p class=\"sentence\">{sentence}</p>")));
    assert!(html.contains("<tr class=\"sum\"><th scope=\"row\">Sum</th><td>140</td></tr>"));
    assert!(html.contains("<tr><th scope=\"row\">Others</th><td></td><td class=\"bad\">1</td>"));
    assert!(html.contains("href=\"#row=3\""));
    assert!(html.contains("The input was damaged.</strong> 2 findings"));
}

#[test]
fn the_banner_says_everything_is_here_only_when_nothing_was_left_unread() {
    let banner = |finding: &str| {
        let mut model = small_model(&lines(4));
        model.inputs[0].damage = vec![finding.to_owned()];
        model.inputs[0].damage_count = 1_234_567;
        rendered(&model, &lines(4))
    };
    let whole = banner("line 3 (byte 90): 4 NUL bytes skipped");
    assert!(whole.contains("1,234,567 findings; everything that could be read is here."));
    assert!(whole.contains("and 1,234,566 more"));
    for finding in [
        "the limit of 20 entries is reached; the rest is not shown",
        "line 9 (byte 70): cannot be read on from here: invalid gzip",
    ] {
        assert!(!banner(finding).contains("everything that could be read"), "{finding}");
    }
}

#[test]
fn text_for_people() {
    assert_eq!(counted(1, "turn", "turns"), "1 turn");
    assert_eq!(grouped(-1_234_567), "-1,234,567");
    assert_eq!(
        [compact(0), compact(999), compact(1_000), compact(41_249), compact(999_499), compact(999_500)],
        ["0", "999", "1.00k", "41.2k", "999k", "1.00M"]
    );
    assert_eq!(
        [duration(820), duration(45_999), duration(1_230_000), duration(192_000_000)],
        ["820 µs", "45 ms", "1.23 s", "3 m 12 s"]
    );
    assert_eq!([duration(-4), duration(i64::MAX)], ["0 µs", "292,271 y"]);
    assert_eq!(visible("a\u{200b}b\n", 10), "a⟨U+200B⟩b⟨U+000A⟩");
    assert_eq!(visible("abcdef", 3), "abc… (6 characters)");
}
