//! The reader: entries, damage, limits.

use trace_core::{DamageKind, EntryKind, ReadError, ReadLimits, ReadReport, TraceReader};

use crate::support::gunzip_bytes;

/// The texts of all entries, and the account.
fn salvage(bytes: &[u8]) -> (Vec<String>, ReadReport) {
    let mut reader = TraceReader::salvage(bytes);
    let mut entries = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(entry.text).is_ok(), "{}", entry.text);
        let offset = usize::try_from(entry.offset).unwrap();
        assert_eq!(&bytes[offset..offset + entry.text.len()], entry.text.as_bytes());
        entries.push(entry.text.to_owned());
    }
    (entries, reader.into_report())
}

fn kinds(report: &ReadReport) -> Vec<DamageKind> {
    report.damage().iter().map(|damage| damage.kind.clone()).collect()
}

/// Entries and findings of a hostile file.
fn counts(name: &str) -> (usize, u64) {
    let (entries, report) = salvage(&gunzip_bytes(&format!("hostile/{name}.jsonl.gz")));
    (entries.len(), report.damage_count())
}

#[test]
fn hostile_files_give_what_their_index_says() {
    let expected = [
        ("bidi_names", 1, 0),
        ("bom", 1, 0),
        ("bom_middle", 2, 0),
        ("crlf", 2, 0),
        ("empty", 0, 0),
        ("hash_collision_keys", 1, 0),
        ("huge_int", 5, 0),
        // Both lines are reported; the record of the second writer stands whole in the first.
        ("interleaved_two_writers", 2, 2),
        ("invalid_utf8", 1, 5),
        ("key_collision_after_escape", 1, 0),
        ("log_injection", 1, 0),
        ("long_line_no_newline_1MiB", 0, 1),
        ("many_short_bad_lines", 1, 50_000),
        ("missing_fields", 3, 0),
        ("no_final_newline_valid", 2, 0),
        ("non_object_lines", 1, 5),
        ("nul_hole_head", 1, 1),
        ("nul_padding_tail", 1, 1),
        ("raw_newline_in_string", 1, 2),
        ("same_seq_twice", 2, 0),
        ("torn_middle_glued", 3, 1),
        ("torn_tail", 1, 1),
        ("torn_tail_mid_escape", 1, 1),
        ("torn_tail_mid_utf8", 1, 1),
        ("two_records_one_line", 2, 1),
        ("unknown_version", 1, 0),
    ];
    for (name, entries, damage) in expected {
        assert_eq!(counts(name), (entries, damage), "{name}");
    }
    let (entries, damage) = counts("redos_text");
    assert!(entries > 0 && damage == 0, "redos_text: {entries} entries, {damage} findings");
}

#[test]
fn depth_is_bounded_and_the_next_line_is_read() {
    for name in ["deep_object_10000", "deep_unclosed_100000"] {
        let (entries, report) = salvage(&gunzip_bytes(&format!("hostile/{name}.jsonl.gz")));
        assert_eq!((entries.len(), report.damage_count()), (1, 1), "{name}: {:?}", report.damage()[0].kind);
    }
    for depth in [127, 128, 129, 1000, 1023] {
        let line = format!("{{\"a\":{}{}}}\n{{\"b\":1}}\n", "[".repeat(depth), "]".repeat(depth));
        let (entries, report) = salvage(line.as_bytes());
        assert_eq!((entries.len(), report.damage_count()), (2, 0), "{depth}");
    }
    let line = format!("{{\"a\":{}{}}}\n{{\"b\":1}}\n", "[".repeat(10_000), "]".repeat(10_000));
    let (entries, report) = salvage(line.as_bytes());
    assert_eq!((entries.len(), kinds(&report)), (1, vec![DamageKind::TooDeep { limit: 1024 }]));
    let brackets_in_text = format!("{{\"a\":\"{}\"}}\n", "[{\\\"".repeat(10_000));
    assert_eq!(salvage(brackets_in_text.as_bytes()).1.damage_count(), 0);
}

