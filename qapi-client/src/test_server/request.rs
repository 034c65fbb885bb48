//! What a client asks.

use std::fmt;

use qapi_protocol::{ErrorClass, RawRequest};
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
/// # use qapi_protocol::{Empty, QapiCommand};
/// # struct DeviceDel { id: String }
/// # impl DeviceDel { fn new(id: &str) -> Self { DeviceDel { id: id.to_owned() } } }
/// # qapi_protocol::members!(DeviceDel { "id" => id, });
/// # impl QapiCommand for DeviceDel {
/// #     type Response = Empty;
/// #     const NAME: &'static str = "device_del";
/// # }
/// let mut client = Client::connect_over(stream, &ConnectOptions::new())?;
/// client.execute(DeviceDel::new("disk0"))?;
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
        let Text {
            bytes,
            sentinel,
            descriptors,
        } = text;
        let shown = excerpt(&bytes);
        let wrong = |error| format!("the client sent what is no command, `{shown}`: {error}");
        let raw = RawRequest::parse(&bytes).map_err(wrong)?;
        let arguments = match &raw.arguments {
            Some(arguments) => arguments.decode().map_err(wrong)?,
            None => Value::Object(Map::new()),
        };
        let id = raw.id.as_ref().map(|id| id.decode()).transpose();
        Ok(Request {
            command: raw.command.clone().into_owned(),
            arguments,
            id: id.map_err(wrong)?,
            oob: raw.oob,
            descriptors,
            after_sentinel: sentinel,
            text: String::from_utf8_lossy(&bytes).into_owned(),
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
