//! The order in which QEMU's frontend checks definitions: what one contains comes in front of it.
//!
//! The types of its members do not count, its base, its branches and its arguments do. No type
//! contains itself.

use super::errors::Errors;
use super::names::{Declaration, Kind, Names, TypeName};
use crate::diagnostic::{Code, Diagnostic, short};
use crate::schema::TypeId;
use crate::source::Span;

/// An order of all definitions.
pub(super) struct Order {
    /// For each definition its place in the order.
    ranks: Vec<usize>,
    /// For each definition the last place that is taken when it has one, by what it contains or
    /// by what is in front of it.
    reaches: Vec<usize>,
    /// The types in that order, without those that contain themselves, and those that contain
    /// such a type.
    types: Vec<TypeId>,
    /// For each definition whether it is one of those.
    left_out: Vec<bool>,
}

impl Order {
    /// The place of a definition in the order.
    pub(super) fn rank(&self, index: usize) -> usize {
        self.ranks.get(index).copied().unwrap_or(usize::MAX)
    }

    /// The place in the order behind which everything up to a definition is checked.
    pub(super) fn reach(&self, index: usize) -> usize {
        self.reaches.get(index).copied().unwrap_or(usize::MAX)
    }

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
        next_rank: 0,
        order: Order {
            ranks: vec![0; names.all.len()],
            reaches: Vec::with_capacity(names.all.len()),
            types: Vec::new(),
            left_out: vec![false; names.all.len()],
        },
    };
    for declaration in &names.all {
        if walk.states[declaration.index] == State::New {
            walk.open(declaration);
            walk.run(errors);
        }
        walk.order.reaches.push(walk.next_rank.saturating_sub(1));
    }
    walk.order
}

struct Walk<'a> {
    names: &'a Names,
    states: Vec<State>,
    /// The types on cycles that were reported.
    on_cycle: Vec<bool>,
    /// Chains are as long as the schema wants: the stack is not that of the machine.
    open: Vec<(&'a Declaration, Vec<Reference<'a>>)>,
    /// For each open definition but the last, the reference to the next one.
    trail: Vec<(usize, Span)>,
    next_rank: usize,
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
type Reference<'a> = (&'a Declaration, Span);

impl<'a> Walk<'a> {
    fn open(&mut self, declaration: &'a Declaration) {
        self.states[declaration.index] = State::Open;
        self.open
            .push((declaration, contents(self.names, declaration)));
    }

    fn run(&mut self, errors: &mut Errors) {
        while let Some((declaration, rest)) = self.open.last_mut() {
            let declaration: &Declaration = declaration;
            let Some((next, span)) = rest.pop() else {
                self.close(declaration);
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
                State::Open => self.cycle((declaration.index, span), next, errors),
            }
        }
    }

    fn close(&mut self, declaration: &Declaration) {
        let index = declaration.index;
        self.states[index] = State::Done;
        self.order.ranks[index] = self.next_rank;
        self.next_rank += 1;
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
    fn cycle(&mut self, last: (usize, Span), to: &Declaration, errors: &mut Errors) {
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
            errors.push(to, error);
        }
        for (index, _) in cycle {
            self.on_cycle[index] = true;
            self.order.left_out[index] = true;
        }
    }
}

/// The types that a definition contains, the last one first.
fn contents<'a>(names: &'a Names, declaration: &'a Declaration) -> Vec<Reference<'a>> {
    let reference = |name: &TypeName| {
        let (_, ty) = names.of(name)?;
        Some((ty, name.span))
    };
    match &declaration.kind {
        Kind::Struct {
            base: Some(base), ..
        }
        | Kind::Union { base, .. }
            if !can_be_base(names, base) =>
        {
            Vec::new()
        }
        Kind::Struct { base, .. } => base.iter().filter_map(reference).collect(),
        Kind::Union { base, branches, .. } => {
            let branches = branches.iter().rev().map(|branch| &branch.ty);
            branches.chain([base]).filter_map(reference).collect()
        }
        Kind::Command { arguments, .. } => arguments.iter().filter_map(reference).collect(),
        Kind::Event { data, .. } => data.iter().filter_map(reference).collect(),
        _ => Vec::new(),
    }
}

/// Whether a base is a structure. QEMU's frontend looks no further into what has another one.
fn can_be_base(names: &Names, base: &TypeName) -> bool {
    let kind = names.of(base).map(|(_, ty)| &ty.kind);
    matches!(kind, Some(Kind::Struct { .. } | Kind::Missing))
}
