//! The client for tokio.

use qapi_client::test_server::{Peer, TestServer};
use qapi_client::{
    Client, ConnectOptions, ConnectionError, ExecuteError, JobError, JobOutcome, JobProgress,
    RawCommand,
};
use qapi_protocol::UnknownEvent;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::scripts::{self, LONG, SHORT, job, mirror, options};

async fn connect(
    script: impl FnOnce(&mut Peer) + Send + 'static,
    options: &ConnectOptions,
) -> (Client, TestServer<()>) {
    let (stream, server) = TestServer::pair(script);
    stream.set_nonblocking(true).unwrap();
    let stream = tokio::net::UnixStream::from_std(stream).unwrap();
    let (reader, writer) = stream.into_split();
    let client = Client::connect_over(reader, writer, options).await;
    (client.unwrap(), server)
}

/// Waits until the server has come to the end of its script.
async fn part(client: Client, server: TestServer<()>) {
    drop(client);
    tokio::task::spawn_blocking(|| server.join()).await.unwrap();
}

fn silent(_: &JobProgress) {}

#[tokio::test]
async fn a_mirror_is_run_to_its_end_beside_those_who_listen_to_events() {
    let (client, server) = connect(scripts::whole, &options()).await;
    let mut events = client.events::<UnknownEvent>();
    let mut told = Vec::new();
    let outcome = client.run_job(job(), mirror(), |progress| {
        told.push((progress.status.to_string(), progress.fraction()));
    });
    assert_eq!(outcome.await.unwrap(), JobOutcome::Completed);
    assert!(told.contains(&("ready".to_owned(), None)), "{told:?}");
    assert_eq!(told.last().unwrap().1, Some(1.0));

    // The other events, and those of the job, too.
    let is_null = |event: &UnknownEvent| {
        let data = event.data.as_ref();
        data.and_then(|data| data.get("status")) == Some(&"null".into())
    };
    let event = events.wait_for(LONG, |event| is_null(&event.event)).await;
    assert_eq!(&*event.unwrap().event.name, "JOB_STATUS_CHANGE");
    part(client, server).await;
}

#[tokio::test]
async fn a_job_that_ends_before_its_command_is_answered_is_not_missed() {
    let (client, server) = connect(scripts::fast, &options()).await;
    let outcome = client.run_job(job(), mirror(), silent).await;
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    part(client, server).await;
}

#[tokio::test]
async fn another_task_cancels_a_job_that_is_run() {
    let (client, server) = connect(scripts::cancelled_by_command, &options()).await;
    let (began, begin) = oneshot::channel();
    let runner = client.clone();
    // A job is run on any thread.
    let run = tokio::spawn(async move {
        let mut began = Some(began);
        let outcome = runner.run_job(job(), mirror(), |_| {
            if let Some(began) = began.take() {
                began.send(()).unwrap();
            }
        });
        outcome.await
    });
    begin.await.unwrap();
    client.cancel_job("m").await.unwrap();
    let outcome = timeout(LONG, run).await.unwrap().unwrap();
    assert_eq!(outcome.unwrap(), JobOutcome::Cancelled);
    part(client, server).await;
}

#[tokio::test]
async fn a_job_whose_future_is_dropped_runs_on_and_is_finished_later() {
    let script = |peer: &mut Peer| {
        peer.greet();
        scripts::begin(peer);
        let request = peer.expect("query-status");
        peer.answer(&request, serde_json::json!({}));
        let request = peer.expect("query-jobs");
        peer.answer(&request, scripts::info("ready", 8));
        scripts::complete(peer);
    };
    let (client, server) = connect(script, &options()).await;
    let run = client.run_job(job(), mirror(), silent);
    assert!(timeout(SHORT, run).await.is_err());
    let status = RawCommand::new("query-status");
    client.execute(status).await.unwrap();
    let outcome = client.finish_job(job(), silent).await;
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    part(client, server).await;
}

#[tokio::test]
async fn what_does_not_fit_into_the_queue_is_asked_for() {
    let (client, server) = connect(scripts::flood, &options().event_queue(1)).await;
    let outcome = client.run_job(job(), mirror(), silent).await;
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    part(client, server).await;
}

#[tokio::test]
async fn events_about_anything_else_take_no_room() {
    let script = |peer: &mut Peer| {
        peer.greet();
        let request = peer.expect("blockdev-mirror");
        scripts::statuses(peer, &["created", "running"]);
        for number in 0..5000 {
            scripts::number(peer, number);
        }
        scripts::end(peer);
        peer.answer(&request, serde_json::json!({}));
        peer.wait_for_close();
    };
    let (client, server) = connect(script, &options().event_queue(10)).await;
    let outcome = client.run_job(job(), mirror(), silent).await;
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    part(client, server).await;
}

#[tokio::test]
async fn sight_of_a_job_is_lost_with_the_connection() {
    let script = |peer: &mut Peer| {
        peer.greet();
        scripts::begin(peer);
        peer.close();
    };
    let (client, server) = connect(script, &options()).await;
    match client.run_job(job(), mirror(), silent).await.unwrap_err() {
        JobError::Lost { error, .. } => assert!(
            matches!(
                *error,
                ExecuteError::Connection(ConnectionError::Closed { .. })
            ),
            "{error:?}"
        ),
        other => panic!("{other:?}"),
    }
    part(client, server).await;
}

#[tokio::test]
async fn a_server_that_says_no_more_is_noticed() {
    let (client, server) = connect(scripts::silence, &options().command_timeout(SHORT)).await;
    let job = job().interval(SHORT);
    match client.run_job(job, mirror(), silent).await.unwrap_err() {
        JobError::Lost { error, .. } => {
            assert!(matches!(*error, ExecuteError::Timeout { .. }), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    part(client, server).await;
}
