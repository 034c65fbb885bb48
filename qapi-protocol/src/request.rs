//! What clients send.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::{DecodeError, QapiCommand, decode, envelope};

/// A command to be sent: serializes as the message that a client issues it with.
///
/// # Examples
///
/// ```
/// use qapi_protocol::{Empty, QapiCommand, Request};
///
/// # use qapi_protocol::codec::{self, Members, Object, Writer};
/// # use serde::{de::MapAccess, ser::SerializeMap};
/// struct Stop {}
/// # impl Object for Stop {
/// #     const NAME: &'static str = "Stop";
/// #     const MEMBERS: &'static [&'static str] = &[];
/// #     fn read<'de, A: MapAccess<'de>>(members: &mut Members<'_, 'de, A>) -> Result<Self, A::Error> {
/// #         members.skip()?;
/// #         Ok(Stop {})
/// #     }
/// #     fn write<M: SerializeMap>(&self, _: &mut Writer<M>) {}
/// # }
/// # codec::serde!(object Stop);
/// impl QapiCommand for Stop {
///     type Response = Empty;
///     const NAME: &'static str = "stop";
/// }
///
/// let request = Request { command: &Stop {}, oob: false, id: Some(7) };
/// let json = serde_json::to_string(&request)?;
/// assert_eq!(json, r#"{"execute":"stop","arguments":{},"id":7}"#);
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'c, C, I = u64> {
    /// The command with its arguments.
    pub command: &'c C,
    /// Whether it is to be executed out of band. The server must have been asked for the
    /// capability [`Oob`](crate::Capability::Oob), and the command must
    /// [allow it](QapiCommand::ALLOW_OOB).
    pub oob: bool,
    /// What the response will have as its `id`: any value.
    pub id: Option<I>,
}

impl<C: QapiCommand, I: Serialize> Serialize for Request<'_, C, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(
            serializer,
            C::NAME,
            self.oob,
            Some(self.command),
            self.id.as_ref(),
        )
    }
}

/// A command of any name, its arguments and `id` unread: what a server receives, and what a
/// client sends that knows the command only at run time.
#[derive(Clone, Debug)]
pub struct RawRequest<'a> {
    /// The name of the command.
    pub command: String,
    /// Whether it is to be executed out of band.
    pub oob: bool,
    /// The arguments, if any are given.
    pub arguments: Option<&'a RawValue>,
    /// What the response must have as its `id`, if given: any value.
    pub id: Option<&'a RawValue>,
}

impl<'a> RawRequest<'a> {
    /// Reads a client's message, in UTF-8. Members that the protocol does not know are
    /// ignored.
    ///
    /// # Errors
    ///
    /// When `json` is not an object with a string as `execute` or as `exec-oob`, but not
    /// both.
    pub fn parse(json: &'a [u8]) -> Result<Self, DecodeError> {
        let [execute, exec_oob, arguments, id] =
            envelope::members(json, &["execute", "exec-oob", "arguments", "id"])?;
        let (key, name, oob) = match (execute, exec_oob) {
            (Some(name), None) => ("execute", name, false),
            (None, Some(name)) => ("exec-oob", name, true),
            _ => {
                return Err(DecodeError::at_root(
                    "expected one of the members `execute` and `exec-oob`",
                ));
            }
        };
        Ok(RawRequest {
            command: decode(name.get()).map_err(|error| error.in_member(key))?,
            oob,
            arguments,
            id,
        })
    }
}

impl Serialize for RawRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(serializer, &self.command, self.oob, self.arguments, self.id)
    }
}

fn write<S: Serializer>(
    serializer: S,
    command: &str,
    oob: bool,
    arguments: Option<&(impl Serialize + ?Sized)>,
    id: Option<&(impl Serialize + ?Sized)>,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry(if oob { "exec-oob" } else { "execute" }, command)?;
    if let Some(arguments) = arguments {
        map.serialize_entry("arguments", arguments)?;
    }
    if let Some(id) = id {
        map.serialize_entry("id", id)?;
    }
    map.end()
}
