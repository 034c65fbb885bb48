//! Members, branches, values and features.

use std::fmt::{self, Display, Formatter};

use smol_str::SmolStr;

use super::Checker;
use super::ast::{Branch, Data, Member, TypeRef};
use super::docs::{Description, Docs};
use super::keys::Keys;
use super::name::NameOf;
use crate::diagnostic::{Code, short};
use crate::schema::{EnumValue, Feature, Part, VersionRange};
use crate::source::{Span, Spanned};
use crate::syntax::{Object, Value, ValueKind};

/// Whether a type may be an array.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Arrays {
    Allowed,
    Refused,
}

/// A member of something, as in "'data' member 'foo'".
struct MemberOf<'a>(&'a str, &'a str);

impl Display for MemberOf<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let MemberOf(source, name) = self;
        write!(f, "{source} member '{}'", short(name))
    }
}

impl Checker<'_> {
    /// A structure, by name or inline.
    pub(super) fn data(&mut self, value: Value, source: &str, docs: &Docs<'_>) -> Option<Data> {
        let span = value.span;
        match value.kind {
            ValueKind::String(value) => Some(Data::Named(Spanned { value, span })),
            ValueKind::Object(object) => {
                let members = self.members(object, source, docs)?;
                Some(Data::Inline(members, span))
            }
            _ => {
                let message = format!("{source} should be an object or type name");
                self.report(Code::InvalidValue, span, message);
                None
            }
        }
    }

    pub(super) fn members(
        &mut self,
        object: Object,
        source: &str,
        docs: &Docs<'_>,
    ) -> Option<Vec<Member>> {
        self.all(object, |checker, (key, value)| {
            checker.member(key, value, source, docs)
        })
    }

    fn member(
        &mut self,
        key: Spanned<SmolStr>,
        value: Value,
        source: &str,
        docs: &Docs<'_>,
    ) -> Option<Member> {
        let source = MemberOf(source, &key.value);
        let (name, optional) = match key.value.strip_prefix('*') {
            Some(name) => (name, true),
            None => (key.value.as_str(), false),
        };
        self.member_name(name, optional, key.span, &source);
        let (ty, condition, features) = match value.kind {
            ValueKind::Object(object) => {
                let mut keys =
                    self.keys(object, value.span, &source, &["type"], &["if", "features"])?;
                (keys.take("type")?, keys.take("if"), keys.take("features"))
            }
            _ => (value, None, None),
        };
        let ty = self.type_ref(ty, &source, Arrays::Allowed)?;
        let part = self.part(
            key.span,
            docs.member(name),
            condition,
            features,
            &source,
            docs,
        );
        Some(Member {
            name: name.into(),
            optional,
            ty,
            part,
        })
    }

    pub(super) fn branches(
        &mut self,
        object: Object,
        arrays: Arrays,
        docs: &Docs<'_>,
        describe: impl Fn(&str) -> Description,
    ) -> Option<Vec<Branch>> {
        self.all(object, |checker, (key, value)| {
            let source = MemberOf("'data'", &key.value);
            // The names of a union's branches are those of values.
            if arrays == Arrays::Allowed {
                checker.name(&key.value, key.span, &source, NameOf::Branch);
            }
            let (ty, condition) = match value.kind {
                ValueKind::Object(object) => {
                    let mut keys = checker.keys(object, value.span, &source, &["type"], &["if"])?;
                    (keys.take("type")?, keys.take("if"))
                }
                _ => (value, None),
            };
            let ty = checker.type_ref(ty, &source, arrays)?;
            let description = describe(&key.value);
            let part = checker.part(key.span, description, condition, None, &source, docs);
            Some(Branch {
                name: key.value,
                ty,
                part,
            })
        })
    }

    pub(super) fn enum_values(
        &mut self,
        values: Vec<Value>,
        docs: &Docs<'_>,
    ) -> Option<Vec<EnumValue>> {
        let values = self.all(values, |checker, value| {
            let (name, mut others) = checker.named(value, "'data' member", &["if", "features"])?;
            let source = MemberOf("'data'", &name.value);
            checker.name(&name.value, name.span, &source, NameOf::Value);
            let condition = others.take("if");
            let features = others.take("features");
            let description = docs.member(&name.value);
            let part = checker.part(name.span, description, condition, features, &source, docs);
            Some(EnumValue {
                name: name.value,
                part,
            })
        })?;
        Some(values)
    }

    pub(super) fn features(
        &mut self,
        value: Option<Value>,
        docs: &Docs<'_>,
    ) -> Option<Vec<Feature>> {
        let Some(value) = value else {
            return Some(Vec::new());
        };
        let ValueKind::Array(values) = value.kind else {
            let message = "'features' must be an array";
            self.report(Code::InvalidValue, value.span, message);
            self.explain_last("it is one where there is one feature, too: [ 'NAME' ]");
            return None;
        };
        let features = self.all(values, |checker, value| {
            let (name, mut others) = checker.named(value, "'features' member", &["if"])?;
            let source = MemberOf("'features'", &name.value);
            checker.name(&name.value, name.span, &source, NameOf::Feature);
            let condition = checker.condition(others.take("if"), &source).flatten();
            let (doc, since) = docs.feature(&name.value);
            Some(Feature {
                name: name.value,
                span: name.span,
                doc,
                versions: VersionRange::since(since),
                condition,
            })
        })?;
        Some(features)
    }

    /// A type name, or, where that is allowed, an array of one.
    pub(super) fn type_ref(
        &mut self,
        value: Value,
        source: &dyn Display,
        arrays: Arrays,
    ) -> Option<TypeRef> {
        let span = value.span;
        let message = match (value.kind, arrays) {
            (ValueKind::String(value), _) => {
                return Some(TypeRef {
                    name: Spanned { value, span },
                    is_array: false,
                });
            }
            (ValueKind::Array(values), Arrays::Allowed) => {
                let mut values = values.into_iter();
                match (values.next(), values.next()) {
                    (
                        Some(Value {
                            kind: ValueKind::String(value),
                            span,
                        }),
                        None,
                    ) => {
                        return Some(TypeRef {
                            name: Spanned { value, span },
                            is_array: true,
                        });
                    }
                    _ => format!("{source}: array type must contain single type name"),
                }
            }
            (_, Arrays::Allowed) => format!("{source} should be a type name or array"),
            (_, Arrays::Refused) => format!("{source} should be a type name"),
        };
        self.report(Code::InvalidValue, span, message);
        if arrays == Arrays::Allowed {
            self.explain_last("write 'NAME', or [ 'NAME' ] for an array");
        }
        None
    }

    /// What may be given as a name or as an object with a name: the name, and the other keys.
    fn named(
        &mut self,
        value: Value,
        source: &str,
        optional: &[&str],
    ) -> Option<(Spanned<SmolStr>, Keys)> {
        let mut span = value.span;
        let (kind, keys) = match value.kind {
            ValueKind::Object(object) => {
                let mut keys = self.keys(object, span, &source, &["name"], optional)?;
                let name = keys.take("name")?;
                span = name.span;
                (name.kind, keys)
            }
            kind => (kind, Keys::default()),
        };
        match kind {
            ValueKind::String(value) => Some((Spanned { value, span }, keys)),
            _ => {
                let message = format!("{source} requires a string name");
                self.report(Code::InvalidValue, span, message);
                None
            }
        }
    }

    fn part(
        &mut self,
        span: Span,
        (doc, since): Description,
        condition: Option<Value>,
        features: Option<Value>,
        source: &dyn Display,
        docs: &Docs<'_>,
    ) -> Part {
        let condition = self.condition(condition, source);
        let features = self.features(features, docs);
        Part {
            span,
            doc,
            versions: VersionRange::since(since),
            condition: condition.flatten(),
            features: features.unwrap_or_default(),
        }
    }

    /// Checks all of a list, so that everything that is wrong in it is reported.
    fn all<T, U>(
        &mut self,
        values: impl IntoIterator<Item = T>,
        mut check: impl FnMut(&mut Self, T) -> Option<U>,
    ) -> Option<Vec<U>> {
        let mut good = Some(Vec::new());
        for value in values {
            match (check(self, value), &mut good) {
                (Some(value), Some(good)) => good.push(value),
                _ => good = None,
            }
        }
        good
    }
}

/// What a name becomes in C, where `-` and `.` are `_`.
pub(crate) fn c_name(name: &str) -> SmolStr {
    let plain = |char: char| {
        if char.is_ascii_alphanumeric() {
            char
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}
