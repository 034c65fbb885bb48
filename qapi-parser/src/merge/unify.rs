//! The rules: which type does for all that stand at one place.

use super::groups::{GroupId, Groups, Source};
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
    /// Types that stand there too, and come into the group of what does for them.
    pub(super) absorbed: Vec<(GroupId, Source)>,
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
    Object(GroupId),
    Alternate(GroupId),
    Enum(GroupId),
    Array,
    Integer(Builtin),
    Builtin(Builtin),
}

const STRING: Class = Class::Builtin(Builtin::Str);

impl Groups<'_> {
    /// The type that does for all of `sources`, which are sorted by release.
    pub(super) fn one_for_all(&self, sources: &[Source]) -> Result<Unified, Clash> {
        let classes: Vec<Class> = sources.iter().map(|&it| self.class(it)).collect();
        let all = |fits: &dyn Fn(&Class) -> bool| classes.iter().all(fits);
        // The newest of a kind decides.
        let alternate = classes
            .iter()
            .rposition(|it| matches!(it, Class::Alternate(_)));
        if let Some(newest) = alternate {
            return self.in_alternate(sources, &classes, newest);
        }
        let object = classes.iter().rev().find_map(|it| match it {
            Class::Object(group) => Some(*group),
            _ => None,
        });
        if let Some(group) = object
            && all(&|it| matches!(it, Class::Object(_) | Class::Empty))
        {
            return Ok(self.in_group(sources, group));
        }
        let enumeration = classes.iter().rev().find_map(|it| match it {
            Class::Enum(group) => Some(*group),
            _ => None,
        });
        if let Some(group) = enumeration
            && all(&|it| matches!(it, Class::Enum(_)) || *it == STRING)
        {
            let with_class = sources.iter().zip(&classes);
            let enums = with_class.filter(|(_, class)| **class != STRING);
            let enums: Vec<Source> = enums.map(|(source, _)| *source).collect();
            return Ok(self.in_group(&enums, group));
        }
        if all(&|it| *it == Class::Array) && !sources.is_empty() {
            let elements: Vec<Source> = sources.iter().map(|&it| self.element(it)).collect();
            let element = self.one_for_all(&elements)?;
            return Ok(Unified {
                shape: Shape::Array(Box::new(element.shape)),
                ..element
            });
        }
        let plain = |builtin: Builtin| Unified {
            shape: Shape::Builtin(builtin),
            absorbed: Vec::new(),
        };
        match classes.last() {
            Some(Class::Integer(newest)) if all(&|it| matches!(it, Class::Integer(_))) => {
                Ok(plain(*newest))
            }
            Some(newest @ Class::Builtin(builtin)) if all(&|it| it == newest) => {
                Ok(plain(*builtin))
            }
            _ => Err(clash(&classes)),
        }
    }

    fn in_group(&self, sources: &[Source], group: GroupId) -> Unified {
        let others = sources.iter().filter(|&&it| self.home(it) != Some(group));
        Unified {
            shape: Shape::Group(group),
            absorbed: others.map(|&it| (group, it)).collect(),
        }
    }

    /// The alternate at index `newest`, for types that it takes, and for other alternates.
    fn in_alternate(
        &self,
        sources: &[Source],
        classes: &[Class],
        newest: usize,
    ) -> Result<Unified, Clash> {
        let Class::Alternate(group) = classes[newest] else {
            return Err(clash(classes));
        };
        let taken = self.alternatives(sources[newest]);
        let fits = |source: Source| {
            taken
                .iter()
                .any(|(json, _)| *json == self.json_type(source))
        };
        let misfit = (0..sources.len())
            .rev()
            .find(|&index| !matches!(classes[index], Class::Alternate(_)) && !fits(sources[index]));
        match misfit {
            Some(old) => Err(Clash { old, new: newest }),
            None => Ok(self.in_group(sources, group)),
        }
    }

    /// What an alternate takes, each with how it looks in JSON; of another type, that itself.
    pub(super) fn alternatives(&self, source: Source) -> Vec<(&'static str, Source)> {
        let types = match self.ty(source).map(|ty| &ty.kind) {
            Some(TypeKind::Alternate(alternate)) => {
                let types = alternate.alternatives.iter().map(|it| Source {
                    ty: Some(it.ty),
                    ..source
                });
                types.collect()
            }
            _ => vec![source],
        };
        let types = types.into_iter();
        types.map(|it| (self.json_type(it), it)).collect()
    }

    /// How the values of a type look in JSON, as alternates tell them apart.
    fn json_type(&self, source: Source) -> &'static str {
        match self.class(source) {
            Class::Empty | Class::Object(_) | Class::Alternate(_) => "object",
            Class::Enum(_) => "string",
            Class::Array => "array",
            Class::Integer(_) => "number",
            Class::Builtin(builtin) => match builtin.json_type() {
                JsonType::String => "string",
                JsonType::Number | JsonType::Int => "number",
                JsonType::Boolean => "boolean",
                JsonType::Null => "null",
                JsonType::Value => "value",
            },
        }
    }

    fn class(&self, source: Source) -> Class {
        let kind = self.ty(source).map(|ty| &ty.kind);
        match (kind, self.home(source)) {
            (Some(TypeKind::Builtin(it)), _) if it.json_type() == JsonType::Int => {
                Class::Integer(*it)
            }
            (Some(TypeKind::Builtin(it)), _) => Class::Builtin(*it),
            (Some(TypeKind::Struct(_) | TypeKind::Union(_)), Some(group)) => Class::Object(group),
            (Some(TypeKind::Alternate(_)), Some(group)) => Class::Alternate(group),
            (Some(TypeKind::Enum(_)), Some(group)) => Class::Enum(group),
            (Some(TypeKind::Array(_)), _) => Class::Array,
            // Without a name it is in no group: there is no such definition.
            (None, _) | (Some(_), None) => Class::Empty,
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

/// The newest type, and the newest before it that is of another kind.
fn clash(classes: &[Class]) -> Clash {
    let new = classes.len().saturating_sub(1);
    let differs = |&old: &usize| classes.get(old) != classes.get(new);
    let old = (0..new).rev().find(differs).unwrap_or(0);
    Clash { old, new }
}
