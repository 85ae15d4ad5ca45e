//! Records in memory.

use trace_core::TraceSink;
use trace_sinks::MemoryTraceSink;

use crate::support::record;

#[test]
fn records_come_back_in_order_and_leave_when_taken() {
    let sink = MemoryTraceSink::new();
    let records: Vec<_> = (0..5).map(|n| record(1, n, 0)).collect();
    for record in &records {
        sink.append(record).unwrap();
    }
    assert_eq!(sink.records(), records);
    assert_eq!(sink.take(), records);
    assert!(sink.is_empty());
}

#[test]
fn a_bound_keeps_the_latest_and_counts_the_rest() {
    for limit in [0, 1, 3] {
        let sink = MemoryTraceSink::bounded(limit);
        let records: Vec<_> = (0..5).map(|n| record(1, n, 0)).collect();
        for record in &records {
            sink.append(record).unwrap();
        }
        assert_eq!(sink.records(), records[5 - limit..]);
        assert_eq!((sink.len(), sink.dropped()), (limit, 5 - limit as u64));
    }
}
