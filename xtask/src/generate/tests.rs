use std::collections::BTreeSet;

use trace_core::{TraceEvent, TraceReader, TraceRecord};

use super::{Args, Profile, write};

fn args(profile: Profile, seed: u64) -> Args {
    Args { records: 3000, seed, profile, sessions: 6, shuffle: 1, drop: 0.0, out: None }
}

fn bytes(args: &Args) -> Vec<u8> {
    let mut out = Vec::new();
    write(args, &mut out).unwrap();
    out
}

fn lines(args: &Args) -> Vec<String> {
    String::from_utf8(bytes(args)).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_does_not() {
    assert_eq!(bytes(&args(Profile::Full, 5)), bytes(&args(Profile::Full, 5)));
    assert_ne!(bytes(&args(Profile::Full, 5)), bytes(&args(Profile::Full, 6)));
}

#[test]
fn every_line_reads_back_typed_and_is_written_the_same() {
    for line in lines(&args(Profile::Full, 7)) {
        let record: TraceRecord = serde_json::from_str(&line).unwrap();
        assert!(!matches!(record.event, TraceEvent::Unknown(_)), "{line}");
        assert_eq!(serde_json::to_string(&record).unwrap(), line);
    }
}

#[test]
fn the_reader_proves_that_nothing_is_missing_until_something_is() {
    let read = |args: &Args| {
        let trace = bytes(args);
        let mut reader = TraceReader::strict(&trace[..]);
        while reader.next_entry().unwrap().is_some() {}
        reader.into_report()
    };
    let whole = args(Profile::Full, 8);
    assert!(read(&whole).is_whole());
    assert_eq!(read(&whole).entries(), 3000);
    let lossy = read(&Args { drop: 10.0, ..whole });
    assert!(!lossy.is_whole());
    assert!((2550..2850).contains(&lossy.entries()), "{}", lossy.entries());
}

#[test]
fn shuffling_moves_records_within_their_window_and_loses_none() {
    let ordered = lines(&args(Profile::Seed, 9));
    let shuffled = lines(&Args { shuffle: 50, ..args(Profile::Seed, 9) });
    assert_ne!(ordered, shuffled);
    for (before, after) in ordered.chunks(50).zip(shuffled.chunks(50)) {
        assert_eq!(before.iter().collect::<BTreeSet<_>>(), after.iter().collect::<BTreeSet<_>>());
    }
}

#[test]
fn a_trace_has_what_agents_do() {
    let records: Vec<TraceRecord> =
        lines(&args(Profile::Full, 10)).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: BTreeSet<_> = records.iter().map(|record| record.event.kind().to_owned()).collect();
    assert!(kinds.len() >= 17, "{kinds:?}");
    assert!(records.iter().any(|record| record.context.metadata.contains_key("caused_by")));
    assert!(records.is_sorted_by_key(|record| record.timestamp));
    assert!(records.windows(2).any(|pair| pair[0].timestamp == pair[1].timestamp));
    let sessions: Vec<_> = records.iter().map(|record| &record.context.session_id).collect();
    assert!(sessions.windows(2).filter(|pair| pair[0] != pair[1]).count() > 100);
    let ids: BTreeSet<_> = records.iter().map(|record| &record.id).collect();
    assert_eq!(ids.len(), records.len());
}

#[test]
fn records_are_as_long_as_real_ones() {
    let mean = bytes(&Args { records: 10_000, ..args(Profile::Seed, 11) }).len() / 10_000;
    assert!((1000..1700).contains(&mean), "{mean}");
}
