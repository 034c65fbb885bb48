//! Types as sets of values.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::compare::{Comparison, is_object, kind};
use super::effects::Effects;
use super::place::Place;
use super::users::{Pair, Role};
use super::{Part, What};
use crate::schema::{
    Alternate, Branch, Builtin, Enum, EnumValue, JsonType, Schema, TypeId, TypeKind,
};

/// What tells the alternatives of an alternate apart. Their names are not on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Look {
    String,
    Number,
    Boolean,
    Null,
    Object,
    Array,
}

const LOOKS: [Look; 6] = [
    Look::String,
    Look::Number,
    Look::Boolean,
    Look::Null,
    Look::Object,
    Look::Array,
];

impl Comparison<'_> {
    /// Two types whose values are used in the same place.
    pub(super) fn values(&mut self, pair: Pair) {
        let (old, new) = (self.old.ty(pair.old), self.new.ty(pair.new));
        let place = self.type_place(pair);
        match (&old.kind, &new.kind) {
            (from, to) if is_object(from) && is_object(to) => {
                self.kinds(pair, Effects::COMPATIBLE, &place);
                return self.objects((Some(pair.old), Some(pair.new)), &place);
            }
            (TypeKind::Enum(from), TypeKind::Enum(to)) => self.enumerations(from, to, &place),
            (TypeKind::Alternate(from), TypeKind::Alternate(to)) => {
                self.alternates(from, to, &place);
            }
            // One name, and nothing else in common.
            _ => {
                let effects = self.conversion(pair, &place);
                self.kinds(pair, effects, &place);
            }
        }
        self.types(pair);
    }

    fn kinds(&mut self, pair: Pair, effects: Effects, place: &Place) {
        let kinds = (kind(self.old.ty(pair.old)), kind(self.new.ty(pair.new)));
        if let (Some(from), Some(to)) = kinds
            && from != to
            && self.has_names()
        {
            self.report(place, What::Kind { from, to }, effects);
        }
    }

    fn enumerations(&mut self, old: &Enum, new: &Enum, place: &Place) {
        let (old_values, new_values) = (by_name(old), by_name(new));
        for value in &old.values {
            let place = place.value(value);
            match new_values.get(value.name.as_str()) {
                Some(new) => self.part(&value.part, &new.part, &place),
                None => {
                    let what = What::Removed { required: false };
                    self.report(&place, what, Effects::FEWER_VALUES);
                }
            }
        }
        for value in &new.values {
            if !old_values.contains_key(value.name.as_str()) {
                let place = place.part(Part::Value(value.name.clone()));
                let what = What::Added { required: false };
                self.report(&place, what, Effects::COMPATIBLE);
            }
        }
    }

    fn alternates(&mut self, old: &Alternate, new: &Alternate, place: &Place) {
        let part = |branch: &Branch| place.part(Part::Alternative(branch.name.clone()));
        for look in LOOKS {
            let old = alternative(self.old, old, look);
            let new = alternative(self.new, new, look);
            match (old, new) {
                (Some(old), Some(new)) => {
                    let place = part(new);
                    let pair = Pair {
                        old: old.ty,
                        new: new.ty,
                    };
                    self.reference(pair, &place);
                    self.part(&old.part, &new.part, &place);
                }
                (Some(old), None) => {
                    let what = What::Removed { required: false };
                    self.report(&part(old), what, Effects::FEWER_VALUES);
                }
                (None, Some(new)) => {
                    let what = What::Added { required: false };
                    self.report(&part(new), what, Effects::MORE_VALUES);
                }
                (None, None) => {}
            }
        }
    }

    /// Where the old schema uses one type, the new one uses the other.
    pub(super) fn reference(&mut self, pair: Pair, place: &Place) {
        let elements = self.elements(pair);
        let (old, new) = (self.old.ty(elements.old), self.new.ty(elements.new));
        let effects = match (&old.kind, &new.kind) {
            (TypeKind::Builtin(from), TypeKind::Builtin(to)) if from == to => return,
            (from, to) if are_of_one_kind(from, to) => {
                self.reach(elements, Role::Value, place);
                if !self.is_another(elements) {
                    return;
                }
                Effects::COMPATIBLE
            }
            _ if self.is_same_name(elements) => {
                // It says itself that it became something else.
                self.reach(elements, Role::Value, place);
                return;
            }
            _ => self.conversion(elements, place),
        };
        let what = What::Type {
            from: self.notation(self.old, pair.old),
            to: self.notation(self.new, pair.new),
        };
        self.report(place, what, effects);
    }

    /// The elements of both where both are arrays, and so on.
    fn elements(&self, mut pair: Pair) -> Pair {
        while let (TypeKind::Array(old), TypeKind::Array(new)) =
            (&self.old.ty(pair.old).kind, &self.new.ty(pair.new).kind)
        {
            pair = Pair {
                old: *old,
                new: *new,
            };
        }
        pair
    }

    /// What it means that values are of another type, which may be of another kind. What the
    /// types have in common is compared of its own.
    fn conversion(&mut self, pair: Pair, place: &Place) -> Effects {
        let mut effects = Effects::COMPATIBLE;
        for look in LOOKS {
            let old = looks_like(self.old, pair.old, look);
            let new = looks_like(self.new, pair.new, look);
            effects = effects.and(match (old, new) {
                (Some(old), Some(new)) => self.conversion_of(look, Pair { old, new }, place),
                (None, None) => Effects::COMPATIBLE,
                (old, new) => Effects::of_values(old.is_some(), new.is_some()),
            });
        }
        effects
    }

    /// The same of those values that look alike.
    fn conversion_of(&mut self, look: Look, pair: Pair, place: &Place) -> Effects {
        let (old, new) = (&self.old.ty(pair.old).kind, &self.new.ty(pair.new).kind);
        match (old, new) {
            (old, new) if are_of_one_kind(old, new) => {
                self.reach(pair, Role::Value, place);
                Effects::COMPATIBLE
            }
            (TypeKind::Array(old), TypeKind::Array(new)) => {
                let (old, new) = (*old, *new);
                self.conversion(Pair { old, new }, place)
            }
            (TypeKind::Builtin(old), TypeKind::Builtin(new)) if look == Look::Number => {
                numbers(*old, *new)
            }
            (TypeKind::Builtin(_), TypeKind::Builtin(_)) => Effects::COMPATIBLE,
            // A client that reads has to cope with values that it does not know.
            (TypeKind::Enum(_), _) => Effects::COMPATIBLE,
            (_, TypeKind::Enum(_)) => Effects::FEWER_VALUES,
            // Anything, against objects or arrays.
            (TypeKind::Builtin(_), _) => Effects::FEWER_VALUES,
            (_, _) => Effects::MORE_VALUES,
        }
    }

    /// How the schema language writes a type; one without a name is called what it is.
    fn notation(&self, schema: &Schema, id: TypeId) -> String {
        let ty = schema.ty(id);
        match &ty.kind {
            TypeKind::Array(element) => format!("['{}']", self.notation(schema, *element)),
            TypeKind::Builtin(_) => ty.head.name.to_string(),
            _ if self.has_names() => ty.head.name.to_string(),
            TypeKind::Enum(_) => "enum".to_owned(),
            TypeKind::Struct(_) | TypeKind::Union(_) => "object".to_owned(),
            TypeKind::Alternate(_) => "alternate".to_owned(),
        }
    }
}

