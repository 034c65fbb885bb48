//! The client for tokio: as a [`Guest`](crate::guest::Guest), and what only it can.

use std::io;
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::{Duration, Instant};

use qapi_client::{
    Agent, Call, ConnectError, ConnectOptions, ConnectionError, ExecuteError, Listener, RawCommand,
};
use qapi_protocol::RawValue;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;

use crate::guest::options;
use crate::peer::{LONG, Peer, SHORT, Server, restarting, serve};

/// The client with a runtime of its own.
pub(crate) struct Guest {
    runtime: Runtime,
    agent: Agent,
}

impl crate::guest::Guest for Guest {
    fn connect(stream: UnixStream, options: &ConnectOptions) -> Result<Self, ConnectError> {
        let runtime = Runtime::new().unwrap();
        let agent = runtime.block_on(connect(stream, options))?;
        Ok(Guest { runtime, agent })
    }

    fn execute(&mut self, call: Call<RawCommand>) -> Result<RawValue<'static>, ExecuteError> {
        self.runtime.block_on(self.agent.execute(call))
    }

    fn send(&mut self, call: Call<RawCommand>) -> Result<(), ExecuteError> {
        self.runtime.block_on(self.agent.send(call))
    }

    fn sync(&mut self) -> Result<(), ExecuteError> {
        self.runtime.block_on(self.agent.sync())
    }

    fn close(self) -> Result<(), ConnectionError> {
        self.runtime.block_on(self.agent.close())
    }
}

async fn connect(stream: UnixStream, options: &ConnectOptions) -> Result<Agent, ConnectError> {
    stream.set_nonblocking(true).unwrap();
    let stream = tokio::net::UnixStream::from_std(stream).unwrap();
    let (reader, writer) = stream.into_split();
    Agent::connect_over(reader, writer, options).await
}

/// A client of an agent that follows `script` after having got in step.
async fn with(
    options: &ConnectOptions,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Agent, Server) {
    let (stream, server) = serve(|peer| {
        peer.sync();
        script(peer);
    });
    (connect(stream, options).await.unwrap(), server)
}

