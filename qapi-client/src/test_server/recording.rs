//! Conversations that were recorded.

use std::error::Error as StdError;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use qapi_protocol::{Message, RawRequest};
use serde_json::{Map, Value};

/// A recorded conversation: what [`start`](Self::start) starts a server from that says the same
/// again.
///
/// A recording has a message a line: `{"dir": "->", "msg": …}` for one that the client sent, and
/// `"<-"` for one that it received.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::Recording;
/// use qapi_client::{ConnectOptions, RawCommand, blocking::Client};
///
/// let recording = Recording::parse(
///     r#"
///     {"dir": "<-", "msg": {"QMP": {"version": {"qemu": {"major": 10, "minor": 0, "micro": 0}, "package": ""}, "capabilities": []}}}
///     {"dir": "->", "msg": {"execute": "qmp_capabilities", "id": 1}}
///     {"dir": "<-", "msg": {"return": {}, "id": 1}}
///     {"dir": "->", "msg": {"execute": "stop", "id": 2}}
///     {"dir": "<-", "msg": {"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}}
///     {"dir": "<-", "msg": {"return": {}, "id": 2}}
///     "#,
/// )?;
/// let server = recording.start();
///
/// let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
/// client.execute(RawCommand::new("stop"))?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recording {
    /// Events in front of the greeting.
    pub(super) opening: Vec<String>,
    /// The greeting, and events behind it. A guest agent has none.
    pub(super) greeting: Option<Said>,
    /// The commands, in the order in which they were sent.
    pub(super) exchanges: Vec<Exchange>,
}

/// A command, and all that came of it.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) command: String,
    pub(super) arguments: Value,
    /// Events between the command and the next message that is none.
    pub(super) before: Vec<String>,
    pub(super) answer: Option<Answer>,
}

/// An answer without its id.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// `return` or `error`.
    pub(super) member: &'static str,
    pub(super) said: Said,
}

/// What a server said, and the events that followed.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) events: Vec<String>,
}

/// Why there is no recording.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::Recording;
///
/// let text = "{\"dir\": \"->\", \"msg\": {\"execute\": \"stop\"}}\n{\"dir\": \"<-\"}";
/// let error = Recording::parse(text).unwrap_err();
/// assert_eq!(error.to_string(), "line 2: it has no `msg`");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file cannot be read.
    #[non_exhaustive]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is none of a recording.
    #[non_exhaustive]
    Line {
        /// Which one, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordingError::Read { path, .. } => {
                write!(f, "cannot read the recording `{}`", path.display())
            }
            RecordingError::Line { line, message } => write!(f, "line {line}: {message}"),
        }
    }
}

impl StdError for RecordingError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            RecordingError::Read { source, .. } => Some(source),
            RecordingError::Line { .. } => None,
        }
    }
}

impl Recording {
    /// Reads the recording in a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or what it has is no recording.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::test_server::Recording;
    ///
    /// let server = Recording::read("tests/recordings/boot.jsonl")?.start();
    /// # Ok::<_, qapi_client::test_server::RecordingError>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self, RecordingError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|source| RecordingError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads a recording. Blank lines are ignored.
    ///
    /// # Errors
    ///
    /// When it is no recording; the error says the line.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Recording;
    ///
    /// let recording = Recording::parse(
    ///     r#"
    ///     {"dir": "->", "msg": {"execute": "guest-ping"}}
    ///     {"dir": "<-", "msg": {"return": {}}}
    ///     "#,
    /// )?;
    /// # Ok::<_, qapi_client::test_server::RecordingError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let mut reader = Reader::default();
        for (index, text) in text.lines().enumerate() {
            if !text.trim().is_empty() {
                reader.line(text).map_err(|message| RecordingError::Line {
                    line: index + 1,
                    message,
                })?;
            }
        }
        Ok(Recording {
            opening: reader.opening,
            greeting: reader.greeting,
            exchanges: reader
                .exchanges
                .into_iter()
                .map(|(_, exchange)| exchange)
                .collect(),
        })
    }
}

