//! QEMU's guest agent, driven through typed commands, by both clients.
//!
//! Its guest is the host that the tests run on: nothing here changes more than the test's folder.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::{Duration, SystemTime};

use qapi_client::blocking::Agent;
use qapi_client::{Call, ConnectError, ConnectOptions, ConnectionError, ExecuteError, RawCommand};
use qapi_protocol::ErrorClass;
use qapi_tests::server::GuestAgent;
use qapi_types::qga::commands::{
    GuestExec, GuestFileClose, GuestFileOpen, GuestFileRead, GuestFileWrite, GuestGetHostName,
    GuestGetOsinfo, GuestGetTime, GuestInfo, GuestPing, GuestShutdown,
};
use serde_json::json;

/// Shorter than anybody wants to wait for a guest that does not answer.
const SHORT: Duration = Duration::from_millis(200);

fn options() -> ConnectOptions {
    ConnectOptions::new().connect_timeout(Duration::from_secs(30))
}

fn start() -> (GuestAgent, Agent) {
    let server = GuestAgent::start();
    let guest = server.connect(&options());
    (server, guest)
}

/// A call that an agent gets no time to answer which does nothing.
fn hurried() -> Call<GuestInfo> {
    Call::new(GuestInfo::new()).timeout(SHORT)
}

#[test]
fn it_says_what_it_is_and_where_it_runs() {
    let (_server, mut guest) = start();
    let info = guest.info().unwrap();
    assert!(info.version().contains('.'), "{}", info.version());
    assert!(info.commands().supports::<GuestPing>());
    // As the test had it disabled.
    assert!(!guest.supports::<GuestExec>().unwrap());

    let typed = guest.execute(GuestInfo::new()).unwrap();
    assert_eq!(typed.version, info.version());
    let shutdown = typed
        .supported_commands
        .iter()
        .find(|it| it.name == "guest-shutdown");
    let shutdown = shutdown.unwrap();
    assert!(!shutdown.enabled && !shutdown.success_response);

    let host_name = guest.execute(GuestGetHostName::new()).unwrap().host_name;
    let known = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert_eq!(host_name, known.trim());
    let system = guest.execute(GuestGetOsinfo::new()).unwrap();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    assert_eq!(system.kernel_release.as_deref(), Some(kernel.trim()));

    let time = guest.execute(GuestGetTime::new()).unwrap();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let time = Duration::from_nanos(time.try_into().unwrap());
    assert!(
        now.abs_diff(time) < Duration::from_secs(60),
        "{now:?} {time:?}"
    );
    guest.close().unwrap();
}

#[test]
fn files_are_written_and_read() {
    let (server, mut guest) = start();
    let path = server.folder().join("file");
    let path = path.to_str().unwrap();
    let content: Vec<u8> = (0..=255).cycle().take(200_000).collect();

    let open = GuestFileOpen::new(path).mode("w");
    let handle = guest.execute(open).unwrap();
    let written = guest
        .execute(GuestFileWrite::new(handle, content.as_slice()))
        .unwrap();
    assert_eq!(written.count, 200_000);
    guest.execute(GuestFileClose::new(handle)).unwrap();
    assert_eq!(fs::read(path).unwrap(), content);

    let handle = guest.execute(GuestFileOpen::new(path)).unwrap();
    let mut read = Vec::new();
    loop {
        let part = guest
            .execute(GuestFileRead::new(handle).count(70_000))
            .unwrap();
        read.extend_from_slice(&part.buf_b64);
        if part.eof {
            break;
        }
    }
    assert!(read == content);
    guest.execute(GuestFileClose::new(handle)).unwrap();
    let error = guest.execute(GuestFileClose::new(handle)).unwrap_err();
    assert!(matches!(error, ExecuteError::Qemu { .. }), "{error:?}");
}

#[test]
fn a_late_answer_is_dropped_and_the_agent_can_be_used_on() {
    let (server, mut guest) = start();
    for _ in 0..3 {
        server.freeze();
        let error = guest.execute(hurried()).unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        let error = guest.execute(hurried()).unwrap_err();
        assert!(matches!(error, ExecuteError::OutOfStep { .. }), "{error:?}");
        server.wake();
        // Not the answer to `guest-info`.
        guest.execute(GuestPing::new()).unwrap();
        assert!(guest.execute(GuestGetTime::new()).unwrap() > 0);
    }
}

#[test]
fn half_a_command_is_taken_back() {
    let (server, mut guest) = start();
    let path = server.folder().join("file");
    let open = GuestFileOpen::new(path.to_str().unwrap()).mode("w");
    let handle = guest.execute(open).unwrap();
    server.freeze();
    // More than a socket takes.
    let write = GuestFileWrite::new(handle, vec![b'x'; 8 << 20]);
    let error = guest.execute(Call::new(write).timeout(SHORT)).unwrap_err();
    assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
    server.wake();
    assert_eq!(
        guest
            .execute(GuestFileWrite::new(handle, *b"after"))
            .unwrap()
            .count,
        5
    );
    guest.execute(GuestFileClose::new(handle)).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"after");
}

