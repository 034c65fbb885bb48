//! Where errors are found to be in random documents.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::error;
use super::types::{Even, Object};
use crate::decode;

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
            'b' => !wrong.is_boolean(),
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
