//! Writing the members of an object.

use serde::Serialize;
use serde::ser::SerializeMap;

/// Takes an object's members one by one, and keeps the first error.
///
/// Keeping the error here spares every member of every type a branch of its own.
pub struct Writer<M: SerializeMap> {
    map: M,
    error: Option<M::Error>,
}

impl<M: SerializeMap> Writer<M> {
    pub(super) fn new(map: M) -> Self {
        Writer { map, error: None }
    }

    /// Writes a member.
    pub fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        if self.error.is_none() {
            self.error = self.map.serialize_entry(name, value).err();
        }
    }

    /// Writes a member unless it is absent.
    #[inline]
    pub fn optional<T: Serialize>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// Writes members that the schema does not list; not those in `listed`, which an object
    /// would then have twice.
    pub fn extra(&mut self, members: &serde_json::Map<String, serde_json::Value>, listed: &[&str]) {
        for (name, value) in members {
            if !listed.contains(&name.as_str()) {
                self.member(name, value);
            }
        }
    }

    pub(super) fn end(self) -> Result<M::Ok, M::Error> {
        match self.error {
            Some(error) => Err(error),
            None => self.map.end(),
        }
    }
}
