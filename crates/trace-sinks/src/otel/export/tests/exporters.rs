//! Exporters of the SDK.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::{Context, Key};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::support::{LONG, patient, quick, settings, span, worker};
use crate::otel::OtelReport;
use crate::otel::export::backoff::Patience;
use crate::otel::export::{ExporterDestination, Worker};

/// What an exporter does with its nth batch, counted from 1.
type Answer = fn(u32) -> OTelSdkResult;

#[derive(Debug, Default)]
struct Calls {
    exports: AtomicU32,
    flushes: AtomicU32,
    shutdowns: AtomicU32,
    service: Mutex<Option<String>>,
}

#[derive(Debug)]
struct Exporter {
    answer: Answer,
    calls: Arc<Calls>,
}

impl SpanExporter for Exporter {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        assert!(Context::is_current_telemetry_suppressed());
        assert!(self.calls.service.lock().unwrap().is_some());
        (self.answer)(self.calls.exports.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.calls.flushes.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.calls.shutdowns.fetch_add(1, Ordering::Relaxed);
        if timeout.is_zero() { Err(OTelSdkError::Timeout(timeout)) } else { Ok(()) }
    }

    fn set_resource(&mut self, resource: &Resource) {
        let service = resource.get(&Key::new("service.name")).map(|value| value.to_string());
        *self.calls.service.lock().unwrap() = service;
    }
}

fn resource() -> Resource {
    Resource::builder_empty().with_service_name("agent").build()
}

fn exporting(answer: Answer) -> (Worker<SpanData>, Arc<Calls>) {
    let calls = Arc::new(Calls::default());
    let exporter = Exporter { answer, calls: Arc::clone(&calls) };
    (worker(ExporterDestination::new(exporter, &resource()), settings()), calls)
}

fn one_span(answer: Answer) -> (OtelReport, Arc<Calls>) {
    let (worker, calls) = exporting(answer);
    worker.push(span(0)).unwrap();
    (worker.shutdown(LONG), calls)
}

#[test]
fn an_exporter_is_told_the_resource_flushed_and_shut_down_once() {
    let (worker, calls) = exporting(|_| Ok(()));
    worker.push(span(0)).unwrap();
    assert!(worker.force_flush(LONG).is_complete());
    assert_eq!(calls.flushes.load(Ordering::Relaxed), 1);
    worker.shutdown(LONG);
    worker.shutdown(LONG);
    assert_eq!(calls.shutdowns.load(Ordering::Relaxed), 1);
    assert_eq!(calls.service.lock().unwrap().as_deref(), Some("agent"));
}

#[test]
fn an_exporter_that_fails_is_tried_three_times() {
    let (report, calls) = one_span(|_| Err(OTelSdkError::InternalFailure("no route to host".to_owned())));
    assert_eq!((report.failed, report.retried, calls.exports.load(Ordering::Relaxed)), (1, 2, 3));
    assert_eq!(report.last_error.as_deref(), Some("Operation failed: no route to host"));
}

#[test]
fn an_exporter_that_recovers_loses_nothing() {
    let (report, _) = one_span(|call| if call < 3 { Err(OTelSdkError::Timeout(LONG)) } else { Ok(()) });
    assert!(report.is_complete());
    assert_eq!((report.exported, report.retried), (1, 2));
}

#[test]
fn an_exporter_that_was_shut_down_is_not_tried_again() {
    let (report, calls) = one_span(|_| Err(OTelSdkError::AlreadyShutdown));
    assert_eq!((report.failed, calls.exports.load(Ordering::Relaxed)), (1, 1));
}

#[test]
fn an_exporter_that_panics_fails_its_batch() {
    let (report, calls) = one_span(|_| panic!("there is no reactor running"));
    assert_eq!((report.failed, calls.shutdowns.load(Ordering::Relaxed)), (1, 1));
    assert_eq!(report.last_error.as_deref(), Some("the exporter panicked: there is no reactor running"));
}

#[derive(Debug)]
struct Hanging;

impl SpanExporter for Hanging {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        pending().await
    }
}

#[test]
fn an_export_that_never_ends_is_given_up() {
    let patience = Patience { attempt: Duration::from_millis(5), ..quick() };
    let worker = patient(ExporterDestination::new(Hanging, &resource()), settings(), patience);
    worker.push(span(0)).unwrap();
    let report = worker.force_flush(LONG);
    assert_eq!((report.failed, report.retried), (1, 2));
    assert_eq!(report.last_error.as_deref(), Some("the exporter did not answer in time"));
}
