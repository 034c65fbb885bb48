//! Events, as types.

use crate::codec::{Decode, Encode};
use crate::{DecodeError, RawValue, Timestamp, VersionRange};

/// An event: a type that holds the `data` object of the message.
///
/// Generated bindings implement it for every event of their schema.
pub trait QapiEvent: Encode + Decode {
    /// The name on the wire.
    const NAME: &'static str;

    /// The releases that have the event.
    const VERSIONS: VersionRange = VersionRange::ALL;
}

/// A set of events, decoded by name: what a client reads events as.
///
/// A schema's generated `Event` enum implements it for all events of the schema, with a
/// variant for names that it does not know.
pub trait EventSet: Sized {
    /// The names of the events, on the wire.
    const NAMES: &'static [&'static str];

    /// Decodes the event `name` from the `data` member of its message.
    ///
    /// An event without `data` means one with the empty object.
    ///
    /// # Errors
    ///
    /// When `data` is not what the event `name` carries. The path counts from `data`.
    fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError>;
}

/// An event that was received: what happened, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMessage<E> {
    /// What happened.
    pub event: E,
    /// When it happened, by the server's clock.
    pub timestamp: Timestamp,
}
