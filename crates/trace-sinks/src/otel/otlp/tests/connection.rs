//! Connections that do not come about, or break.

use super::*;
use crate::otel::otlp::receiver::Answer;

fn retried(sent: &Sent, words: &str) {
    assert!(matches!(sent, Sent::Retry { after: None, error } if error.contains(words)), "{sent:?}");
}

#[test]
fn nobody_listens() {
    let nobody = Receiver::nobody();
    retried(&send(http(&nobody), &spans(1)), &format!("no connection to {}/v1/traces", nobody.url()));
    #[cfg(feature = "grpc")]
    retried(&send(grpc(&nobody), &spans(1)), &format!("no connection to {}", nobody.url()));
}

#[test]
fn a_receiver_hangs_up() {
    let receiver = Receiver::raw(b"");
    retried(&send(http(&receiver), &spans(1)), "127.0.0.1");
    #[cfg(feature = "grpc")]
    retried(&send(grpc(&receiver), &spans(1)), "127.0.0.1");
}

#[test]
fn something_else_answers() {
    let receiver = Receiver::raw(b"SSH-2.0-OpenSSH\r\n");
    retried(&send(http(&receiver), &spans(1)), "does not speak HTTP");
    #[cfg(feature = "grpc")]
    retried(&send(grpc(&receiver), &spans(1)), "for gRPC, not for HTTP?");
}

#[cfg(feature = "grpc")]
#[test]
fn the_ports_are_mixed_up() {
    let grpc_receiver = Receiver::grpc();
    retried(&send(http(&grpc_receiver), &spans(1)), "for HTTP, not for gRPC?");
    let http_receiver = Receiver::http();
    retried(&send(grpc(&http_receiver), &spans(1)), "for gRPC, not for HTTP?");
}

#[test]
fn a_broken_connection_is_replaced() {
    let receiver = Receiver::http();
    let mut destination = destination(http(&receiver));
    assert_eq!(destination.send(&[span(1)], soon()), accepted());
    receiver.answer(Answer::Drop);
    assert!(matches!(destination.send(&[span(2)], soon()), Sent::Retry { .. }));
    assert_eq!(destination.send(&[span(2)], soon()), accepted());
    assert_eq!(receiver.spans().len(), 2);
    receiver.check();
}

#[test]
fn a_connection_that_the_receiver_closed_meanwhile_costs_no_attempt() {
    let receiver = Receiver::http();
    let mut destination = destination(http(&receiver));
    for number in 1..=5 {
        receiver.answer(Answer::AcceptThenClose);
        assert_eq!(destination.send(&[span(number)], soon()), accepted());
        std::thread::sleep(Duration::from_millis(20));
    }
    receiver.check();
}

#[test]
fn building_a_sink_connects_to_nobody() {
    for (receiver, builder) in receivers() {
        drop(destination(builder));
        assert!(receiver.requests().is_empty());
    }
}
