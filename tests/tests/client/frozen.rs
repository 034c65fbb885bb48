//! A server that does nothing for a while (SIGSTOP), and then goes on.

use std::time::{Duration, Instant};

use qapi_client::{Call, ConnectError, ConnectOptions, ExecuteError, blocking};
use qapi_tests::server::Qemu;
use qapi_types::qmp::{ObjectOptions, ObjectOptionsBranch, SecretProperties, commands};
use tokio::task::JoinSet;

use crate::support::{
    SHORT, add_ram, assert_ram, assert_usable, get_ram, has_object, refused, soon, spawn,
};

/// Adds the object `secret0`, with more data than fits into the buffers of a socket.
fn add_large() -> Call<commands::ObjectAdd> {
    let secret = SecretProperties::new().data("s".repeat(256 << 10));
    let secret = ObjectOptions::new(ObjectOptionsBranch::Secret(secret), "secret0");
    Call::new(commands::ObjectAdd::from(secret)).timeout(SHORT)
}

#[tokio::test]
async fn late_answers_reach_nobody_and_the_connection_goes_on() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    for number in 0..20 {
        client.execute(add_ram(number)).await.unwrap();
    }
    qemu.freeze();
    let mut calls = JoinSet::new();
    for number in 20..26 {
        let client = client.clone();
        calls.spawn(async move {
            let call = Call::new(add_ram(number)).timeout(SHORT);
            client.execute(call).await
        });
    }
    for result in soon(calls.join_all()).await {
        match result {
            Err(error @ ExecuteError::Timeout { .. }) => {
                assert!(error.to_string().contains("outcome is unknown"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    // Others wait while the late answers come.
    let waiting: Vec<_> = (0..20)
        .map(|number| (number, spawn(&client, get_ram(number))))
        .collect();
    tokio::task::yield_now().await;
    qemu.wake();
    for (number, answer) in waiting {
        assert_ram(number, &soon(answer).await.unwrap().unwrap());
    }
    // What had no answer in time was done all the same.
    for number in 20..26 {
        let answer = soon(client.execute(get_ram(number))).await;
        assert_ram(number, &answer.unwrap());
    }
}

#[test]
fn late_answers_are_dropped_by_a_program_that_blocks() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    client.execute(add_ram(0)).unwrap();
    qemu.freeze();
    for number in 1..4 {
        match client.execute(Call::new(add_ram(number)).timeout(SHORT)) {
            Err(ExecuteError::Timeout { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    qemu.wake();
    for number in 0..4 {
        assert_ram(number, &client.execute(get_ram(number)).unwrap());
    }
}

#[tokio::test]
async fn a_command_that_was_sent_in_part_is_executed_and_the_connection_goes_on() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    qemu.freeze();
    match client.execute(add_large()).await {
        Err(ExecuteError::Timeout { .. }) => {}
        other => panic!("{other:?}"),
    }
    // Behind it, nothing is sent.
    match client.execute(Call::new(add_ram(0)).timeout(SHORT)).await {
        Err(ExecuteError::NotSent { .. }) => {}
        other => panic!("{other:?}"),
    }
    qemu.wake();
    assert_usable(&client).await;
    assert!(has_object(&client, "secret0").await);
    assert!(!has_object(&client, "ram0").await);
}

#[test]
fn a_program_that_blocks_sends_the_rest_of_a_command_with_the_next() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    qemu.freeze();
    match client.execute(add_large()) {
        Err(ExecuteError::PartlySent { .. }) => {}
        other => panic!("{other:?}"),
    }
    match client.execute(Call::new(add_ram(0)).timeout(SHORT)) {
        Err(ExecuteError::NotSent { .. }) => {}
        other => panic!("{other:?}"),
    }
    qemu.wake();
    client.execute(add_ram(1)).unwrap();
    client.execute(commands::ObjectDel::new("secret0")).unwrap();
    refused(client.execute(commands::ObjectDel::new("ram0")));
}

#[tokio::test]
async fn a_frozen_server_is_not_waited_for_without_end() {
    let qemu = Qemu::none();
    let options = ConnectOptions::new()
        .close_timeout(SHORT)
        .command_timeout(SHORT);
    let client = qemu.client_with(&options).await;
    qemu.freeze();
    let begin = Instant::now();
    match client.execute(commands::QueryVersion::new()).await {
        Err(ExecuteError::Timeout { .. }) => {}
        other => panic!("{other:?}"),
    }
    client.close().await.unwrap();
    let options = ConnectOptions::new().connect_timeout(SHORT);
    match qapi_client::Client::connect_unix(qemu.socket(), &options).await {
        Err(ConnectError::NoGreeting { .. }) => {}
        other => panic!("{other:?}"),
    }
    match blocking::Client::connect_unix(qemu.socket(), &options) {
        Err(ConnectError::NoGreeting { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(begin.elapsed() < Duration::from_secs(10));
    qemu.wake();
    // Those that went away meanwhile do not keep the monitor.
    assert_usable(&qemu.client().await).await;
}
