//! What no rule merges.

use super::groups::{Groups, Source};
use super::places::{Occupant, Place};
use super::unify::Clash;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{DefinitionId, TypeKind};
use crate::source::Span;

/// Two types at one place.
pub(super) fn of_types(groups: &Groups<'_>, place: &Place, clash: Clash) -> Option<Diagnostic> {
    let old = place.occupants.get(clash.old)?;
    let new = place.occupants.get(clash.new)?;
    let release = |it: &Occupant| groups.releases[it.source.release].version;
    let describe =
        |it: &Occupant| format!("{} in QEMU {}", describe(groups, it.source), release(it));
    let message = format!("{}: {}, {}", place.name, describe(old), describe(new));
    let mut error = Diagnostic::new(Code::VersionConflict, new.span.or(old.span)?, message);
    for occupant in [new, old] {
        if let Some(span) = occupant.span {
            error = error.with_label(span, describe(occupant));
            let definition = definition_of(groups, occupant.source.release, span);
            error
                .labels
                .extend(definition.map(|it| (it, "in this definition".to_owned())));
        }
    }
    Some(error)
}

/// A definition that is of different kinds.
pub(super) fn of_parts(span: Span, message: String, label: Option<(Span, String)>) -> Diagnostic {
    let error = Diagnostic::new(Code::VersionConflict, span, message);
    match label {
        Some((span, what)) => error.with_label(span, what),
        None => error,
    }
}

/// The name of the definition that a place is in, unless the place is that name.
fn definition_of(groups: &Groups<'_>, release: usize, span: Span) -> Option<Span> {
    let schema = groups.schema(release);
    let named = schema.definitions().iter().filter(|&&id| match id {
        DefinitionId::Type(id) => !schema.ty(id).is_implicit(),
        DefinitionId::Command(_) | DefinitionId::Event(_) => true,
    });
    let names = named.filter_map(|&id| schema.head(id).span);
    let before = names.filter(|name| name.file == span.file && name.start <= span.start);
    before
        .max_by_key(|name| name.start)
        .filter(|name| *name != span)
}

fn describe(groups: &Groups<'_>, source: Source) -> String {
    let Some(ty) = groups.ty(source) else {
        return "nothing".to_owned();
    };
    let kind = match &ty.kind {
        TypeKind::Builtin(builtin) => return format!("'{}'", builtin.name()),
        TypeKind::Array(_) => {
            let element = groups.element(source);
            return format!("an array of {}", describe(groups, element));
        }
        TypeKind::Enum(_) => "enum",
        TypeKind::Struct(_) => "struct",
        TypeKind::Union(_) => "union",
        TypeKind::Alternate(_) => "alternate",
    };
    format!("{kind} '{}'", ty.head.name)
}
