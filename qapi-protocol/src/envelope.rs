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

/// Like [`members`], but reads the value of the member `name` into `place` on the way; and why
/// that was not possible, if it was there.
pub(crate) fn members_into<'a, const N: usize>(
    json: &'a [u8],
    names: &[&str; N],
    name: &str,
    place: &mut dyn Decode,
) -> std::result::Result<([Option<RawValue<'a>>; N], Option<DecodeError>), DecodeError> {
    let mut wrong = None;
    let members = read(json, names, |member, reader| {
        if member != name {
            return reader.raw().map(RawValue::of);
        }
        let (raw, error) = reader.raw_into(place)?;
        wrong = error.map(|error| decode::locate(raw, &error));
        Ok(RawValue::of(raw))
    })?;
    Ok((members, wrong))
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
