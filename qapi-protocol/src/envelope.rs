//! The outermost object of a message, read without looking into its members.

use crate::codec::Decode;
use crate::{DecodeError, RawValue, decode};

/// The members `names` of the object that is `json`, in UTF-8, each `None` if absent.
///
/// Others are ignored; of repeated ones, the last counts.
///
/// # Errors
///
/// When `json` is not JSON, or no object.
pub(crate) fn members<'a, const N: usize>(
    json: &'a [u8],
    names: &[&str; N],
) -> Result<[Option<RawValue<'a>>; N], DecodeError> {
    members_into(json, names, &mut [])
}

/// A member whose value is read on the way.
pub(crate) struct Known<'p> {
    pub(crate) name: &'static str,
    /// Where to.
    pub(crate) place: &'p mut dyn Decode,
    /// Why that was not possible, if it was there. The path counts from its value.
    pub(crate) wrong: Option<DecodeError>,
}

impl<'p> Known<'p> {
    pub(crate) fn new(name: &'static str, place: &'p mut dyn Decode) -> Self {
        Known {
            name,
            place,
            wrong: None,
        }
    }
}

/// Like [`members`], but reads the values of those that are `known` on the way.
pub(crate) fn members_into<'a, const N: usize>(
    json: &'a [u8],
    names: &[&str; N],
    known: &mut [Known<'_>],
) -> Result<[Option<RawValue<'a>>; N], DecodeError> {
    decode::run(decode::text(json)?, |reader| {
        let mut members = [const { None }; N];
        let mut next = reader.object("an object")?;
        while let Some(name) = next {
            let raw = match known.iter_mut().find(|known| known.name == name) {
                None => reader.raw()?,
                Some(known) => {
                    let (raw, error) = reader.raw_into(known.place)?;
                    known.wrong = error.map(|error| decode::locate(raw, &error));
                    raw
                }
            };
            let index = names.iter().position(|known| *known == name);
            if let Some(member) = index.and_then(|index| members.get_mut(index)) {
                *member = Some(RawValue::of(raw));
            }
            next = reader.member()?;
        }
        reader.end()?;
        Ok(members)
    })
}
