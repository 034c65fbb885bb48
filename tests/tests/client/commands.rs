//! Commands and their answers.

use qapi_client::{Call, Client, ConnectOptions, ConnectionError, ExecuteError, RawCommand};
use qapi_protocol::introspection::QueryQmpSchema;
use qapi_protocol::{Capability, ErrorClass};
use qapi_tests::server::{Qemu, StorageDaemon};
use qapi_types::qmp::{RunState, commands};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{SOON, add_ram, assert_ram, assert_usable, get_ram, refused, soon};

#[tokio::test]
async fn each_server_has_commands_of_its_own() {
    let (qemu, daemon) = (Qemu::q35(&[]), StorageDaemon::start());
    let (qemu, daemon) = (qemu.client().await, daemon.client().await);

    let status = qemu.execute(commands::QueryStatus::new()).await.unwrap();
    assert_eq!(
        (status.running, status.status),
        (false, RunState::Prelaunch)
    );
    assert!(qemu.supports::<commands::QueryStatus>().await.unwrap());
    assert!(!daemon.supports::<commands::QueryStatus>().await.unwrap());
    let error = refused(daemon.execute(commands::QueryStatus::new()).await);
    assert_eq!(error.class, ErrorClass::CommandNotFound);

    for client in [qemu, daemon] {
        assert!(client.supports::<commands::BlockdevAdd>().await.unwrap());
        let nodes = client.execute(commands::QueryNamedBlockNodes::new()).await;
        assert_eq!(nodes.unwrap(), []);
    }
}

#[tokio::test]
async fn a_command_is_known_by_name_only() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    let line = json!({"command-line": "info version"});
    let answer = client.execute_raw("human-monitor-command", line).await;
    let text: String = answer.unwrap().decode().unwrap();
    assert!(text.starts_with(&client.greeting().version.qemu.to_string()));

    let error = refused(client.execute_raw("no-such-command", json!({})).await);
    assert_eq!(error.class, ErrorClass::CommandNotFound);
    let error = refused(client.execute(RawCommand::new("qom-list")).await);
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("path"), "{error}");
}

#[tokio::test]
async fn the_human_monitor_is_behind_a_command() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    let text = client
        .execute(commands::HumanMonitorCommand::new("info status"))
        .await;
    assert!(text.unwrap().starts_with("VM status: "));
    // What it does not understand is no error to it, but something to say.
    let text = client
        .execute(commands::HumanMonitorCommand::new("nonsense"))
        .await;
    assert!(text.unwrap().contains("unknown command: 'nonsense'"));
}

#[tokio::test]
async fn on_and_off_are_for_people_and_true_and_false_for_programs() {
    let qemu = Qemu::q35(&["-device", "virtio-net-pci,id=net0"]);
    let client = qemu.client().await;
    let people = commands::HumanMonitorCommand::new("set_link net0 off");
    assert_eq!(client.execute(people).await.unwrap(), "");
    let wrong = json!({"name": "net0", "up": "on"});
    let error = refused(client.execute_raw("set_link", wrong).await);
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("'up', expected: boolean"), "{error}");
    let programs = commands::SetLink::new("net0", true);
    client.execute(programs).await.unwrap();
}

#[tokio::test]
async fn an_answer_may_be_large() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    // Others do not wait for it in vain.
    let (raw, schema, status) = tokio::join!(
        client.execute_raw("query-qmp-schema", json!({})),
        client.execute(QueryQmpSchema),
        client.execute(commands::QueryStatus::new()),
    );
    assert!(raw.unwrap().get().len() > 64 << 10);
    assert!(schema.unwrap().has("blockdev-add").unwrap());
    status.unwrap();
}

