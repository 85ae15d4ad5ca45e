//! Writes that fail or are cut short.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::error::Error;
use std::io::{self, ErrorKind, Write};

use trace_core::event::Custom;
use trace_core::{TraceContext, TraceRecord, TraceSinkError};

use super::{Line, TornTail};

/// What the system does with a write.
enum Fate {
    Take(usize),
    Fail(ErrorKind),
}
use Fate::{Fail, Take};

/// A destination with a fate for each of the next writes; later ones are whole.
#[derive(Default)]
struct Disk {
    fates: RefCell<VecDeque<Fate>>,
    bytes: RefCell<Vec<u8>>,
    writes: RefCell<usize>,
}

impl Write for &Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        *self.writes.borrow_mut() += 1;
        let taken = match self.fates.borrow_mut().pop_front() {
            Some(Fail(kind)) => return Err(kind.into()),
            Some(Take(most)) => most.min(bytes.len()),
            None => bytes.len(),
        };
        self.bytes.borrow_mut().extend(&bytes[..taken]);
        Ok(taken)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Disk {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.borrow().clone()).unwrap()
    }
}

/// Appends one record per element, each named by it, and returns the answers.
fn append(disk: &Disk, torn: &TornTail, names: &[&str]) -> Vec<Result<(), TraceSinkError>> {
    let mut record = TraceRecord::new(TraceContext::default(), Custom::new("x", 1.into()));
    let each = names.iter().map(|name| {
        record.id = (*name).to_owned();
        Line::of(&record, |line| torn.write(disk, line, "the disk"))
    });
    each.collect()
}

/// The ids of whole lines; `?` for others.
fn ids(text: &str) -> Vec<String> {
    let id = |line| serde_json::from_str::<TraceRecord>(line).map_or("?".to_owned(), |record| record.id);
    text.lines().filter(|line| !line.is_empty()).map(id).collect()
}

fn with_fates(fates: impl IntoIterator<Item = Fate>) -> Disk {
    Disk { fates: RefCell::new(fates.into_iter().collect()), ..Disk::default() }
}

#[test]
fn a_line_is_one_write() {
    let disk = Disk::default();
    append(&disk, &TornTail::default(), &["a", "b", "c"]).into_iter().for_each(Result::unwrap);
    assert_eq!((ids(&disk.text()), *disk.writes.borrow()), (vec!["a".into(), "b".into(), "c".into()], 3));
    assert!(!disk.text().contains("\n\n") && !disk.text().starts_with('\n'));
}

#[test]
fn an_interrupted_write_is_repeated() {
    let disk = with_fates([Fail(ErrorKind::Interrupted), Fail(ErrorKind::Interrupted)]);
    append(&disk, &TornTail::default(), &["a"]).remove(0).unwrap();
    assert_eq!(ids(&disk.text()), ["a"]);
}

#[test]
fn a_write_cut_short_leaves_one_damaged_line_wherever_it_is_cut() {
    for cut in 0..100 {
        for newline in [Take(1), Fail(ErrorKind::StorageFull), Take(0)] {
            let ended = matches!(newline, Take(1));
            let disk = with_fates([Take(cut), newline]);
            let answers = append(&disk, &TornTail::default(), &["a", "b", "c"]);
            let error = answers[0].as_ref().unwrap_err();
            assert!(error.to_string().starts_with(&format!("only {cut} of the ")), "{error}");
            assert!(answers[1].is_ok() && answers[2].is_ok());
            let ids = ids(&disk.text());
            assert!(ids.ends_with(&["b".into(), "c".into()]), "cut at {cut}, ended {ended}: {ids:?}");
            assert!(ids.len() <= 3);
        }
    }
}

#[test]
fn a_full_disk_takes_records_again_when_there_is_room() {
    let full = || Fail(ErrorKind::StorageFull);
    let disk = with_fates([Take(40), full(), full(), full()]);
    let torn = TornTail::default();
    let answers = append(&disk, &torn, &["a", "b", "c", "d", "e"]);
    let failed: Vec<bool> = answers.iter().map(Result::is_err).collect();
    assert_eq!(failed, [true, true, true, false, false]);
    assert_eq!(ids(&disk.text()), ["?", "d", "e"]);

    let texts: Vec<String> =
        answers[..2].iter().map(|answer| answer.as_ref().unwrap_err().to_string()).collect();
    assert!(
        texts[0].ends_with("bytes of a record were written to the disk; free space on its disk"),
        "{texts:?}"
    );
    assert_eq!(texts[1], "a record was not written to the disk; free space on its disk");
    assert!(answers[..2].iter().all(|answer| answer.as_ref().unwrap_err().source().is_some()));
}

#[test]
fn the_newline_behind_a_fragment_can_itself_be_all_that_is_written() {
    let disk = with_fates([Take(40), Fail(ErrorKind::Other), Take(1)]);
    let answers = append(&disk, &TornTail::default(), &["a", "b", "c"]);
    assert!(answers[1].is_err());
    assert_eq!(ids(&disk.text()), ["?", "c"]);
}
