//! What a schema is seen as: handles on its entries that follow the names of types.

use std::collections::HashSet;

use super::Schema;
use super::entry::{self, Entry, FeatureVersions, Meta};
use crate::VersionRange;

/// A command in a [`Schema`].
#[derive(Clone, Copy, Debug)]
pub struct Command<'s> {
    schema: &'s Schema,
    entry: &'s Entry,
    command: &'s entry::Command,
}

/// An event in a [`Schema`].
#[derive(Clone, Copy, Debug)]
pub struct Event<'s> {
    schema: &'s Schema,
    entry: &'s Entry,
    event: &'s entry::Event,
}

/// A type in a [`Schema`].
///
/// Look-ups by name ([`member`](Self::member), [`branch`](Self::branch),
/// [`value`](Self::value)) see through arrays, and through alternates, of which the first
/// alternative counts that has the name. The others are about the type itself.
#[derive(Clone, Copy, Debug)]
pub struct Type<'s> {
    schema: &'s Schema,
    name: &'s str,
    /// The index of its entry, if there is one.
    index: Option<usize>,
}

/// What a [`Type`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TypeKind {
    /// A basic type, which [`Type::json_type`] tells.
    Builtin,
    /// An enumeration: strings, of which [`Type::values`] are known.
    Enum,
    /// An array of [`Type::element`].
    Array,
    /// A structure or a union: an object with [`Type::members`], and perhaps
    /// [`Type::branches`].
    Object,
    /// One of [`Type::alternatives`].
    Alternate,
    /// None of these: what a newer QEMU sent, or something that it names and did not send.
    Unknown,
}

/// A member of an object in a [`Schema`].
#[derive(Clone, Copy, Debug)]
pub struct Member<'s> {
    schema: &'s Schema,
    member: &'s entry::ObjectMember,
}

/// A value of an enumeration in a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumValue<'s> {
    name: &'s str,
    /// Unknown of a QEMU before 6.2.
    member: Option<&'s entry::EnumMember>,
}

/// The features of something in a [`Schema`]: `deprecated` and `unstable`, and names of what
/// can be told by nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features<'s> {
    names: &'s [String],
    versions: &'s [FeatureVersions],
}

impl<'s> Command<'s> {
    pub(super) fn new(schema: &'s Schema, entry: &'s Entry) -> Option<Self> {
        match &entry.meta {
            Meta::Command(command) => Some(Command {
                schema,
                entry,
                command,
            }),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'s str {
        &self.entry.name
    }

    /// What it takes: an object, without members if it takes nothing.
    pub fn arguments(self) -> Type<'s> {
        Type::new(self.schema, &self.command.arg_type)
    }

    /// What it returns: an object without members if there is nothing to return.
    pub fn returns(self) -> Type<'s> {
        Type::new(self.schema, &self.command.ret_type)
    }

    /// Whether it takes arguments that are not listed, of which only a descriptor tells.
    pub fn takes_unlisted(self) -> bool {
        self.command.generated == Some(false)
    }

    /// Whether it may be executed out of band.
    pub fn allows_oob(self) -> bool {
        self.command.allow_oob == Some(true)
    }

    /// Its features.
    pub fn features(self) -> Features<'s> {
        self.entry.features()
    }

    /// The releases that have it, where a descriptor says so.
    pub fn versions(self) -> Option<VersionRange> {
        self.entry.versions()
    }

    /// The module of the schema that defines it, where a descriptor says so: `block-core`.
    pub fn module(self) -> Option<&'s str> {
        self.entry.module.as_deref()
    }

    /// The condition under which it is in a build, where a descriptor says so: an expression of
    /// symbols, as in C.
    pub fn condition(self) -> Option<&'s str> {
        self.entry.condition.as_deref()
    }
}

impl<'s> Event<'s> {
    pub(super) fn new(schema: &'s Schema, entry: &'s Entry) -> Option<Self> {
        match &entry.meta {
            Meta::Event(event) => Some(Event {
                schema,
                entry,
                event,
            }),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'s str {
        &self.entry.name
    }

    /// What it carries: an object, without members if it carries nothing.
    pub fn data(self) -> Type<'s> {
        Type::new(self.schema, &self.event.arg_type)
    }

    /// Its features.
    pub fn features(self) -> Features<'s> {
        self.entry.features()
    }

    /// The releases that have it, where a descriptor says so.
    pub fn versions(self) -> Option<VersionRange> {
        self.entry.versions()
    }

    /// The module of the schema that defines it, where a descriptor says so: `block-core`.
    pub fn module(self) -> Option<&'s str> {
        self.entry.module.as_deref()
    }

    /// The condition under which it is in a build, where a descriptor says so: an expression of
    /// symbols, as in C.
    pub fn condition(self) -> Option<&'s str> {
        self.entry.condition.as_deref()
    }
}

