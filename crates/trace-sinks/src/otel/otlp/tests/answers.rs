//! What answers come to.

use super::*;
use crate::otel::otlp::receiver::Answer;

fn status(code: u16, headers: &[(&'static str, &str)], body: &[u8]) -> Answer {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Answer::Status { code, headers, body: body.to_vec() }
}

fn after(answer: Answer) -> Sent {
    let receiver = Receiver::http();
    receiver.answer(answer);
    send(http(&receiver), &spans(3))
}

#[test]
fn rejected_spans_are_told_with_the_reason() {
    for (receiver, builder) in receivers() {
        let mut destination = destination(builder);
        receiver.answer(Answer::Partial { rejected: 2, message: "too old".to_owned() });
        receiver.answer(Answer::Partial { rejected: 0, message: "a warning".to_owned() });
        receiver.answer(Answer::Partial { rejected: 99, message: String::new() });
        let told = |sent: Sent| match sent {
            Sent::Accepted { rejected, message } => (rejected, message.unwrap_or_default()),
            other => panic!("{other:?}"),
        };
        let (rejected, message) = told(destination.send(&spans(3), soon()));
        assert!(rejected == 2 && message.ends_with(": too old"), "{rejected} {message}");
        let (rejected, message) = told(destination.send(&spans(3), soon()));
        assert!(rejected == 0 && message.ends_with(": a warning"), "{rejected} {message}");
        assert_eq!(told(destination.send(&spans(3), soon())), (3, String::new()));
    }
}

#[test]
fn an_overloaded_receiver_is_tried_again_when_it_says() {
    for (receiver, builder) in receivers() {
        let mut destination = destination(builder);
        receiver.answer(Answer::Unavailable { retry_after: Some(7) });
        receiver.answer(Answer::Unavailable { retry_after: None });
        let first = destination.send(&spans(1), soon());
        assert!(
            matches!(&first, Sent::Retry { after: Some(after), error } if after.as_secs() == 7 && error.contains("overloaded")),
            "{first:?}"
        );
        let second = destination.send(&spans(1), soon());
        assert!(matches!(second, Sent::Retry { after: None, .. }), "{second:?}");
        assert_eq!(destination.send(&spans(1), soon()), accepted());
        assert_eq!(receiver.spans().len(), 1);
    }
}

#[test]
fn a_receiver_that_finds_a_request_too_large_says_so() {
    for (receiver, builder) in receivers() {
        receiver.answer(Answer::TooLarge);
        let sent = send(builder, &spans(1));
        assert!(matches!(sent, Sent::TooLarge { .. }), "{sent:?}");
    }
}

#[test]
fn a_slow_receiver_is_not_waited_for() {
    for (receiver, builder) in receivers() {
        receiver.answer_times(2, &Answer::Slow(Duration::from_secs(20)));
        let started = Instant::now();
        let sent = send(builder.clone().timeout(Duration::from_millis(100)), &spans(1));
        assert!(
            matches!(&sent, Sent::Retry { error, .. } if error.contains("did not answer within 100ms")),
            "{sent:?}"
        );
        let sent = destination(builder).send(&spans(1), Instant::now() + Duration::from_millis(100));
        assert!(matches!(sent, Sent::Retry { .. }), "{sent:?}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn no_time_is_no_attempt() {
    for (receiver, builder) in receivers() {
        let sent = destination(builder).send(&spans(1), Instant::now());
        assert!(matches!(sent, Sent::Retry { .. }), "{sent:?}");
        assert!(receiver.requests().is_empty());
    }
}

#[test]
fn only_four_statuses_are_tried_again() {
    for code in [400, 401, 403, 404, 405, 408, 422, 500, 501, 505] {
        let sent = after(status(code, &[], b"no"));
        assert!(matches!(&sent, Sent::Refused { error } if error.contains(&code.to_string())), "{sent:?}");
    }
    for code in [429, 502, 503, 504] {
        let sent = after(status(code, &[("Retry-After", "3")], b""));
        assert!(matches!(sent, Sent::Retry { after: Some(after), .. } if after.as_secs() == 3), "{sent:?}");
    }
}

#[test]
fn a_refusal_says_what_the_receiver_said_and_what_to_check() {
    let text = |sent: Sent| match sent {
        Sent::Refused { error } => error,
        other => panic!("{other:?}"),
    };
    let error = text(after(status(404, &[], b"404 page\nnot found")));
    assert!(
        error.contains("/v1/traces answered 404 Not Found: 404 page not found; check the path"),
        "{error}"
    );
    let rpc = [&[0x08, 3, 0x12, 9][..], b"bad spans"].concat();
    let error = text(after(status(400, &[("Content-Type", "application/x-protobuf")], &rpc)));
    assert!(error.ends_with("400 Bad Request: bad spans"), "{error}");
    let error = text(after(status(
        401,
        &[("Content-Type", "application/json")],
        br#"{"code":16,"message":"no key"}"#,
    )));
    assert!(error.ends_with("401 Unauthorized: no key; check the headers that carry the key"), "{error}");
    let error = text(after(status(500, &[], &[b'x'; 5000])));
    assert!(error.len() < 500 && error.ends_with('…'), "{error}");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Receiver::http();
    for code in [301, 302, 307, 308] {
        let sent = after(status(code, &[("Location", &elsewhere.url())], b""));
        assert!(matches!(&sent, Sent::Refused { error } if error.contains(&elsewhere.url())), "{sent:?}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn a_web_page_is_no_receiver() {
    let sent = after(status(200, &[("Content-Type", "text/html; charset=utf-8")], b"<html>"));
    assert!(matches!(&sent, Sent::Refused { error } if error.contains("web page")), "{sent:?}");
}

#[test]
fn an_answer_in_json_counts_too() {
    let sent = after(status(200, &[("Content-Type", "application/json")], b"{}"));
    assert_eq!(sent, accepted());
    let body = br#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too new"}}"#;
    let sent = after(status(200, &[("Content-Type", "application/json")], body));
    assert!(matches!(sent, Sent::Accepted { rejected: 2, message: Some(_) }), "{sent:?}");
}

#[test]
fn a_status_of_success_counts_whatever_comes_with_it() {
    let sent = after(Answer::Garbage);
    assert!(
        matches!(&sent, Sent::Accepted { rejected: 0, message: Some(said) } if said.contains("no OTLP message")),
        "{sent:?}"
    );
    assert_eq!(after(status(202, &[], b"")), accepted());
}

#[cfg(feature = "grpc")]
#[test]
fn codes_of_grpc_are_tried_again_as_the_protocol_says() {
    let receiver = Receiver::grpc();
    let mut destination = destination(grpc(&receiver));
    for code in 1..=16 {
        receiver.answer(status(code, &[], b"said so"));
        let sent = destination.send(&spans(1), soon());
        let again = [1, 4, 10, 11, 14, 15].contains(&code);
        let is = matches!(&sent, Sent::Retry { error, .. } if again && error.contains("said so"))
            || matches!(&sent, Sent::Refused { error } if !again && error.contains("said so"));
        assert!(is, "{code}: {sent:?}");
    }
}
