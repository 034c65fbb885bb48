//! What clients send.

use std::borrow::Cow;

use crate::codec::{Encode, Writer};
use crate::{DecodeError, QapiCommand, RawValue, envelope};

/// A command to be sent: is written as the message that a client issues it with.
///
/// # Examples
///
/// ```
/// use qapi_protocol::{Empty, QapiCommand, Request};
///
/// struct Stop {}
/// # qapi_protocol::members!(Stop {});
/// impl QapiCommand for Stop {
///     type Response = Empty;
///     const NAME: &'static str = "stop";
/// }
///
/// let request = Request { command: &Stop {}, oob: false, id: Some(7) };
/// let json = qapi_protocol::encode(&request);
/// assert_eq!(json, r#"{"execute":"stop","id":7}"#);
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

impl<C: QapiCommand, I: Encode> Encode for Request<'_, C, I> {
    fn write(&self, to: &mut Writer) {
        write(to, C::NAME, self.oob, self.command, &self.id);
    }
}

/// A command of any name, its arguments and `id` unread: what a server receives, and what a
/// client sends that knows the command only at run time.
#[derive(Clone, Debug)]
pub struct RawRequest<'a> {
    /// The name of the command.
    pub command: Cow<'a, str>,
    /// Whether it is to be executed out of band.
    pub oob: bool,
    /// The arguments, if any are given.
    pub arguments: Option<RawValue<'a>>,
    /// What the response must have as its `id`, if given: any value.
    pub id: Option<RawValue<'a>>,
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
            command: name.string().map_err(|error| error.in_member(key))?,
            oob,
            arguments,
            id,
        })
    }
}

impl Encode for RawRequest<'_> {
    fn write(&self, to: &mut Writer) {
        write(to, &self.command, self.oob, &self.arguments, &self.id);
    }
}

fn write(to: &mut Writer, command: &str, oob: bool, arguments: &dyn Encode, id: &dyn Encode) {
    to.object(|to| {
        to.member(if oob { "exec-oob" } else { "execute" }, &command);
        // Servers read their monitors byte by byte: what says nothing is left out.
        to.member_unless_empty("arguments", arguments);
        to.member("id", id);
    });
}

#[cfg(test)]
mod tests {
    use super::RawRequest;
    use crate::{RawValue, encode};

    #[test]
    fn arguments_that_say_nothing_are_left_out() {
        for (arguments, written) in [
            (None, r#"{"execute":"a","id":1}"#),
            (Some("{}"), r#"{"execute":"a","id":1}"#),
            (
                Some(r#"{"b":{}}"#),
                r#"{"execute":"a","arguments":{"b":{}},"id":1}"#,
            ),
            (
                Some(r#""\":{}""#),
                r#"{"execute":"a","arguments":"\":{}","id":1}"#,
            ),
        ] {
            let request = RawRequest {
                command: "a".into(),
                oob: false,
                arguments: arguments.map(|json| RawValue::parse(json).unwrap()),
                id: Some(RawValue::new(&1_u8)),
            };
            assert_eq!(encode(&request), written);
        }
    }
}
