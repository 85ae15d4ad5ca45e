use trace_core::event::{TraceError, TraceTokenUsage};

use super::{
    error_type, finish_reason, openinference_kind, operation, provider_name, provider_of_endpoint,
    usage_attributes,
};

#[test]
fn providers_get_the_names_of_the_registry() {
    for (name, expected) in [
        ("anthropic", "anthropic"),
        ("OpenAI", "openai"),
        ("Azure OpenAI", "azure.ai.openai"),
        ("azure_openai", "azure.ai.openai"),
        ("aws.bedrock", "aws.bedrock"),
        ("Bedrock", "aws.bedrock"),
        ("vertex-ai", "gcp.vertex_ai"),
        ("gemini", "gcp.gemini"),
        ("mistral", "mistral_ai"),
        ("xai", "x_ai"),
        ("x_ai", "x_ai"),
        ("openai_compatible", "openai_compatible"),
        (" Acme ", "acme"),
        ("", ""),
        ("https://api.anthropic.com/v1/messages", "anthropic"),
        ("api.openai.com:443", "openai"),
        ("https://mine.openai.azure.com/openai/deployments/x", "azure.ai.openai"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com/model", "aws.bedrock"),
        ("https://us-central1-aiplatform.googleapis.com/v1", "gcp.vertex_ai"),
        ("https://generativelanguage.googleapis.com/v1beta", "gcp.gemini"),
        ("https://API.X.AI/v1", "x_ai"),
    ] {
        assert_eq!(provider_name(name), expected, "{name}");
    }
}

#[test]
fn other_hosts_have_no_known_provider() {
    for endpoint in [
        "https://models.acme.example/v1/stream",
        "messages",
        "https://not-openai.com",
        "https://watsonx.ai",
        "",
    ] {
        assert_eq!(provider_of_endpoint(endpoint), None, "{endpoint}");
    }
    assert_eq!(provider_of_endpoint("https://proxy@api.openai.com/x?to=anthropic.com"), Some("openai"));
}

#[test]
fn reasons_to_stop_get_one_word() {
    for (reason, word) in [
        ("stop", "stop"),
        ("end_turn", "stop"),
        ("MAX_TOKENS", "length"),
        ("refusal", "content_filter"),
        ("tool_use", "tool_call"),
        ("tool_calls", "tool_call"),
        ("cancelled", "error"),
        ("provider_error", "error"),
        ("Pause_Turn", "Pause_Turn"),
    ] {
        assert_eq!(finish_reason(reason), word);
    }
}

fn error(message: &str, code: Option<&str>, raw: Option<&str>) -> TraceError {
    let mut error = TraceError::new(message, false);
    error.code = code.map(str::to_owned);
    error.raw = raw.map(str::to_owned);
    error
}

#[test]
fn an_error_type_is_the_code_then_the_status_then_other() {
    for (error, expected) in [
        (error("overloaded", Some("529"), None), "529"),
        (error("status 500", Some("rate_limited"), None), "rate_limited"),
        (error("upstream returned 529 overloaded", None, None), "529"),
        (error("503 Service Unavailable", None, None), "503"),
        (error("HTTP/1.1 429", None, None), "429"),
        (error("HTTP error 502", None, None), "502"),
        (error("overloaded", None, Some(r#"{"error":{"status":529}}"#)), "529"),
        (error("status 500", Some(" "), None), "500"),
        (error("it broke", Some("the service is not there"), None), "_OTHER"),
        (error("connection reset after 500 ms", None, Some("took 404 tokens")), "_OTHER"),
        (error("status 200", None, None), "_OTHER"),
        (error("", None, None), "_OTHER"),
    ] {
        assert_eq!(error_type(&error).as_deref(), Some(expected), "{error:?}");
    }
    assert_eq!(error_type(&TraceError::cancelled("stopped by the user")), None);
}

fn attributes(usage: TraceTokenUsage, alias: bool) -> Vec<(&'static str, i64)> {
    usage_attributes(&usage, alias).collect()
}

#[test]
fn totals_include_their_parts() {
    let usage = TraceTokenUsage {
        input_tokens: 10,
        output_tokens: 20,
        cache_read_input_tokens: 30,
        cache_write_input_tokens: 40,
        reasoning_output_tokens: 5,
    };
    assert_eq!(
        attributes(usage, true),
        [
            ("gen_ai.usage.input_tokens", 80),
            ("gen_ai.usage.output_tokens", 20),
            ("gen_ai.usage.cache_read.input_tokens", 30),
            ("gen_ai.usage.cache_write.input_tokens", 40),
            ("gen_ai.usage.cache_creation.input_tokens", 40),
            ("gen_ai.usage.reasoning.output_tokens", 5),
        ]
    );
    assert!(attributes(usage, false).iter().all(|(key, _)| !key.contains("cache_creation")));
}

#[test]
fn tokens_that_were_not_spent_are_not_told() {
    let usage = TraceTokenUsage { input_tokens: 7, ..Default::default() };
    assert_eq!(
        attributes(usage, true),
        [("gen_ai.usage.input_tokens", 7), ("gen_ai.usage.output_tokens", 0)]
    );
    assert_eq!(attributes(TraceTokenUsage::default(), true), []);
    let huge = TraceTokenUsage {
        input_tokens: i64::MAX,
        cache_read_input_tokens: 1,
        output_tokens: -3,
        ..Default::default()
    };
    assert_eq!(attributes(huge, true)[0], ("gen_ai.usage.input_tokens", i64::MAX));
    assert!(attributes(huge, true).iter().all(|(_, count)| *count >= 0));
}

#[test]
fn each_operation_has_a_kind() {
    assert_eq!(openinference_kind(Some(operation::CHAT)), "LLM");
    assert_eq!(openinference_kind(Some(operation::INVOKE_AGENT)), "AGENT");
    assert_eq!(openinference_kind(Some(operation::EXECUTE_TOOL)), "TOOL");
    assert_eq!(openinference_kind(None), "CHAIN");
}
