//! What a script says.

use std::time::Duration;

use qapi_protocol::{ErrorClass, Greeting};
use rustix::fd::AsFd;
use serde_json::{Value, json};

use super::super::control::{Interest, Ready};
use super::super::message;
use super::super::request::Request;
use super::{Connection, Nothing, Peer, fail, is_to_be_repeated};
use crate::deadline::Deadline;

/// Sending. Each method says whether the client was there.
impl Peer {
    /// Greets as QEMU 10.2 does, with the capability `oob`, and takes the client into command
    /// mode; returns its `qmp_capabilities`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     let request = peer.greet();
    ///     assert!(request.arguments.get("enable").is_none());
    /// }
    /// ```
    #[track_caller]
    pub fn greet(&mut self) -> Request {
        self.greet_as(&message::usual_greeting())
    }

    /// Greets with this greeting, and takes the client into command mode; returns its
    /// `qmp_capabilities`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use qapi_protocol::{Greeting, Version, VersionInfo};
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     let version = VersionInfo::new(Version::new(5, 2, 0), "Debian 1:5.2+dfsg-11");
    ///     peer.greet_as(&Greeting::new(version, vec![]));
    /// }
    /// ```
    #[track_caller]
    pub fn greet_as(&mut self, greeting: &Greeting) -> Request {
        self.send_greeting(greeting);
        self.negotiate()
    }

    /// Sends this greeting and no more.
    ///
    /// # Examples
    ///
    /// Events that come as early as they can:
    ///
    /// ```
    /// # use qapi_client::test_server::{Peer, message};
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.event("STOP", None);
    ///     peer.send_greeting(&message::usual_greeting());
    ///     peer.event("RESUME", None);
    ///     peer.negotiate();
    /// }
    /// ```
    #[track_caller]
    pub fn send_greeting(&mut self, greeting: &Greeting) -> bool {
        self.say(&message::greeting(greeting))
    }

    /// Takes the client into command mode, once the greeting is sent; returns its
    /// `qmp_capabilities`.
    ///
    /// # Examples
    ///
    /// See [`send_greeting`](Self::send_greeting).
    ///
    /// ```
    /// # use qapi_client::test_server::{Peer, message};
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.send_greeting(&message::usual_greeting());
    ///     peer.negotiate();
    /// }
    /// ```
    #[track_caller]
    pub fn negotiate(&mut self) -> Request {
        let request = self.expect("qmp_capabilities");
        self.answer(&request, json!({}));
        request
    }

    /// Answers a command: it has succeeded, and returns this.
    ///
    /// # Examples
    ///
    /// Answers in any order:
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let first = peer.expect("query-status");
    ///     let second = peer.expect("query-name");
    ///     peer.answer(&second, json!({}));
    ///     peer.answer(&first, json!({"running": true}));
    /// }
    /// ```
    #[track_caller]
    pub fn answer(&mut self, request: &Request, returned: impl Into<Value>) -> bool {
        self.say(&request.answer(returned))
    }

    /// Answers a command: it has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use qapi_protocol::ErrorClass;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("device_del");
    ///     peer.fail(&request, ErrorClass::DeviceNotFound, "no such device");
    ///     let request = peer.expect("device_del");
    ///     peer.fail(&request, "__com.example_Odd", "a class that nobody knows");
    /// }
    /// ```
    #[track_caller]
    pub fn fail(&mut self, request: &Request, class: impl Into<ErrorClass>, desc: &str) -> bool {
        self.say(&request.failure(class, desc))
    }

    /// Sends an event that happens now; `None` where it carries nothing.
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
    ///     peer.event("STOP", None);
    ///     peer.event("DEVICE_DELETED", json!({"device": "disk0", "path": "/machine/disk0"}));
    /// }
    /// ```
    #[track_caller]
    pub fn event(&mut self, name: &str, data: impl Into<Option<Value>>) -> bool {
        self.say(&message::event(name, data))
    }

    /// Sends a message, which is any text, and ends its line.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.say("SSH-2.0-OpenSSH_9.2");
    /// }
    /// ```
    #[track_caller]
    pub fn say(&mut self, message: &str) -> bool {
        self.send(format!("{message}\r\n").as_bytes())
    }

    /// Sends bytes as they are.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.send(b"\x00\x01\x02");
    /// }
    /// ```
    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.connect();
        match self.send_within(bytes, self.timeout) {
            Ok(()) => true,
            Err(Nothing::Closed | Nothing::Stopped) => false,
            Err(Nothing::TimedOut(timeout)) => fail(&format!(
                "sending: the client did not take all of it within {timeout:?}"
            )),
            Err(nothing) => fail(&format!("sending: {}", nothing.words())),
        }
    }

    pub(super) fn send_within(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), Nothing> {
        let deadline = Deadline::after(timeout);
        let mut rest = bytes;
        while !rest.is_empty() {
            let Connection::Open(stream) = &self.connection else {
                return Err(Nothing::Wrong(
                    "the script has closed the connection".to_owned(),
                ));
            };
            match stream.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if is_to_be_repeated(&error) => {
                    match self
                        .control
                        .wait(stream.as_fd(), Interest::Output, &deadline)?
                    {
                        Ready::Socket | Ready::Outbox => {}
                        Ready::Stopped => return Err(Nothing::Stopped),
                        Ready::TimedOut => return Err(Nothing::TimedOut(timeout)),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
