//! Servers that tests start: there while needed, gone afterwards.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use qapi_client::blocking::Client;
use qapi_client::{ConnectError, ConnectOptions};
use qapi_protocol::{Capability, Version};
use qapi_tests::server::{Qemu, StorageDaemon};

#[test]
fn qemu_greets_and_offers_to_execute_out_of_band() {
    let qemu = Qemu::none();
    let client = qemu.connect_with(&ConnectOptions::new().capability(Capability::Oob));
    assert!(client.greeting().version.qemu >= Version::new(5, 2, 0));
    assert_eq!(client.greeting().capabilities, [Capability::Oob]);
}

#[tokio::test]
async fn both_are_there_for_programs_that_use_tokio() {
    let qemu = Qemu::none();
    let daemon = StorageDaemon::start();
    let (qemu, daemon) = tokio::join!(qemu.client(), daemon.client());
    assert_eq!(qemu.greeting().version, daemon.greeting().version);
}

#[test]
fn the_storage_daemon_greets() {
    let daemon = StorageDaemon::start();
    let client = daemon.connect();
    assert!(client.greeting().version.qemu >= Version::new(5, 2, 0));
}

#[test]
fn a_second_client_is_told_that_the_monitor_is_in_use() {
    let qemu = Qemu::none();
    let first = qemu.connect();
    let options = ConnectOptions::new().connect_timeout(Duration::from_millis(300));
    let begin = Instant::now();
    // The first two fit into QEMU's queue; for the others there is no room.
    for _ in 0..4 {
        match Client::connect_unix(qemu.socket(), &options) {
            Err(error @ ConnectError::NoGreeting { .. }) => {
                assert!(error.to_string().contains("QEMU serves one at a time"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(begin.elapsed() < Duration::from_secs(20));
    drop(first);
    qemu.connect();
}

#[test]
fn a_server_is_gone_after_its_test_also_after_one_that_fails() {
    let process = |id: u32| PathBuf::from(format!("/proc/{id}"));
    let mut started = None;
    let failed = panic::catch_unwind(AssertUnwindSafe(|| {
        let qemu = Qemu::q35(&[]);
        started = Some((process(qemu.id()), qemu.folder().to_owned()));
        panic!("a test that fails");
    }));
    assert!(failed.is_err());
    let (process, folder) = started.unwrap();
    assert!(!process.exists());
    assert!(!folder.exists());
}
