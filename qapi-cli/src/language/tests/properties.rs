//! What holds of any line, and of any value.

use proptest::prelude::*;
use qapi_protocol::introspection::TypeKind;
use serde_json::{Map, Value, json};

use super::zoo;
use crate::language::{Look, Mode, Transaction, complete, help, hint, is_complete, parse};
use crate::vocabulary::{Type, Vocabulary};

/// Pieces that lines are made of, so that they often come far.
const PIECES: [&str; 44] = [
    " ",
    "=",
    ".",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\n",
    "\t",
    "0",
    "1",
    "5k",
    "-",
    "0x",
    "ä",
    "日本",
    "\u{1f600}",
    "\\u00e4",
    "null",
    "true",
    "file",
    "driver=",
    "driver=raw",
    "file.",
    "filename=",
    "blockdev-add ",
    "block_resize ",
    "size=",
    "sample ",
    "nodes.",
    "options.0.",
    "exec-oob ",
    "transaction(",
    "transaction ",
    "actions.0.",
    " )",
    "{'execute': ",
    "help ",
    "blockdev-snapshot ",
];

fn line() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_line_does_harm(line in line(), at in any::<prop::sample::Index>(), action in any::<bool>()) {
        let zoo = zoo();
        let cursor = at.index(line.len() + 1);
        let mode = if action { Mode::Actions } else { Mode::Commands };
        for vocabulary in [None, Some(&zoo)] {
            if let Err(mistake) = parse(&line, vocabulary) {
                prop_assert!(mistake.span.start <= mistake.span.end);
                prop_assert!(line.get(mistake.span.clone()).is_some(), "{mistake:?}");
                mistake.render(&line, true);
            }
            if let Err(mistake) = Transaction::default().add(&line, vocabulary) {
                prop_assert!(line.get(mistake.span.clone()).is_some(), "{mistake:?}");
            }
        }
        let completions = complete(&line, cursor, mode, &zoo, &["help"]);
        prop_assert!(completions.start <= cursor && line.is_char_boundary(completions.start));
        hint(&line, mode, &zoo);
        is_complete(&line);
        let _ = help(&line, &zoo, Look { width: at.index(100), is_colored: false });
    }

    #[test]
    fn what_is_sent_is_json(line in line()) {
        let zoo = zoo();
        for vocabulary in [None, Some(&zoo)] {
            if let Ok(request) = parse(&line, vocabulary)
                && let Some(arguments) = request.arguments
            {
                let arguments = serde_json::from_str::<Value>(arguments.get());
                prop_assert!(arguments.is_ok(), "{arguments:?}");
            }
        }
    }

    #[test]
    fn values_said_in_words_are_those_values(
        choices in prop::collection::vec(any::<u8>(), 0..64),
        style in prop::collection::vec(any::<u8>(), 1..64),
    ) {
        let zoo = zoo();
        let mut choices = Choices(choices.iter().cycle().take(2048).copied().collect());
        for command in ["block_resize", "blockdev-add", "blockdev-reopen", "sample", "transaction"] {
            let value = random(argument_type(&zoo, command), 0, &mut choices);
            let mut words = vec![command.to_owned()];
            let mut style = Choices(style.iter().cycle().take(2048).copied().collect());
            say("", &value, &mut style, &mut words);
            let line = words.join(" ");
            let request = match parse(&line, Some(&zoo)) {
                Ok(request) => request,
                Err(mistake) => panic!("{}", mistake.render(&line, false)),
            };
            let arguments = request.arguments.map(|it| serde_json::from_str(it.get()).unwrap());
            prop_assert_eq!(arguments.unwrap_or(json!({})), value, "{}", line);
        }
    }
}

fn argument_type<'v>(zoo: &'v Vocabulary, command: &str) -> Type<'v> {
    zoo.command(command).unwrap().arguments().unwrap()
}

/// Numbers to choose by; 0 when there are no more.
struct Choices(Vec<u8>);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        usize::from(self.0.pop().unwrap_or(0)) % count.max(1)
    }

    fn text(&mut self) -> String {
        let texts = [
            "a", "", "5", "null", "true", "a b", "it's", "\"", "\\", "{", "[1]", "ä=\n", "x.y",
            "-1", " ", "'a'", "日本", "\u{7f}", "{'a': 1}", "auto",
        ];
        texts[self.below(texts.len())].to_owned()
    }
}

/// A value of a type, small when it is deep inside.
fn random(ty: Type<'_>, depth: usize, choices: &mut Choices) -> Value {
    match (ty.kind(), ty.json_type()) {
        (TypeKind::Enum, _) => {
            let values: Vec<_> = ty.values().map(|it| it.name()).collect();
            json!(values[choices.below(values.len())])
        }
        (TypeKind::Alternate, _) => {
            let alternatives: Vec<_> = ty.alternatives().collect();
            // Objects may hold objects of their own kind.
            let simple = alternatives
                .iter()
                .filter(|it| it.kind() != TypeKind::Object);
            let simple: Vec<_> = simple.copied().collect();
            let among = if depth > 3 { simple } else { alternatives };
            random(among[choices.below(among.len())], depth + 1, choices)
        }
        (TypeKind::Array, _) => {
            let element = ty.element().unwrap();
            let count = choices.below(if depth > 3 { 1 } else { 4 });
            (0..count)
                .map(|_| random(element, depth + 1, choices))
                .collect()
        }
        (TypeKind::Object, _) => {
            let mut members = Map::new();
            add_members(ty, depth, choices, &mut members);
            Value::Object(members)
        }
        (_, Some("string")) => json!(choices.text()),
        (_, Some("int")) => json!(choices.below(256)),
        (_, Some("number")) => json!(choices.below(100) as f64 / 8.0),
        (_, Some("boolean")) => json!(choices.below(2) == 1),
        (_, Some("null")) => Value::Null,
        _ => match choices.below(4) {
            0 => json!(choices.text()),
            1 => json!(-5),
            2 => json!({"a": [7, false, {}], "b": choices.text()}),
            _ => json!([true, "true"]),
        },
    }
}

fn add_members(ty: Type<'_>, depth: usize, choices: &mut Choices, to: &mut Map<String, Value>) {
    for member in ty.members() {
        if !member.is_optional() || depth < 3 && choices.below(2) == 1 {
            let value = random(member.ty(), depth + 1, choices);
            to.insert(member.name().to_owned(), value);
        }
    }
    if let Some(tag) = ty.tag() {
        let branch = to[tag].as_str().and_then(|tag| ty.branch(tag));
        add_members(branch.unwrap(), depth, choices, to);
    }
}

/// Says a value in words: dotted, or as JSON.
fn say(path: &str, value: &Value, style: &mut Choices, words: &mut Vec<String>) {
    let dotted = |name: &str| match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    };
    match value {
        Value::Object(members) if path.is_empty() || !members.is_empty() && style.below(3) > 0 => {
            for (name, value) in members {
                say(&dotted(name), value, style, words);
            }
        }
        Value::Array(elements) if !elements.is_empty() && style.below(3) > 0 => {
            for (index, value) in elements.iter().enumerate() {
                say(&dotted(&index.to_string()), value, style, words);
            }
        }
        Value::String(text) if !text.contains('\'') && style.below(2) == 0 => {
            words.push(format!("{path}='{text}'"));
        }
        value => words.push(format!("{path}={value}")),
    }
}
