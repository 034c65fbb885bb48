//! A server that is described by what it answers.

mod play;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use qapi_protocol::{Error, ErrorClass, Greeting};
use serde_json::{Value, json};

use super::message;
use super::request::Request;

/// How long a [`Script`] or a [`Recording`](super::Recording) waits for its client's next command,
/// or for its next client: 10 minutes.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::{DEFAULT_TIMEOUT, IDLE_TIMEOUT};
///
/// assert!(DEFAULT_TIMEOUT < IDLE_TIMEOUT);
/// ```
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(600);

/// What a server answers, in any order, as often as it is asked.
///
/// It does what QEMU does by itself: it greets, and takes part in capabilities negotiation;
/// what it was not told is an error of the class `CommandNotFound`; `query-commands` returns
/// what it was told; commands out of band need the capability `oob`.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::Script;
/// use qapi_client::{ConnectOptions, RawCommand, blocking::Client};
/// use serde_json::json;
///
/// let server = Script::new()
///     .on("query-status", json!({"running": true, "status": "running"}))
///     .on("stop", json!({}))
///     .event_before("stop", "STOP", None)
///     .on_error("cont", "GenericError", "not now")
///     .start();
///
/// let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
/// client.execute(RawCommand::new("stop"))?;
/// client.execute(RawCommand::new("stop"))?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct Script {
    /// None for a guest agent.
    greeting: Option<Greeting>,
    stale: Vec<u8>,
    /// Sent when the client is in command mode.
    events: Vec<Event>,
    commands: BTreeMap<String, Command>,
}

type Event = (String, Option<Value>);

/// How a command is answered.
#[derive(Default)]
struct Command {
    /// One call after the other; the last is for all that follow.
    answers: VecDeque<Answer>,
    delay: Duration,
    before: Vec<Event>,
    after: Vec<Event>,
    closes: bool,
}

enum Answer {
    Returns(Value),
    Fails(Error),
    Calls(Box<Call>),
    Never,
}

type Call = dyn FnMut(&Request) -> Result<Value, Error> + Send;

/// What a server answers.
impl Script {
    /// A server that greets as QEMU 10.2 does, with the capability `oob`.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    ///
    /// let server = Script::new().start();
    /// ```
    pub fn new() -> Self {
        Script {
            greeting: Some(message::usual_greeting()),
            stale: Vec::new(),
            events: Vec::new(),
            commands: BTreeMap::new(),
        }
    }

    /// A guest agent: it does not greet; it synchronizes, answers `guest-ping`, and its
    /// `guest-info` returns what it was told.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let agent = Script::agent()
    ///     .on("guest-get-host-name", json!({"host-name": "vm"}))
    ///     .start();
    /// ```
    pub fn agent() -> Self {
        Script {
            greeting: None,
            ..Script::new()
        }
        .on("guest-ping", json!({}))
    }

    /// Greets with this greeting.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use qapi_protocol::{Greeting, Version, VersionInfo};
    ///
    /// let version = VersionInfo::new(Version::new(5, 2, 0), "");
    /// let server = Script::new().greeting(Greeting::new(version, vec![])).start();
    /// ```
    #[must_use]
    pub fn greeting(mut self, greeting: Greeting) -> Self {
        self.greeting = Some(greeting);
        self
    }

    /// Sends these bytes first of all, once: what an agent had left for the client before.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    ///
    /// let agent = Script::agent().stale(b"\"pid\": 5}}\n").start();
    /// ```
    #[must_use]
    pub fn stale(mut self, bytes: &[u8]) -> Self {
        self.stale.extend_from_slice(bytes);
        self
    }

