//! `rotel`, a collector that is not ours: what it decodes is what was sent.
//!
//! It prints every span that it receives; `cargo xtask test --only rotel` installs it and runs this.

mod process;
mod text;

use std::collections::BTreeMap;

use trace_sinks::otel::{ContentCapture, OtelOptions, OtlpBuilder, OtlpCompression, OtlpProtocol, SpanNames};

use super::{sent, support};
use process::Rotel;

fn compare(builder: impl Fn(&Rotel) -> OtlpBuilder, options: &OtelOptions) {
    for (trace, records) in [("example", support::example()), ("seed", support::seed("seed-v2-1k").0)] {
        let rotel = Rotel::start();
        sent::send(builder(&rotel), &records, options);
        let printed = text::spans(&rotel.finish());
        let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for span in support::export(&records, options.clone()).0 {
            sent.entry(text::id(&span)).or_default().push(text::print(&span));
        }
        assert!(sent.len() > 30, "{trace}: {} spans", sent.len());
        assert_eq!(
            printed.keys().collect::<Vec<_>>(),
            sent.keys().collect::<Vec<_>>(),
            "{trace}: other spans"
        );
        for (id, spans) in sent {
            assert_eq!(printed[&id], spans, "{trace}");
        }
    }
}

#[test]
#[ignore = "needs ROTEL_AGENT, the path of rotel-agent; cargo xtask test --only rotel"]
fn decodes_what_is_sent_over_http() {
    let http = |rotel: &Rotel| OtlpBuilder::new().endpoint(&rotel.http).compression(OtlpCompression::Gzip);
    compare(http, &OtelOptions::default());
}

#[test]
#[ignore = "needs ROTEL_AGENT, the path of rotel-agent; cargo xtask test --only rotel"]
fn decodes_what_is_sent_over_grpc() {
    let grpc = |rotel: &Rotel| OtlpBuilder::new().protocol(OtlpProtocol::Grpc).endpoint(&rotel.grpc);
    compare(grpc, &OtelOptions::default().with_names(SpanNames::GenAi).with_content(ContentCapture::Full));
}
