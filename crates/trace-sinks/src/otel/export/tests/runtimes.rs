//! Within runtimes of tokio, and without.

use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::runtime::{Builder, Handle, Runtime};

use super::support::{LONG, scripted, settings, span, taken, worker};
use crate::otel::export::{ExporterDestination, Worker};

/// An exporter that needs the host's runtime, and spawns on it.
#[derive(Debug)]
struct OnRuntime(Handle);

impl SpanExporter for OnRuntime {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        let task = self.0.spawn(async { tokio::time::sleep(Duration::from_millis(1)).await });
        task.await.map_err(|error| OTelSdkError::InternalFailure(error.to_string()))
    }
}

/// An exporter that needs a runtime around it, and has none.
#[derive(Debug)]
struct InRuntime;

impl SpanExporter for InRuntime {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(())
    }
}

fn several() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn single() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn exporting(exporter: impl SpanExporter + 'static) -> Worker<SpanData> {
    worker(ExporterDestination::new(exporter, &Resource::builder_empty().build()), settings())
}

#[test]
fn a_worker_is_started_flushed_and_shut_down_within_any_runtime() {
    for runtime in [several(), single()] {
        runtime.block_on(async {
            let (destination, _) = scripted(|_| taken());
            let worker = worker(destination, settings());
            worker.push(span(0)).unwrap();
            assert_eq!(worker.force_flush(LONG).exported, 1);
            worker.push(span(1)).unwrap();
            assert_eq!(worker.shutdown(LONG).exported, 2);
        });
    }
}

#[test]
fn an_exporter_may_spawn_on_the_runtime_of_its_host() {
    let runtime = several();
    let worker = exporting(OnRuntime(runtime.handle().clone()));
    worker.push(span(0)).unwrap();
    assert!(runtime.block_on(async { worker.force_flush(LONG) }).is_complete());
    worker.push(span(1)).unwrap();
    assert_eq!(worker.shutdown(LONG).exported, 2);
}

#[test]
fn a_flush_on_the_only_thread_of_the_exporters_runtime_ends_and_loses_nothing() {
    let runtime = single();
    let worker = exporting(OnRuntime(runtime.handle().clone()));
    worker.push(span(0)).unwrap();
    let report = runtime.block_on(async { worker.force_flush(Duration::from_millis(20)) });
    assert_eq!((report.exported, report.queued), (0, 1));
    runtime.block_on(async {
        while worker.report().queued > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    assert!(worker.shutdown(LONG).is_complete());
}

#[test]
fn an_exporter_without_the_runtime_it_needs_is_reported() {
    let worker = exporting(InRuntime);
    worker.push(span(0)).unwrap();
    let report = worker.shutdown(LONG);
    assert_eq!(report.failed, 1);
    let error = report.last_error.unwrap();
    assert!(error.starts_with("the exporter panicked: ") && error.contains("runtime"), "{error}");
}
