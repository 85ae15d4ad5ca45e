//! It works in hosts with a runtime of any kind, and without.

use std::thread;

use super::*;

/// As the worker does it: the destination is built by the host, sends on a thread of its own, and ends there.
fn through_a_thread(builder: OtlpBuilder) -> Sent {
    let mut destination = destination(builder);
    let worker = thread::spawn(move || {
        let sent = destination.send(&spans(2), soon());
        destination.shutdown(Duration::from_secs(1)).unwrap();
        sent
    });
    worker.join().unwrap()
}

#[test]
fn without_a_runtime() {
    for (receiver, builder) in receivers() {
        assert_eq!(through_a_thread(builder), accepted());
        assert_eq!(receiver.spans().len(), 2);
    }
}

#[cfg(feature = "grpc")]
#[test]
fn within_a_runtime_of_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for (receiver, builder) in receivers() {
            assert_eq!(through_a_thread(builder), accepted());
            assert_eq!(receiver.spans().len(), 2);
        }
    });
}

#[cfg(feature = "grpc")]
#[test]
fn a_destination_that_never_sent_may_be_dropped_within_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for (_receiver, builder) in receivers() {
            drop(destination(builder));
        }
    });
}

#[cfg(feature = "grpc")]
#[test]
fn a_destination_that_sent_may_be_dropped_within_a_runtime() {
    let (_receiver, builder) = receivers().remove(1);
    let sent = thread::spawn(move || {
        let mut destination = destination(builder);
        assert_eq!(destination.send(&spans(1), soon()), accepted());
        destination
    });
    let destination = sent.join().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move { drop(destination) });
}
