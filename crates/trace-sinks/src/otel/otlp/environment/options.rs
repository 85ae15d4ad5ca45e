//! Variables that say what spans look like: content and limits.

use super::Environment;
use crate::otel::otlp::error::OtlpError;
use crate::otel::{ContentCapture, OtelOptions};

impl OtelOptions {
    /// The defaults, as the environment changes them: `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` and the limits of spans
    /// (the table is with [`OtlpBuilder`](crate::otel::OtlpBuilder)).
    ///
    /// # Errors
    ///
    /// For a variable whose value is not allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_sinks::otel::{OtelOptions, SpanNames};
    ///
    /// let options = OtelOptions::from_env()?.with_names(SpanNames::GenAi);
    /// # Ok::<(), trace_sinks::otel::OtlpError>(())
    /// ```
    pub fn from_env() -> Result<Self, OtlpError> {
        Environment::new(&super::process).options()
    }
}

impl Environment<'_> {
    /// The defaults, as the environment changes them.
    pub(in crate::otel::otlp) fn options(&self) -> Result<OtelOptions, OtlpError> {
        let mut options = OtelOptions::default();
        options.content = self.content()?.unwrap_or(options.content);
        let limits = &mut options.limits;
        let length = ["OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"];
        limits.value_bytes = self.number(&length)?.unwrap_or(limits.value_bytes);
        let count = ["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"];
        limits.attributes = self.number(&count)?.unwrap_or(limits.attributes);
        limits.events = self.number(&["OTEL_SPAN_EVENT_COUNT_LIMIT"])?.unwrap_or(limits.events);
        limits.links = self.number(&["OTEL_SPAN_LINK_COUNT_LIMIT"])?.unwrap_or(limits.links);
        Ok(options)
    }

    fn content(&self) -> Result<Option<ContentCapture>, OtlpError> {
        const ALLOWED: &str = "true, false, span_only, span_and_event, event_only or no_content";
        self.choice(&["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"], ALLOWED, |word| match word {
            "true" | "span_only" | "span_and_event" => Some(ContentCapture::Full),
            "false" | "no_content" | "event_only" => Some(ContentCapture::Off),
            _ => None,
        })
    }
}