fn call(name: impl Into<String>, timeout: Duration) -> Call<RawCommand> {
    Call::new(RawCommand::new(name)).timeout(timeout)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_get_the_answers_to_their_own_commands() {
    const TASKS: usize = 100;
    const CALLS: usize = 20;
    let (guest, server) = with(&options(), |peer| {
        for _ in 0..TASKS * CALLS {
            let heard = peer.hear();
            let answer = format!("\"{}\"", heard.name);
            peer.answer(heard.id, &answer);
        }
    })
    .await;
    let task = |task: usize| {
        let guest = guest.clone();
        tokio::spawn(async move {
            for number in 0..CALLS {
                let name = format!("{task}-{number}");
                let answer = guest.execute(call(name.as_str(), LONG)).await.unwrap();
                assert_eq!(answer.get(), format!("\"{name}\""));
            }
        })
    };
    let tasks: Vec<_> = (0..TASKS).map(task).collect();
    for task in tasks {
        task.await.unwrap();
    }
    server.join();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_late_answer_to_a_dropped_call_reaches_nobody() {
    for ids in [true, false] {
        let (heard, dropped) = (mpsc::channel(), mpsc::channel::<()>());
        let (guest, server) = with(&options(), move |peer| {
            peer.ids = ids;
            if !ids {
                peer.sync();
            }
            let first = peer.expect("first");
            heard.0.send(()).unwrap();
            dropped.1.recv().unwrap();
            peer.answer(first, "1");
            peer.sync();
            let second = peer.expect("second");
            peer.answer(second, "2");
        })
        .await;
        if !ids {
            guest.sync().await.unwrap();
        }
        let first = tokio::spawn({
            let guest = guest.clone();
            async move { guest.execute(call("first", LONG)).await }
        });
        tokio::task::block_in_place(|| heard.1.recv()).unwrap();
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        dropped.0.send(()).unwrap();
        let second = guest.execute(call("second", LONG)).await.unwrap();
        assert_eq!(second.get(), "2");
        server.join();
    }
}

#[tokio::test]
async fn a_call_may_be_dropped_whenever_it_waits() {
    const CALLS: usize = 200;
    let (stream, server) = serve(|peer| {
        // Whatever it is asked, until it is asked for the last time.
        loop {
            let line = peer.hear_line();
            // Of what was sent in part and taken back, there is a rest in front.
            let whole = line.iter().rposition(|byte| *byte == 0xff);
            let json = whole.map_or(&line[..], |at| &line[at + 1..]);
            let request = qapi_protocol::RawRequest::parse(json).unwrap();
            let id = request.id.map(|id| id.decode().unwrap());
            let name = request.command.into_owned();
            if name == "guest-sync-delimited" {
                let arguments = request.arguments.unwrap().to_string();
                let number = arguments.trim_matches(|it: char| !it.is_ascii_digit());
                peer.send(b"\xff");
                peer.answer(id, number);
            } else {
                peer.answer(id, &format!("\"{name}\""));
                if name == "last" {
                    break;
                }
            }
        }
    });
    stream.set_nonblocking(true).unwrap();
    let stream = tokio::net::UnixStream::from_std(stream).unwrap();
    let (reader, writer) = stream.into_split();
    // Byte by byte, there are many moments at which it waits.
    let (reader, writer) = (Slow::new(reader), Slow::new(writer));
    let guest = Agent::connect_over(reader, writer, &options())
        .await
        .unwrap();
    let mut dropped = 0;
    for number in 0..CALLS {
        let name = format!("c{number}");
        let one = guest.execute(call(name.as_str(), LONG));
        match poll_at_most(number * 3, one).await {
            Some(answer) => assert_eq!(answer.unwrap().get(), format!("\"{name}\"")),
            None => dropped += 1,
        }
    }
    assert!(dropped > CALLS / 10, "{dropped}");
    assert!(dropped < CALLS, "{dropped}");
    assert_eq!(
        guest.execute(call("last", LONG)).await.unwrap().get(),
        "\"last\""
    );
    server.join();
}

/// Polls `future` that often before it is dropped; what it gave.
async fn poll_at_most<F: Future>(count: usize, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut polls = 0;
    std::future::poll_fn(move |context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if polls == count => Poll::Ready(None),
        Poll::Pending => {
            polls += 1;
            Poll::Pending
        }
    })
    .await
}

/// Reads and writes a byte at a time, and makes a pause in front of each.
struct Slow<T> {
    inner: T,
    paused: bool,
}

impl<T> Slow<T> {
    fn new(inner: T) -> Self {
        let paused = false;
        Slow { inner, paused }
    }

    fn pause(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.paused = !self.paused;
        if self.paused {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Slow<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.pause(context));
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.inner).poll_read(context, &mut one))?;
        buffer.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Slow<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.pause(context));
        Pin::new(&mut self.inner).poll_write(context, &bytes[..1])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[tokio::test]
async fn waiting_for_others_counts_and_costs_them_nothing() {
    let (late, wait) = mpsc::channel();
    let (guest, server) = with(&options(), move |peer| {
        let first = peer.expect("first");
        wait.recv().unwrap();
        peer.answer(first, "1");
        let third = peer.expect("third");
        peer.answer(third, "3");
    })
    .await;
    let second = async {
        let error = guest.execute(call("second", SHORT)).await.unwrap_err();
        assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
        late.send(()).unwrap();
    };
    let (first, ()) = tokio::join!(guest.execute(call("first", LONG)), second);
    assert_eq!(first.unwrap().get(), "1");
    assert_eq!(guest.execute(call("third", LONG)).await.unwrap().get(), "3");
    server.join();
}

