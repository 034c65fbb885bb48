//! What a client asks.

use std::fmt;

use qapi_protocol::{DecodeError, ErrorClass, RawRequest};
use rustix::fd::OwnedFd;
use serde_json::{Map, Value};

use super::incoming::Text;
use super::message;

/// How many bytes of a request a message for people shows.
const EXCERPT: usize = 200;

/// A command as a client sent it.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::TestServer;
/// use qapi_client::{ConnectOptions, blocking::Client};
/// use serde_json::json;
///
/// let (stream, server) = TestServer::pair(|peer| {
///     peer.greet();
///     let request = peer.expect("device_del");
///     assert_eq!(request.arguments, json!({"id": "disk0"}));
///     assert!(!request.oob && request.descriptors.is_empty());
///     peer.answer(&request, json!({}));
/// });
/// let mut client = Client::connect_over(stream, &ConnectOptions::new())?;
/// client.execute_raw("device_del", json!({"id": "disk0"}))?;
/// server.join();
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Request {
    /// The name of the command.
    pub command: String,
    /// Its arguments; an empty object where it has none.
    pub arguments: Value,
    /// Its `id`, if it has one.
    pub id: Option<Value>,
    /// Whether it is to be executed out of band.
    pub oob: bool,
    /// The file descriptors that came with it.
    pub descriptors: Vec<OwnedFd>,
    /// Whether the byte 0xFF came in front of it, which has a guest agent forget what it read
    /// before.
    pub after_sentinel: bool,
    /// The message as it came.
    pub text: String,
}

impl Request {
    /// Reads a request; else why it is none.
    pub(super) fn parse(text: Text) -> Result<Self, String> {
        let shown = excerpt(&text.bytes);
        Self::read(text)
            .map_err(|fault| format!("the client sent what is no command, `{shown}`: {fault}"))
    }

    /// Reads a request as strictly as QEMU does.
    fn read(text: Text) -> Result<Self, String> {
        let says = |error: DecodeError| error.to_string();
        let raw = RawRequest::parse(&text.bytes).map_err(says)?;
        let (command, oob) = (raw.command.into_owned(), raw.oob);
        let json = String::from_utf8(text.bytes).map_err(|error| error.to_string())?;
        let mut members = match qapi_protocol::decode(&json).map_err(says)? {
            Value::Object(members) => members,
            other => return Err(format!("it is {other}, and no object")),
        };
        members.remove(if oob { "exec-oob" } else { "execute" });
        let id = members.remove("id");
        let arguments = members
            .remove("arguments")
            .unwrap_or_else(|| Value::Object(Map::new()));
        if !arguments.is_object() {
            return Err("its `arguments` are no object".to_owned());
        }
        if let Some(name) = members.keys().next() {
            return Err(format!("a command has no member `{name}`"));
        }
        Ok(Request {
            command,
            arguments,
            id,
            oob,
            descriptors: text.descriptors,
            after_sentinel: text.sentinel,
            text: json,
        })
    }

    /// The message that answers it, without its line end: what [`Peer::answer`] sends.
    ///
    /// With it, a script can answer in a way that no server should. See [`Peer::say`],
    /// [`Peer::say_bytewise`] and [`Peer::say_part`].
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
    ///     let request = peer.expect("query-name");
    ///     let answer = request.answer(json!({"name": "☃"}));
    ///     // The server ends in the midst of it.
    ///     peer.say_part(&answer, 20);
    ///     peer.close();
    /// }
    /// ```
    ///
    /// [`Peer::answer`]: super::Peer::answer
    /// [`Peer::say`]: super::Peer::say
    /// [`Peer::say_bytewise`]: super::Peer::say_bytewise
    /// [`Peer::say_part`]: super::Peer::say_part
    pub fn answer(&self, returned: impl Into<Value>) -> String {
        message::answer(self.id.as_ref(), returned)
    }

    /// The message that says why it failed, without its line end: what [`Peer::fail`] sends.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("cont");
    ///     let refusal = request.failure("GenericError", "no");
    ///     peer.say_bytewise(&refusal);
    /// }
    /// ```
    ///
    /// [`Peer::fail`]: super::Peer::fail
    pub fn failure(&self, class: impl Into<ErrorClass>, desc: &str) -> String {
        message::failure(self.id.as_ref(), class, desc)
    }
}

/// Writes the command with its arguments, for people, cut where it is long.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = self.arguments.to_string();
        write!(
            f,
            "`{}` with {}",
            self.command,
            excerpt(arguments.as_bytes())
        )
    }
}

/// The beginning of `text`, for people.
pub(super) fn excerpt(text: &[u8]) -> String {
    match text.get(..EXCERPT) {
        Some(begin) if text.len() > EXCERPT => String::from_utf8_lossy(begin).into_owned() + "…",
        _ => String::from_utf8_lossy(text).into_owned(),
    }
}