impl<'s> Type<'s> {
    fn new(schema: &'s Schema, name: &'s str) -> Self {
        Type {
            schema,
            name,
            index: schema.index(name),
        }
    }

    fn entry(self) -> Option<&'s Entry> {
        self.schema.entry(self.index?)
    }

    fn meta(self) -> Option<&'s Meta> {
        self.entry().map(|entry| &entry.meta)
    }

    fn object(self) -> Option<&'s entry::Object> {
        match self.meta()? {
            Meta::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Something that is the same for the same type only.
    pub(super) fn id(self) -> Option<usize> {
        self.index
    }

    /// Its name in the answer, for messages: a number, for most types, that another build
    /// gives to another one.
    pub fn name(self) -> &'s str {
        self.name
    }

    /// What it is.
    pub fn kind(self) -> TypeKind {
        match self.meta() {
            Some(Meta::Builtin(_)) => TypeKind::Builtin,
            Some(Meta::Enum(_)) => TypeKind::Enum,
            Some(Meta::Array(_)) => TypeKind::Array,
            Some(Meta::Object(_)) => TypeKind::Object,
            Some(Meta::Alternate(_)) => TypeKind::Alternate,
            Some(Meta::Command(_) | Meta::Event(_) | Meta::Unknown(_)) | None => TypeKind::Unknown,
        }
    }

    /// Its features.
    pub fn features(self) -> Features<'s> {
        let entry = self.entry();
        entry.map_or_else(Features::default, Entry::features)
    }

    /// The releases that have it, where a descriptor says so.
    pub fn versions(self) -> Option<VersionRange> {
        self.entry()?.versions()
    }

    /// The module of the schema that defines it, where a descriptor says so: `block-core`.
    pub fn module(self) -> Option<&'s str> {
        self.entry()?.module.as_deref()
    }

    /// The condition under which it is in a build, where a descriptor says so: an expression of
    /// symbols, as in C.
    pub fn condition(self) -> Option<&'s str> {
        self.entry()?.condition.as_deref()
    }

    /// Of a basic type, what values are in JSON: `string`, `number`, `int`, `boolean`, `null`,
    /// or `value`, which is any.
    pub fn json_type(self) -> Option<&'s str> {
        match self.meta()? {
            Meta::Builtin(builtin) => Some(&builtin.json_type),
            _ => None,
        }
    }

    /// Of an array, what its elements are.
    pub fn element(self) -> Option<Type<'s>> {
        match self.meta()? {
            Meta::Array(array) => Some(Type::new(self.schema, &array.element_type)),
            _ => None,
        }
    }

    /// Of an alternate, what it may be.
    pub fn alternatives(self) -> impl DoubleEndedIterator<Item = Type<'s>> {
        let alternatives = match self.meta() {
            Some(Meta::Alternate(alternate)) => alternate.members.as_slice(),
            _ => &[],
        };
        let of_type =
            move |alternative: &'s entry::Alternative| Type::new(self.schema, &alternative.ty);
        alternatives.iter().map(of_type)
    }

    /// Of an object, its members, in the order of the answer; of a union, those that all
    /// values have.
    pub fn members(self) -> impl Iterator<Item = Member<'s>> {
        let members = self.object().map_or(&[][..], |object| &object.members);
        members.iter().map(move |member| Member {
            schema: self.schema,
            member,
        })
    }

    /// The member `name`; of a union, among those that all values have.
    pub fn member(self, name: &str) -> Option<Member<'s>> {
        self.seen_through().find_map(|ty| ty.own_member(name))
    }

    pub(super) fn own_member(self, name: &str) -> Option<Member<'s>> {
        self.members().find(|member| member.name() == name)
    }

    /// Of a union, the name of the member whose value chooses the branch.
    pub fn tag(self) -> Option<&'s str> {
        self.object()?.tag.as_deref()
    }

    /// Of a union, its branches: a value of its tag, and an object of the members that the
    /// value adds.
    pub fn branches(self) -> impl Iterator<Item = (&'s str, Type<'s>)> {
        let branches = self.object().and_then(|object| object.variants.as_deref());
        let branches = branches.unwrap_or_default().iter();
        branches.map(move |branch| (&*branch.case, Type::new(self.schema, &branch.ty)))
    }

    /// What the value `name` of a union's tag adds: an object of its members, without those
    /// that all values have.
    pub fn branch(self, name: &str) -> Option<Type<'s>> {
        self.seen_through().find_map(|ty| ty.own_branch(name))
    }

    pub(super) fn own_branch(self, name: &str) -> Option<Type<'s>> {
        let mut branches = self.branches();
        branches.find_map(|(case, ty)| (case == name).then_some(ty))
    }

    /// Of an enumeration, its values, in the order of the answer.
    pub fn values(self) -> impl Iterator<Item = EnumValue<'s>> {
        let (members, names) = match self.meta() {
            Some(Meta::Enum(entry::Enum {
                members: Some(members),
                ..
            })) => (members.as_slice(), None),
            Some(Meta::Enum(entry::Enum { values, .. })) => (&[][..], values.as_deref()),
            _ => (&[][..], None),
        };
        let members = members.iter().map(|member| EnumValue {
            name: &member.name,
            member: Some(member),
        });
        let names = names.unwrap_or_default().iter();
        let names = names.map(|name| EnumValue { name, member: None });
        members.chain(names)
    }

    /// The value `name`.
    pub fn value(self, name: &str) -> Option<EnumValue<'s>> {
        self.seen_through().find_map(|ty| ty.own_value(name))
    }

    pub(super) fn own_value(self, name: &str) -> Option<EnumValue<'s>> {
        self.values().find(|value| value.name == name)
    }

    /// What a step leads into besides the type itself: of an array, the elements, of an
    /// alternate, its alternatives.
    pub(super) fn contained(self) -> impl DoubleEndedIterator<Item = Type<'s>> {
        self.element().into_iter().chain(self.alternatives())
    }

    /// The type and what it contains, each once, however they contain each other.
    fn seen_through(self) -> impl Iterator<Item = Type<'s>> {
        let mut seen = HashSet::new();
        let mut next = vec![self];
        std::iter::from_fn(move || {
            loop {
                let ty = next.pop()?;
                if seen.insert(ty.index) {
                    next.extend(ty.contained().rev());
                    return Some(ty);
                }
            }
        })
    }
}