#[test]
fn torn_tails_are_named_with_their_place() {
    let bytes = gunzip_bytes("hostile/torn_tail.jsonl.gz");
    let (_, report) = salvage(&bytes);
    let damage = &report.damage()[0];
    let newline = bytes.iter().position(|&byte| byte == b'\n').unwrap() as u64;
    assert_eq!((damage.kind.clone(), damage.line, damage.offset), (DamageKind::TornTail, 2, newline + 1));
    for name in ["nul_padding_tail", "long_line_no_newline_1MiB", "torn_tail_mid_utf8"] {
        let (_, report) = salvage(&gunzip_bytes(&format!("hostile/{name}.jsonl.gz")));
        assert_eq!(kinds(&report), [DamageKind::TornTail], "{name}");
    }
}

#[test]
fn nul_holes_are_counted() {
    let (_, report) = salvage(&gunzip_bytes("hostile/nul_hole_head.jsonl.gz"));
    assert_eq!(kinds(&report), [DamageKind::NulBytes { count: 65_536 }]);
}

#[test]
fn utf16_is_named_once() {
    let text: Vec<u8> = "{\"a\":1}\n{\"a\":2}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (entries, report) = salvage(&[b"\xFF\xFE".as_slice(), &text].concat());
    assert_eq!((entries.len(), kinds(&report)), (0, vec![DamageKind::Utf16]));
}

#[test]
fn grammar_decides_and_not_what_a_value_can_hold() {
    let odd = "{\"a\":1e400}\n{\"a\":99999999999999999999999}\n{\"a\":\"\\ud800\"}\n{\"\\ud800\":1}\n{\"a\":1,\"a\":2}\n";
    let (entries, report) = salvage(odd.as_bytes());
    assert_eq!((entries.len(), report.damage_count()), (5, 0), "{:?}", kinds(&report));
    let bad =
        "{\"a\":NaN}\n{'a':1}\n{\"a\":1,}\n{\"a\":\"\u{1}\"}\n{\"a\":01}\n{\"a\":\"\\u12\"}\n{\"ok\":1}\n";
    let (entries, report) = salvage(bad.as_bytes());
    assert_eq!((entries.len(), report.damage_count()), (1, 6));
}

#[test]
fn every_prefix_of_a_file_gives_whole_records_and_one_torn_tail() {
    let line = r#"{"schema_version":2,"id":"x","timestamp":"2026-05-11T09:00:00Z","context":{"session_id":"s","a":[{"b":1}, {"c":"é\u00e9"}]},"type":"custom","name":"n","payload":{"k":{"v":[]}}}"#;
    let file = format!("{line}\n").repeat(5);
    for cut in 0..file.len() {
        let bytes = &file.as_bytes()[..cut];
        let (entries, report) = salvage(bytes);
        let at_end = cut % (line.len() + 1);
        let whole = cut / (line.len() + 1) + usize::from(at_end == line.len());
        let torn = at_end != 0 && at_end != line.len();
        assert_eq!(entries.len(), whole, "cut at {cut}");
        assert!(entries.iter().all(|entry| entry == line));
        assert_eq!(kinds(&report), vec![DamageKind::TornTail; usize::from(torn)], "cut at {cut}");
    }
}

#[test]
fn every_flipped_bit_costs_at_most_its_line_and_is_reported_or_still_json() {
    let line = r#"{"schema_version":2,"id":"x","context":{"a":[{"b":1}],"c":"d"},"type":"custom"}"#;
    let file = format!("{line}\n").repeat(3).into_bytes();
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut hit = file.clone();
            hit[at] ^= 1 << bit;
            let (entries, report) = salvage(&hit);
            let good = entries.iter().filter(|entry| *entry == line).count();
            let hit_newline = file[at] == b'\n';
            assert!(good >= if hit_newline { 1 } else { 2 }, "byte {at} bit {bit}");
            assert!(good == 3 || report.damage_count() > 0 || entries.len() == 3, "byte {at} bit {bit}");
        }
    }
}

