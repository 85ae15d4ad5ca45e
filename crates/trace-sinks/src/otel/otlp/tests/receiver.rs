//! The receiver finds what is wrong, or its checks would be worth nothing.

use std::panic::catch_unwind;

use opentelemetry::trace::{Link, SpanId};

use super::*;
use crate::otel::otlp::receiver::Answer;

/// What the receiver says about a batch, sent in one request and accepted.
fn said(batch: &[SpanData]) -> String {
    let receiver = Receiver::http();
    assert_eq!(send(http(&receiver), batch), accepted());
    let panicked = catch_unwind(std::panic::AssertUnwindSafe(|| receiver.check())).err();
    panicked.and_then(|panicked| panicked.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn changed(change: impl FnOnce(&mut SpanData)) -> SpanData {
    let mut span = span(2);
    change(&mut span);
    span
}

#[test]
fn good_spans_are_good() {
    assert_eq!(said(&spans(3)), "");
}

#[test]
fn bad_spans_are_found() {
    let no_id = changed(|span| span.span_context = context(7, 0));
    assert!(said(&[no_id]).contains("span \"span 2\": an id is zero"));
    let own_parent = changed(|span| span.parent_span_id = SpanId::from(2));
    assert!(said(&[own_parent]).contains("its own parent"));
    let backwards = changed(|span| span.end_time = at(1));
    assert!(said(&[backwards]).contains("ends before it starts"));
    let twice = changed(|span| span.attributes.push(KeyValue::new("number", 3)));
    assert!(said(&[twice]).contains("number is there twice"));
    let nowhere = changed(|span| span.links.links.push(Link::new(context(0, 1), Vec::new(), 0)));
    assert!(said(&[nowhere]).contains("a link has an id that is zero"));
    let nameless = changed(|span| span.name = "".into());
    assert!(said(&[nameless]).contains("it has no name"));
    assert!(said(&[span(2), span(2)]).contains("its id was seen before"));
}

#[test]
fn what_was_refused_is_not_held_against_a_second_attempt() {
    for (receiver, builder) in receivers() {
        let mut destination = destination(builder);
        receiver.answer(Answer::Unavailable { retry_after: None });
        assert!(matches!(destination.send(&spans(2), soon()), Sent::Retry { .. }));
        assert_eq!(destination.send(&spans(2), soon()), accepted());
        assert_eq!((receiver.requests().len(), receiver.spans().len()), (2, 2));
        receiver.check();
    }
}
