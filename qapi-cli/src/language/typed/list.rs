//! Lists.

use super::{Place, unsuitable, value};
use crate::language::mistake::{Mistake, Result};
use crate::language::tree::{Entry, Tree};
use crate::vocabulary::Type;

/// Appends a list of JSON as an array `ty`.
pub(super) fn write(
    elements: &[Tree],
    ty: Type<'_>,
    place: &Place,
    out: &mut String,
) -> Result<()> {
    write_all(elements.iter(), ty, place, out)
}

/// Appends a list of which the elements are said by their indices.
pub(super) fn dotted(
    entries: &[Entry],
    ty: Type<'_>,
    place: &Place,
    out: &mut String,
) -> Result<()> {
    if let Some(entry) = entries.iter().find(|it| index(&it.name).is_none()) {
        let name = place.name();
        let message = format!("`{name}` is a list, and `{}` is no index", entry.name);
        let help = unsuitable(&entry.value, ty, place).help;
        return Err(Mistake::new(entry.at.clone(), message).with_help(help));
    }
    write_all(in_order(entries)?.into_iter(), ty, place, out)
}

fn write_all<'t>(
    elements: impl Iterator<Item = &'t Tree>,
    ty: Type<'_>,
    place: &Place,
    out: &mut String,
) -> Result<()> {
    out.push('[');
    for (index, element) in elements.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        match ty.element() {
            Some(ty) => value(element, ty, &place.member(&index.to_string()), out)?,
            None => crate::language::guess::guess(element, out)?,
        }
    }
    out.push(']');
    Ok(())
}

/// The index that a name is.
pub(in crate::language) fn index(name: &str) -> Option<usize> {
    let index: usize = name.parse().ok()?;
    // Not `00`, nor `+1`.
    (index.to_string() == name).then_some(index)
}

/// The elements with all indices from 0 on, which may be said in any order.
pub(in crate::language) fn in_order(entries: &[Entry]) -> Result<Vec<&Tree>> {
    let mut by_index: Vec<_> = entries.iter().collect();
    by_index.sort_by_key(|entry| index(&entry.name));
    for (wanted, entry) in by_index.iter().enumerate() {
        if index(&entry.name) != Some(wanted) {
            let message = format!(
                "there is an element {}, but no element {wanted}",
                entry.name
            );
            return Err(Mistake::new(entry.at.clone(), message));
        }
    }
    Ok(by_index.into_iter().map(|entry| &entry.value).collect())
}