/// Asks for the sizes of different objects, and for commands that do not exist, from 100 tasks, as
/// often as `calls` says from each. Each answer tells whom it is for.
async fn ask_from_hundred_tasks(client: &Client, calls: u64) {
    const TASKS: u64 = 100;
    const OBJECTS: u64 = 32;

    for number in 0..OBJECTS {
        client.execute(add_ram(number)).await.unwrap();
    }
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            for call in 0..calls {
                if call % 4 > 0 {
                    let name = format!("of-{task}-{call}-");
                    let error = refused(client.execute(RawCommand::new(&name)).await);
                    assert_eq!(error.class, ErrorClass::CommandNotFound);
                    assert!(error.desc.contains(&name), "{name}: {error}");
                } else {
                    let number = (task + call) % OBJECTS;
                    assert_ram(number, &client.execute(get_ram(number)).await.unwrap());
                }
            }
            calls
        });
    }
    let answered: u64 = soon(tasks.join_all()).await.into_iter().sum();
    assert_eq!(answered, TASKS * calls);
    assert_usable(client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_answers_find_their_askers_on_many_threads() {
    let qemu = Qemu::none();
    ask_from_hundred_tasks(&qemu.client().await, 100).await;
}

#[tokio::test]
async fn ten_thousand_answers_find_their_askers_on_one_thread() {
    let qemu = Qemu::none();
    ask_from_hundred_tasks(&qemu.client().await, 100).await;
}

#[tokio::test]
async fn answers_find_their_askers_where_commands_overtake_each_other() {
    let qemu = Qemu::none();
    let options = ConnectOptions::new().capability(Capability::Oob);
    let client = qemu.client_with(&options).await;
    let others = client.clone();
    let overtaking = tokio::spawn(async move {
        for _ in 0..200 {
            let instances = others.execute_oob(commands::QueryYank::new()).await;
            assert_eq!(instances.unwrap().len(), 1);
        }
    });
    ask_from_hundred_tasks(&client, 10).await;
    soon(overtaking).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_dropped_disturb_nobody() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    for number in 0..16 {
        client.execute(add_ram(number)).await.unwrap();
    }
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let client = client.clone();
        tasks.spawn(async move {
            for round in 0..100 {
                // At another moment each time: before it is sent, or before it is answered.
                let dropped = client.execute(get_ram((number + 1) % 16));
                tokio::select! {
                    biased;
                    answer = dropped => assert_ram((number + 1) % 16, &answer.unwrap()),
                    () = yield_times(round % 10) => {}
                }
                assert_ram(number, &client.execute(get_ram(number)).await.unwrap());
            }
        });
    }
    soon(tasks.join_all()).await;
}

async fn yield_times(times: u64) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn quit_is_answered_and_then_the_server_closes() {
    let mut qemu = Qemu::none();
    let client = qemu.client().await;
    let watched = client.clone();
    let end = tokio::spawn(async move { watched.closed().await });
    client.execute(commands::Quit::new()).await.unwrap();
    let end = soon(end).await.unwrap();
    assert!(matches!(end, ConnectionError::Closed { .. }), "{end:?}");
    for _ in 0..2 {
        match client.execute(commands::QueryStatus::new()).await {
            Err(ExecuteError::Connection(ConnectionError::Closed { .. })) => {}
            other => panic!("{other:?}"),
        }
    }
    match client.close().await {
        Err(ConnectionError::Closed { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(qemu.wait(SOON).success());
}

#[tokio::test]
async fn out_of_band_is_for_connections_that_asked_for_it() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    match client.execute_oob(commands::QueryYank::new()).await {
        Err(error @ ExecuteError::OobDisabled { .. }) => {
            assert!(error.to_string().contains("query-yank"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    client.execute(commands::QueryYank::new()).await.unwrap();
    soon(client.close()).await.unwrap();

    let options = ConnectOptions::new().capability(Capability::Oob);
    let client = qemu.client_with(&options).await;
    let instances = client.execute_oob(commands::QueryYank::new()).await;
    assert_eq!(instances.unwrap().len(), 1);
    // What may not be executed out of band is refused by the server, if not by the compiler.
    let status = Call::new(RawCommand::new("query-status"));
    let error = refused(client.execute_oob(status).await);
    assert!(error.desc.contains("query-status"), "{error}");
    assert_usable(&client).await;
}
