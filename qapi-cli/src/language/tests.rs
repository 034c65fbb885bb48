//! A small schema, and what is made of lines with it.

mod completions;
mod help;
mod mistakes;
mod properties;
mod real;
mod requests;

use qapi_protocol::decode;
use qapi_protocol::introspection::Schema;
use serde_json::{Value, json};

use crate::vocabulary::Vocabulary;

/// What a server says of itself, with a little of everything.
const LIVE: &str = include_str!("tests/zoo.json");

/// The names of types that the server has as numbers, and the integers that it calls `int`.
const NAMES: [(&str, &str); 16] = [
    ("0", "q_empty"),
    ("1", "StatusInfo"),
    ("3", "BlockdevOptions"),
    ("8", "BlockdevOptionsFile"),
    ("9", "BlockdevOptionsRaw"),
    ("10", "BlockdevOptionsQcow2"),
    ("20", "RunState"),
    ("21", "BlockdevDriver"),
    ("22", "Whence"),
    ("24", "Names"),
    ("25", "TransactionAction"),
    ("26", "AioMode"),
    ("27", "BlockdevRef"),
    ("28", "BlockdevRefOrNull"),
    ("29", "WhenceName"),
    ("31", "TransactionActionKind"),
];

/// The schema with its reference.
pub(super) fn zoo() -> Vocabulary {
    let live: Schema = decode(LIVE).unwrap();
    Vocabulary::new(live, Some(reference()))
}

fn reference() -> Schema {
    let mut entries: Vec<Value> = serde_json::from_str(LIVE).unwrap();
    for entry in &mut entries {
        rename(entry);
        for member in entry["members"].as_array_mut().into_iter().flatten() {
            match member["name"].as_str() {
                Some("size" | "offset") => member["type"] = json!("size"),
                Some("byte") => member["type"] = json!("uint8"),
                _ => {}
            }
        }
    }
    for name in ["size", "uint8"] {
        entries.push(json!({"name": name, "meta-type": "builtin", "json-type": "int"}));
    }
    decode(Value::Array(entries).to_string()).unwrap()
}

/// Gives types their names, wherever they are named.
fn rename(value: &mut Value) {
    match value {
        Value::String(text) => {
            let (name, is_array) = match text.strip_prefix('[') {
                Some(element) => (element.trim_end_matches(']'), true),
                None => (text.as_str(), false),
            };
            if let Some((_, known)) = NAMES.iter().find(|(number, _)| *number == name) {
                *text = if is_array {
                    format!("[{known}]")
                } else {
                    (*known).to_owned()
                };
            }
        }
        Value::Array(values) => values.iter_mut().for_each(rename),
        Value::Object(members) => members.values_mut().for_each(rename),
        _ => {}
    }
}
