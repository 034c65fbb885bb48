//! No type contains itself: its members' types do not count, its base and branches do.

use super::names::{Declaration, Kind, Names};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{DefinitionId, TypeId};
use crate::source::{Span, Spanned};

/// Orders the types so that what a type contains comes in front of it. Types that contain
/// themselves, and those that contain such a type, are left out; appends the cycles to `errors`.
pub(super) fn check(names: &Names, errors: &mut Vec<Diagnostic>) -> Vec<TypeId> {
    let types: Vec<&Declaration> = names.types().collect();
    let mut states = vec![State::New; types.len()];
    let mut order = Vec::with_capacity(types.len());
    // The types on cycles that were reported, and all that have no place in the order.
    let mut on_cycle = vec![false; types.len()];
    let mut left_out = vec![false; types.len()];
    // Chains are as long as the schema wants: the stack is not that of the machine.
    let mut open: Vec<(TypeId, Vec<Reference>)> = Vec::new();
    // For each open type but the last, the reference to the next one.
    let mut trail: Vec<(TypeId, Span)> = Vec::new();
    for start in (0..types.len() as u32).map(TypeId) {
        if states[start.0 as usize] == State::New {
            states[start.0 as usize] = State::Open;
            open.push((start, contents(names, types[start.0 as usize])));
        }
        while let Some((id, rest)) = open.last_mut() {
            let id = *id;
            let Some((next, span)) = rest.pop() else {
                states[id.0 as usize] = State::Done;
                open.pop();
                let user = trail.pop();
                if !left_out[id.0 as usize] {
                    order.push(id);
                } else if let Some((user, _)) = user {
                    left_out[user.0 as usize] = true;
                }
                continue;
            };
            let declaration = types[next.0 as usize];
            match states[next.0 as usize] {
                State::Done => left_out[id.0 as usize] |= left_out[next.0 as usize],
                State::New => {
                    states[next.0 as usize] = State::Open;
                    trail.push((id, span));
                    open.push((next, contents(names, declaration)));
                }
                State::Open => {
                    let is_before = |(id, _): &&(TypeId, Span)| *id != next;
                    let cycle = trail.iter().skip_while(is_before).copied();
                    let cycle: Vec<(TypeId, Span)> = cycle.chain([(id, span)]).collect();
                    // Another way round through a type that was reported is no news.
                    if !cycle.iter().any(|(id, _)| on_cycle[id.0 as usize]) {
                        let mut spans = cycle.iter().map(|(_, span)| *span);
                        let first = spans.next().unwrap_or(span);
                        errors.push(recursion(declaration, first, spans));
                    }
                    for (id, _) in cycle {
                        on_cycle[id.0 as usize] = true;
                        left_out[id.0 as usize] = true;
                    }
                }
            }
        }
    }
    order
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    /// What it contains is being looked at.
    Open,
    Done,
}

/// A type that another one contains, and where that says so.
type Reference = (TypeId, Span);

/// The types that a type contains, the last one first.
fn contents(names: &Names, declaration: &Declaration) -> Vec<Reference> {
    let reference = |name: &Spanned<String>| match names.get(&name.value)?.id {
        DefinitionId::Type(id) => Some((id, name.span)),
        DefinitionId::Command(_) | DefinitionId::Event(_) => None,
    };
    match &declaration.kind {
        Kind::Struct { base, .. } => base.iter().filter_map(reference).collect(),
        Kind::Union { base, branches, .. } => {
            let branches = branches.iter().rev().map(|branch| &branch.ty);
            branches.chain([base]).filter_map(reference).collect()
        }
        _ => Vec::new(),
    }
}

/// `first` is the type's reference to the next one on the cycle, `rest` those that lead back.
fn recursion(
    declaration: &Declaration,
    first: Span,
    rest: impl Iterator<Item = Span>,
) -> Diagnostic {
    let message = format!("object {} contains itself", declaration.head.name);
    let error = declaration.blame(Diagnostic::new(Code::RecursiveType, first, message));
    rest.fold(error, |error, span| error.with_label(span, "through this"))
}
