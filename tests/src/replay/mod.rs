//! Replaying recordings: every message of a recorded conversation is read as its type,
//! written again, and compared.
//!
//! A recording has a message a line: `{"dir": "->", "msg": ...}` for one that the client sent,
//! `"<-"` for one that it received.

mod difference;

use std::collections::{HashMap, VecDeque};
use std::fmt;

use qapi_protocol::codec::Encode;
use qapi_protocol::{
    CommandSet, CommandVisitor, DecodeError, EventSet, Message, QapiCommand, RawEvent, RawRequest,
    RawValue, Response, encode,
};
use serde_json::{Value, json};

pub use self::difference::differences;

/// What became of the messages of a recording.
#[derive(Debug, Default)]
pub struct Report {
    /// How many messages there were.
    pub messages: usize,
    /// How many of them came out as they went in.
    pub lossless: usize,
    /// Those of which something was lost.
    pub lossy: Vec<Finding>,
    /// Those that could not be read.
    pub failed: Vec<Finding>,
    /// Requests that could not be read, rightly: the server answered them with an error.
    pub refused: Vec<Finding>,
    /// Commands that the types do not have: requests, and the answers to them.
    pub unknown_commands: Vec<Finding>,
    /// Events that the types do not have.
    pub unknown_events: Vec<Finding>,
}

/// What was found in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line of the recording, counted from 1.
    pub line: usize,
    /// The message: "answer to query-block".
    pub message: String,
    /// What was lost, as JSON pointers, or why it failed.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages, {} lossless, {} lossy, {} failed, {} refused by the server too, \
             {} of unknown commands, {} unknown events",
            self.messages,
            self.lossless,
            self.lossy.len(),
            self.failed.len(),
            self.refused.len(),
            self.unknown_commands.len(),
            self.unknown_events.len(),
        )?;
        for (what, findings) in [
            ("lossy", &self.lossy),
            ("failed", &self.failed),
            ("refused", &self.refused),
            ("unknown command", &self.unknown_commands),
            ("unknown event", &self.unknown_events),
        ] {
            for finding in findings {
                write!(f, "\n  {what}: {finding}")?;
            }
        }
        Ok(())
    }
}

/// What became of one message.
enum Outcome {
    Lossless,
    Lossy(Vec<String>),
    Failed(String),
    UnknownCommand,
    UnknownEvent,
}

/// Replays a recording with the commands `C` and the events `E`.
///
/// # Errors
///
/// When a line is not a line of a recording; the text says which.
pub fn replay<C, E>(recording: &str) -> Result<Report, String>
where
    C: CommandSet + Encode,
    E: EventSet + Encode,
{
    let mut report = Report::default();
    let mut asked = Asked::default();
    for (index, text) in recording.lines().enumerate() {
        let line = index + 1;
        if text.trim().is_empty() {
            continue;
        }
        let wrong = |what: &dyn fmt::Display| format!("line {line}: not of a recording: {what}");
        let mut entry: HashMap<&str, &serde_json::value::RawValue> =
            serde_json::from_str(text).map_err(|error| wrong(&error))?;
        let (Some(dir), Some(msg)) = (entry.remove("dir"), entry.remove("msg")) else {
            return Err(wrong(&"`dir` or `msg` is missing"));
        };
        report.messages += 1;
        match dir.get() {
            r#""->""# => request::<C>(line, msg.get(), &mut asked, &mut report),
            r#""<-""# => received::<C, E>(line, msg.get(), &mut asked, &mut report),
            other => return Err(wrong(&format_args!("direction {other}"))),
        }
    }
    let unanswered = asked.by_id.into_values().chain(asked.without_id);
    report
        .failed
        .extend(unanswered.filter_map(|request| request.failed));
    report.failed.sort_by_key(|finding| finding.line);
    Ok(report)
}

impl Report {
    fn add(&mut self, line: usize, message: String, outcome: Outcome) {
        let finding = |detail| Finding {
            line,
            message,
            detail,
        };
        match outcome {
            Outcome::Lossless => self.lossless += 1,
            Outcome::Lossy(pointers) => self.lossy.push(finding(shorten(&pointers))),
            Outcome::Failed(reason) => self.failed.push(finding(reason)),
            Outcome::UnknownCommand => self.unknown_commands.push(finding(String::new())),
            Outcome::UnknownEvent => self.unknown_events.push(finding(String::new())),
        }
    }
}

/// The first pointers of many.
fn shorten(pointers: &[String]) -> String {
    const SHOWN: usize = 8;
    match pointers.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} and {more} more", pointers[..SHOWN].join(", ")),
        _ => pointers.join(", "),
    }
}

/// A request that was not answered yet.
struct Pending {
    command: String,
    /// Why it could not be read. Whether that is a failure, the answer tells: what the server
    /// refuses too is not a request of its schema.
    failed: Option<Finding>,
}

