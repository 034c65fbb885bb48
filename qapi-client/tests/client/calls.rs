//! Calls of many at once, late ones, and those that nobody waits for any longer.

use std::collections::HashSet;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;
use std::{io, thread};

use qapi_client::test_server::{Peer, Request, message};
use qapi_client::{Call, Client, ConnectOptions, ExecuteError, RawCommand};
use qapi_protocol::codec::{self, Object, Reader, Shape, Writer};
use qapi_protocol::{Capability, Empty, QapiCommand};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader, ReadBuf};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::task::coop::poll_proceed;

use crate::support::{LONG, SHORT, call, connect, connect_with, join};

/// Answers `count` commands with their own arguments, in an order that nobody would expect.
fn echo_in_disorder(peer: &mut Peer, count: usize) {
    let mut waiting: Vec<Request> = Vec::new();
    let mut answered = 0;
    while answered < count {
        if waiting.len() < 8 && answered + waiting.len() < count {
            waiting.push(peer.receive().unwrap());
        }
        // As many as come without waiting for an answer are not known here: answer now and then.
        if waiting.len() == 8 || answered + waiting.len() == count || answered % 3 == 0 {
            let request = waiting.swap_remove((answered * 7) % waiting.len());
            peer.answer(&request, request.arguments.clone());
            answered += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_100_tasks_gets_its_own_answers() {
    const TASKS: usize = 100;
    const CALLS: usize = 100;
    let (client, server) = connect(|peer| {
        echo_in_disorder(peer, TASKS * CALLS);
        peer.wait_for_close();
    })
    .await;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            for number in 0..CALLS {
                let arguments = json!({"task": task, "call": number});
                let returned = client.execute_raw("echo", arguments.clone()).await.unwrap();
                assert_eq!(returned.decode::<Value>().unwrap(), arguments);
            }
        });
    }
    tasks.join_all().await;
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn the_calls_of_one_task_can_wait_together() {
    const CALLS: usize = 1000;
    let (client, server) = connect(|peer| {
        echo_in_disorder(peer, CALLS);
        peer.wait_for_close();
    })
    .await;
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let client = client.clone();
        calls.spawn(async move {
            let returned = client.execute_raw("echo", json!({"call": number})).await;
            returned.unwrap().decode::<Value>().unwrap()["call"]
                .as_u64()
                .unwrap()
        });
    }
    let answers: HashSet<u64> = calls.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), CALLS);
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn a_dropped_call_that_was_sent_is_answered_to_nobody() {
    let (client, server) = connect(|peer| {
        let dropped = peer.expect("dropped");
        peer.event("STOP", None);
        let other = peer.expect("other");
        peer.answer(&dropped, json!({"wrong": true}));
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    })
    .await;
    let mut events = client.raw_events();
    let dropped = client.execute(call("dropped", LONG));
    tokio::select! {
        biased;
        _ = dropped => panic!("answered"),
        event = events.recv() => assert_eq!(event.unwrap().event, "STOP"),
    }
    assert_eq!(
        client.execute(call("other", LONG)).await.unwrap().get(),
        "{}"
    );
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn a_dropped_call_that_was_not_sent_never_is() {
    let (client, server) = connect(|peer| {
        let late: Vec<_> = (0..8).map(|_| peer.expect("late")).collect();
        for request in &late {
            peer.answer(request, json!({}));
        }
        // Nothing of the ninth.
        let other = peer.expect("other");
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    })
    .await;
    let mut late = JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        late.spawn(async move { client.execute(call("late", LONG)).await });
    }
    tokio::task::yield_now().await;
    let mut ninth = Box::pin(client.execute(call("ninth", LONG)));
    let polled = poll_fn(|context| Poll::Ready(ninth.as_mut().poll(context).is_pending()));
    assert!(polled.await);
    drop(ninth);
    for answer in late.join_all().await {
        answer.unwrap();
    }
    client.execute(call("other", LONG)).await.unwrap();
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn dropped_calls_keep_their_turns_until_the_server_is_done() {
    let options = ConnectOptions::new().capability(Capability::Oob);
    let (client, server) = connect_with(&options, |peer| {
        let late: Vec<_> = (0..8).map(|_| peer.expect("late")).collect();
        let oob = peer.expect("oob");
        peer.answer(&oob, json!({}));
        peer.expect("oob");
        for request in &late {
            peer.answer(request, json!({"wrong": true}));
        }
        let other = peer.expect("other");
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    })
    .await;
    for _ in 0..8 {
        let mut late = pin!(client.execute(call("late", LONG)));
        poll_fn(|context| {
            assert!(late.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        // Otherwise it would not be sent.
        tokio::task::yield_now().await;
    }
    client.execute_oob(call("oob", LONG)).await.unwrap();
    let error = client.execute(call("ninth", SHORT)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
    let error = client.execute_oob(call("oob", SHORT)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
    client.execute(call("other", LONG)).await.unwrap();
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn out_of_band_overtakes_in_band() {
    let options = ConnectOptions::new().capability(Capability::Oob);
    let (client, server) = connect_with(&options, |peer| {
        let slow = peer.expect("slow");
        let oob = peer.expect("oob");
        assert!(oob.oob && !slow.oob);
        peer.answer(&oob, json!({}));
        peer.answer(&slow, json!({}));
        peer.wait_for_close();
    })
    .await;
    let slow = tokio::spawn({
        let client = client.clone();
        async move { client.execute(call("slow", LONG)).await }
    });
    tokio::task::yield_now().await;
    client.execute_oob(call("oob", LONG)).await.unwrap();
    slow.await.unwrap().unwrap();
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn more_calls_than_may_wait_fail_at_once() {
    let options = ConnectOptions::new().pending_calls(3);
    let (client, server) = connect_with(&options, |peer| peer.wait_for_close()).await;
    let mut calls = JoinSet::new();
    for _ in 0..3 {
        let client = client.clone();
        calls.spawn(async move { client.execute(call("late", LONG)).await });
    }
    tokio::task::yield_now().await;
    let error = client.execute(call("fourth", LONG)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`fourth` was not sent: 3 calls wait already, and no more may"
    );
    calls.abort_all();
    while calls.join_next().await.is_some() {}
    let error = client.execute(call("fifth", SHORT)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn a_server_that_does_not_read_holds_up_nobody_past_the_deadline() {
    let large = "x".repeat(8 << 20);
    let (go, wait) = mpsc::channel();
    let (client, server) = connect(move |peer| {
        // Not before the client has given up.
        wait.recv_timeout(LONG).unwrap();
        let request = peer.expect("large");
        assert!(request.text.len() > 8 << 20);
        peer.answer(&request, json!({"wrong": true}));
        let other = peer.expect("other");
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    })
    .await;
    let command = RawCommand::new("large").arguments(json!({"text": large}));
    let error = client
        .execute(Call::new(command).timeout(SHORT))
        .await
        .unwrap_err();
    assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
    let error = client.execute(call("small", SHORT)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
    go.send(()).unwrap();
    client.execute(call("other", LONG)).await.unwrap();
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn a_timeout_may_be_nothing_or_forever() {
    let (client, server) = connect(|peer| {
        // The other one may have been sent: the clock has its own idea of nothing.
        let mut forever = peer.receive().unwrap();
        if forever.command == "nothing" {
            forever = peer.receive().unwrap();
        }
        assert_eq!(forever.command, "forever");
        peer.answer(&forever, json!({}));
        peer.wait_for_close();
    })
    .await;
    let nothing = call("nothing", Duration::ZERO);
    let error = client.execute(nothing).await.unwrap_err();
    assert!(
        matches!(
            error,
            ExecuteError::NotSent { .. } | ExecuteError::Timeout { .. }
        ),
        "{error:?}"
    );
    client
        .execute(call("forever", Duration::MAX))
        .await
        .unwrap();
    drop(client);
    join(server).await;
}

/// A command of which somebody made a mistake.
struct Panicking;

impl Object for Panicking {
    fn shape(&self) -> &'static Shape {
        panic!("a mistake")
    }

    fn blank() -> Self {
        Panicking
    }

    fn read(&mut self, _: usize, reader: &mut Reader<'_>) -> codec::Result<()> {
        reader.skip()
    }

    fn write(&self, _: &mut Writer) {
        panic!("a mistake")
    }
}

codec::implement!(object Panicking);

impl QapiCommand for Panicking {
    type Response = Empty;
    const NAME: &'static str = "panicking";
}

#[tokio::test]
async fn a_command_that_panics_takes_no_turn() {
    let (client, server) = connect(|peer| {
        let other = peer.expect("other");
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    })
    .await;
    for _ in 0..8 {
        let client = client.clone();
        let panicked = tokio::spawn(async move { client.execute(Panicking).await });
        assert!(panicked.await.unwrap_err().is_panic());
    }
    client.execute(call("other", LONG)).await.unwrap();
    drop(client);
    join(server).await;
}

/// A server that has always more to say.
struct Endless {
    first: Vec<u8>,
}

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        const EVENT: &[u8] = b"{\"event\": \"FLOOD\"}\n";
        // As all streams of tokio do.
        let proceed = ready!(poll_proceed(context));
        proceed.made_progress();
        buffer.put_slice(&std::mem::take(&mut self.first));
        while buffer.remaining() >= EVENT.len() {
            buffer.put_slice(EVENT);
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_without_end_keeps_nothing_from_being_sent() {
    let greeting = message::greeting(&message::usual_greeting());
    let answer = message::answer(Some(&json!(1)), json!({}));
    let first = format!("{greeting}\n{answer}\n").into_bytes();
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    let options = ConnectOptions::new();
    let client = Client::connect_over(Endless { first }, ours, &options)
        .await
        .unwrap();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.execute(call("ask", LONG)).await }
    });
    let mut lines = BufReader::new(theirs).lines();
    let both = async {
        for name in ["qmp_capabilities", "ask"] {
            let line = lines.next_line().await.unwrap().unwrap();
            assert!(line.contains(name), "{line}");
        }
    };
    tokio::time::timeout(LONG, both).await.unwrap();
    asking.abort();
}

/// A task that is polled by whoever wakes it, as those of some executors are.
struct Inline {
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    again: AtomicBool,
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        self.again.store(true, Ordering::SeqCst);
        while self.again.load(Ordering::SeqCst) {
            // Who polls it already polls it again.
            let Ok(mut future) = self.future.try_lock() else {
                return;
            };
            self.again.store(false, Ordering::SeqCst);
            let waker = Waker::from(self.clone());
            if let Some(running) = &mut *future
                && running
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_ready()
            {
                *future = None;
            }
        }
    }
}

#[test]
fn callers_can_be_woken_by_whoever_ends_the_connection() {
    let (done, wait) = mpsc::channel();
    let runtime = Runtime::new().unwrap();
    let handle = runtime.handle().clone();
    // Where it hangs, it is left behind.
    thread::spawn(move || {
        runtime.block_on(async {
            let (client, _server) = connect(|peer| {
                peer.expect("late");
            })
            .await;
            let (ended, told) = tokio::sync::oneshot::channel();
            let mut calling = Box::pin(async move {
                let _ = ended.send(client.execute(call("late", LONG)).await.is_err());
            });
            let future = poll_fn(move |context| {
                let _runtime = handle.enter();
                calling.as_mut().poll(context)
            });
            let task = Arc::new(Inline {
                future: Mutex::new(Some(Box::pin(future))),
                again: AtomicBool::new(false),
            });
            task.wake();
            done.send(told.await).unwrap();
        });
    });
    assert!(wait.recv_timeout(LONG).unwrap().unwrap());
}
