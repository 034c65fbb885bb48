//! Where errors are found to be, for each way in which types refuse what they read.

use std::fmt;

use proptest::prelude::*;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use serde_json::{Value, json};

use super::{DecodeError, MAX_ERROR_MESSAGE, decode};

/// An object whose member names say what they hold: `n` an `i64`, `s` a string, `b` a
/// boolean, `z` null, `e` an [`Even`], `a` an [`Alternate`], `l` an array of what the rest of
/// the name says, `o` such an object, `r` one that requires a member `n`, `u` a [`Union`].
struct Object;

struct Required;

struct Even;

struct Alternate;

struct Union;

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

fn error<T: DeserializeOwned>(json: &str) -> (String, String) {
    match decode::<T>(json) {
        Ok(_) => panic!("`{json}` was accepted"),
        Err(DecodeError { path, message }) => (path, message),
    }
}

fn path<T: DeserializeOwned>(json: &str) -> String {
    error::<T>(json).0
}

#[test]
fn what_is_right_is_read() {
    assert_eq!(
        decode::<Vec<i64>>(" [1, 9007199254740993]\r\n"),
        Ok(vec![1, 9007199254740993])
    );
    assert_eq!(
        decode::<String>(b"\"a\\u00e9\"".as_slice()),
        Ok("aé".to_owned())
    );
}

