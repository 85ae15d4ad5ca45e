//! Promises of the API that a compiler can hold us to.

use std::error::Error as _;

use trace_core::{
    Damage, DecodeError, ExtraFields, NullTraceSink, RawJson, ReadError, ReadReport, Severity, TraceContext,
    TraceEvent, TraceLevel, TraceReader, TraceRecord, TraceSink, TraceSinkError, TraceSinkErrorKind, sink_fn,
};

fn is_plain<T: Send + Sync + Unpin + std::fmt::Debug + 'static>() {}

#[test]
fn types_cross_threads() {
    is_plain::<TraceRecord>();
    is_plain::<TraceEvent>();
    is_plain::<TraceContext>();
    is_plain::<RawJson>();
    is_plain::<ExtraFields>();
    is_plain::<DecodeError>();
    is_plain::<ReadError>();
    is_plain::<ReadReport>();
    is_plain::<Damage>();
    is_plain::<TraceReader<std::io::Cursor<Vec<u8>>>>();
    is_plain::<TraceSinkError>();
    is_plain::<NullTraceSink>();
}

#[test]
fn an_event_is_small() {
    assert!(size_of::<TraceEvent>() <= 128, "{}", size_of::<TraceEvent>());
}

#[test]
fn sinks_forward_through_pointers() {
    fn kind(sink: impl TraceSink, record: &TraceRecord) -> TraceSinkErrorKind {
        sink.append(record).unwrap_err().kind()
    }
    let record = TraceRecord::new(TraceContext::default(), trace_core::event::TurnStarted::default());
    let sink = sink_fn(|_: &TraceRecord| Err(TraceSinkError::closed("gone")));
    assert_eq!(kind(sink, &record), TraceSinkErrorKind::Closed);
    let borrowed: &dyn TraceSink = &sink;
    assert_eq!(kind(borrowed, &record), TraceSinkErrorKind::Closed);
    assert_eq!(kind(Box::new(sink) as Box<dyn TraceSink>, &record), TraceSinkErrorKind::Closed);
    assert_eq!(kind(std::sync::Arc::new(sink), &record), TraceSinkErrorKind::Closed);
    assert!(NullTraceSink.append(&record).is_ok() && NullTraceSink.flush().is_ok());
}

#[test]
fn sink_errors_name_each_cause_once() {
    let io = || TraceSinkError::io("cannot write trace.jsonl", std::io::Error::other("disk full"));
    assert_eq!(io().to_string(), "cannot write trace.jsonl");
    assert_eq!(io().source().unwrap().to_string(), "disk full");
    assert!(TraceSinkError::collect([]).is_ok());
    assert_eq!(TraceSinkError::collect([io()]).unwrap_err().kind(), TraceSinkErrorKind::Io);
    let several = TraceSinkError::collect([io(), TraceSinkError::closed("gone")]).unwrap_err();
    assert_eq!((several.kind(), several.errors().len()), (TraceSinkErrorKind::Several, 2));
    assert_eq!(several.to_string(), "2 sinks failed");
    assert_eq!(several.source().unwrap().to_string(), "cannot write trace.jsonl: disk full; gone");
}

#[test]
fn severities_parse_strictly_and_leniently() {
    for severity in Severity::ALL {
        for text in
            [severity.name().to_owned(), severity.name().to_uppercase(), severity.number().to_string()]
        {
            assert_eq!(text.parse::<Severity>(), Ok(severity));
        }
    }
    assert_eq!("Warning".parse(), Ok(Severity::Warn));
    assert_eq!("FATAL".parse(), Ok(Severity::Critical));
    for wrong in ["", "warn ", "verbose", "11", "-10", "10.0"] {
        assert!(wrong.parse::<Severity>().is_err(), "{wrong:?}");
        assert_eq!(Severity::parse_or(wrong, Severity::Debug), Severity::Debug);
    }
    assert!(Severity::ALL.is_sorted());
    assert_eq!(format!("[{:8}]", Severity::Warn), "[warn    ]");
    assert!(TraceLevel::Extended.is_extended() && TraceLevel::default() < TraceLevel::Extended);
}
