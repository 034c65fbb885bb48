//! Types that refuse what they read in any way there is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// An object whose member names say what they hold: `n` an `i64`, `s` a string, `b` a
/// boolean, `z` null, `e` an [`Even`], `a` an [`Alternate`], `l` an array of what the rest of
/// the name says, `o` such an object, `r` one that requires a member `n`, `u` a [`Union`].
pub(super) struct Object;

pub(super) struct Required;

pub(super) struct Even;

pub(super) struct Alternate;

pub(super) struct Union;

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor).map(|_| Object)
    }
}

impl<'de> Deserialize<'de> for Required {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RequiredVisitor;
        impl<'de> Visitor<'de> for RequiredVisitor {
            type Value = Required;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with n")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Required, A::Error> {
                match ObjectVisitor.visit_map(map)? {
                    keys if keys.iter().any(|key| key == "n") => Ok(Required),
                    _ => Err(A::Error::missing_field("n")),
                }
            }
        }
        deserializer.deserialize_struct("Required", &["n"], RequiredVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            match key.trim_end_matches(|c: char| !c.is_ascii_alphabetic()) {
                "n" => read::<i64, A>(&mut map)?,
                "s" => read::<String, A>(&mut map)?,
                "b" => read::<Option<bool>, A>(&mut map)?,
                "z" => read::<(), A>(&mut map)?,
                "f" => read::<f64, A>(&mut map)?,
                "e" => read::<Even, A>(&mut map)?,
                "a" => read::<Alternate, A>(&mut map)?,
                "o" => read::<Object, A>(&mut map)?,
                "r" => read::<Required, A>(&mut map)?,
                "u" => read::<Union, A>(&mut map)?,
                "ln" => read::<Vec<i64>, A>(&mut map)?,
                "le" => read::<Vec<Even>, A>(&mut map)?,
                "la" => read::<Vec<Alternate>, A>(&mut map)?,
                "lln" => read::<Vec<Vec<i64>>, A>(&mut map)?,
                "lla" => read::<Vec<Vec<Alternate>>, A>(&mut map)?,
                "lo" => read::<Vec<Object>, A>(&mut map)?,
                "lr" => read::<Option<Vec<Required>>, A>(&mut map)?,
                "lu" => read::<Vec<Union>, A>(&mut map)?,
                "refused" => return Err(A::Error::unknown_field(&key, &[])),
                _ => read::<IgnoredAny, A>(&mut map)?,
            }
            keys.push(key);
        }
        Ok(keys)
    }
}

fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<T>().map(|_| ())
}

/// Refuses odd numbers when serde_json is done with them: its errors have no position.
impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer)? % 2 {
            0 => Ok(Even),
            _ => Err(D::Error::custom("odd")),
        }
    }
}

/// A string or an integer, chosen by the type of the value.
impl<'de> Deserialize<'de> for Alternate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AlternateVisitor;
        impl Visitor<'_> for AlternateVisitor {
            type Value = Alternate;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an integer")
            }
            fn visit_str<E>(self, _: &str) -> Result<Alternate, E> {
                Ok(Alternate)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Alternate, E> {
                Ok(Alternate)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Alternate, E> {
                Ok(Alternate)
            }
        }
        deserializer.deserialize_any(AlternateVisitor)
    }
}

/// Reads its members from a buffer, as unions do whose tag comes last: `n` is an `i64`, and
/// `deep` holds an array `n` of integers.
impl<'de> Deserialize<'de> for Union {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UnionVisitor;
        impl<'de> Visitor<'de> for UnionVisitor {
            type Value = Union;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a union")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Union, A::Error> {
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    let error =
                        |place: &str| Err(A::Error::custom(format!("at `{place}`: no integer")));
                    match key.as_str() {
                        "n" if !value.is_i64() => {
                            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                            return error(".n");
                        }
                        "deep" => {
                            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                            return error("[\"`: \"][1]`: at `.n");
                        }
                        _ => {}
                    }
                }
                Ok(Union)
            }
        }
        deserializer.deserialize_map(UnionVisitor)
    }
}
