//! Which traces are sent: `OTEL_TRACES_SAMPLER`.

use opentelemetry_sdk::trace::Sampler;

use super::environment::Environment;
use super::error::OtlpError;

const NAME: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
const ALLOWED: &str = "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio";

/// The sampler that the environment asks for; by default, what the parent says, and all where there is none.
pub(super) fn sampler(environment: &Environment<'_>) -> Result<Sampler, OtlpError> {
    let Some(variable) = environment.first(&[NAME]) else {
        return Ok(parent_based(Sampler::AlwaysOn));
    };
    let word = variable.value.to_ascii_lowercase();
    let (name, wrap): (_, fn(Sampler) -> Sampler) = match word.strip_prefix("parentbased_") {
        Some(rest) => (rest, parent_based),
        None => (word.as_str(), |sampler| sampler),
    };
    match name {
        "always_on" => Ok(wrap(Sampler::AlwaysOn)),
        "always_off" => Ok(wrap(Sampler::AlwaysOff)),
        "traceidratio" => Ok(wrap(Sampler::TraceIdRatioBased(ratio(environment)?))),
        _ => Err(OtlpError::value(NAME, &variable.value, ALLOWED)),
    }
}

fn parent_based(root: Sampler) -> Sampler {
    Sampler::ParentBased(Box::new(root))
}

fn ratio(environment: &Environment<'_>) -> Result<f64, OtlpError> {
    let Some(variable) = environment.first(&[ARGUMENT]) else {
        return Ok(1.0);
    };
    let ratio = variable.value.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
    ratio.ok_or_else(|| OtlpError::value(ARGUMENT, &variable.value, "a number from 0 to 1"))
}
