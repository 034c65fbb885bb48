//! An order of the types in which what one contains comes in front of it.
//!
//! The types of its members do not count, its base, its branches and its arguments do. No type
//! contains itself.

use super::errors::Errors;
use super::names::{Declaration, Kind, Names, TypeName};
use super::times::Moment;
use crate::diagnostic::{Code, Diagnostic, short};
use crate::schema::TypeId;
use crate::source::Span;

/// An order of the types.
pub(super) struct Order {
    /// The types in that order, without those that contain themselves, and those that contain
    /// such a type.
    types: Vec<TypeId>,
    /// For each definition whether it is one of those.
    left_out: Vec<bool>,
}

impl Order {
    /// The types in order, those left out that contain themselves.
    pub(super) fn types(&self) -> &[TypeId] {
        &self.types
    }

    /// Whether a type contains itself, or another one that does.
    pub(super) fn is_recursive(&self, declaration: &Declaration) -> bool {
        self.left_out.get(declaration.index) == Some(&true)
    }
}

/// Orders the definitions; appends the types that contain themselves to `errors`.
pub(super) fn order(names: &Names, errors: &mut Errors) -> Order {
    let mut walk = Walk {
        names,
        states: vec![State::New; names.all.len()],
        on_cycle: vec![false; names.all.len()],
        open: Vec::new(),
        trail: Vec::new(),
        order: Order {
            types: Vec::new(),
            left_out: vec![false; names.all.len()],
        },
    };
    for declaration in &names.all {
        if walk.states[declaration.index] == State::New {
            walk.open(declaration);
            walk.run(errors);
        }
    }
    walk.order
}

struct Walk<'a> {
    names: &'a Names,
    states: Vec<State>,
    /// The types on cycles that were reported.
    on_cycle: Vec<bool>,
    /// Chains are as long as the schema wants: the stack is not that of the machine.
    open: Vec<(&'a Declaration, Vec<Option<Reference<'a>>>)>,
    /// For each open definition but the last, the reference to the next one.
    trail: Vec<(usize, Span)>,
    order: Order,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    /// What it contains is being looked at.
    Open,
    Done,
}

/// A type that a definition contains, and where that says so.
pub(super) type Reference<'a> = (&'a Declaration, Span);

impl<'a> Walk<'a> {
    fn open(&mut self, declaration: &'a Declaration) {
        self.states[declaration.index] = State::Open;
        self.open
            .push((declaration, contents(self.names, declaration)));
    }

    fn run(&mut self, errors: &mut Errors) {
        while let Some((declaration, rest)) = self.open.last_mut() {
            let declaration: &Declaration = declaration;
            let Some(reference) = rest.pop() else {
                self.close(declaration);
                continue;
            };
            let left = rest.len();
            let Some((next, span)) = reference else {
                continue;
            };
            match self.states[next.index] {
                State::Done => {
                    self.order.left_out[declaration.index] |= self.order.left_out[next.index];
                }
                State::New => {
                    self.trail.push((declaration.index, span));
                    self.open(next);
                }
                State::Open => {
                    let count = contents(self.names, declaration).len();
                    let moment = Moment::Into(count.saturating_sub(left + 1));
                    self.cycle((declaration.index, span), next, moment, errors);
                }
            }
        }
    }

    fn close(&mut self, declaration: &Declaration) {
        let index = declaration.index;
        self.states[index] = State::Done;
        self.open.pop();
        let user = self.trail.pop();
        if self.order.left_out[index] {
            if let Some((user, _)) = user {
                self.order.left_out[user] = true;
            }
        } else {
            self.order.types.extend(declaration.type_id());
        }
    }

    /// A cycle that the reference `last` closes, back to the type `to`.
    fn cycle(
        &mut self,
        last: (usize, Span),
        to: &Declaration,
        moment: Moment,
        errors: &mut Errors,
    ) {
        let is_before = |(index, _): &&(usize, Span)| *index != to.index;
        let cycle = self.trail.iter().skip_while(is_before).copied();
        let cycle: Vec<(usize, Span)> = cycle.chain([last]).collect();
        // Another way round through a type that was reported is no news.
        if !cycle.iter().any(|(index, _)| self.on_cycle[*index]) {
            let mut spans = cycle.iter().map(|(_, span)| *span);
            let message = format!("object '{}' contains itself", short(&to.head.name));
            let first = spans.next().unwrap_or(last.1);
            let error = Diagnostic::new(Code::RecursiveType, first, message);
            let error = spans.fold(error, |error, span| error.with_label(span, "through this"));
            errors.push_at((last.0, moment), to, error);
        }
        for (index, _) in cycle {
            self.on_cycle[index] = true;
            self.order.left_out[index] = true;
        }
    }
}

/// The types that a definition contains, the last one first; `None` where there is none, or one
/// that cannot be contained there.
pub(super) fn contents<'a>(
    names: &'a Names,
    declaration: &'a Declaration,
) -> Vec<Option<Reference<'a>>> {
    let reference = |name: &TypeName, fits: fn(&Kind) -> bool| {
        let (_, ty) = names.of(name)?;
        fits(&ty.kind).then_some((ty, name.span))
    };
    let structure: fn(&Kind) -> bool = |kind| matches!(kind, Kind::Struct { .. });
    let object: fn(&Kind) -> bool = |kind| matches!(kind, Kind::Struct { .. } | Kind::Union { .. });
    let arguments = |name: Option<&TypeName>, boxed| {
        let fits = if boxed { object } else { structure };
        name.map(|name| reference(name, fits)).into_iter().collect()
    };
    match &declaration.kind {
        Kind::Union { base, .. } if !can_be_base(names, base) => Vec::new(),
        Kind::Struct { base, .. } => {
            let base = base.iter().map(|base| reference(base, structure));
            base.collect()
        }
        Kind::Union { base, branches, .. } => {
            let branches = branches.iter().rev();
            let branches = branches.map(|branch| reference(&branch.ty, object));
            branches.chain([reference(base, structure)]).collect()
        }
        Kind::Command {
            arguments: name,
            flags,
            ..
        } => arguments(name.as_ref(), flags.boxed),
        Kind::Event { data, boxed } => arguments(data.as_ref(), *boxed),
        _ => Vec::new(),
    }
}

/// Whether a base is a structure. QEMU's frontend looks no further into what has another one.
fn can_be_base(names: &Names, base: &TypeName) -> bool {
    let kind = names.of(base).map(|(_, ty)| &ty.kind);
    matches!(kind, Some(Kind::Struct { .. } | Kind::Missing))
}
