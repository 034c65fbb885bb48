//! The messages of a server as text, without their line end.
//!
//! [`Peer`](super::Peer) sends the usual ones itself. With these, a script can send them in
//! unusual ways, or at the wrong time.
//!
//! # Examples
//!
//! An answer to nobody, and an error of a command that the server could not read:
//!
//! ```
//! use qapi_client::test_server::{Peer, message};
//! use serde_json::json;
//!
//! # #[allow(dead_code)]
//! fn script(peer: &mut Peer) {
//!     peer.greet();
//!     peer.say(&message::answer(Some(&json!("foreign")), json!({})));
//!     peer.say(&message::failure(None, "GenericError", "what?"));
//! }
//! ```

use std::time::{SystemTime, UNIX_EPOCH};

use qapi_protocol::{Capability, ErrorClass, Greeting, Message, Timestamp, Version, VersionInfo};
use serde_json::{Map, Value, json};

/// The greeting of a server of this release, distributed by nobody, with these capabilities.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::message;
/// use qapi_protocol::{Capability, Greeting, Version, VersionInfo};
///
/// let version = VersionInfo::new(Version::new(7, 2, 0), "");
/// assert_eq!(
///     message::greeting(&Greeting::new(version, vec![Capability::Oob])),
///     r#"{"QMP":{"version":{"qemu":{"micro":0,"minor":2,"major":7},"package":""},"capabilities":["oob"]}}"#
/// );
/// ```
pub fn greeting(greeting: &Greeting) -> String {
    qapi_protocol::encode(&Message::Greeting(greeting.clone()))
}

/// The greeting that is sent where no other one is asked for: of QEMU 10.2, which offers `oob`.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::message;
///
/// assert_eq!(message::usual_greeting().version.qemu.to_string(), "10.2");
/// ```
pub fn usual_greeting() -> Greeting {
    let version = VersionInfo::new(Version::new(10, 2, 0), "");
    Greeting::new(version, vec![Capability::Oob])
}

/// The answer to the command with this `id`.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::message;
/// use serde_json::json;
///
/// assert_eq!(message::answer(None, true), r#"{"return":true}"#);
/// let text = message::answer(Some(&json!(7)), json!({"running": true}));
/// assert_eq!(text, r#"{"return":{"running":true},"id":7}"#);
/// ```
pub fn answer(id: Option<&Value>, returned: impl Into<Value>) -> String {
    response("return", &returned.into(), id)
}

/// The error that the command with this `id` failed with. Servers leave out the `id` of a
/// command that they could not read.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::message;
///
/// assert_eq!(
///     message::failure(None, "GenericError", "what?"),
///     r#"{"error":{"class":"GenericError","desc":"what?"}}"#
/// );
/// ```
pub fn failure(id: Option<&Value>, class: impl Into<ErrorClass>, desc: &str) -> String {
    let class: ErrorClass = class.into();
    response(
        "error",
        &json!({"class": class.to_string(), "desc": desc}),
        id,
    )
}

/// A response whose result is already text.
pub(super) fn response(member: &str, result: &dyn std::fmt::Display, id: Option<&Value>) -> String {
    match id {
        Some(id) => format!(r#"{{"{member}":{result},"id":{id}}}"#),
        None => format!(r#"{{"{member}":{result}}}"#),
    }
}

/// An event that happens now; `None` where it carries nothing.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::message;
/// use serde_json::json;
///
/// assert!(message::event("STOP", None).contains(r#""event":"STOP""#));
/// assert!(message::event("RESET", json!({"guest": true})).contains(r#"{"guest":true}"#));
/// ```
pub fn event(name: &str, data: impl Into<Option<Value>>) -> String {
    event_at(name, data, now())
}

/// An event that happened at this time.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::message;
/// use qapi_protocol::Timestamp;
///
/// // Of a server that could not read its clock.
/// assert_eq!(
///     message::event_at("STOP", None, Timestamp::UNKNOWN),
///     r#"{"event":"STOP","timestamp":{"microseconds":-1,"seconds":-1}}"#
/// );
/// ```
pub fn event_at(name: &str, data: impl Into<Option<Value>>, time: Timestamp) -> String {
    let mut event = Map::new();
    event.insert("event".to_owned(), name.into());
    if let Some(data) = data.into() {
        event.insert("data".to_owned(), data);
    }
    let time = json!({"seconds": time.seconds, "microseconds": time.microseconds});
    event.insert("timestamp".to_owned(), time);
    Value::Object(event).to_string()
}

fn now() -> Timestamp {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(time) => Timestamp {
            seconds: i64::try_from(time.as_secs()).unwrap_or(-1),
            microseconds: time.subsec_micros().into(),
        },
        Err(_) => Timestamp::UNKNOWN,
    }
}
