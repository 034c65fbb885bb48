//! What no rule merges.

use super::groups::{Groups, Source};
use super::places::{Occupant, Place};
use super::unify::Clash;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{DefinitionId, TypeKind};
use crate::source::Span;

/// What a release says of something.
pub(super) struct Side {
    pub(super) release: usize,
    pub(super) what: String,
    /// Where, if it says so.
    pub(super) span: Option<Span>,
}

/// Two types at one place, of which a settlement may name one.
pub(super) fn of_types(groups: &Groups<'_>, place: &Place<'_>, clash: Clash) -> Option<Diagnostic> {
    let side = |it: &Occupant| Side {
        release: it.source.release,
        what: describe(groups, it.source),
        span: it.span,
    };
    let old = place.occupants.get(clash.old).map(side)?;
    let new = place.occupants.get(clash.new).map(side)?;
    let spans = place.occupants.iter().find_map(|it| it.span);
    let at = new.span.or(old.span).or(spans)?;
    Some(between(groups, at, &place.name(), &old, &new))
}

/// Two definitions of one name.
pub(super) fn of_definitions(
    groups: &Groups<'_>,
    name: &str,
    old: Source,
    new: Source,
) -> Option<Diagnostic> {
    let side = |source: Source| Side {
        release: source.release,
        what: describe(groups, source),
        span: groups.ty(source).and_then(|ty| ty.head.span),
    };
    unsettled(groups, name, &side(old), &side(new))
}

/// What releases say of something that they call `name`, which is more than a type at a place.
pub(super) fn unsettled(
    groups: &Groups<'_>,
    name: &str,
    old: &Side,
    new: &Side,
) -> Option<Diagnostic> {
    let error = between(groups, new.span?, name, old, new);
    Some(error.with_help("no rule merges this, and no setting does"))
}

fn between(groups: &Groups<'_>, at: Span, name: &str, old: &Side, new: &Side) -> Diagnostic {
    let describe = |it: &Side| {
        let version = groups.releases[it.release].version;
        format!("{} in QEMU {version}", it.what)
    };
    let message = format!("{name}: {}, {}", describe(old), describe(new));
    let mut error = Diagnostic::new(Code::VersionConflict, at, message);
    for side in [new, old] {
        let Some(span) = side.span else { continue };
        error = error.with_label(span, describe(side));
        if let Some(definition) = definition_of(groups, side.release, span) {
            error = error.with_label(definition, "in this definition");
        }
    }
    error
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

/// What a type is, and its name.
pub(super) fn describe(groups: &Groups<'_>, source: Source) -> String {
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