/// The requests that were not answered yet, by their id.
#[derive(Default)]
struct Asked {
    by_id: HashMap<String, Pending>,
    /// Those without an id, which are answered in their order.
    without_id: VecDeque<Pending>,
}

impl Asked {
    fn ask(&mut self, id: Option<&RawValue<'_>>, request: Pending) {
        match id {
            Some(id) => drop(self.by_id.insert(canonical(id), request)),
            None => self.without_id.push_back(request),
        }
    }

    fn answer(&mut self, id: Option<&RawValue<'_>>) -> Option<Pending> {
        match id {
            Some(id) => self.by_id.remove(&canonical(id)),
            None => self.without_id.pop_front(),
        }
    }
}

/// An id without the freedom that JSON leaves to the one who writes it.
fn canonical(id: &RawValue<'_>) -> String {
    match serde_json::from_str::<Value>(id.get()) {
        Ok(id) => id.to_string(),
        Err(_) => id.get().to_owned(),
    }
}

/// Reads a request and writes it again.
fn request<C: CommandSet + Encode>(line: usize, msg: &str, asked: &mut Asked, report: &mut Report) {
    let request = match RawRequest::parse(msg.as_bytes()) {
        Ok(request) => request,
        Err(error) => {
            // Nothing is known of its id; an error without one may be the answer.
            let failed = Some(Finding {
                line,
                message: "request".to_owned(),
                detail: error.to_string(),
            });
            let command = String::new();
            return asked.ask(None, Pending { command, failed });
        }
    };
    let message = format!("request of {}", request.command);
    let mut pending = Pending {
        command: request.command.to_string(),
        failed: None,
    };
    match C::decode(&request.command, request.arguments.as_ref()) {
        None => report.add(line, message, Outcome::UnknownCommand),
        Some(Err(error)) => {
            let detail = error.to_string();
            pending.failed = Some(Finding {
                line,
                message,
                detail,
            });
        }
        Some(Ok(command)) => {
            let call = RawRequest::parse(encode(&command).as_bytes())
                .expect("a command is written as a request")
                .arguments
                .map(RawValue::into_owned);
            let written = encode(&RawRequest {
                arguments: call,
                ..request.clone()
            });
            report.add(line, message, compare(msg, &written));
        }
    }
    asked.ask(request.id.as_ref(), pending);
}

/// Reads what the server sent and writes it again.
fn received<C, E>(line: usize, msg: &str, asked: &mut Asked, report: &mut Report)
where
    C: CommandSet,
    E: EventSet + Encode,
{
    let message = match Message::parse(msg.as_bytes()) {
        Ok(message) => message,
        Err(error) => {
            let outcome = Outcome::Failed(error.to_string());
            return report.add(line, "message".to_owned(), outcome);
        }
    };
    match message {
        Message::Event(event) => {
            let outcome = self::event::<E>(msg, &event);
            report.add(line, format!("event {}", event.event), outcome);
        }
        Message::Response(response) => {
            let Some(Pending { command, failed }) = asked.answer(response.id.as_ref()) else {
                let outcome = Outcome::Failed("nothing was asked with that id".to_owned());
                return report.add(line, "answer".to_owned(), outcome);
            };
            if let Some(mut finding) = failed {
                match &response.result {
                    Ok(_) => report.failed.push(finding),
                    Err(error) => {
                        finding
                            .detail
                            .push_str(&format!("; the server: {}", error.desc));
                        report.refused.push(finding);
                    }
                }
            }
            let outcome = self::response::<C>(msg, &command, response);
            report.add(line, format!("answer to {command}"), outcome);
        }
        other => {
            let outcome = compare(msg, &encode(&other));
            report.add(line, "greeting".to_owned(), outcome);
        }
    }
}

fn event<E: EventSet + Encode>(msg: &str, event: &RawEvent<'_>) -> Outcome {
    let decoded = match event.decode::<E>() {
        Ok(decoded) => decoded,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    if !E::NAMES.contains(&&*event.event) {
        return Outcome::UnknownEvent;
    }
    // The event's own message has no timestamp.
    let own = encode(&decoded.event);
    let written = match Message::parse(own.as_bytes()) {
        Ok(Message::Event(own)) => encode(&RawEvent {
            timestamp: decoded.timestamp,
            ..own
        }),
        _ => own,
    };
    compare(msg, &written)
}

fn response<C: CommandSet>(msg: &str, command: &str, response: Response<'_>) -> Outcome {
    let Ok(returned) = &response.result else {
        return compare(msg, &encode(&response));
    };
    match C::visit(command, Again(returned)) {
        None => Outcome::UnknownCommand,
        Some(Err(error)) => Outcome::Failed(error.to_string()),
        Some(Ok(written)) => {
            let written = encode(&Response {
                result: Ok(written),
                ..response
            });
            compare(msg, &written)
        }
    }
}

/// Reads what a command returned, and writes it again.
struct Again<'a>(&'a RawValue<'a>);

impl CommandVisitor for Again<'_> {
    type Output = Result<RawValue<'static>, DecodeError>;

    fn visit<C: QapiCommand>(self) -> Self::Output {
        let returned: C::Response = self.0.decode()?;
        Ok(RawValue::new(&returned))
    }
}

