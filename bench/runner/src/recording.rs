//! Recordings: the messages of a conversation, each as its bytes were on the wire.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Outcome;

/// A message, with what it takes to read it as a type.
#[derive(Debug)]
pub struct Message {
    /// Whose commands they are.
    pub interface: Interface,
    /// What it is.
    pub content: Content,
    /// All of it, the envelope included.
    pub bytes: Vec<u8>,
}

/// Whose commands and events are recorded.
#[derive(Clone, Copy, Debug)]
pub enum Interface {
    /// QEMU, or its storage daemon, whose commands are some of QEMU's.
    Qmp,
    /// The guest agent.
    Qga,
}

/// What a message is.
#[derive(Debug)]
pub enum Content {
    /// What a client sent, with its arguments as they were on the wire.
    Request {
        /// The name of the command.
        command: String,
        /// The arguments; an object.
        arguments: String,
    },
    /// What a server sends first.
    Greeting,
    /// The answer to a command: what it returned, or why it failed.
    Answer {
        /// The name of the command.
        command: String,
    },
    /// What happened.
    Event,
}

/// The sizes from which on an answer is not a small one.
const SMALL: usize = 1024;

/// Commands whose answers are a kind of their own.
const KINDS: [&str; 3] = [
    "query-qmp-schema",
    "query-named-block-nodes",
    "query-machines",
];

/// All kinds of messages, in the order in which they are shown.
pub const ALL_KINDS: [&str; 7] = {
    let [schema, nodes, machines] = KINDS;
    let [other, small, events, requests] = ["other answers", "small answers", "events", "requests"];
    [schema, nodes, machines, other, small, events, requests]
};

/// The kinds of messages that a server sends.
pub const SERVER_KINDS: [&str; 6] = {
    let [kinds @ .., _] = ALL_KINDS;
    kinds
};

impl Message {
    /// Which of the kinds it is of.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Request { .. } => "requests",
            Content::Event => "events",
            Content::Answer { command } if self.bytes.len() >= SMALL => {
                let kind = KINDS.into_iter().find(|kind| kind == command);
                kind.unwrap_or("other answers")
            }
            Content::Greeting | Content::Answer { .. } => "small answers",
        }
    }

    /// What it is, for people.
    pub fn name(&self) -> String {
        match &self.content {
            Content::Request { command, .. } => format!("request of {command}"),
            Content::Greeting => "greeting".to_owned(),
            Content::Answer { command } => format!("answer to {command}"),
            Content::Event => "event".to_owned(),
        }
    }
}

#[derive(Deserialize)]
struct Line<'a> {
    dir: &'a str,
    #[serde(borrow)]
    msg: &'a RawValue,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    execute: Option<String>,
    #[serde(rename = "exec-oob")]
    exec_oob: Option<String>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(rename = "QMP", borrow)]
    greeting: Option<&'a RawValue>,
    event: Option<String>,
    id: Option<serde_json::Value>,
}

/// Reads recordings. Those of a guest agent are told by their names, `qga-...`.
///
/// # Errors
///
/// When a file cannot be read, or is no recording.
pub fn read(files: &[impl AsRef<Path>]) -> Outcome<Vec<Message>> {
    let mut messages = Vec::new();
    for file in files {
        let file = file.as_ref();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let interface = match name.starts_with("qga-") {
            true => Interface::Qga,
            false => Interface::Qmp,
        };
        let text = fs::read_to_string(file)?;
        let mut asked = HashMap::new();
        for line in text.lines() {
            let line: Line<'_> = serde_json::from_str(line)?;
            let envelope: Envelope<'_> = serde_json::from_str(line.msg.get())?;
            let id = envelope.id.map(|id| id.to_string());
            let command = envelope.execute.or(envelope.exec_oob);
            let content = match (line.dir, command) {
                ("->", Some(command)) => {
                    asked.insert(id, command.clone());
                    let arguments = envelope.arguments.map_or("{}", RawValue::get).to_owned();
                    Content::Request { command, arguments }
                }
                ("->", None) => continue,
                _ if envelope.greeting.is_some() => Content::Greeting,
                _ if envelope.event.is_some() => Content::Event,
                _ => match asked.remove(&id) {
                    Some(command) => Content::Answer { command },
                    None => continue,
                },
            };
            let bytes = line.msg.get().as_bytes().to_vec();
            messages.push(Message {
                interface,
                content,
                bytes,
            });
        }
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_of_the_command_with_their_id_and_of_a_kind_by_command_and_size() {
        let path = std::env::temp_dir().join(format!("recording-{}.jsonl", std::process::id()));
        let long = "x".repeat(SMALL);
        let text = format!(
            r#"{{"dir": "<-", "msg": {{"QMP": {{}}}}}}
{{"dir": "->", "msg": {{"execute": "query-machines", "id": 1}}}}
{{"dir": "->", "msg": {{"exec-oob": "query-machines", "id": 2, "arguments": {{"a": 1}}}}}}
{{"dir": "->", "msg": {{"execute": "query-pci", "id": 3}}}}
{{"dir": "<-", "msg": {{"return": "{long}", "id": 3}}}}
{{"dir": "<-", "msg": {{"event": "STOP"}}}}
{{"dir": "<-", "msg": {{"return": "{long}", "id": 2}}}}
{{"dir": "<-", "msg": {{"error": {{}}, "id": 1}}}}
"#
        );
        fs::write(&path, text).unwrap();
        let messages = read(&[&path]);
        fs::remove_file(&path).unwrap();

        let messages = messages.unwrap();
        let seen = messages
            .iter()
            .map(|message| (message.kind(), message.name()));
        let seen: Vec<String> = seen.map(|(kind, name)| format!("{kind}: {name}")).collect();
        assert_eq!(
            seen,
            [
                "small answers: greeting",
                "requests: request of query-machines",
                "requests: request of query-machines",
                "requests: request of query-pci",
                "other answers: answer to query-pci",
                "events: event",
                "query-machines: answer to query-machines",
                "small answers: answer to query-machines",
            ]
        );
        assert!(
            messages
                .iter()
                .all(|message| ALL_KINDS.contains(&message.kind()))
        );
    }
}
