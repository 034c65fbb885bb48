//! The places of a schema, among the files of all schemas that are merged.

use std::sync::Arc;

use crate::doc::Doc;
use crate::schema::{Feature, Head, Part, Schema, TypeKind};
use crate::source::Span;

/// Makes all places of `schema` those of files whose ids are larger by `by`.
pub(super) fn relocate(schema: &mut Schema, by: u32) {
    for module in &mut schema.modules {
        module.file.0 += by;
        module.comments.iter_mut().for_each(|it| doc(it, by));
    }
    for ty in &mut schema.types {
        head(&mut ty.head, by);
        parts(&mut ty.kind, by);
    }
    let commands = schema.commands.iter_mut().map(|it| &mut it.head);
    let events = schema.events.iter_mut().map(|it| &mut it.head);
    commands.chain(events).for_each(|it| head(it, by));
}

fn parts(kind: &mut TypeKind, by: u32) {
    match kind {
        TypeKind::Builtin(_) | TypeKind::Array(_) => {}
        TypeKind::Enum(it) => it.values.iter_mut().for_each(|it| part(&mut it.part, by)),
        TypeKind::Struct(it) => it.members.iter_mut().for_each(|it| part(&mut it.part, by)),
        TypeKind::Union(it) => it.branches.iter_mut().for_each(|it| part(&mut it.part, by)),
        TypeKind::Alternate(it) => {
            let alternatives = it.alternatives.iter_mut();
            alternatives.for_each(|it| part(&mut it.part, by));
        }
    }
}

fn head(head: &mut Head, by: u32) {
    head.span.iter_mut().for_each(|it| span(it, by));
    if let Some(block) = &mut head.doc {
        doc(Arc::make_mut(block), by);
    }
    features(&mut head.features, by);
}

fn part(part: &mut Part, by: u32) {
    span(&mut part.span, by);
    features(&mut part.features, by);
}

fn features(features: &mut [Feature], by: u32) {
    features.iter_mut().for_each(|it| span(&mut it.span, by));
}

/// The same for the places of one documentation block.
pub(crate) fn doc(doc: &mut Doc, by: u32) {
    span(&mut doc.span, by);
    doc.symbol.iter_mut().for_each(|it| span(&mut it.span, by));
    doc.sections
        .iter_mut()
        .for_each(|it| span(&mut it.span, by));
}

fn span(span: &mut Span, by: u32) {
    span.file.0 += by;
}
