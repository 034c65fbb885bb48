//! Objects: structs, and unions, of which the members hang on the value of the tag.

use std::collections::HashSet;
use std::ops::Range;

use qapi_parser::nearest;

use super::{Place, value, value_help};
use crate::language::guess;
use crate::language::json;
use crate::language::mistake::{Mistake, Result};
use crate::language::tree::{Entry, Form};
use crate::vocabulary::{Member, Type};

/// How many members a message names.
const MAX_NAMED: usize = 8;

/// How many branches a message names.
const MAX_BRANCHES: usize = 3;

/// Appends an object of type `ty`, and with other members if it `is_open`. `end` is where more
/// members would have to be said.
pub(super) fn write(
    entries: &[Entry],
    ty: Type<'_>,
    is_open: bool,
    end: Range<usize>,
    place: &Place,
    out: &mut String,
) -> Result<()> {
    let parts = parts(ty, entries, place)?;
    out.push('{');
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(&json::quote(&entry.name));
        out.push_str(": ");
        match find(&parts, &entry.name) {
            Some(member) => {
                value(&entry.value, member.ty(), &place.member(&entry.name), out)?;
            }
            None if is_open => guess::guess(&entry.value, out)?,
            None => return Err(unknown(entry, entries, ty, &parts, place)),
        }
    }
    out.push('}');
    complete(entries, &parts, end, place)
}

/// Checks the tags among `entries`, and gives the parts that they choose. Before its members, the
/// branch itself has to be right.
fn parts<'v>(ty: Type<'v>, entries: &[Entry], place: &Place) -> Result<Vec<Type<'v>>> {
    let parts = chosen(ty, entries);
    for tag in parts.iter().filter_map(|part| part.tag()) {
        if let Some(entry) = entries.iter().find(|it| it.name == tag)
            && let Some(member) = find(&parts, tag)
        {
            let place = place.member(tag);
            value(&entry.value, member.ty(), &place, &mut String::new())?;
        }
    }
    Ok(parts)
}

/// The type and the branches that the tags among `entries` choose, whose members make up the
/// object.
pub(in crate::language) fn chosen<'v>(ty: Type<'v>, entries: &[Entry]) -> Vec<Type<'v>> {
    let mut parts = vec![ty];
    let mut seen = HashSet::new();
    let mut next = Some(ty);
    while let Some(union) = next.take() {
        if let Some(tag) = union.tag()
            && seen.insert(tag)
            && let Some(entry) = entries.iter().find(|it| it.name == tag)
            && let Form::Word { text, .. } | Form::String(text) = &entry.value.form
            && let Some(branch) = union.branch(text)
        {
            parts.push(branch);
            next = Some(branch);
        }
    }
    parts
}

fn find<'v>(parts: &[Type<'v>], name: &str) -> Option<Member<'v>> {
    parts.iter().find_map(|part| part.member(name))
}

/// Checks that no required member is missing.
fn complete(entries: &[Entry], parts: &[Type<'_>], end: Range<usize>, place: &Place) -> Result<()> {
    let members = parts.iter().flat_map(|part| part.members());
    let missing = members.filter(|member| {
        !member.is_optional() && !entries.iter().any(|it| it.name == member.name())
    });
    let missing: Vec<_> = missing.collect();
    let Some((last, others)) = missing.split_last() else {
        return Ok(());
    };
    let last_name = last.name();
    let names = match others {
        [] => format!("`{last_name}`"),
        _ => {
            let others: Vec<_> = others.iter().map(|it| format!("`{}`", it.name())).collect();
            format!("{} and `{last_name}`", others.join(", "))
        }
    };
    let words = missing.iter().map(|it| {
        let name = place.dotted(it.name());
        format!("{name}=<{}>", it.ty())
    });
    let message = format!("`{}` needs {names}", place.name());
    let help = format!("add {}", words.collect::<Vec<_>>().join(" "));
    Err(Mistake::new(end, message).with_help(help))
}

/// What is said of a member that is not there.
fn unknown(
    entry: &Entry,
    entries: &[Entry],
    ty: Type<'_>,
    parts: &[Type<'_>],
    place: &Place,
) -> Mistake {
    let name = &entry.name;
    let message = format!("`{}` has no member `{name}`", place.name());
    let help = elsewhere(name, entries, ty, place).or_else(|| {
        let members = parts.iter().flat_map(|part| part.members());
        let free = members.filter(|it| !entries.iter().any(|entry| entry.name == it.name()));
        let names: Vec<_> = free.map(Member::name).collect();
        match nearest(name, names.iter().copied()) {
            Some(near) => Some(format!("did you mean `{}`?", place.dotted(near))),
            None if parts.iter().all(|part| part.members().next().is_none()) => {
                Some("it has no members at all".to_owned())
            }
            None if names.is_empty() => Some("all of its members are given".to_owned()),
            None if names.len() <= MAX_NAMED => {
                let names: Vec<_> = names.iter().map(|it| format!("`{it}`")).collect();
                Some(format!("it could have {}", names.join(", ")))
            }
            None => None,
        }
    });
    Mistake::new(entry.at.clone(), message).with_help(help)
}

/// In which branches the member is, if it is in others than the one that is chosen.
fn elsewhere(name: &str, entries: &[Entry], ty: Type<'_>, place: &Place) -> Option<String> {
    let tag = ty.tag()?;
    let dotted = place.dotted(tag);
    let branches = ty.branches().filter(|(_, it)| it.member(name).is_some());
    let cases: Vec<_> = branches
        .map(|(case, _)| format!("{dotted}={case}"))
        .collect();
    if !cases.is_empty() {
        return Some(format!("{} has it", listed(&cases)));
    }
    if entries.iter().any(|entry| entry.name == tag) {
        return None;
    }
    let depends = format!("which members there are depends on `{dotted}`, which is missing");
    let values = ty.member(tag).and_then(|it| value_help("", it.ty()));
    Some(match values {
        Some(values) => format!("{depends}: {values}"),
        None => depends,
    })
}

fn listed(cases: &[String]) -> String {
    match cases.split_at_checked(MAX_BRANCHES) {
        Some((first, rest)) if !rest.is_empty() => {
            format!("{} or one of {} others", first.join(", "), rest.len())
        }
        _ => cases.join(" or "),
    }
}
