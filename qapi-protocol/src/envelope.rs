//! The outermost object of a message, read without looking into its members.

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
    decode::run(decode::text(json)?, |reader| {
        let mut members = [const { None }; N];
        let mut name = reader.object("an object")?;
        while let Some(member) = name {
            let value = RawValue::of(reader.raw()?);
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
