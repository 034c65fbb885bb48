//! Types as the server has them, with the names that the reference has for them.

use std::fmt;

use qapi_protocol::VersionRange;
use qapi_protocol::introspection::{self as view, EnumValue, Features, TypeKind};

use super::Member;

/// A type. It shows as its name, or, where that is not known, as what it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type<'v> {
    live: view::Type<'v>,
    /// Of the same kind.
    reference: Option<view::Type<'v>>,
}

/// A value of an enumeration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'v> {
    live: EnumValue<'v>,
    reference: Option<EnumValue<'v>>,
}

/// What an integer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Integer {
    /// The least value.
    pub(crate) min: i128,
    /// The greatest value.
    pub(crate) max: i128,
    /// Whether it may be a size, and be written with a suffix.
    pub(crate) is_size: bool,
}

impl Integer {
    /// What QEMU's JSON can say.
    pub(crate) const ANY: Integer = Integer {
        min: i64::MIN as i128,
        max: u64::MAX as i128,
        is_size: true,
    };
}

impl<'v> Type<'v> {
    pub(super) fn new(live: view::Type<'v>, reference: Option<view::Type<'v>>) -> Self {
        Type {
            live,
            reference: reference.and_then(|reference| alike(live, reference)),
        }
    }

    /// Something that is the same for the same type with the same reference only.
    pub(super) fn id(self) -> (&'v str, Option<&'v str>) {
        (self.live.name(), self.reference.map(view::Type::name))
    }

    /// What it is.
    pub(crate) fn kind(self) -> TypeKind {
        self.live.kind()
    }

    /// Its features.
    pub(crate) fn features(self) -> Features<'v> {
        self.live.features()
    }

    /// Of a basic type, what values are in JSON: `string`, `number`, `int`, `boolean`, `null`, or
    /// `value`, which is any.
    pub(crate) fn json_type(self) -> Option<&'v str> {
        self.live.json_type()
    }

    /// Whether it is known what it is called.
    pub(crate) fn has_name(self) -> bool {
        self.own_name().is_some()
    }

    fn own_name(self) -> Option<&'v str> {
        let name = match self.reference {
            Some(reference) => reference.name(),
            None => self.live.name(),
        };
        // Servers number their types. What the schema compiler made up begins with `q_`.
        let is_made_up = name.starts_with("q_") || name.bytes().all(|byte| byte.is_ascii_digit());
        (!is_made_up && self.kind() != TypeKind::Array).then_some(name)
    }

    /// Of an integer, what it may be.
    pub(crate) fn integer(self) -> Option<Integer> {
        if self.json_type() != Some("int") {
            return None;
        }
        let known = self.reference.unwrap_or(self.live).name();
        let (min, max, is_size) = match known {
            "int8" => (i8::MIN.into(), i8::MAX.into(), false),
            "int16" => (i16::MIN.into(), i16::MAX.into(), false),
            "int32" => (i32::MIN.into(), i32::MAX.into(), false),
            "int64" => (i64::MIN.into(), i64::MAX.into(), false),
            "uint8" => (0, u8::MAX.into(), false),
            "uint16" => (0, u16::MAX.into(), false),
            "uint32" => (0, u32::MAX.into(), false),
            "uint64" => (0, u64::MAX.into(), false),
            "size" => (0, u64::MAX.into(), true),
            // To the server, all of them are `int`.
            _ => return Some(Integer::ANY),
        };
        Some(Integer { min, max, is_size })
    }

    /// Of an array, what its elements are.
    pub(crate) fn element(self) -> Option<Type<'v>> {
        let reference = self.reference.and_then(view::Type::element);
        Some(Type::new(self.live.element()?, reference))
    }

    /// Of an alternate, what it may be.
    pub(crate) fn alternatives(self) -> impl Iterator<Item = Type<'v>> {
        let reference = self.reference;
        self.live.alternatives().map(move |live| {
            let mut known = reference.into_iter().flat_map(view::Type::alternatives);
            Type::new(live, known.find(|it| alike(live, *it).is_some()))
        })
    }

    /// Of an object, its members; of a union, those that all values have.
    pub(crate) fn members(self) -> impl Iterator<Item = Member<'v>> {
        self.live.members().map(move |live| {
            let mut known = self.reference.into_iter().flat_map(view::Type::members);
            Member {
                live,
                reference: known.find(|it| it.name() == live.name()),
            }
        })
    }

    /// Whether no value has members.
    pub(crate) fn is_empty(self) -> bool {
        self.members().next().is_none() && self.branches().all(|(_, it)| it.is_empty())
    }

    /// The member `name`; of a union, among those that all values have.
    pub(crate) fn member(self, name: &str) -> Option<Member<'v>> {
        self.members().find(|member| member.name() == name)
    }

    /// Of a union, the name of the member whose value chooses the branch.
    pub(crate) fn tag(self) -> Option<&'v str> {
        self.live.tag()
    }

    /// Of a union, its branches: a value of its tag, and an object of the members that the value
    /// adds.
    pub(crate) fn branches(self) -> impl Iterator<Item = (&'v str, Type<'v>)> {
        self.live.branches().map(move |(name, live)| {
            let mut known = self.reference.into_iter().flat_map(view::Type::branches);
            let reference = known.find_map(|(known, ty)| (known == name).then_some(ty));
            (name, Type::new(live, reference))
        })
    }

    /// What the value `name` of a union's tag adds.
    pub(crate) fn branch(self, name: &str) -> Option<Type<'v>> {
        let mut branches = self.branches();
        branches.find_map(|(case, ty)| (case == name).then_some(ty))
    }

    /// Of an enumeration, its values.
    pub(crate) fn values(self) -> impl Iterator<Item = Value<'v>> {
        self.live.values().map(move |live| {
            let mut known = self.reference.into_iter().flat_map(view::Type::values);
            Value {
                live,
                reference: known.find(|it| it.name() == live.name()),
            }
        })
    }

    /// The releases that have it, if that is known.
    pub(crate) fn versions(self) -> Option<VersionRange> {
        self.reference.unwrap_or(self.live).versions()
    }

    /// The module that defines it, if that is known.
    pub(crate) fn module(self) -> Option<&'v str> {
        self.reference.unwrap_or(self.live).module()
    }
}

impl<'v> Value<'v> {
    /// Its name: the value on the wire.
    pub(crate) fn name(self) -> &'v str {
        self.live.name()
    }

    /// Its features.
    pub(crate) fn features(self) -> Features<'v> {
        self.live.features()
    }

    /// The releases that have it, if that is known, and they are not those of the enumeration.
    pub(crate) fn versions(self) -> Option<VersionRange> {
        self.reference.unwrap_or(self.live).versions()
    }
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(element) = self.element() {
            return write!(f, "[{element}]");
        }
        f.write_str(match (self.own_name(), self.kind()) {
            (Some(name), _) => name,
            (None, TypeKind::Enum) => "enum",
            (None, TypeKind::Object) => "object",
            (None, TypeKind::Alternate) => "alternate",
            (None, _) => "any",
        })
    }
}

/// The type that the reference has for `live` where it has `reference`: what became an alternate
/// is one of its alternatives.
fn alike<'v>(live: view::Type<'v>, reference: view::Type<'v>) -> Option<view::Type<'v>> {
    let is_alike =
        |it: &view::Type<'v>| it.kind() == live.kind() && it.json_type() == live.json_type();
    if is_alike(&reference) {
        return Some(reference);
    }
    reference.alternatives().find(is_alike)
}