    /// The command returns this.
    ///
    /// What is said of the same command later holds for later calls: the first call gets the
    /// first answer, and the last answer is for all calls that follow.
    ///
    /// # Examples
    ///
    /// A job that is there when it is asked for first, and then no more:
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let job = json!({"id": "j", "type": "backup", "status": "running",
    ///     "current-progress": 1, "total-progress": 2});
    /// let server = Script::new()
    ///     .on("query-jobs", json!([job]))
    ///     .on("query-jobs", json!([]))
    ///     .start();
    /// ```
    #[must_use]
    pub fn on(self, command: &str, returned: impl Into<Value>) -> Self {
        self.answer(command, Answer::Returns(returned.into()))
    }

    /// The command fails. See [`on`](Self::on).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use qapi_protocol::ErrorClass;
    ///
    /// let server = Script::new()
    ///     .on_error("device_del", ErrorClass::DeviceNotFound, "no such device")
    ///     .start();
    /// ```
    #[must_use]
    pub fn on_error(self, command: &str, class: impl Into<ErrorClass>, desc: &str) -> Self {
        self.answer(command, Answer::Fails(Error::new(class.into(), desc)))
    }

    /// The command returns, or fails with, what `answer` makes of the call. See [`on`](Self::on).
    ///
    /// # Examples
    ///
    /// A server that shows the test what it was asked:
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let (send, received) = mpsc::channel();
    /// let server = Script::new()
    ///     .on_call("device_add", move |request| {
    ///         let _ = send.send(request.arguments.clone());
    ///         Ok(json!({}))
    ///     })
    ///     .start();
    /// ```
    #[must_use]
    pub fn on_call(
        self,
        command: &str,
        answer: impl FnMut(&Request) -> Result<Value, Error> + Send + 'static,
    ) -> Self {
        self.answer(command, Answer::Calls(Box::new(answer)))
    }

    /// The command is never answered. See [`on`](Self::on).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    ///
    /// let agent = Script::agent().on_silence("guest-shutdown").start();
    /// ```
    #[must_use]
    pub fn on_silence(self, command: &str) -> Self {
        self.answer(command, Answer::Never)
    }

    fn answer(mut self, command: &str, answer: Answer) -> Self {
        self.command(command).answers.push_back(answer);
        self
    }

    fn command(&mut self, command: &str) -> &mut Command {
        self.commands.entry(command.to_owned()).or_default()
    }

    /// The command takes this long, and so do those behind it wait, but not those out of band.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let server = Script::new()
    ///     .on("blockdev-add", json!({}))
    ///     .delay("blockdev-add", Duration::from_millis(100))
    ///     .start();
    /// ```
    #[must_use]
    pub fn delay(mut self, command: &str, time: Duration) -> Self {
        self.command(command).delay = time;
        self
    }

    /// The connection ends after the answer to the command.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let server = Script::new().on("quit", json!({})).close_after("quit").start();
    /// ```
    #[must_use]
    pub fn close_after(mut self, command: &str) -> Self {
        self.command(command).closes = true;
        self
    }

    /// An event that happens when the client has entered command mode; `None` where it carries
    /// nothing.
    ///
    /// [`TestServer::event`](super::TestServer::event) makes events happen when the test wants them.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    ///
    /// let server = Script::new().event("RESUME", None).start();
    /// ```
    #[must_use]
    pub fn event(mut self, name: &str, data: impl Into<Option<Value>>) -> Self {
        self.events.push((name.to_owned(), data.into()));
        self
    }

    /// An event that happens in front of each answer to the command, as `STOP` for `stop`.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let server = Script::new()
    ///     .on("stop", json!({}))
    ///     .event_before("stop", "STOP", None)
    ///     .start();
    /// ```
    #[must_use]
    pub fn event_before(
        mut self,
        command: &str,
        name: &str,
        data: impl Into<Option<Value>>,
    ) -> Self {
        let event = (name.to_owned(), data.into());
        self.command(command).before.push(event);
        self
    }

    /// An event that happens behind each answer to the command, as `DEVICE_DELETED` for
    /// `device_del`.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let server = Script::new()
    ///     .on("device_del", json!({}))
    ///     .event_after("device_del", "DEVICE_DELETED", json!({"path": "/machine/disk0"}))
    ///     .start();
    /// ```
    #[must_use]
    pub fn event_after(
        mut self,
        command: &str,
        name: &str,
        data: impl Into<Option<Value>>,
    ) -> Self {
        let event = (name.to_owned(), data.into());
        self.command(command).after.push(event);
        self
    }
}

impl Default for Script {
    fn default() -> Self {
        Script::new()
    }
}