#[tokio::test]
async fn no_more_calls_wait_than_may() {
    let options = options().pending_calls(2);
    let (guest, server) = with(&options, |peer| {
        for answer in ["1", "2", "4"] {
            let heard = peer.hear();
            peer.answer(heard.id, answer);
        }
    })
    .await;
    let (first, second, third) = tokio::join!(
        guest.execute(call("first", LONG)),
        guest.execute(call("second", LONG)),
        guest.execute(call("third", LONG)),
    );
    assert_eq!((first.unwrap().get(), second.unwrap().get()), ("1", "2"));
    match third.unwrap_err() {
        ExecuteError::TooManyCalls { command, limit, .. } => {
            assert_eq!((command.as_str(), limit), ("third", 2));
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(
        guest.execute(call("fourth", LONG)).await.unwrap().get(),
        "4"
    );
    server.join();
}

#[tokio::test]
async fn closing_lets_others_finish_and_no_more_begin() {
    let (guest, server) = with(&options(), |peer| {
        let id = peer.expect("first");
        peer.answer(id, "1");
        assert_eq!(peer.wait_for_close(), 0);
    })
    .await;
    let other = guest.clone();
    let (first, closed) = tokio::join!(guest.execute(call("first", LONG)), other.close());
    assert_eq!(first.unwrap().get(), "1");
    closed.unwrap();
    server.join();
    for _ in 0..2 {
        let error = guest.execute(call("second", LONG)).await.unwrap_err();
        assert!(
            matches!(error, ExecuteError::Connection(ConnectionError::ClosedHere)),
            "{error:?}"
        );
    }
    let error = guest.close().await.unwrap_err();
    assert!(matches!(error, ConnectionError::ClosedHere), "{error:?}");
}

/// Has always something to read, and counts on nobody's patience.
struct Endless;

impl AsyncRead for Endless {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buffer.put_slice(b"xxxx");
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn what_always_has_something_to_read_lets_others_run() {
    let begin = Instant::now();
    let endless =
        tokio::spawn(async { Agent::connect_over(Endless, tokio::io::sink(), &options()).await });
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
    assert!(begin.elapsed() < LONG / 2);
    endless.abort();
    assert!(endless.await.unwrap_err().is_cancelled());
}

/// Fails once, and would have a second reader wait without end.
struct Failing<R>(R, Arc<AtomicBool>);

impl<R: AsyncRead + Unpin> AsyncRead for Failing<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.1.swap(false, Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::PermissionDenied.into()));
        }
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

#[tokio::test]
async fn the_cause_of_the_end_is_told_again() {
    let (stream, server) = serve(|peer| {
        peer.sync();
        peer.expect("first");
        peer.wait_for_close();
    });
    stream.set_nonblocking(true).unwrap();
    let stream = tokio::net::UnixStream::from_std(stream).unwrap();
    let (reader, writer) = stream.into_split();
    let fails = Arc::new(AtomicBool::new(false));
    let reader = Failing(reader, fails.clone());
    let guest = Agent::connect_over(reader, writer, &options())
        .await
        .unwrap();
    fails.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        match guest.execute(call("first", LONG)).await.unwrap_err() {
            ExecuteError::Connection(ConnectionError::Io(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            }
            error => panic!("{error:?}"),
        }
    }
    drop(guest);
    server.join();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_can_be_spawned() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let (guest, server) = with(&options(), |peer| {
        let heard = peer.hear();
        peer.answer(heard.id, "1");
        peer.expect("guest-shutdown");
        peer.sync();
        peer.wait_for_close();
    })
    .await;
    assert_send(guest.execute(call("first", LONG)))
        .await
        .unwrap();
    assert_send(guest.send(call("guest-shutdown", LONG)))
        .await
        .unwrap();
    assert_send(guest.sync()).await.unwrap();
    assert_send(guest.close()).await.unwrap();
    server.join();
}

#[tokio::test]
async fn an_agent_is_waited_for_that_has_not_made_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let error = Agent::connect_unix(&path, &options().retry(false))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectError::Connect { .. }), "{error:?}");

    let there = path.clone();
    let server = thread::spawn(move || {
        let listener = UnixListener::bind(there).unwrap();
        Peer::new(listener.accept().unwrap().0).sync();
    });
    Agent::connect_unix(&path, &options()).await.unwrap();
    server.join().unwrap();
}

#[tokio::test]
async fn an_agent_that_goes_before_it_answers_may_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let server = restarting(&path);
    Agent::connect_unix(&path, &options()).await.unwrap();
    server.join().unwrap();
}

#[tokio::test]
async fn a_tcp_server_that_says_nothing_is_no_agent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let options = options().connect_timeout(SHORT);
    let error = Agent::connect_tcp(address, &options).await.unwrap_err();
    assert!(matches!(error, ConnectError::NoAgent { .. }), "{error:?}");
}

#[tokio::test]
async fn an_agent_may_connect_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let listener = Listener::bind_unix(&path).unwrap();
    let server = thread::spawn(move || {
        let mut peer = Peer::new(UnixStream::connect(path).unwrap());
        peer.sync();
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    let guest = listener.accept_agent(&options()).await.unwrap();
    assert_eq!(
        guest.execute(call("guest-ping", LONG)).await.unwrap().get(),
        "{}"
    );
    server.join().unwrap();

    let options = options().connect_timeout(SHORT);
    let error = listener.accept_agent(&options).await.unwrap_err();
    assert!(
        matches!(error, ConnectError::NobodyConnected { .. }),
        "{error:?}"
    );
}
