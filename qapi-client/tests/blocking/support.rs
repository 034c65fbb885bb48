//! What tests connect to, and the types that they use.

use std::time::Duration;

use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;
use qapi_client::test_server::{Peer, TestServer, message};
use qapi_protocol::{
    DecodeError, Empty, EventSet, QapiCommand, RawValue, Timestamp, codec, members,
};
use serde_json::json;

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Shorter than anybody wants to wait for what never comes.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

/// Starts a server that greets and then follows `script`; a client connected to it.
pub(crate) fn connect(script: impl FnOnce(&mut Peer) + Send + 'static) -> (Client, TestServer<()>) {
    let (stream, server) = TestServer::pair(|peer| {
        peer.greet();
        script(peer);
    });
    let options = ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG);
    (Client::connect_over(stream, &options).unwrap(), server)
}

/// `query-status`, which has no arguments and returns a [`Status`].
#[derive(Debug)]
pub(crate) struct QueryStatus;

#[derive(Debug, PartialEq)]
pub(crate) struct Status {
    pub(crate) running: bool,
}

/// A command that answers only failure, with an argument that is nobody's business.
#[derive(Debug)]
pub(crate) struct GuestShutdown {
    pub(crate) mode: String,
}

impl QapiCommand for QueryStatus {
    type Response = Status;
    const NAME: &'static str = "query-status";
}

impl QapiCommand for GuestShutdown {
    type Response = Empty;
    const NAME: &'static str = "guest-shutdown";
    const SUCCESS_RESPONSE: bool = false;
}

members!(QueryStatus {});
members!(GuestShutdown { "mode" => mode, });
members!(Status { "running" => running, });

/// A command whose one argument is as long as wanted.
#[derive(Debug)]
pub(crate) struct Large {
    text: String,
}

impl Large {
    pub(crate) fn new(length: usize) -> Self {
        Large {
            text: "x".repeat(length),
        }
    }
}

impl QapiCommand for Large {
    type Response = Empty;
    const NAME: &'static str = "large";
}

members!(Large { "text" => text, });

/// Events: `NUMBER` carries a number, all others whatever they like.
#[derive(Debug, PartialEq)]
pub(crate) enum Event {
    Number(u64),
    Other(String),
}

impl EventSet for Event {
    const NAMES: &'static [&'static str] = &["NUMBER"];

    fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
        match name {
            "NUMBER" => {
                let mut data_of = Number::default();
                codec::decode_object(&mut data_of, data)?;
                Ok(Event::Number(data_of.number))
            }
            _ => Ok(Event::Other(name.to_owned())),
        }
    }
}

/// What `NUMBER` carries.
#[derive(Debug, Default)]
struct Number {
    number: u64,
}

members!(Number { "number" => number, });

/// The event `NUMBER` of this number.
pub(crate) fn number(number: u64) -> String {
    let time = Timestamp {
        seconds: number as i64,
        microseconds: 5,
    };
    message::event_at("NUMBER", json!({"number": number}), time)
}