/// Compares a message with what was written.
fn compare(msg: &str, written: &str) -> Outcome {
    let read = serde_json::from_str::<Value>;
    let both = read(msg).and_then(|msg| Ok((msg, read(written)?)));
    let (mut original, mut written) = match both {
        Ok(both) => both,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    // What a sender may leave out, because these values say no more.
    let defaults = [
        ("arguments", json!({})),
        ("data", json!({})),
        ("timestamp", json!({ "seconds": -1, "microseconds": -1 })),
    ];
    for message in [&mut original, &mut written] {
        if let Value::Object(members) = message {
            for (name, value) in &defaults {
                if members.get(*name) == Some(value) {
                    members.remove(*name);
                }
            }
        }
    }
    match differences(&original, &written) {
        pointers if pointers.is_empty() => Outcome::Lossless,
        pointers => Outcome::Lossy(pointers),
    }
}

#[cfg(test)]
mod tests {
    use qapi_types::qmp;

    use super::{Report, replay};

    fn report(lines: &[&str]) -> Report {
        replay::<qmp::Command, qmp::Event>(&lines.join("\n")).unwrap()
    }

    #[test]
    fn what_may_be_left_out_is_not_lost() {
        let report = report(&[
            r#"{"dir": "->", "msg": {"execute": "stop", "arguments": {}}}"#,
            r#"{"dir": "<-", "msg": {"event": "STOP"}}"#,
            r#"{"dir": "<-", "msg": {"return": {}}}"#,
        ]);
        assert_eq!((report.messages, report.lossless), (3, 3), "{report}");
    }

    #[test]
    fn answers_find_their_requests_with_and_without_an_id() {
        let report = report(&[
            r#"{"dir": "->", "msg": {"execute": "query-status"}}"#,
            r#"{"dir": "->", "msg": {"execute": "query-name"}}"#,
            r#"{"dir": "->", "msg": {"execute": "stop", "id": {"a":1}}}"#,
            r#"{"dir": "<-", "msg": {"return": {}, "id": {"a": 1}}}"#,
            r#"{"dir": "<-", "msg": {"return": {"status": "running", "running": true}}}"#,
            r#"{"dir": "<-", "msg": {"return": {"name": "vm"}}}"#,
        ]);
        assert_eq!((report.messages, report.lossless), (6, 6), "{report}");
    }

    #[test]
    fn a_request_that_the_server_refuses_too_is_no_failure() {
        let refused = report(&[
            r#"{"dir": "->", "msg": {"execute": "block_resize", "id": 1}}"#,
            r#"{"dir": "<-", "msg": {"error": {"class": "GenericError", "desc": "no"}, "id": 1}}"#,
            r#"{"dir": "->", "msg": {"execute": 5}}"#,
            r#"{"dir": "<-", "msg": {"error": {"class": "GenericError", "desc": "no"}}}"#,
        ]);
        assert_eq!(
            (refused.refused.len(), refused.failed.len()),
            (2, 0),
            "{refused}"
        );

        let taken = report(&[
            r#"{"dir": "->", "msg": {"execute": "block_resize", "id": 1}}"#,
            r#"{"dir": "<-", "msg": {"return": {}, "id": 1}}"#,
            r#"{"dir": "->", "msg": {"execute": "block_resize", "id": 2}}"#,
        ]);
        assert_eq!(taken.failed.len(), 2, "{taken}");
    }

    #[test]
    fn what_is_lost_or_unknown_is_named() {
        let report = report(&[
            r#"{"dir": "->", "msg": {"execute": "query-name", "id": 1}}"#,
            r#"{"dir": "<-", "msg": {"return": {"name": "vm", "new": 1}, "id": 1}}"#,
            r#"{"dir": "->", "msg": {"execute": "brand-new", "id": 2}}"#,
            r#"{"dir": "<-", "msg": {"return": {}, "id": 2}}"#,
            r#"{"dir": "<-", "msg": {"event": "BRAND_NEW"}}"#,
        ]);
        assert_eq!(
            report.to_string(),
            "5 messages, 1 lossless, 1 lossy, 0 failed, 0 refused by the server too, \
             2 of unknown commands, 1 unknown events\n  \
             lossy: line 2: answer to query-name: /return/new\n  \
             unknown command: line 3: request of brand-new\n  \
             unknown command: line 4: answer to brand-new\n  \
             unknown event: line 5: event BRAND_NEW"
        );
    }
}
