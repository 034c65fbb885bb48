//! How the crate `qapi`, the peer of ours, reads and writes messages; and what both have to say
//! of that.

mod commands;
mod entry;

use std::hint::black_box;

use peer::qmp::{Event, QapiCapabilities, QmpMessage};
use peer::{Any, Command, ErrorClass, Execute, qga, qmp};
use peer_spec::Response;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use self::entry::{Entry, Outcome, Read, Write};

macro_rules! entries {
    ($module:ident: $($theirs:ident $ours:ident,)*) => {
        vec![$(entry::<$module::$theirs>()),*]
    };
}

/// What it does with QEMU's commands.
pub fn qmp() -> Vec<Entry> {
    qmp_commands!(entries)
}

/// What it does with the guest agent's commands.
pub fn qga() -> Vec<Entry> {
    qga_commands!(entries)
}

fn entry<C>() -> Entry
where
    C: Command<Ok: Serialize + 'static> + DeserializeOwned + 'static,
{
    Entry {
        name: C::NAME,
        reads: vec![
            ("peer", read::<Response<C::Ok>>),
            ("peer's client", read::<QmpMessage<C::Ok>>),
            ("peer's types", read::<Bare<C::Ok>>),
        ],
        answer: |bytes| match serde_json::from_slice::<Response<C::Ok>>(bytes)?.result() {
            Ok(returned) => {
                let write: Write = Box::new(move || written(&returned));
                Ok(Some(write))
            }
            Err(_) => Ok(None),
        },
        request: |arguments| {
            let command: C = serde_json::from_str(arguments)?;
            Ok(Box::new(move || {
                written(&Execute::<&C, u64>::with_id(&command, 1))
            }))
        },
    }
}

/// What a value is written as, in memory that is new each time.
fn written(value: &impl Serialize) -> Outcome<Vec<u8>> {
    Ok(serde_json::to_vec(value)?)
}

/// An envelope for the peer's types that costs less than its own, which is an untagged enum: each
/// message is first read into a buffer, and then from there as one variant after the other.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
#[allow(dead_code, reason = "what is read is dropped")]
struct Bare<T> {
    #[serde(rename = "return")]
    returned: Option<T>,
    error: Option<BareError>,
    id: Option<u64>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "what is read is dropped")]
struct BareError {
    class: ErrorClass,
    desc: String,
}

/// Reads a message as a type, and drops it.
///
/// # Errors
///
/// When it is not of that type.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<()> {
    black_box(serde_json::from_slice::<T>(bytes)?);
    Ok(())
}

/// Reads a greeting.
pub const GREETING: Read = read::<QapiCapabilities>;
/// Reads an event.
pub const EVENT: Read = read::<Event>;
/// Reads an event as the client does, which knows nothing of a message before it has read it.
pub const EVENT_OR_ANSWER: Read = read::<QmpMessage<Any>>;

/// What writes an event.
///
/// # Errors
///
/// When it cannot be read.
pub fn event_writer(bytes: &[u8]) -> Outcome<Write> {
    let event: Event = serde_json::from_slice(bytes)?;
    Ok(Box::new(move || written(&event)))
}