#[test]
fn messages_have_no_position_in_them() {
    assert_eq!(
        error::<Object>(r#"{"n": "x"}"#),
        (
            "$.n".into(),
            "invalid type: string \"x\", expected i64".into()
        )
    );
    assert_eq!(
        error::<Object>(r#"{"lr": [{"n": 1}, {}]}"#),
        ("$.lr[1]".into(), "missing field `n`".into())
    );
    assert_eq!(
        error::<Object>("{\n\"n\": 1\n"),
        ("$".into(), "EOF while parsing an object".into())
    );
}

#[test]
fn a_long_text_is_not_all_shown() {
    for text in [
        "x".repeat(1 << 20),
        "é".repeat(1 << 20),
        "x".repeat(MAX_ERROR_MESSAGE),
    ] {
        let (path, message) = error::<Vec<bool>>(&format!("[true, \"{text}\"]"));
        assert_eq!(path, "$[1]");
        assert!(
            message.len() <= MAX_ERROR_MESSAGE,
            "{} bytes",
            message.len()
        );
        assert!(
            message.len() > MAX_ERROR_MESSAGE - 8,
            "{} bytes",
            message.len()
        );
        assert!(message.starts_with(&format!("invalid type: string \"{}", &text[..200])));
        assert!(message.ends_with(&format!("{}\", expected a boolean", &text[..200])));
    }
}

#[test]
fn a_wrong_leaf_is_found_whatever_it_is() {
    // `true` is no string, and all others are no boolean.
    for wrong in [
        "1",
        "-1.5",
        "1e3",
        "\"\"",
        "\"a\\\"b\\\\\"",
        "[]",
        "[true]",
        "[[true]]",
        "{}",
        "{\"b\":1}",
        "[{}]",
    ] {
        for blank in ["", " ", "\n", " \r\n\t"] {
            for (before, after, at) in [
                ("", "", "$"),
                ("[", "]", "$[0]"),
                ("[true,", "]", "$[1]"),
                ("[", ",true]", "$[0]"),
                ("[null,", ",true,2]", "$[1]"),
            ] {
                let json = format!("{before}{blank}{wrong}{blank}{after}");
                let found = match at {
                    "$" => path::<bool>(&json),
                    _ => path::<Vec<Option<bool>>>(&json),
                };
                assert_eq!(found, at, "{json}");
            }
            for (before, after) in [
                ("{\"b\":", "}"),
                ("{\"n\":1,\"b\" :", ",\"o\":{}}"),
                ("{\"o\":{},\"b\":", ",\"n\":[]}"),
            ] {
                let json = format!("{before}{blank}{wrong}{blank}{after}");
                assert_eq!(path::<Object>(&json), "$.b", "{json}");
            }
        }
    }
    for (json, at) in [
        (r#"{"s":true}"#, "$.s"),
        (r#"{"s":null}"#, "$.s"),
        (r#"{"z":false}"#, "$.z"),
        (r#"{"o":1}"#, "$.o"),
        (r#"{"o":[{}]}"#, "$.o"),
        (r#"{"r":[{}]}"#, "$.r"),
        (r#"{"r":[[]]}"#, "$.r"),
        (r#"{"lo":{"a":1}}"#, "$.lo"),
        (r#"{"lo":[{},{"o":{"n":[]}}]}"#, "$.lo[1].o.n"),
        (r#"{"lln":[[1],[2,[3]]]}"#, "$.lln[1][1]"),
        (r#"{"lln":[[1],2]}"#, "$.lln[1]"),
        (r#"{"f":"x"}"#, "$.f"),
    ] {
        assert_eq!(path::<Object>(json), at, "{json}");
    }
    assert_eq!(path::<Vec<u8>>("[1,2,256]"), "$[2]");
    assert_eq!(path::<Vec<u8>>("[1,-2,3]"), "$[1]");
    assert_eq!(path::<Vec<i64>>("[9223372036854775808]"), "$[0]");
    assert_eq!(path::<Vec<i64>>("[1.0]"), "$[0]");
}

#[test]
fn a_choice_by_type_is_refused_where_the_value_begins() {
    for wrong in [
        "[]",
        "[1]",
        "[[1]]",
        "[[]]",
        "[{}]",
        "[\"a\"]",
        "{}",
        "{\"a\":1}",
        "{\"a\":[1]}",
        "null",
        "1.5",
    ] {
        assert_eq!(path::<Alternate>(wrong), "$", "{wrong}");
        for blank in ["", "\n  "] {
            let json = format!("{{\"a\":{wrong}{blank}}}");
            assert_eq!(path::<Object>(&json), "$.a", "{json}");
            let json = format!("{{\"la\":[1,{blank}{wrong}{blank},2]}}");
            assert_eq!(path::<Object>(&json), "$.la[1]", "{json}");
            let json = format!("{{\"la\":[{blank}{wrong}{blank}]}}");
            assert_eq!(path::<Object>(&json), "$.la[0]", "{json}");
            let json = format!("{{\"lla\":[[{wrong}]]}}");
            assert_eq!(path::<Object>(&json), "$.lla[0][0]", "{json}");
        }
    }
}

#[test]
fn a_missing_member_is_missed_by_its_object() {
    for (json, at) in [
        ("{}", "$"),
        (" { } ", "$"),
        ("{\"s\":\"}\",\"b\":true\n}", "$"),
        ("{\"o\":{\"n\":1}}", "$"),
    ] {
        assert_eq!(path::<Required>(json), at, "{json}");
    }
    for (json, at) in [
        (r#"{"r":{}}"#, "$.r"),
        (r#"{"r":{"o":{"n":1},"ln":[]},"n":1}"#, "$.r"),
        (r#"{"lr":[{"n":0},{"e":2},{"n":1}]}"#, "$.lr[1]"),
        (r#"{"o":{"lr":[{"n":0} , {"r":{"n":1}}]}}"#, "$.o.lr[1]"),
    ] {
        assert_eq!(path::<Object>(json), at, "{json}");
        assert_eq!(error::<Object>(json).1, "missing field `n`", "{json}");
    }
}

#[test]
fn a_refused_name_is_that_member() {
    assert_eq!(path::<Object>(r#"{"n":1,"refused":2}"#), "$.refused");
    assert_eq!(path::<Object>(r#"{"o":{"refused" : {}}}"#), "$.o.refused");
    assert_eq!(path::<Object>(r#"{"n":1,"n" :2}"#), "$.n");
}

#[test]
fn a_late_complaint_is_about_the_value_just_read() {
    for blank in ["", " "] {
        for (json, at) in [
            ("{\"e\":1_}", "$.e"),
            ("{\"e\":1_,_\"n\":1}", "$.e"),
            ("{\"n\":1,\"e\":3_}", "$.e"),
            ("{\"le\":[1_]}", "$.le[0]"),
            ("{\"le\":[2,3_]}", "$.le[1]"),
            ("{\"le\":[2,3_,_4]}", "$.le[1]"),
            ("{\"o\":{\"e\":1_}}", "$.o.e"),
        ] {
            let json = json.replace('_', blank);
            assert_eq!(error::<Object>(&json), (at.into(), "odd".into()), "{json}");
        }
    }
    assert_eq!(path::<Even>(" 3 "), "$");
}

#[test]
fn places_in_a_buffered_union_are_joined() {
    assert_eq!(
        error::<Object>(r#"{"lu":[{}, {"n":"x","t":1}]}"#),
        ("$.lu[1].n".into(), "no integer".into())
    );
    assert_eq!(
        error::<Object>(r#"{"u":{"x":[1],"deep":0}}"#),
        (r#"$.u["`: "][1].n"#.into(), "no integer".into())
    );
    assert_eq!(
        error::<Union>(r#"{"n":null}"#),
        ("$.n".into(), "no integer".into())
    );
}

#[test]
fn odd_names_are_quoted() {
    assert_eq!(
        path::<Object>(r#"{"o..":{"n 1":"x"}}"#),
        r#"$["o.."]["n 1"]"#
    );
    assert_eq!(
        path::<Object>(r#"{"o\n\u00e9":{"n-1":"x"}}"#),
        r#"$["o\né"].n-1"#
    );
}

#[test]
fn text_that_is_not_json_is_found_where_it_stops_being_json() {
    for (json, at) in [
        ("", "$"),
        ("  ", "$"),
        ("x", "$"),
        ("{", "$"),
        ("{\"n", "$.n"),
        ("{\"n\"", "$.n"),
        ("{\"n\":", "$.n"),
        ("{\"n\":1", "$.n"),
        ("{\"n\":1 ", "$"),
        ("{\"n\":1,", "$"),
        ("{\"n\":-", "$.n"),
        ("{\"n\":01}", "$.n"),
        ("{\"n\":x}", "$.n"),
        ("{\"n\" 1}", "$.n"),
        ("{n:1}", "$"),
        ("{\"s\":\"a", "$.s"),
        ("{\"s\":\"a\\x\"}", "$.s"),
        ("{\"s\":\"a\nb\"}", "$.s"),
        ("{\"b\":tru}", "$.b"),
        ("{\"b\":tr", "$.b"),
        ("{\"ln\":[1,\n2", "$.ln[1]"),
        ("{\"ln\":[1,\n2 ", "$.ln"),
        ("{\"ln\":[1,", "$.ln[1]"),
        ("{\"ln\":[1 2]}", "$.ln"),
        ("{\"ln\":[1,]}", "$.ln[1]"),
        ("{\"ln\":[1}", "$.ln[0]"),
        ("{\"n\":1} x", "$"),
        ("{\"n\":1}{}", "$"),
        ("{\"n\":1 \"s\":2}", "$"),
        ("{\"f\":1e999}", "$.f"),
        ("{\"x\":[{\"y\":[nul]}]}", "$.x[0].y[0]"),
    ] {
        assert_eq!(path::<Object>(json), at, "{json}");
    }
    assert_eq!(
        decode::<Object>(b"{\"s\":\"\xff\"}")
            .map(|_| ())
            .unwrap_err()
            .path,
        "$.s"
    );
    assert_eq!(path::<(u8, u8)>("[1,2,3]"), "$[2]");
}

#[test]
fn nesting_beyond_serde_jsons_limit_is_an_error() {
    let deep = format!("{{\"v\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let error = decode::<Value>(&deep).unwrap_err();
    assert_eq!(error.message, "recursion limit exceeded");
    assert_eq!(error.path, format!("$.v{}", "[0]".repeat(126)));
    // Values that nobody wants are skipped at any depth.
    assert!(decode::<Object>(&deep).is_ok());
    assert!(path::<Object>(&deep[..150_000]).starts_with("$.v[0][0]"));
}

#[test]
fn a_position_that_serde_json_did_not_give_does_no_harm() {
    // serde_json takes such a text for the position of an error that it passes on.
    struct Liar;
    impl<'de> Deserialize<'de> for Liar {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(D::Error::custom(text))
        }
    }
    for (line, column) in [(1, 99), (9, 1), (2, usize::MAX), (1, 0), (0, 0)] {
        let json = format!("[\"x at line {line} column {column}\"]");
        assert!(path::<Vec<Liar>>(&json).starts_with('$'));
    }
}

/// A random value of the kind that the first letter of `key` says.
fn value_for(key: &str, depth: u32) -> BoxedStrategy<Value> {
    if let Some(element) = key.strip_prefix('l') {
        return prop::collection::vec(value_for(element, depth), 0..4)
            .prop_map(Value::from)
            .boxed();
    }
    match key {
        "n" => any::<i64>().prop_map(Value::from).boxed(),
        "s" => any::<String>().prop_map(Value::from).boxed(),
        "b" => any::<bool>().prop_map(Value::from).boxed(),
        "z" => Just(Value::Null).boxed(),
        "e" => any::<i32>()
            .prop_map(|n| Value::from(i64::from(n) * 2))
            .boxed(),
        "a" => prop_oneof![
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from)
        ]
        .boxed(),
        "r" => object(depth)
            .prop_map(|mut object| {
                object["n"] = json!(1);
                object
            })
            .boxed(),
        _ => object(depth),
    }
}

/// A random [`Object`].
fn object(depth: u32) -> BoxedStrategy<Value> {
    let mut keys = vec!["n", "s", "b", "z", "e", "a", "ln", "le", "la", "lln", "lla"];
    if depth > 0 {
        keys.extend(["o", "r", "lo", "lr"]);
    }
    let member = prop::sample::select(keys).prop_flat_map(move |key| {
        (
            Just(key),
            "[0-9 .\\\\\"-]{0,3}",
            value_for(key, depth.saturating_sub(1)),
        )
    });
    prop::collection::vec(member, 0..6)
        .prop_map(|members| {
            members
                .into_iter()
                .map(|(key, more, value)| (format!("{key}{more}"), value))
                .collect()
        })
        .boxed()
}

/// Every value in `value` that is not itself typed as an array or object, with its path and
/// the kind that it has to be of.
fn leaves(
    value: &Value,
    kind: &str,
    path: &str,
    pointer: &str,
    found: &mut Vec<(String, String, char)>,
) {
    match (value, kind.strip_prefix('l')) {
        (Value::Array(elements), Some(kind)) => {
            for (index, element) in elements.iter().enumerate() {
                leaves(
                    element,
                    kind,
                    &format!("{path}[{index}]"),
                    &format!("{pointer}/{index}"),
                    found,
                );
            }
        }
        (Value::Object(members), _) => {
            for (key, member) in members {
                let kind = key.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
                let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                let step = if plain {
                    format!(".{key}")
                } else {
                    format!("[{}]", json!(key))
                };
                leaves(
                    member,
                    kind,
                    &format!("{path}{step}"),
                    &format!("{pointer}/{key}"),
                    found,
                );
            }
        }
        _ => found.push((
            path.to_owned(),
            pointer.to_owned(),
            kind.chars().next().unwrap_or('o'),
        )),
    }
}

proptest! {
    #[test]
    fn the_path_is_that_of_the_leaf_made_wrong(
        mut document in object(3),
        pick: prop::sample::Index,
        wrong in prop::sample::select(vec![
            json!(1), json!("x"), json!(true), json!(null), json!(1.5), json!([]), json!([1]),
            json!([[1]]), json!([{}]), json!({}), json!({"x": [1]}), json!([["x", [true]]]),
        ]),
        pretty: bool,
    ) {
        let mut found = Vec::new();
        leaves(&document, "o", "$", "", &mut found);
        prop_assume!(!found.is_empty());
        let (path, pointer, kind) = pick.get(&found);
        let refused = match kind {
            'n' => !wrong.is_i64(),
            'e' => true,
            's' => !wrong.is_string(),
            'b' => !wrong.is_boolean() && !wrong.is_null(),
            'z' => !wrong.is_null(),
            'a' => !wrong.is_i64() && !wrong.is_string(),
            _ => false,
        };
        prop_assume!(refused);
        *document.pointer_mut(pointer).unwrap() = wrong;
        let json = if pretty { format!("{document:#}") } else { document.to_string() };
        prop_assert_eq!(&error::<Object>(&json).0, path, "{}", json);
    }

    #[test]
    fn no_text_makes_it_fail(text in "[\\[\\]{}:,\"\\\\a1ltn. \n-]{0,40}") {
        let _ = decode::<Object>(&text);
        let _ = decode::<Value>(&text);
        let _ = decode::<Vec<Even>>(&text);
    }
}
