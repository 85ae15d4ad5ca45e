//! Who serves a model, in the words of the conventions.

use std::borrow::Cow;

/// The conventions' name for a provider as a record calls it, or for the endpoint that was called. An unknown name stays, in
/// lower case.
pub(in crate::otel) fn provider_name(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    if let Some(known) = provider_of_endpoint(name).or_else(|| known(name)) {
        return Cow::Borrowed(known);
    }
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

/// The provider that a URL or a host belongs to.
pub(in crate::otel) fn provider_of_endpoint(endpoint: &str) -> Option<&'static str> {
    let host = authority(endpoint).split(':').next()?.to_ascii_lowercase();
    if host.starts_with("bedrock") && host.ends_with(".amazonaws.com") {
        return Some("aws.bedrock");
    }
    if host.ends_with("-aiplatform.googleapis.com") {
        return Some("gcp.vertex_ai");
    }
    let is_at =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    HOSTS.iter().find(|(domain, _)| is_at(domain)).map(|(_, name)| *name)
}

/// Host and port of a URL, or of a text that begins with them.
pub(in crate::otel) fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

const HOSTS: &[(&str, &str)] = &[
    ("anthropic.com", "anthropic"),
    ("openai.azure.com", "azure.ai.openai"),
    ("cognitiveservices.azure.com", "azure.ai.openai"),
    ("services.ai.azure.com", "azure.ai.inference"),
    ("models.ai.azure.com", "azure.ai.inference"),
    ("inference.ai.azure.com", "azure.ai.inference"),
    ("openai.com", "openai"),
    ("generativelanguage.googleapis.com", "gcp.gemini"),
    ("aiplatform.googleapis.com", "gcp.vertex_ai"),
    ("mistral.ai", "mistral_ai"),
    ("x.ai", "x_ai"),
    ("groq.com", "groq"),
    ("deepseek.com", "deepseek"),
    ("cohere.com", "cohere"),
    ("cohere.ai", "cohere"),
    ("perplexity.ai", "perplexity"),
    ("moonshot.ai", "moonshot_ai"),
    ("moonshot.cn", "moonshot_ai"),
    ("ml.cloud.ibm.com", "ibm.watsonx.ai"),
];

/// The name for a word, however it is joined: `Azure OpenAI`, `azure-openai` and `azure_openai` are one.
fn known(name: &str) -> Option<&'static str> {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    NAMES.iter().find(|(word, _)| letters.clone().eq(word.bytes())).map(|(_, name)| *name)
}

const NAMES: &[(&str, &str)] = &[
    ("anthropic", "anthropic"),
    ("claude", "anthropic"),
    ("openai", "openai"),
    ("bedrock", "aws.bedrock"),
    ("awsbedrock", "aws.bedrock"),
    ("amazonbedrock", "aws.bedrock"),
    ("azure", "azure.ai.openai"),
    ("azureopenai", "azure.ai.openai"),
    ("azureaiopenai", "azure.ai.openai"),
    ("azureai", "azure.ai.inference"),
    ("azureaiinference", "azure.ai.inference"),
    ("gemini", "gcp.gemini"),
    ("googlegemini", "gcp.gemini"),
    ("gcpgemini", "gcp.gemini"),
    ("google", "gcp.gen_ai"),
    ("googlegenai", "gcp.gen_ai"),
    ("gcpgenai", "gcp.gen_ai"),
    ("vertex", "gcp.vertex_ai"),
    ("vertexai", "gcp.vertex_ai"),
    ("googlevertex", "gcp.vertex_ai"),
    ("googlevertexai", "gcp.vertex_ai"),
    ("gcpvertexai", "gcp.vertex_ai"),
    ("mistral", "mistral_ai"),
    ("mistralai", "mistral_ai"),
    ("xai", "x_ai"),
    ("grok", "x_ai"),
    ("groq", "groq"),
    ("deepseek", "deepseek"),
    ("cohere", "cohere"),
    ("perplexity", "perplexity"),
    ("moonshot", "moonshot_ai"),
    ("moonshotai", "moonshot_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("watsonxai", "ibm.watsonx.ai"),
    ("ibmwatsonxai", "ibm.watsonx.ai"),
];
