//! What a server says of itself: an answer to `query-qmp-schema`.

mod write;

use anyhow::{anyhow, bail};
use qapi_parser::source::{MAX_FILE_SIZE, MemorySource};
use qapi_parser::{Loader, Strictness};
use qapi_protocol::introspection::Schema;
use qapi_protocol::{Message, Response, decode};

use self::write::Text;

/// Reads an answer: the whole response, or only what it returns.
pub(super) fn read(content: &[u8]) -> anyhow::Result<Schema> {
    if content.len() > MAX_FILE_SIZE {
        bail!("it is larger than {} MiB", MAX_FILE_SIZE >> 20);
    }
    if content.trim_ascii_start().starts_with(b"[") {
        return Ok(decode(std::str::from_utf8(content)?)?);
    }
    match Message::parse(content)? {
        Message::Response(Response { result, .. }) => Ok(result?.decode()?),
        Message::Greeting(_) => bail!("it is a greeting"),
        Message::Event(event) => bail!("it is the event {}", event.event),
        _ => bail!("it is a message that nobody knows"),
    }
}

/// The name of the file that the schema would be in.
const FILE: &str = "answer";

/// The same as a schema, whose types are called after nothing. All that QEMU's schema language
/// has rules for has to keep them: what a server says comes from a schema.
pub(super) fn schema(answer: &Schema) -> anyhow::Result<qapi_parser::Schema> {
    let text = Text::of(answer)?;
    let source = MemorySource::from_iter([(FILE, text.as_str())]);
    let loader = Loader::new().strictness(Strictness::Lenient);
    loader.load_from(&source, FILE).map_err(|diagnostics| {
        let Some(first) = diagnostics.iter().next() else {
            return anyhow!("it makes no schema");
        };
        let context = first.context.iter();
        let context: String = context.map(|it| format!("in {it}: ")).collect();
        let message = format!("{context}{}", first.message);
        anyhow!(
            "no schema gives such an answer: {}",
            text.with_names(&message)
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;
    use qapi_parser::Diff;
    use serde_json::Value;

    use super::{read, schema};

    const OLD: &str = include_str!("../../tests/schemas/answers/old.json");
    const NEW: &str = include_str!("../../tests/schemas/answers/new.json");

    fn load(text: &[u8]) -> anyhow::Result<qapi_parser::Schema> {
        schema(&read(text)?)
    }

    /// Whether it can be compared. Whatever it is, nothing panics, and nobody is told of names
    /// that are not in it.
    fn is_taken(text: &[u8]) -> bool {
        let damaged = match load(text) {
            Ok(damaged) => damaged,
            Err(error) => {
                let message = format!("{error:#}");
                assert!(
                    !message.is_empty() && !message.contains("'Type"),
                    "{message}"
                );
                return false;
            }
        };
        assert!(Diff::by_place(&damaged, &damaged).unwrap().is_empty());
        let sound = load(OLD.as_bytes()).unwrap();
        for diff in [
            Diff::by_place(&damaged, &sound),
            Diff::by_place(&sound, &damaged),
        ] {
            let diff = diff.unwrap();
            assert!(!diff.to_string().contains("Type"), "{diff}");
        }
        true
    }

    /// How many values there are in a value, itself among them.
    fn count(value: &Value) -> usize {
        1 + match value {
            Value::Array(items) => items.iter().map(count).sum(),
            Value::Object(members) => members.values().map(count).sum(),
            _ => 0,
        }
    }

    /// Changes a value that is so far behind the first one: puts another one in its place, or
    /// leaves out or repeats something in it.
    fn damage(value: &mut Value, mut at: usize, kind: u8, other: &Value) {
        if at == 0 {
            match (value, kind % 3) {
                (Value::Array(items), 0) => drop(items.pop()),
                (Value::Array(items), 1) => items.extend(items.first().cloned()),
                (Value::Object(members), 0) => {
                    let name = members.keys().next_back().cloned();
                    name.and_then(|name| members.remove(&name));
                }
                (value, _) => *value = other.clone(),
            }
            return;
        }
        at -= 1;
        let parts: Vec<&mut Value> = match value {
            Value::Array(items) => items.iter_mut().collect(),
            Value::Object(members) => members.values_mut().collect(),
            _ => Vec::new(),
        };
        for part in parts {
            let size = count(part);
            if at < size {
                return damage(part, at, kind, other);
            }
            at -= size;
        }
    }

    /// The value that is so far behind the first one.
    fn nth(value: &Value, mut at: usize) -> Option<&Value> {
        if at == 0 {
            return Some(value);
        }
        at -= 1;
        let parts: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(members) => members.values().collect(),
            _ => Vec::new(),
        };
        for part in parts {
            let size = count(part);
            if at < size {
                return nth(part, at);
            }
            at -= size;
        }
        None
    }

    #[test]
    fn what_is_sound_is_taken() {
        assert!(is_taken(OLD.as_bytes()) && is_taken(NEW.as_bytes()));
    }

    proptest! {
        #[test]
        fn damaged_text_is_taken_or_refused(
            changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6),
        ) {
            for text in [OLD, NEW] {
                let mut text = text.as_bytes().to_vec();
                for (index, byte) in &changes {
                    *index.get_mut(&mut text) = *byte;
                }
                is_taken(&text);
            }
        }

        /// A type is another one, an entry is there twice, a member is not: what forks might say.
        #[test]
        fn a_damaged_answer_is_taken_or_refused(
            changes in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>()), 1..4),
        ) {
            for text in [OLD, NEW] {
                let mut answer: Value = serde_json::from_str(text).unwrap();
                for (index, other, kind) in &changes {
                    let size = count(&answer);
                    let other = nth(&answer, other.index(size)).cloned().unwrap();
                    damage(&mut answer, index.index(size), *kind, &other);
                }
                is_taken(answer.to_string().as_bytes());
            }
        }
    }
}
