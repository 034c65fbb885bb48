//! Events, as types.

use serde::{Serialize, de::DeserializeOwned};

use crate::VersionRange;

/// An event: a type that holds the `data` object of the message.
///
/// Generated bindings implement it for every event of their schema.
pub trait QapiEvent: Serialize + DeserializeOwned {
    /// The name on the wire.
    const NAME: &'static str;

    /// The releases that have the event.
    const VERSIONS: VersionRange = VersionRange::ALL;
}
