//! What a script hears.

use std::time::Duration;

use rustix::fd::{AsFd, OwnedFd};

use super::super::control::{Interest, Ready};
use super::super::incoming::{Incoming, MAX_REQUEST, NoRequest};
use super::super::request::Request;
use super::{Connection, Nothing, Peer, fail, is_to_be_repeated};
use crate::deadline::Deadline;

/// Receiving.
impl Peer {
    /// The next command, whatever it is; `None` when the client has closed the connection.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     while let Some(request) = peer.receive() {
    ///         peer.answer(&request, json!({}));
    ///     }
    /// }
    /// ```
    #[track_caller]
    pub fn receive(&mut self) -> Option<Request> {
        self.connect();
        match self.receive_within(self.timeout) {
            Ok(request) => Some(request),
            Err(Nothing::Closed) => None,
            Err(nothing) => fail(&format!("waiting for a command: {}", nothing.words())),
        }
    }

    /// Waits for the command `name`, which has to be the next one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("query-status");
    ///     peer.answer(&request, json!({"running": true}));
    /// }
    /// ```
    #[track_caller]
    pub fn expect(&mut self, name: &str) -> Request {
        self.connect();
        match self.receive_within(self.timeout) {
            Ok(request) if request.command == name => request,
            Ok(request) => fail(&format!(
                "expected the command `{name}`, and the client sent {request}"
            )),
            Err(nothing) => fail(&format!(
                "waiting for the command `{name}`: {}",
                nothing.words()
            )),
        }
    }

    /// Checks that the client sends nothing for this long.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use qapi_client::test_server::{Peer, message};
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     // A client has to wait for the greeting.
    ///     peer.expect_nothing_for(Duration::from_millis(50));
    ///     peer.greet();
    /// }
    /// ```
    #[track_caller]
    pub fn expect_nothing_for(&mut self, time: Duration) {
        self.connect();
        match self.receive_within(time) {
            Ok(request) => fail(&format!("expected nothing, and the client sent {request}")),
            Err(Nothing::TimedOut(_)) if self.incoming.is_partial() => {
                fail("expected nothing, and the client sent a part of a command");
            }
            Err(Nothing::TimedOut(_)) => {}
            Err(nothing) => fail(&format!("expecting nothing: {}", nothing.words())),
        }
    }

    /// Waits until the client closes the connection. Whatever it sends is ignored: a server that
    /// never answers.
    ///
    /// # Examples
    ///
    /// A monitor that serves somebody else:
    ///
    /// ```
    /// # use std::time::Duration;
    /// use qapi_client::test_server::TestServer;
    /// use qapi_client::{ConnectError, ConnectOptions, blocking::Client};
    ///
    /// let (stream, server) = TestServer::pair(|peer| peer.wait_for_close());
    /// let options = ConnectOptions::new().connect_timeout(Duration::from_millis(10));
    /// let error = Client::connect_over(stream, &options).unwrap_err();
    /// assert!(matches!(error, ConnectError::NoGreeting { .. }));
    /// server.join();
    /// ```
    #[track_caller]
    pub fn wait_for_close(&mut self) {
        while self.read_some() > 0 {}
    }

    /// Reads what the client has sent, or sends first, and forgets it: how many bytes, at most
    /// 64 KiB. There are none when the client has closed the connection.
    ///
    /// It is for servers that read slowly, or anything at all.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     while peer.read_some() > 0 {
    ///         std::thread::sleep(std::time::Duration::from_millis(100));
    ///     }
    /// }
    /// ```
    #[track_caller]
    pub fn read_some(&mut self) -> usize {
        self.connect();
        self.forget();
        match self.read(&Deadline::after(self.timeout), self.timeout) {
            Ok((count, _)) => count,
            Err(Nothing::Closed | Nothing::Stopped) => 0,
            Err(nothing) => fail(&format!("waiting for the client: {}", nothing.words())),
        }
    }

    /// The next command, for scripts that are described by data.
    #[track_caller]
    pub(in super::super) fn receive_idle(&mut self, timeout: Duration) -> Result<Request, Nothing> {
        self.connect();
        self.receive_within(timeout)
    }

    /// Has the next command be this one.
    pub(in super::super) fn put_back(&mut self, request: Request) {
        self.put_back = Some(request);
    }

    /// Forgets what was read, and not received.
    pub(super) fn forget(&mut self) {
        self.incoming = Incoming::default();
        self.put_back = None;
    }

    /// The next command.
    fn receive_within(&mut self, timeout: Duration) -> Result<Request, Nothing> {
        if let Some(request) = self.put_back.take() {
            return Ok(request);
        }
        let deadline = Deadline::after(timeout);
        loop {
            match self.incoming.next_text() {
                Ok(Some(text)) => return Request::parse(text).map_err(Nothing::Wrong),
                Ok(None) => {}
                Err(NoRequest::NoObject(found)) => {
                    let words = format!("the client sent what is no command: `{found}`");
                    return Err(Nothing::Wrong(words));
                }
                Err(NoRequest::TooLarge) => {
                    let words =
                        format!("the client sent a command of more than {MAX_REQUEST} bytes");
                    return Err(Nothing::Wrong(words));
                }
            }
            let (count, descriptors) = self.read(&deadline, timeout)?;
            let bytes = self.buffer.get(..count).unwrap_or_default();
            self.incoming.push(bytes, descriptors);
        }
    }

    /// Reads once, into the buffer: how many bytes, and the descriptors that came with them.
    fn read(
        &mut self,
        deadline: &Deadline,
        timeout: Duration,
    ) -> Result<(usize, Vec<OwnedFd>), Nothing> {
        loop {
            let Connection::Open(stream) = &self.connection else {
                return Err(Nothing::Wrong(
                    "the script has closed the connection".to_owned(),
                ));
            };
            match self
                .control
                .wait(stream.as_fd(), Interest::Input, deadline)?
            {
                Ready::Socket => {}
                Ready::Outbox => {
                    let messages = self.control.take_messages();
                    self.send_within(&messages, timeout)?;
                    continue;
                }
                Ready::Stopped => return Err(Nothing::Stopped),
                Ready::TimedOut => return Err(Nothing::TimedOut(timeout)),
            }
            match stream.read(&mut self.buffer) {
                Ok((0, _)) => return Err(Nothing::Closed),
                Ok(read) => return Ok(read),
                Err(error) if is_to_be_repeated(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
