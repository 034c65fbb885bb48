//! How our crates read and write messages: all calls into them that the codec's bench has.

use std::hint::black_box;

use peer_codec::{Entry, Outcome, Write, qga_commands, qmp_commands};
use qapi_protocol::codec::{Decode, Encode, Writer};
use qapi_protocol::{EventMessage, Message, QapiCommand, Request, Response, decode, encode};
use qapi_types::{qga, qmp};

macro_rules! entries {
    ($module:ident: $($theirs:ident $ours:ident,)*) => {
        vec![$({
            #[allow(deprecated, reason = "what is recorded")]
            let entry = entry::<$module::commands::$ours>();
            entry
        }),*]
    };
}

pub(crate) fn qmp() -> Vec<Entry> {
    qmp_commands!(entries)
}

pub(crate) fn qga() -> Vec<Entry> {
    qga_commands!(entries)
}

/// What a value is written as, in memory that is new each time.
fn written(value: &dyn Encode) -> Outcome<Vec<u8>> {
    Ok(encode(value).into_bytes())
}

fn entry<C>() -> Entry
where
    C: QapiCommand<Response: 'static> + 'static,
{
    Entry {
        name: C::NAME,
        reads: vec![("ours", answer::<C>)],
        answer: |bytes| {
            let returned = returned::<C>(bytes)?;
            Ok(returned.map(|returned| -> Write { Box::new(move || written(&returned)) }))
        },
        request: |arguments| {
            let command: C = decode(arguments)?;
            Ok(Box::new(move || {
                written(&Request {
                    command: &command,
                    oob: false,
                    id: Some(1),
                })
            }))
        },
    }
}

fn answer<C: QapiCommand>(bytes: &[u8]) -> Outcome<()> {
    black_box(returned::<C>(bytes)?);
    Ok(())
}

/// What a command returned; `None` when it failed.
fn returned<C: QapiCommand>(bytes: &[u8]) -> Outcome<Option<C::Response>> {
    let mut returned = C::Response::blank();
    let (message, wrong) = Message::parse_into(bytes, &mut returned)?;
    if let Some(error) = wrong {
        return Err(error.into());
    }
    match message {
        Message::Response(Response { result, .. }) => match result {
            Ok(_) => Ok(Some(returned)),
            Err(error) => {
                black_box(error);
                Ok(None)
            }
        },
        _ => Err("not an answer".into()),
    }
}

pub(crate) fn greeting(bytes: &[u8]) -> Outcome<()> {
    black_box(Message::parse(bytes)?);
    Ok(())
}

pub(crate) fn event(bytes: &[u8]) -> Outcome<()> {
    match Message::parse(bytes)? {
        Message::Event(event) => {
            black_box(event.decode::<qmp::Event>()?);
            Ok(())
        }
        _ => Err("not an event".into()),
    }
}

/// What writes an event: what happened, and when.
pub(crate) fn event_writer(bytes: &[u8]) -> Outcome<Write> {
    match Message::parse(bytes)? {
        Message::Event(event) => {
            let event = Event(event.decode()?);
            Ok(Box::new(move || written(&event)))
        }
        _ => Err("not an event".into()),
    }
}

/// An event with its time behind it, not in it: our crates have nothing that writes the message
/// of a server.
struct Event(EventMessage<qmp::Event>);

impl Encode for Event {
    fn write(&self, to: &mut Writer) {
        self.0.event.write(to);
        self.0.timestamp.write(to);
    }
}
