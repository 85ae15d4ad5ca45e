//! Variables.

use super::*;
use crate::otel::{ContentCapture, ExportSettings, OtelOptions, OtlpCompression, SpanNames};

fn new() -> OtlpBuilder {
    OtlpBuilder::new()
}

/// The path at which spans arrive, with the receiver's URL before `path` in the variables.
fn arrives_at(variables: &[(&str, &str)]) -> String {
    let receiver = Receiver::http();
    let variables: Vec<_> =
        variables.iter().map(|(name, value)| (*name, value.replace("URL", &receiver.url()))).collect();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sent = ready(with(new(), &variables)).destination.send(&spans(1), soon());
    assert_eq!(sent, accepted());
    receiver.requests().remove(0).path
}

#[test]
fn the_endpoint_of_traces_is_used_as_it_is_and_the_generic_one_gets_a_path() {
    assert_eq!(arrives_at(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "URL")]), "/v1/traces");
    assert_eq!(arrives_at(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "URL/")]), "/v1/traces");
    assert_eq!(arrives_at(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "URL/api/otel/")]), "/api/otel/v1/traces");
    assert_eq!(arrives_at(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "URL/v1/traces")]), "/v1/traces");
    assert_eq!(arrives_at(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "URL/here")]), "/here");
    let both = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://wrong:1"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "URL/here?a=b"),
    ];
    assert_eq!(arrives_at(&both), "/here?a=b");
}

#[test]
fn an_endpoint_in_code_wins_and_gets_a_path() {
    let receiver = Receiver::http();
    let variables = [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://wrong:1")];
    for url in [
        receiver.url(),
        format!("{}/v1/traces/", receiver.url()),
        format!("{}/v1/traces?x=/", receiver.url()),
    ] {
        assert_eq!(
            ready(with(new().endpoint(url), &variables)).destination.send(&spans(1), soon()),
            accepted()
        );
    }
    let paths: Vec<_> = receiver.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/v1/traces", "/v1/traces", "/v1/traces?x=/"]);
}

#[test]
fn headers_are_decoded_and_those_in_code_are_added() {
    let receiver = Receiver::http();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "generic=no".to_owned()),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "Authorization=Basic%20a2V5, x-a = 1=2 ,x-b=env,".to_owned()),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "GZIP".to_owned()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let builder = new().header("X-B", "code").header("x-c", "3");
    assert_eq!(ready(with(builder, &variables)).destination.send(&spans(1), soon()), accepted());
    let request = receiver.requests().remove(0);
    let expected = [
        ("authorization", "Basic a2V5"),
        ("x-a", "1=2"),
        ("x-b", "code"),
        ("x-c", "3"),
        ("content-encoding", "gzip"),
    ];
    for (name, value) in expected {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    assert_eq!(request.header("generic"), None);
}

#[test]
fn user_and_password_of_a_url_are_sent_over_http() {
    let receiver = Receiver::http();
    let url = receiver.url().replace("://", "://user:word@");
    assert_eq!(send(new().ignore_environment().endpoint(url), &spans(1)), accepted());
    assert_eq!(receiver.requests()[0].header("authorization"), Some("Basic dXNlcjp3b3Jk"));
}

#[test]
fn a_sink_can_be_switched_off() {
    for variable in [("OTEL_SDK_DISABLED", "True"), ("OTEL_TRACES_EXPORTER", "none")] {
        let broken = ("OTEL_EXPORTER_OTLP_ENDPOINT", "no url");
        assert!(matches!(with(new(), &[variable, broken]), Ok(Configured::Disabled)));
    }
    assert!(matches!(
        with(new(), &[("OTEL_SDK_DISABLED", "false"), ("OTEL_TRACES_EXPORTER", "OTLP")]),
        Ok(Configured::Ready(_))
    ));
}

#[test]
fn limits_content_and_settings_are_read_unless_code_gives_them() {
    let variables = [
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "10"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "11"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "12"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "0"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "14"),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "15"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5"),
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
    ];
    let config = ready(with(new(), &variables));
    let limits = config.options.limits;
    assert_eq!((limits.value_bytes, limits.attributes, limits.events, limits.links), (11, 12, 0, 14));
    assert_eq!(config.options.content, ContentCapture::Full);
    let settings = &config.settings;
    assert_eq!((settings.queue_spans, settings.batch_spans, settings.delay), (15, 5, Duration::ZERO));
    let code = OtelOptions::default().with_names(SpanNames::GenAi);
    let config = ready(with(new().options(code.clone()).settings(ExportSettings::default()), &variables));
    assert_eq!((config.options, config.settings), (code, ExportSettings::default()));
}

#[test]
fn content_has_many_words() {
    let words = [
        ("true", true),
        ("span_and_event", true),
        ("event_only", false),
        ("no_content", false),
        ("false", false),
        ("", false),
    ];
    for (word, full) in words {
        let config = ready(with(new(), &[("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", word)]));
        assert_eq!(config.options.content == ContentCapture::Full, full, "{word}");
    }
}

