//! What is still missing on a line, to be shown behind it.

use qapi_protocol::introspection::TypeKind;

use super::cursor::{Current, Line, Mode};
use super::path::{self, Segment};
use super::scope::{Part, Scope};
use super::tree::{Entry, insert};
use super::typed::object::chosen;
use super::words::{Text, Word};
use crate::vocabulary::{Type, Vocabulary};

/// How many members that need not be given are shown, if there are no more.
const MAX_OPTIONAL: usize = 3;

/// How many values of an enumeration are shown, if there are no more.
const MAX_VALUES: usize = 4;

/// What may come behind the end of a line of `mode`: the required members that are missing, and,
/// if they are few, the others in brackets: ` size=<size> [node-name=<str>]`. `None` if there is
/// nothing to say.
pub(crate) fn hint(line: &str, mode: Mode, vocabulary: &Vocabulary) -> Option<String> {
    let is_blank = line.ends_with(char::is_whitespace);
    let mut parsed = Line::new(line, line.len(), mode)?;
    let is_head = parsed.head.is_none();
    if is_head {
        // The name of a command is finished when it is one.
        parsed.head = Some(parsed.current.name);
    }
    let ty = parsed.arguments(vocabulary)?;
    let mut entries = parsed.entries();
    let mut hint = String::new();
    if !is_head && !is_blank {
        hint = finish(parsed.current, ty, &mut entries)?;
    }
    let entries = &entries;
    for word in words(Scope { ty, entries }) {
        if !is_blank || !hint.is_empty() {
            hint.push(' ');
        }
        hint.push_str(&word);
    }
    (!hint.is_empty()).then_some(hint)
}

/// What finishes the word, which is then among the entries; `None` if it cannot be right.
fn finish(current: Current<'_>, ty: Type<'_>, entries: &mut Vec<Entry>) -> Option<String> {
    let Current { start, name, value } = current;
    let root = Scope { ty, entries };
    let segments: Vec<_> = path::split(name, start).collect();
    let (given, ty) = match value {
        Some(_) => (name.to_owned(), root.at(&segments)?.ty),
        None => begun(root, name, &segments)?,
    };
    let text = value.unwrap_or_default();
    let span = start..start + name.len() + 1 + text.len();
    let word = Word {
        name: &given,
        value: Some(Text {
            span: span.clone(),
            text: text.trim_matches(['"', '\'']).into(),
            is_quoted: false,
        }),
        span,
    };
    insert(entries, &word).ok()?;
    let rest = given.get(name.len()..)?;
    Some(match value {
        None => format!("{rest}={}", placeholder(ty)),
        Some("") => placeholder(ty),
        Some(_) => String::new(),
    })
}

/// The member that a word without a value names, or the required one that its name may become: its
/// dotted name, and its type.
fn begun<'v>(
    root: Scope<'v, '_>,
    name: &str,
    segments: &[Segment<'_>],
) -> Option<(String, Type<'v>)> {
    let (last, path) = segments.split_last()?;
    let scope = root.at(path)?;
    let has_value = |ty: Type<'_>| !matches!(ty.kind(), TypeKind::Object | TypeKind::Array);
    if let Some(member) = scope.step(last.name) {
        return has_value(member.ty).then(|| (name.to_owned(), member.ty));
    }
    let mut parts = scope.open_parts().into_iter();
    let part = parts.find(|it| is_required(*it) && it.name().starts_with(last.name))?;
    let rest = part.name();
    let rest = rest
        .get(last.name.len()..)
        .filter(|_| !last.name.is_empty())?;
    has_value(part.ty()).then(|| (format!("{name}{rest}"), part.ty()))
}

fn is_required(part: Part<'_>) -> bool {
    match part {
        Part::Member(member) => !member.is_optional(),
        Part::Element(..) => false,
    }
}

/// The words that are missing.
fn words(scope: Scope<'_, '_>) -> Vec<String> {
    let missing = scope.missing().into_iter();
    let mut words: Vec<_> = missing.map(|(name, ty)| word(&name, ty)).collect();
    // Before its tag is known, nobody knows what else a union takes.
    let parts = chosen(scope.ty, scope.entries);
    if parts.last().is_some_and(|part| part.tag().is_some()) {
        words.push("...".to_owned());
        return words;
    }
    let parts = scope.open_parts().into_iter();
    let optional = parts.filter_map(|part| match part {
        Part::Member(it) if it.is_optional() => Some(it),
        Part::Member(_) | Part::Element(..) => None,
    });
    let optional =
        optional.filter(|it| scope.entry(it.name()).is_none() && !it.features().has("deprecated"));
    let optional: Vec<_> = optional.collect();
    if optional.len() <= MAX_OPTIONAL {
        let optional = optional.iter();
        words.extend(optional.map(|it| format!("[{}]", word(it.name(), it.ty()))));
    }
    words
}

fn word(name: &str, ty: Type<'_>) -> String {
    match ty.kind() {
        TypeKind::Object => format!("{name}.<{ty}>"),
        TypeKind::Array => format!("{name}.0=<{}>", ty.element().unwrap_or(ty)),
        _ => format!("{name}={}", placeholder(ty)),
    }
}

/// What stands for a value of a type.
fn placeholder(ty: Type<'_>) -> String {
    let values: Vec<_> = ty.values().map(|value| value.name()).collect();
    match values.len() {
        1..=MAX_VALUES => format!("<{}>", values.join("|")),
        _ => format!("<{ty}>"),
    }
}
