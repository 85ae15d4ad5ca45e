//! Every byte is an entry's, damage's or blank; both modes agree wherever nothing is damaged.

use trace_core::{ReadReport, TraceReader};

/// Checks it of any bytes.
pub(crate) fn check(bytes: &[u8]) {
    let (salvaged, report) = salvage(bytes);
    let strict = strict(bytes);
    assert_eq!(report.entries(), salvaged.len() as u64);
    match strict {
        Some(entries) if report.damage_count() == 0 => assert_eq!(entries, salvaged),
        None => assert!(report.damage_count() > 0, "strict stops only at damage"),
        Some(_) => {}
    }
}

fn salvage(bytes: &[u8]) -> (Vec<String>, ReadReport) {
    let mut reader = TraceReader::salvage(bytes);
    let mut entries = Vec::new();
    while let Some(entry) = reader.next_entry().expect("nothing stops a salvaging reader") {
        let start = usize::try_from(entry.offset).expect("an offset within the input");
        assert_eq!(&bytes[start..start + entry.text.len()], entry.text.as_bytes(), "the offset is right");
        let _ = (entry.kind(), entry.record().is_ok());
        entries.push(entry.text.to_owned());
    }
    (entries, reader.into_report())
}

/// The entries, or none when damage stopped the reader.
fn strict(bytes: &[u8]) -> Option<Vec<String>> {
    let mut reader = TraceReader::strict(bytes);
    let mut entries = Vec::new();
    loop {
        match reader.next_entry() {
            Ok(Some(entry)) => entries.push(entry.text.to_owned()),
            Ok(None) => return Some(entries),
            Err(_) => return None,
        }
    }
}