#[test]
fn samplers_are_those_of_the_standard() {
    let sampler = |name, argument| {
        let config = with(new(), &[("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        format!("{:?}", ready(config).sampler)
    };
    assert_eq!(sampler("", ""), "ParentBased(AlwaysOn)");
    assert_eq!(sampler("Always_Off", "x"), "AlwaysOff");
    assert_eq!(sampler("traceidratio", "0.25"), "TraceIdRatioBased(0.25)");
    assert_eq!(sampler("parentbased_traceidratio", ""), "ParentBased(TraceIdRatioBased(1.0))");
    assert_eq!(sampler("parentbased_always_off", ""), "ParentBased(AlwaysOff)");
}

#[test]
fn the_shorter_time_counts() {
    let receiver = Receiver::http();
    receiver.answer_times(3, &crate::otel::otlp::receiver::Answer::Slow(Duration::from_secs(20)));
    let within = |builder: OtlpBuilder, variables: &[(&str, &str)]| {
        let sent =
            ready(with(builder.endpoint(receiver.url()), variables)).destination.send(&spans(1), soon());
        match sent {
            Sent::Retry { error, .. } => error.rsplit(' ').next().unwrap().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(within(new(), &[("OTEL_EXPORTER_OTLP_TIMEOUT", "50")]), "50ms");
    assert_eq!(
        within(new(), &[("OTEL_EXPORTER_OTLP_TIMEOUT", "9000"), ("OTEL_BSP_EXPORT_TIMEOUT", "60")]),
        "60ms"
    );
    assert_eq!(
        within(new().timeout(Duration::from_millis(70)), &[("OTEL_EXPORTER_OTLP_TIMEOUT", "5")]),
        "70ms"
    );
}

#[test]
fn a_wrong_value_names_its_variable_and_what_is_allowed() {
    let wrong = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "use http/protobuf or grpc"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "use gzip or none"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "use a whole number of milliseconds from 1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "start it with http:// or https://"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://", "is no URL"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=1,secret", "entry 2 has no ="),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a b=secret", "\"a b\" is no name of a header"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=sec%0Aret", "control characters"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "Content-Type=secret", "is set by the transport"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem", "/nowhere/ca.pem cannot be read"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/nowhere/key.pem", "set both, or neither"),
        ("OTEL_SDK_DISABLED", "1", "use true or false"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "use otlp or none"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote", "parentbased_traceidratio"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "-1", "use a whole number from 0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "use a whole number from 1"),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "yes", "no_content"),
    ];
    for (name, value, advice) in wrong {
        let error = refusal(with(new(), &[(name, value)]));
        assert!(error.starts_with(&format!("{name}: ")) && error.contains(advice), "{name}={value}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
    let ratio =
        refusal(with(new(), &[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "1.5")]));
    assert!(
        ratio.starts_with("OTEL_TRACES_SAMPLER_ARG: \"1.5\" is not allowed here: use a number from 0 to 1"),
        "{ratio}"
    );
    let code = refusal(with(new().endpoint("ftp://user:word@host/x?key=1"), &[]));
    assert!(code.starts_with("endpoint: ftp://host/x"), "{code}");
    assert!(refusal(with(new().timeout(Duration::ZERO), &[])).starts_with("timeout: "));
}

#[cfg(feature = "grpc")]
#[test]
fn grpc_takes_an_endpoint_without_a_scheme_and_none_with_a_path() {
    let receiver = Receiver::grpc();
    let host = receiver.url().replace("http://", "");
    let variables = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*host),
        ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
    ];
    assert_eq!(ready(with(new(), &variables)).destination.send(&spans(1), soon()), accepted());
    let variables =
        [("OTEL_EXPORTER_OTLP_PROTOCOL", "GRPC"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317/v1/traces")];
    assert!(refusal(with(new(), &variables)).contains("gRPC has none"));
    let user = new().protocol(OtlpProtocol::Grpc).endpoint("http://user:word@a:4317");
    let error = refusal(with(user, &[]));
    assert!(error.contains("set a header instead") && !error.contains("word"), "{error}");
}

#[cfg(not(feature = "grpc"))]
#[test]
fn grpc_has_to_be_built_in() {
    let error = refusal(with(new(), &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]));
    assert!(error.contains("enable the feature `grpc`"), "{error}");
}

#[test]
fn nothing_secret_is_shown() {
    let builder = new()
        .endpoint("https://user:word@host/path?key=hidden")
        .header("x-key", "hidden")
        .compression(OtlpCompression::Gzip);
    let shown = format!("{builder:?}");
    assert!(shown.contains("https://host/path") && shown.contains("x-key"), "{shown}");
    assert!(!shown.contains("hidden") && !shown.contains("word"), "{shown}");
}
