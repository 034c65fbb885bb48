//! Reading and writing the messages of recordings.

mod allocations;
mod times;

use std::collections::BTreeMap;

use peer_codec::{Entry, Read, Write};
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

pub use self::allocations::allocations;
pub use self::times::times;
use crate::recording::{Content, Interface, Message};
use crate::{Outcome, ours};

/// A message with the ways to read it, or to write what it holds.
struct Task<W> {
    message: Message,
    ways: Vec<(&'static str, W)>,
}

/// Messages of one kind.
struct Kind<'a, W> {
    name: &'static str,
    tasks: Vec<&'a Task<W>>,
}

impl<W> Kind<'_, W> {
    fn bytes(&self) -> usize {
        self.tasks.iter().map(|task| task.message.bytes.len()).sum()
    }

    /// The names of those who can do it.
    fn contestants(&self) -> Vec<&'static str> {
        let ways = self.tasks.first().map(|task| task.ways.iter());
        ways.into_iter().flatten().map(|(name, _)| *name).collect()
    }
}

/// All of the messages, and those of each kind.
fn kinds<'a, W>(tasks: &'a [Task<W>], names: &[&'static str]) -> Vec<Kind<'a, W>> {
    let whole = Kind {
        name: "whole recordings",
        tasks: tasks.iter().collect(),
    };
    let each = names.iter().map(|name| Kind {
        name,
        tasks: tasks
            .iter()
            .filter(|task| task.message.kind() == *name)
            .collect(),
    });
    [whole].into_iter().chain(each).collect()
}

/// What both crates do with the commands of both interfaces.
struct Commands {
    ours: [Vec<Entry>; 2],
    theirs: [Vec<Entry>; 2],
}

impl Commands {
    fn new() -> Self {
        Commands {
            ours: [ours::qmp(), ours::qga()],
            theirs: [peer_codec::qmp(), peer_codec::qga()],
        }
    }

    fn get(&self, interface: Interface, command: &str) -> Option<[&Entry; 2]> {
        let [ours, theirs] = [&self.ours, &self.theirs].map(|[qmp, qga]| {
            let entries = match interface {
                Interface::Qmp => qmp,
                Interface::Qga => qga,
            };
            entries.iter().find(|entry| entry.name == command)
        });
        Some([ours?, theirs?])
    }

    /// Who reads the message, and how.
    fn reads(&self, message: &Message) -> Option<Vec<(&'static str, Read)>> {
        let typed: Vec<(&str, Read)> = match &message.content {
            Content::Request { .. } => return None,
            Content::Greeting => vec![
                ("ours", ours::greeting),
                ("peer", peer_codec::GREETING),
                ("peer's client", peer_codec::GREETING),
                ("peer's types", peer_codec::GREETING),
            ],
            Content::Event => vec![
                ("ours", ours::event),
                ("peer", peer_codec::EVENT),
                ("peer's client", peer_codec::EVENT_OR_ANSWER),
                ("peer's types", peer_codec::EVENT),
            ],
            Content::Answer { command } => {
                let entries = self.get(message.interface, command)?;
                let reads = entries.iter().flat_map(|entry| &entry.reads);
                reads.copied().collect()
            }
        };
        let untyped: [(&str, Read); 3] = [
            ("Value", peer_codec::read::<Value>),
            ("RawValue", |bytes| {
                serde_json::from_slice::<&RawValue>(bytes)?;
                Ok(())
            }),
            ("IgnoredAny", peer_codec::read::<IgnoredAny>),
        ];
        Some(typed.into_iter().chain(untyped).collect())
    }

    /// Who writes what the message holds, and how.
    ///
    /// `None` where that is nothing, or a command that not both have; the error names who cannot
    /// read it in the first place.
    fn writes(
        &self,
        message: &Message,
    ) -> Result<Option<Vec<(&'static str, Write)>>, &'static str> {
        let bytes = &message.bytes;
        let both = match &message.content {
            Content::Greeting => return Ok(None),
            Content::Event => [ours::event_writer(bytes), peer_codec::event_writer(bytes)]
                .map(|write| write.map(Some)),
            Content::Request { command, arguments } => {
                let Some(entries) = self.get(message.interface, command) else {
                    return Ok(None);
                };
                entries.map(|entry| (entry.request)(arguments).map(Some))
            }
            Content::Answer { command } => {
                let Some(entries) = self.get(message.interface, command) else {
                    return Ok(None);
                };
                entries.map(|entry| (entry.answer)(bytes))
            }
        };
        let untyped = ("Value", value_writer(bytes).map(Some));
        let both = ["ours", "peer"].into_iter().zip(both);
        let mut ways = Vec::new();
        for (name, write) in both.chain([untyped]) {
            match write.map_err(|_| name)? {
                Some(write) => ways.push((name, write)),
                None => return Ok(None),
            }
        }
        Ok(Some(ways))
    }
}

/// What writes a message, or what it returns, without knowing its type.
fn value_writer(bytes: &[u8]) -> Outcome<Write> {
    let mut value: Value = serde_json::from_slice(bytes)?;
    if let Some(returned) = value.get_mut("return") {
        value = returned.take();
    }
    Ok(Box::new(move || Ok(serde_json::to_vec(&value)?)))
}

fn cannot_read(name: &str) -> String {
    let who = match name {
        "ours" => "our types",
        "Value" | "RawValue" | "IgnoredAny" => "serde_json",
        _ => "the peer",
    };
    format!("which {who} cannot read")
}

/// The messages that are left out for all, by the reason, with how often each is.
#[derive(Default)]
struct LeftOut(BTreeMap<String, BTreeMap<String, usize>>);

impl LeftOut {
    fn add(&mut self, message: &Message, why: String) {
        let messages = self.0.entry(why).or_default();
        *messages.entry(message.name()).or_default() += 1;
    }

    /// A sentence for each reason.
    fn notes(&self, what: &str) -> Vec<String> {
        let sentence = |(why, messages): (&String, &BTreeMap<String, usize>)| {
            let count: usize = messages.values().sum();
            let each = messages.iter().map(|(name, count)| match count {
                1 => name.clone(),
                count => format!("{count} × {name}"),
            });
            let each: Vec<String> = each.collect();
            format!("{what}: {count} messages, {why}: {}.", each.join(", "))
        };
        self.0.iter().map(sentence).collect()
    }
}

/// The messages that all can read, with how they do.
fn reading(messages: Vec<Message>) -> (Vec<Task<Read>>, LeftOut) {
    let commands = Commands::new();
    let mut left_out = LeftOut::default();
    let mut tasks = Vec::new();
    for message in messages {
        if matches!(message.content, Content::Request { .. }) {
            continue;
        }
        let Some(ways) = commands.reads(&message) else {
            left_out.add(&message, "whose command is not in both crates".to_owned());
            continue;
        };
        let mut ways_that_fail = ways
            .iter()
            .filter(|(_, read)| read(&message.bytes).is_err());
        match ways_that_fail.next() {
            Some((name, _)) => left_out.add(&message, cannot_read(name)),
            None => tasks.push(Task { message, ways }),
        }
    }
    (tasks, left_out)
}

/// The messages whose content all can write, with how they do.
fn writing(messages: Vec<Message>) -> (Vec<Task<Write>>, LeftOut) {
    let commands = Commands::new();
    let mut left_out = LeftOut::default();
    let mut tasks = Vec::new();
    for message in messages {
        match commands.writes(&message) {
            Ok(Some(ways)) => tasks.push(Task { message, ways }),
            Ok(None) => {}
            Err(name) => left_out.add(&message, cannot_read(name)),
        }
    }
    (tasks, left_out)
}
