//! What servers send.

use std::borrow::Cow;

use crate::codec::{Decode, Encode, Writer};
use crate::envelope::{self, Known};
use crate::{DecodeError, Error, EventMessage, EventSet, Greeting, RawValue, Timestamp};

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
    pub id: Option<RawValue<'a>>,
    /// What the command returned, or why it failed.
    pub result: Result<RawValue<'a>, Error>,
}

/// An event, its data yet to be read.
#[derive(Clone, Debug)]
pub struct RawEvent<'a> {
    /// The name of the event.
    pub event: Cow<'a, str>,
    /// What it carries. Servers may leave it out when it is the empty object.
    pub data: Option<RawValue<'a>>,
    /// When it occurred; [`Timestamp::UNKNOWN`] also when the message does not say.
    pub timestamp: Timestamp,
}

/// The members of a server's messages.
const NAMES: &[&str; 7] = &["QMP", "return", "error", "id", "event", "data", "timestamp"];

/// Those that a message has.
type Members<'a> = [Option<RawValue<'a>>; NAMES.len()];

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
        let mut timestamp = Timestamp::UNKNOWN;
        let mut known = [Known::new("timestamp", &mut timestamp)];
        let members = envelope::members_into(json, NAMES, &mut known)?;
        let [Known { wrong, .. }] = known;
        Message::of(members, timestamp, wrong)
    }

    /// Like [`parse`](Self::parse), but reads what a command returned into `place` on the way:
    /// for those who wait for one answer. It also says what is wrong with that, if it is not what
    /// `place` is read from; the path counts from what was returned.
    ///
    /// There is nothing to be expected in `place` if the message is no answer, or one that failed
    /// or cannot be read.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_protocol::Message;
    ///
    /// let mut returned = Vec::<u8>::new();
    /// let (_, wrong) = Message::parse_into(br#"{"return": [1, 2], "id": 3}"#, &mut returned)?;
    /// assert_eq!((returned, wrong), (vec![1, 2], None));
    /// # Ok::<_, qapi_protocol::DecodeError>(())
    /// ```
    pub fn parse_into(
        json: &'a [u8],
        place: &mut dyn Decode,
    ) -> Result<(Self, Option<DecodeError>), DecodeError> {
        let mut timestamp = Timestamp::UNKNOWN;
        let mut known = [
            Known::new("timestamp", &mut timestamp),
            Known::new("return", place),
        ];
        let members = envelope::members_into(json, NAMES, &mut known)?;
        let [Known { wrong: time, .. }, Known { wrong, .. }] = known;
        Ok((Message::of(members, timestamp, time)?, wrong))
    }

    /// The message of these members, and of the time that was read, or of what is wrong with it.
    fn of(
        members: Members<'a>,
        timestamp: Timestamp,
        wrong: Option<DecodeError>,
    ) -> Result<Self, DecodeError> {
        let [greeting, returned, error, id, event, data, _] = members;
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
                event: event.string().map_err(|error| error.in_member("event"))?,
                data,
                timestamp: match wrong {
                    Some(error) => return Err(error.in_member("timestamp")),
                    None => timestamp,
                },
            })),
            _ => Err(DecodeError::at_root(
                "expected one of the members `QMP`, `return`, `error` and `event`",
            )),
        }
    }
}

fn member<T: Decode>(key: &str, raw: RawValue<'_>) -> Result<T, DecodeError> {
    raw.decode().map_err(|error| error.in_member(key))
}

impl RawEvent<'_> {
    /// Reads the event as one of `E`.
    ///
    /// # Errors
    ///
    /// When the data is not what an event of that name carries. The path counts from the
    /// message: it starts with `$.data`.
    pub fn decode<E: EventSet>(&self) -> Result<EventMessage<E>, DecodeError> {
        let event =
            E::decode(&self.event, self.data.as_ref()).map_err(|error| error.in_member("data"))?;
        Ok(EventMessage {
            event,
            timestamp: self.timestamp,
        })
    }
}

impl Encode for Message<'_> {
    fn write(&self, to: &mut Writer) {
        match self {
            Message::Greeting(greeting) => to.object(|to| to.member("QMP", greeting)),
            Message::Response(response) => response.write(to),
            Message::Event(event) => event.write(to),
        }
    }
}

impl Encode for Response<'_> {
    fn write(&self, to: &mut Writer) {
        to.object(|to| {
            match &self.result {
                Ok(returned) => to.member("return", returned),
                Err(error) => to.member("error", error),
            }
            to.member("id", &self.id);
        });
    }
}

impl Encode for RawEvent<'_> {
    fn write(&self, to: &mut Writer) {
        to.object(|to| {
            to.member("event", &&*self.event);
            to.member("data", &self.data);
            to.member("timestamp", &self.timestamp);
        });
    }
}
