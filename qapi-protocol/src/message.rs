//! What servers send.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::{DecodeError, Error, EventMessage, EventSet, Greeting, Timestamp, decode, envelope};

/// A message of a server: its envelope, with the payload yet to be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Message<'a> {
    /// The first message of a connection.
    Greeting(Greeting),
    /// The answer to a command.
    Response(Response<'a>),
    /// An event, which may come at any time.
    Event(RawEvent<'a>),
}

/// The answer to a command.
#[derive(Clone, Debug)]
pub struct Response<'a> {
    /// The `id` of the command, if it had one: any value.
    ///
    /// A server that could not read the command far enough leaves it out.
    pub id: Option<&'a RawValue>,
    /// What the command returned, or why it failed.
    pub result: Result<&'a RawValue, Error>,
}

/// An event, its data yet to be read.
#[derive(Clone, Debug)]
pub struct RawEvent<'a> {
    /// The name of the event.
    pub event: String,
    /// What it carries. Servers may leave it out when it is the empty object.
    pub data: Option<&'a RawValue>,
    /// When it occurred; [`Timestamp::UNKNOWN`] also when the message does not say.
    pub timestamp: Timestamp,
}

impl<'a> Message<'a> {
    /// Reads a server's message, in UTF-8. Members may come in any order; those that the
    /// protocol does not know are ignored.
    ///
    /// The payload is checked to be JSON and no more, and may be nested to any depth.
    ///
    /// # Errors
    ///
    /// When `json` is not JSON, or none of the messages that the protocol knows.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_protocol::{Message, Response};
    ///
    /// let message = Message::parse(br#"{"return": {"running": true}, "id": 3}"#)?;
    /// let Message::Response(Response { id: Some(id), result: Ok(data) }) = message else {
    ///     panic!("no successful response");
    /// };
    /// assert_eq!((id.get(), data.get()), ("3", r#"{"running": true}"#));
    /// # Ok::<_, qapi_protocol::DecodeError>(())
    /// ```
    pub fn parse(json: &'a [u8]) -> Result<Self, DecodeError> {
        let names = ["QMP", "return", "error", "id", "event", "data", "timestamp"];
        let [greeting, returned, error, id, event, data, timestamp] =
            envelope::members(json, &names)?;
        match (greeting, returned, error, event) {
            (Some(greeting), None, None, None) => Ok(Message::Greeting(member("QMP", greeting)?)),
            (None, Some(returned), None, None) => Ok(Message::Response(Response {
                id,
                result: Ok(returned),
            })),
            (None, None, Some(error), None) => Ok(Message::Response(Response {
                id,
                result: Err(member("error", error)?),
            })),
            (None, None, None, Some(event)) => Ok(Message::Event(RawEvent {
                event: member("event", event)?,
                data,
                timestamp: match timestamp {
                    Some(timestamp) => member("timestamp", timestamp)?,
                    None => Timestamp::UNKNOWN,
                },
            })),
            _ => Err(DecodeError::at_root(
                "expected one of the members `QMP`, `return`, `error` and `event`",
            )),
        }
    }
}

fn member<T: serde::de::DeserializeOwned>(key: &str, raw: &RawValue) -> Result<T, DecodeError> {
    decode(raw.get()).map_err(|error| error.in_member(key))
}

impl RawEvent<'_> {
    /// Reads the event as one of `E`.
    ///
    /// # Errors
    ///
    /// When the data is not what an event of that name carries. The path counts from the
    /// message: it starts with `$.data`.
    pub fn decode<E: EventSet>(&self) -> Result<EventMessage<E>, DecodeError> {
        let event = E::decode(&self.event, self.data).map_err(|error| error.in_member("data"))?;
        Ok(EventMessage {
            event,
            timestamp: self.timestamp,
        })
    }
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Message::Greeting(greeting) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("QMP", greeting)?;
                map.end()
            }
            Message::Response(response) => response.serialize(serializer),
            Message::Event(event) => event.serialize(serializer),
        }
    }
}

impl Serialize for Response<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.result {
            Ok(returned) => map.serialize_entry("return", returned)?,
            Err(error) => map.serialize_entry("error", error)?,
        }
        if let Some(id) = self.id {
            map.serialize_entry("id", id)?;
        }
        map.end()
    }
}

impl Serialize for RawEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("event", &self.event)?;
        if let Some(data) = self.data {
            map.serialize_entry("data", data)?;
        }
        map.serialize_entry("timestamp", &self.timestamp)?;
        map.end()
    }
}
