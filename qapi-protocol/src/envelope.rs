//! The outermost object of a message, read without looking into its members.

use crate::codec::{Decode, Reader, Result};
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
) -> std::result::Result<[Option<RawValue<'a>>; N], DecodeError> {
    read(json, names, |_, reader| reader.raw().map(RawValue::of))
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
) -> std::result::Result<[Option<RawValue<'a>>; N], DecodeError> {
    read(json, names, |name, reader| {
        let Some(known) = known.iter_mut().find(|known| known.name == name) else {
            return reader.raw().map(RawValue::of);
        };
        let (raw, error) = reader.raw_into(known.place)?;
        known.wrong = error.map(|error| decode::locate(raw, &error));
        Ok(RawValue::of(raw))
    })
}

fn read<'a, const N: usize>(
    json: &'a [u8],
    names: &[&str; N],
    mut value: impl FnMut(&str, &mut Reader<'a>) -> Result<RawValue<'a>>,
) -> std::result::Result<[Option<RawValue<'a>>; N], DecodeError> {
    decode::run(decode::text(json)?, |reader| {
        let mut members = [const { None }; N];
        let mut name = reader.object("an object")?;
        while let Some(member) = name {
            let value = value(&member, reader)?;
            let index = names.iter().position(|known| *known == member);
            if let Some(member) = index.and_then(|index| members.get_mut(index)) {
                *member = Some(value);
            }
            name = reader.member()?;
        }
        reader.end()?;
        Ok(members)
    })
}
