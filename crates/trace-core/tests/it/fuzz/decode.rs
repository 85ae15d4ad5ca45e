//! Whatever decodes is written, read and written again: equal records, equal bytes.

use trace_core::TraceRecord;

/// Checks it of any bytes.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(record) = serde_json::from_slice::<TraceRecord>(bytes) else { return };
    let line = serde_json::to_string(&record).expect("what was read can be written");
    assert!(!line.contains('\n'), "a record is one line");
    let again: TraceRecord = serde_json::from_str(&line).expect("what was written can be read");
    assert_eq!(again, record);
    assert_eq!(serde_json::to_string(&again).expect("it was written before"), line);
    let _ = (record.event.kind(), record.event.level(), record.event.is_failed());
}