#[test]
fn whole_records_are_kept_beside_fragments_and_nul_bytes() {
    let torn = DamageKind::TornTail;
    let nuls = DamageKind::NulBytes { count: 3 };
    let fragment = |column| DamageKind::NotJson { column, message: "EOF while parsing a value".to_owned() };
    let cases: [(&str, &[&str], &[DamageKind]); 7] = [
        ("{\"a\":1}{\"b\":", &["{\"a\":1}"], std::slice::from_ref(&torn)),
        ("{\"a\":1}{\"b\":\n", &["{\"a\":1}"], &[fragment(12)]),
        ("{\"a\":1}{\"b\":2}{\"c\":\n", &["{\"a\":1}", "{\"b\":2}"], &[fragment(19)]),
        ("{\"a\":1}\0\0\0\n", &["{\"a\":1}"], std::slice::from_ref(&nuls)),
        ("{\"a\":1} \0\0\0{\"b\":2}\n", &["{\"a\":1}", "{\"b\":2}"], std::slice::from_ref(&nuls)),
        (
            "{\"a\":{\"b\":1}\n",
            &[],
            &[DamageKind::NotJson { column: 12, message: "EOF while parsing an object".to_owned() }],
        ),
        ("{\"a\":[{\"b\":1}, {\"c\":2}", &[], std::slice::from_ref(&torn)),
    ];
    for (file, expected, damage) in cases {
        let (entries, report) = salvage(file.as_bytes());
        let entries: Vec<_> = entries.iter().map(|entry| entry.trim()).collect();
        assert_eq!((entries.as_slice(), kinds(&report).as_slice()), (expected, damage), "{file:?}");
    }
}

#[test]
fn one_line_of_a_million_objects_costs_no_more_than_its_limit() {
    let (entries, report) = salvage("{}".repeat(1_000_000).as_bytes());
    assert_eq!((entries.len(), kinds(&report)), (1000, vec![DamageKind::TooManyObjects { limit: 1000 }]));
    let hostile = "{\"a\":x".repeat(200_000);
    assert_eq!(salvage(hostile.as_bytes()).1.damage_count(), 1);
}

#[test]
fn an_audit_says_what_it_left_out() {
    let line = |writer: &str, seq: u64| format!("{{\"writer\":\"{writer}\",\"seq\":{seq}}}\n");
    let many: String = (0..1100).map(|writer| line(&format!("w{writer}"), 0)).collect();
    let (_, report) = salvage(many.as_bytes());
    assert_eq!((report.seq().missing(), report.seq().unaudited(), report.is_whole()), (0, 76, false));
    let (_, report) = salvage(line(&"w".repeat(200), 0).as_bytes());
    assert_eq!((report.seq().spans().count(), report.seq().unaudited()), (0, 1));
    let gaps: String = (0..5000).map(|number| line("w", number * 2)).collect();
    let (_, report) = salvage(gaps.as_bytes());
    assert_eq!((report.seq().unaudited(), report.seq().repeats()), (5000 - 4096, 0));
}

#[test]
fn strict_stops_where_a_line_is_not_json_but_not_at_a_torn_tail() {
    let mut reader = TraceReader::strict(&b"{\"a\":1}\n\nnope\n{\"a\":2}\n"[..]);
    assert_eq!(reader.next_entry().unwrap().unwrap().line, 1);
    let Err(ReadError::Damaged(damage)) = reader.next_entry() else { panic!("strict went on") };
    assert_eq!((damage.line, damage.offset), (3, 9));
    assert_eq!(damage.to_string(), "line 3 (byte 9): not JSON: expected ident at column 2");
    assert!(reader.next_entry().unwrap().is_none());

    let mut reader = TraceReader::strict(&b"[]\n{\"a\":1}\n{\"a\":"[..]);
    assert_eq!(reader.next_entry().unwrap().unwrap().line, 2);
    assert!(reader.next_entry().unwrap().is_none());
    assert_eq!(kinds(reader.report()), [DamageKind::NotAnObject, DamageKind::TornTail]);

    let long_tail = format!("{{\"a\":1}}\n{{\"b\":\"{}", "y".repeat(3000));
    let mut limits = ReadLimits::default();
    limits.max_line = 1000;
    for tail in [long_tail.as_str(), "{\"a\":1}\n\0\0{\"b\":"] {
        let mut reader = TraceReader::strict(tail.as_bytes()).with_limits(limits);
        assert!(reader.next_entry().unwrap().is_some());
        assert!(reader.next_entry().unwrap().is_none(), "{tail}");
        assert_eq!(kinds(reader.report()).last(), Some(&DamageKind::TornTail));
    }
}