fn by_name(enumeration: &Enum) -> HashMap<&str, &EnumValue> {
    let values = enumeration.values.iter();
    values.map(|value| (value.name.as_str(), value)).collect()
}

/// The alternative for values of that look.
fn alternative<'a>(schema: &Schema, of: &'a Alternate, look: Look) -> Option<&'a Branch> {
    let mut alternatives = of.alternatives.iter();
    alternatives.find(|it| looks_like(schema, it.ty, look).is_some())
}

/// The type of those values of a type that have a look: itself or an alternative.
fn looks_like(schema: &Schema, id: TypeId, look: Look) -> Option<TypeId> {
    let has = match &schema.ty(id).kind {
        TypeKind::Builtin(builtin) => match builtin.json_type() {
            JsonType::String => look == Look::String,
            JsonType::Number | JsonType::Int => look == Look::Number,
            JsonType::Boolean => look == Look::Boolean,
            JsonType::Null => look == Look::Null,
            JsonType::Value => true,
        },
        TypeKind::Enum(_) => look == Look::String,
        TypeKind::Array(_) => look == Look::Array,
        TypeKind::Struct(_) | TypeKind::Union(_) => look == Look::Object,
        // An alternate is no alternative.
        TypeKind::Alternate(it) => return Some(alternative(schema, it, look)?.ty),
    };
    has.then_some(id)
}

fn are_of_one_kind(old: &TypeKind, new: &TypeKind) -> bool {
    match (old, new) {
        (TypeKind::Enum(_), TypeKind::Enum(_))
        | (TypeKind::Alternate(_), TypeKind::Alternate(_)) => true,
        _ => is_object(old) && is_object(new),
    }
}

/// What it means that numbers are of another type. A server refuses what is out of range; a
/// client that reads gets the same JSON type, unless there are fractions now.
fn numbers(old: Builtin, new: Builtin) -> Effects {
    match (integers(old), integers(new)) {
        (Some(old), Some(new)) => {
            let holds = new.contains(old.start()) && new.contains(old.end());
            Effects::of_values(!holds, false)
        }
        (old, new) => Effects::of_values(new.is_some(), old.is_some()),
    }
}

/// The numbers that a server takes for an integer type; `None` for all numbers.
fn integers(builtin: Builtin) -> Option<RangeInclusive<i128>> {
    fn range<T: Into<i128>>(first: T, last: T) -> Option<RangeInclusive<i128>> {
        Some(first.into()..=last.into())
    }
    match builtin {
        Builtin::Int | Builtin::Int64 => range(i64::MIN, i64::MAX),
        Builtin::Int8 => range(i8::MIN, i8::MAX),
        Builtin::Int16 => range(i16::MIN, i16::MAX),
        Builtin::Int32 => range(i32::MIN, i32::MAX),
        Builtin::Uint8 => range(u8::MIN, u8::MAX),
        Builtin::Uint16 => range(u16::MIN, u16::MAX),
        Builtin::Uint32 => range(u32::MIN, u32::MAX),
        // Servers take negative numbers too: `qobject_input_type_uint64` in QEMU's
        // `qapi/qobject-input-visitor.c`.
        Builtin::Uint64 | Builtin::Size => Some(i64::MIN.into()..=u64::MAX.into()),
        Builtin::Number
        | Builtin::Any
        | Builtin::Str
        | Builtin::Bool
        | Builtin::Null
        | Builtin::QType => None,
    }
}