/// A recording that is being read.
#[derive(Default)]
struct Reader {
    opening: Vec<String>,
    greeting: Option<Said>,
    /// With the ids of the commands.
    exchanges: Vec<(Option<Value>, Exchange)>,
    /// What the last message was that is no event.
    last: Last,
}

#[derive(Clone, Copy, Default)]
enum Last {
    #[default]
    Nothing,
    Greeting,
    Request,
    /// The answer to this exchange.
    Answer(usize),
}

impl Reader {
    fn line(&mut self, text: &str) -> Result<(), String> {
        let wrong = |error| format!("it is no JSON object: {error}");
        let mut line: Map<String, Value> = qapi_protocol::decode::<Value>(text)
            .map_err(|error| wrong(error.to_string()))
            .and_then(|line| match line {
                Value::Object(line) => Ok(line),
                other => Err(wrong(other.to_string())),
            })?;
        let direction = line.remove("dir").ok_or("it has no `dir`")?;
        let message = line.remove("msg").ok_or("it has no `msg`")?;
        match direction.as_str() {
            Some("->") => self.sent(&message),
            Some("<-") => self.received(message),
            _ => Err(format!(
                "`dir` is {direction}, and neither \"->\" nor \"<-\""
            )),
        }
    }

    /// A message of the client.
    fn sent(&mut self, message: &Value) -> Result<(), String> {
        let text = message.to_string();
        let wrong = |error| format!("`msg` is no command: {error}");
        let request = RawRequest::parse(text.as_bytes()).map_err(wrong)?;
        let id = message.get("id").cloned();
        let arguments = message.get("arguments").cloned();
        let exchange = Exchange {
            command: request.command.into_owned(),
            arguments: arguments.unwrap_or_else(|| Value::Object(Map::new())),
            before: Vec::new(),
            answer: None,
        };
        self.exchanges.push((id, exchange));
        self.last = Last::Request;
        Ok(())
    }

    /// A message of the server.
    fn received(&mut self, mut message: Value) -> Result<(), String> {
        let text = message.to_string();
        let wrong = |error| format!("`msg` is no message of a server: {error}");
        match Message::parse(text.as_bytes()).map_err(wrong)? {
            Message::Event(_) => self.event(text),
            Message::Response(response) => {
                let member = if response.result.is_ok() {
                    "return"
                } else {
                    "error"
                };
                let result = message.get_mut(member).map(Value::take);
                let text = result.unwrap_or_default().to_string();
                self.answer(message.get("id"), member, text)?;
            }
            _ if self.greeting.is_some() => return Err("it is a second greeting".to_owned()),
            _ => {
                let events = Vec::new();
                self.greeting = Some(Said { text, events });
                self.last = Last::Greeting;
            }
        }
        Ok(())
    }

    fn answer(
        &mut self,
        id: Option<&Value>,
        member: &'static str,
        text: String,
    ) -> Result<(), String> {
        let open = |(_, (_, exchange)): &(usize, &mut (Option<Value>, Exchange))| {
            exchange.answer.is_none()
        };
        let mut candidates = self.exchanges.iter_mut().enumerate().filter(open);
        let found = candidates.find(|(_, (asked, _))| asked.as_ref() == id);
        let (index, (_, exchange)) =
            found.ok_or("it answers a command that was not sent, or was answered before")?;
        let events = Vec::new();
        let said = Said { text, events };
        exchange.answer = Some(Answer { member, said });
        self.last = Last::Answer(index);
        Ok(())
    }

    /// Keeps an event where it stood.
    fn event(&mut self, text: String) {
        let place = match self.last {
            Last::Nothing => Some(&mut self.opening),
            Last::Greeting => self.greeting.as_mut().map(|said| &mut said.events),
            Last::Request => self.exchanges.last_mut().map(|(_, it)| &mut it.before),
            Last::Answer(index) => self
                .exchanges
                .get_mut(index)
                .and_then(|(_, exchange)| exchange.answer.as_mut())
                .map(|answer| &mut answer.said.events),
        };
        if let Some(place) = place {
            place.push(text);
        }
    }
}