impl<'s> Member<'s> {
    /// Its name.
    pub fn name(self) -> &'s str {
        &self.member.name
    }

    /// What its value is.
    pub fn ty(self) -> Type<'s> {
        Type::new(self.schema, &self.member.ty)
    }

    /// Whether it may be absent.
    pub fn is_optional(self) -> bool {
        self.member.default.is_some()
    }

    /// Its features, which are not those of its type.
    pub fn features(self) -> Features<'s> {
        Features::new(&self.member.features, &self.member.feature_versions)
    }

    /// The releases that have it, where a descriptor says so, and they are not those
    /// of the object.
    pub fn versions(self) -> Option<VersionRange> {
        VersionRange::parse(self.member.versions.as_deref()?)
    }

    /// The condition under which it is in a build, where a descriptor says so: an expression of
    /// symbols, as in C.
    pub fn condition(self) -> Option<&'s str> {
        self.member.condition.as_deref()
    }
}

impl<'s> EnumValue<'s> {
    /// Its name: the value on the wire.
    pub fn name(self) -> &'s str {
        self.name
    }

    /// Its features; a QEMU before 6.2 does not tell them.
    pub fn features(self) -> Features<'s> {
        self.member.map_or_else(Features::default, |member| {
            Features::new(&member.features, &member.feature_versions)
        })
    }

    /// The releases that have it, where a descriptor says so, and they are not those
    /// of the enumeration.
    pub fn versions(self) -> Option<VersionRange> {
        VersionRange::parse(self.member?.versions.as_deref()?)
    }

    /// The condition under which it is in a build, where a descriptor says so: an expression of
    /// symbols, as in C.
    pub fn condition(self) -> Option<&'s str> {
        self.member?.condition.as_deref()
    }
}

impl<'s> Features<'s> {
    fn new(names: &'s Option<Vec<String>>, versions: &'s Option<Vec<FeatureVersions>>) -> Self {
        Features {
            names: names.as_deref().unwrap_or_default(),
            versions: versions.as_deref().unwrap_or_default(),
        }
    }

    /// Whether `feature` is among them.
    pub fn has(self, feature: &str) -> bool {
        self.get(feature).is_some()
    }

    pub(super) fn get(self, feature: &str) -> Option<&'s str> {
        self.iter().find(|known| *known == feature)
    }

    /// Their names, in the order of the answer.
    pub fn iter(self) -> impl Iterator<Item = &'s str> {
        self.names.iter().map(String::as_str)
    }

    /// In which releases `feature` is there, where a descriptor says so.
    pub fn versions(self, feature: &str) -> Option<VersionRange> {
        let mut versions = self.versions.iter();
        let known = versions.find(|known| known.name == feature)?;
        VersionRange::parse(&known.versions)
    }
}

impl Entry {
    fn features(&self) -> Features<'_> {
        Features::new(&self.features, &self.feature_versions)
    }

    fn versions(&self) -> Option<VersionRange> {
        VersionRange::parse(self.versions.as_deref()?)
    }
}
