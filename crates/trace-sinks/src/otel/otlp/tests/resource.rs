//! Who sends.

use opentelemetry::{Key, Value};
use opentelemetry_sdk::Resource;

use super::*;

fn resource(builder: OtlpBuilder, variables: &[(&str, &str)]) -> Resource {
    ready(with(builder, variables)).resource
}

fn name(resource: &Resource) -> String {
    resource.get(&Key::new("service.name")).map(|value| value.to_string()).unwrap_or_default()
}

#[test]
fn the_name_is_the_programs_unless_someone_says_otherwise() {
    let program = std::env::current_exe().unwrap().file_stem().unwrap().to_string_lossy().into_owned();
    let given = || Resource::builder_empty().with_service_name("given").build();
    let unknown = Resource::builder_empty().with_service_name("unknown_service:x").build();
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed,team=a%2Cb");
    let variable = ("OTEL_SERVICE_NAME", "variable");
    let new = OtlpBuilder::new;
    assert_eq!(name(&resource(new(), &[])), program);
    assert_eq!(name(&resource(new(), &[attributes])), "listed");
    assert_eq!(name(&resource(new(), &[attributes, variable])), "variable");
    assert_eq!(name(&resource(new().resource(unknown), &[variable])), "variable");
    assert_eq!(name(&resource(new().resource(given()), &[attributes, variable])), "given");
    assert_eq!(name(&resource(new().resource(given()).service_name("said"), &[variable])), "said");
    assert_eq!(name(&resource(new(), &[("OTEL_SERVICE_NAME", " ")])), program);
}

#[test]
fn attributes_of_the_environment_are_decoded_and_lose_to_those_in_code() {
    let given = Resource::builder_empty().with_attribute(KeyValue::new("team", "ours")).build();
    let variables = [("OTEL_RESOURCE_ATTRIBUTES", "team=a%2Cb, region = eu%20west,")];
    let get = |resource: &Resource, key: &'static str| resource.get(&Key::new(key));
    let of_environment = resource(OtlpBuilder::new(), &variables);
    assert_eq!(get(&of_environment, "team"), Some(Value::from("a,b")));
    assert_eq!(get(&of_environment, "region"), Some(Value::from("eu west")));
    assert_eq!(get(&of_environment, "telemetry.sdk.name"), Some(Value::from("opentelemetry")));
    let of_both = resource(OtlpBuilder::new().resource(given), &variables);
    assert_eq!(get(&of_both, "team"), Some(Value::from("ours")));
    assert_eq!(get(&of_both, "region"), Some(Value::from("eu west")));
    let error = refusal(with(OtlpBuilder::new(), &[("OTEL_RESOURCE_ATTRIBUTES", "team")]));
    assert!(error.starts_with("OTEL_RESOURCE_ATTRIBUTES: \"team\" is not allowed"), "{error}");
}
