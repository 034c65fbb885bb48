//! The rules: which type does for all that stand at one place.

use super::groups::{Family, GroupId, Groups, Source};
use super::places::Place;
use crate::schema::{Builtin, JsonType, TypeKind};

/// A type of the merged schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Builtin(Builtin),
    Array(Box<Shape>),
    Group(GroupId),
}

/// What a place becomes.
pub(super) struct Unified {
    pub(super) shape: Shape,
    /// The group that does for what stands there, and types that come into it.
    pub(super) absorbed: Option<(GroupId, Vec<Source>)>,
}

/// Two types, by their index among those of a place, that no rule brings together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clash {
    pub(super) old: usize,
    pub(super) new: usize,
}

/// What a type is to the rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// The object without members.
    Empty,
    Group(Family, GroupId),
    Array,
    Integer(Builtin),
    Builtin(Builtin),
}

const STRING: Class = Class::Builtin(Builtin::Str);

impl Class {
    fn is(self, family: Family) -> bool {
        matches!(self, Class::Group(it, _) if it == family)
    }
}

impl Groups<'_> {
    /// The type that does for all of `sources`, which are sorted by release.
    pub(super) fn one_for_all(&self, sources: &[Source]) -> Result<Unified, Clash> {
        let classes: Vec<Class> = sources.iter().map(|&it| self.class(it)).collect();
        let all = |fits: &dyn Fn(Class) -> bool| classes.iter().all(|it| fits(*it));
        // The newest of a kind decides.
        let alternate = classes.iter().rposition(|it| it.is(Family::Alternate));
        if let Some(newest) = alternate {
            return self.in_alternate(sources, &classes, newest);
        }
        if all(&|it| it.is(Family::Object) || it == Class::Empty)
            && let Some(group) = self.object(&classes)
        {
            return Ok(self.in_group(sources, group));
        }
        if all(&|it| it.is(Family::Enum) || it == STRING)
            && let Some(group) = newest(&classes, |_| true)
        {
            let with_class = sources.iter().zip(&classes);
            let enums = with_class.filter(|(_, class)| **class != STRING);
            let enums: Vec<Source> = enums.map(|(source, _)| *source).collect();
            return Ok(self.in_group(&enums, group));
        }
        if all(&|it| it == Class::Array) && !sources.is_empty() {
            let elements: Vec<Source> = sources.iter().map(|&it| self.element(it)).collect();
            let element = self.one_for_all(&elements)?;
            return Ok(Unified {
                shape: Shape::Array(Box::new(element.shape)),
                ..element
            });
        }
        let builtin = |builtin: Builtin| {
            let shape = Shape::Builtin(builtin);
            Ok(Unified {
                shape,
                absorbed: None,
            })
        };
        match classes.last() {
            Some(Class::Integer(newest)) if all(&|it| matches!(it, Class::Integer(_))) => {
                builtin(*newest)
            }
            Some(newest @ Class::Builtin(it)) if all(&|it| it == *newest) => builtin(*it),
            _ => Err(clash(&classes)),
        }
    }

    /// The newest object that has a name, or else the newest, or else that without members.
    fn object(&self, classes: &[Class]) -> Option<GroupId> {
        let named = newest(classes, |group| !self.is_implicit(group));
        let any = named.or_else(|| newest(classes, |_| true));
        any.or_else(|| self.empty())
    }

    /// Two types at a place, with as little in common as there is.
    pub(super) fn clash(&self, place: &Place<'_>) -> Clash {
        let classes = place.occupants.iter().map(|it| self.class(it.source));
        clash(&classes.collect::<Vec<_>>())
    }

    fn in_group(&self, sources: &[Source], group: GroupId) -> Unified {
        let others = sources.iter().copied();
        let others = others.filter(|&it| self.home(it) != Some(group));
        Unified {
            shape: Shape::Group(group),
            absorbed: Some((group, others.collect())),
        }
    }

    /// The alternate at index `newest`, for types that it takes, and for other alternates.
    fn in_alternate(
        &self,
        sources: &[Source],
        classes: &[Class],
        newest: usize,
    ) -> Result<Unified, Clash> {
        let Class::Group(_, group) = classes[newest] else {
            return Err(clash(classes));
        };
        let fits = |source: Source| {
            let look = self.json_type(source);
            let mut taken = self.alternatives_of(sources[newest]);
            taken.any(|(taken, _)| Some(taken) == look)
        };
        let misfit = (0..sources.len())
            .rev()
            .find(|&index| !classes[index].is(Family::Alternate) && !fits(sources[index]));
        match misfit {
            Some(old) => Err(Clash { old, new: newest }),
            None => Ok(self.in_group(sources, group)),
        }
    }

    /// How the values of a type look in JSON, as alternates tell them apart.
    pub(super) fn json_type(&self, source: Source) -> Option<&'static str> {
        Some(match self.class(source) {
            Class::Empty | Class::Group(Family::Object, _) => "object",
            Class::Group(Family::Enum, _) => "string",
            Class::Group(Family::Alternate, _) => return None,
            Class::Array => "array",
            Class::Integer(_) => "number",
            Class::Builtin(builtin) => match builtin.json_type() {
                JsonType::String => "string",
                JsonType::Number | JsonType::Int => "number",
                JsonType::Boolean => "boolean",
                JsonType::Null => "null",
                JsonType::Value => return None,
            },
        })
    }

    fn class(&self, source: Source) -> Class {
        let home = self
            .home(source)
            .filter(|_| self.named(source) != self.empty());
        match (self.ty(source).map(|ty| &ty.kind), home) {
            (_, Some(group)) => Class::Group(self.get(group).family, group),
            (Some(TypeKind::Builtin(it)), _) if it.json_type() == JsonType::Int => {
                Class::Integer(*it)
            }
            (Some(TypeKind::Builtin(it)), _) => Class::Builtin(*it),
            (Some(TypeKind::Array(_)), _) => Class::Array,
            _ => Class::Empty,
        }
    }

    /// The type of an array's elements; other types are their own.
    pub(super) fn element(&self, source: Source) -> Source {
        match self.ty(source).map(|ty| &ty.kind) {
            Some(&TypeKind::Array(element)) => Source {
                ty: Some(element),
                ..source
            },
            _ => source,
        }
    }
}

/// The newest group, of those that are wanted.
fn newest(classes: &[Class], wanted: impl Fn(GroupId) -> bool) -> Option<GroupId> {
    classes.iter().rev().find_map(|it| match *it {
        Class::Group(_, group) if wanted(group) => Some(group),
        _ => None,
    })
}

/// The newest type, and the newest before it that is of another kind.
fn clash(classes: &[Class]) -> Clash {
    let new = classes.len().saturating_sub(1);
    let differs = |&old: &usize| classes.get(old) != classes.get(new);
    let old = (0..new).rev().find(differs).unwrap_or(0);
    Clash { old, new }
}