#[test]
fn entries_are_ours_newer_or_foreign() {
    let file = concat!(
        r#"{"type":"custom","schema_version":2,"id":"x","timestamp":"t","name":"n","payload":1}"#,
        "\n",
        r#"{"schema_version":7,"anything":[1]}"#,
        "\n",
        r#"{"schema_version":"2","id":"x","timestamp":"t","type":"custom"}"#,
        "\n"
    );
    let mut reader = TraceReader::salvage(file.as_bytes());
    let mut seen = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        seen.push(entry.kind());
    }
    assert_eq!(seen, [EntryKind::Record, EntryKind::NewerSchema(7), EntryKind::Foreign]);
}

#[test]
fn lines_beyond_the_limit_are_damage_and_memory_stays_bounded() {
    let mut limits = ReadLimits::default();
    limits.max_line = 1000;
    limits.max_damage = 1;
    let file = format!("{{\"a\":\"{}\"}}\n{{\"b\":1}}\nx\n{{\"c\":1}}", "y".repeat(5000));
    let mut reader = TraceReader::salvage(file.as_bytes()).with_limits(limits);
    let mut texts = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        texts.push((entry.line, entry.text.to_owned()));
    }
    assert_eq!(texts, [(2, "{\"b\":1}".to_owned()), (4, "{\"c\":1}".to_owned())]);
    let report = reader.into_report();
    assert_eq!((report.damage_count(), report.damage().len()), (2, 1));
    assert_eq!(report.damage()[0].kind, DamageKind::TooLong { limit: 1000 });
    assert_eq!(report.damage()[0].length, 5009);
}

#[test]
fn missing_and_repeated_numbers_are_told_per_writer() {
    let line = |writer: &str, seq: u64| format!("{{\"writer\":\"{writer}\",\"seq\":{seq}}}\n");
    let order = [("a", 0), ("b", 7), ("a", 2), ("a", 1), ("a", 1), ("a", 9), ("b", 8)];
    let file: String = order.iter().map(|(writer, seq)| line(writer, *seq)).collect();
    let (_, report) = salvage(file.as_bytes());
    let spans: Vec<_> =
        report.seq().spans().map(|span| (span.writer, span.first, span.last, span.missing)).collect();
    assert_eq!(spans, [("a".to_owned(), 0, 9, vec![3..=8]), ("b".to_owned(), 7, 8, vec![])]);
    assert_eq!((report.seq().missing(), report.seq().repeats(), report.is_whole()), (6, 1, false));
    let (_, extreme) = salvage(format!("{}{}", line("w", u64::MAX), line("w", 0)).as_bytes());
    assert_eq!(extreme.seq().missing(), u64::MAX - 1);
}

#[test]
fn a_failing_input_is_an_error_in_strict_and_a_finding_in_salvage() {
    struct Failing<'a>(&'a [u8]);
    impl std::io::Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(std::io::Error::other("disk on fire")),
                count => Ok(count),
            }
        }
    }
    let input = || std::io::BufReader::new(Failing(b"{\"a\":1}\n{\"b\":"));
    let mut reader = TraceReader::salvage(input());
    assert!(reader.next_entry().unwrap().is_some());
    assert!(reader.next_entry().unwrap().is_none());
    let message = "disk on fire".to_owned();
    assert_eq!(kinds(reader.report()), [DamageKind::TornTail, DamageKind::Input { message }]);
    let mut reader = TraceReader::strict(input());
    assert!(reader.next_entry().unwrap().is_some());
    assert!(matches!(reader.next_entry(), Err(ReadError::Io(_))));
}