#[test]
fn what_an_earlier_client_has_left_is_harmless() {
    let server = GuestAgent::start();
    server.connect(&options()).close().unwrap();
    for left in [
        &b"{\"execute\": \"guest-ping\", \"arguments\": {\"a\": \""[..],
        b"[[[[{{{{ \xfe\xc3\x28",
        b"{\"execute\": \"guest-info\"} {\"execute\": \"guest-i",
        b"\xff{\"execute\": \"guest-sync-delimited\", \"arguments\": {\"id\": 1",
    ] {
        let mut earlier = UnixStream::connect(server.socket()).unwrap();
        earlier.write_all(left).unwrap();
        // An agent ends when a client goes that has not read its answers.
        earlier.shutdown(Shutdown::Write).unwrap();
        earlier.read_to_end(&mut Vec::new()).unwrap();
        let mut guest = server.connect(&options());
        assert!(guest.execute(GuestGetTime::new()).unwrap() > 0);
        guest.close().unwrap();
    }
}

#[test]
fn it_serves_one_client_at_a_time_and_the_next_one_waits() {
    let (server, mut guest) = start();
    let hurried = ConnectOptions::new().connect_timeout(SHORT);
    match Agent::connect_unix(server.socket(), &hurried).unwrap_err() {
        error @ ConnectError::NoAgent { .. } => {
            assert!(
                error.to_string().contains("in use by another client"),
                "{error}"
            );
        }
        error => panic!("{error:?}"),
    }
    guest.execute(GuestPing::new()).unwrap();
    guest.close().unwrap();
    server
        .connect(&options())
        .execute(GuestPing::new())
        .unwrap();
}

#[test]
fn a_disabled_command_is_refused_in_the_agents_words() {
    let (_server, mut guest) = start();
    match guest
        .execute_raw("guest-exec", json!({"path": "true"}))
        .unwrap_err()
    {
        ExecuteError::Qemu { command, error, .. } => {
            assert_eq!(command, "guest-exec");
            assert_eq!(error.class, ErrorClass::CommandNotFound);
            assert!(error.desc.contains("disabled"), "{}", error.desc);
        }
        error => panic!("{error:?}"),
    }
}

#[test]
fn the_refusal_of_a_shutdown_is_not_the_answer_to_anything_else() {
    let (_server, mut guest) = start();
    // This host is not to be shut down.
    assert!(!guest.supports::<GuestShutdown>().unwrap());
    guest.send(GuestShutdown::new().mode("powerdown")).unwrap();
    guest.execute(GuestPing::new()).unwrap();
}

#[test]
fn the_end_of_the_agent_is_seen() {
    let (server, mut guest) = start();
    server.kill();
    let error = guest.execute(GuestPing::new()).unwrap_err();
    assert!(
        matches!(
            error,
            ExecuteError::Connection(ConnectionError::Closed { .. })
        ),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_share_the_asynchronous_client() {
    const TASKS: usize = 20;
    const CALLS: usize = 50;
    let server = GuestAgent::start();
    let guest = server.client(&options()).await;
    let task = |task: usize| {
        let guest = guest.clone();
        let path = server.folder().join(format!("file{task}"));
        tokio::spawn(async move {
            let open = GuestFileOpen::new(path.to_str().unwrap()).mode("w+");
            let handle = guest.execute(open).await.unwrap();
            // Each answer says how much that was.
            for length in 1..CALLS {
                let write = GuestFileWrite::new(handle, vec![b'x'; task * CALLS + length]);
                let written = guest.execute(write).await.unwrap();
                assert_eq!(written.count as usize, task * CALLS + length);
            }
            guest.execute(GuestFileClose::new(handle)).await.unwrap();
        })
    };
    let tasks: Vec<_> = (0..TASKS).map(task).collect();
    for task in tasks {
        task.await.unwrap();
    }
    guest.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_dropped_or_is_late_reaches_nobody() {
    let server = GuestAgent::start();
    let guest = server.client(&options()).await;
    for _ in 0..3 {
        server.freeze();
        let error = guest.execute(hurried()).await.unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        server.wake();
        guest.execute(GuestPing::new()).await.unwrap();

        server.freeze();
        let call = guest.execute(RawCommand::new("guest-info"));
        tokio::time::timeout(SHORT, call).await.unwrap_err();
        server.wake();
        assert!(guest.execute(GuestGetTime::new()).await.unwrap() > 0);
    }
}

#[tokio::test]
async fn an_agent_that_starts_late_is_waited_for() {
    let server = GuestAgent::start();
    server.freeze();
    let hurried = ConnectOptions::new().connect_timeout(SHORT);
    let error = qapi_client::Agent::connect_unix(server.socket(), &hurried)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ConnectError::NoAgent { .. } | ConnectError::Connect { .. }
        ),
        "{error:?}"
    );
    let options = options();
    let late = async {
        tokio::time::sleep(SHORT).await;
        server.wake();
    };
    let (guest, ()) = tokio::join!(server.client(&options), late);
    guest.execute(GuestPing::new()).await.unwrap();
}
