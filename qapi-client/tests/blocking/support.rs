//! A server that does what a test tells it, and the types that tests use.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;
use qapi_protocol::codec;
use qapi_protocol::{DecodeError, Empty, EventSet, QapiCommand, RawRequest, RawValue, members};

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Shorter than anybody wants to wait for what never comes.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

pub(crate) const GREETING: &str = r#"{"QMP": {"version": {"qemu": {"micro": 1, "minor": 2, "major": 10}, "package": ""}, "capabilities": ["oob"]}}"#;

/// The server's end of a connection.
pub(crate) struct Peer {
    stream: BufReader<UnixStream>,
}

impl Peer {
    pub(crate) fn new(stream: UnixStream) -> Self {
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        Peer {
            stream: BufReader::new(stream),
        }
    }

    /// Sends bytes as they are; false when the client is gone.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).is_ok()
    }

    /// Sends a message.
    pub(crate) fn say(&mut self, message: &str) {
        assert!(
            self.send(format!("{message}\r\n").as_bytes()),
            "client gone"
        );
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line
    }

    /// Receives some bytes; how many, at most 64 KiB.
    pub(crate) fn hear_some(&mut self) -> usize {
        self.stream.read(&mut [0; 64 << 10]).unwrap_or(0)
    }

    /// Receives a command of this name; its `id`.
    pub(crate) fn expect(&mut self, name: &str) -> u64 {
        let line = self.hear();
        let request = RawRequest::parse(line.as_bytes()).unwrap();
        assert_eq!(request.command, name);
        request.id.unwrap().get().parse().unwrap()
    }

    /// Receives any command; its arguments.
    pub(crate) fn hear_arguments(&mut self) -> Option<String> {
        let line = self.hear();
        let request = RawRequest::parse(line.as_bytes()).unwrap();
        request
            .arguments
            .map(|arguments| arguments.get().to_owned())
    }

    /// Answers the command `id` with `data`.
    pub(crate) fn answer(&mut self, id: u64, data: &str) {
        self.say(&format!(r#"{{"return": {data}, "id": {id}}}"#));
    }

    /// Greets, and takes the client into command mode.
    pub(crate) fn greet(&mut self) {
        self.say(GREETING);
        let id = self.expect("qmp_capabilities");
        self.answer(id, "{}");
    }

    /// Waits until the client closes the connection.
    pub(crate) fn wait_for_close(&mut self) {
        let mut line = Vec::new();
        while self
            .stream
            .read_until(b'\n', &mut line)
            .is_ok_and(|count| count > 0)
        {}
    }
}

/// A server that runs to the end of its script when its test does.
pub(crate) struct Server(Option<JoinHandle<()>>);

impl Server {
    pub(crate) fn join(mut self) {
        self.0.take().unwrap().join().unwrap();
    }
}

/// Starts a server that follows `script`; the client's end of the connection.
pub(crate) fn serve(script: impl FnOnce(&mut Peer) + Send + 'static) -> (UnixStream, Server) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let thread = thread::spawn(move || script(&mut Peer::new(theirs)));
    (ours, Server(Some(thread)))
}

/// Starts a server that greets and then follows `script`; a client connected to it.
pub(crate) fn connect(script: impl FnOnce(&mut Peer) + Send + 'static) -> (Client, Server) {
    let (stream, server) = serve(|peer| {
        peer.greet();
        script(peer);
    });
    let options = ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG);
    (Client::connect_over(stream, &options).unwrap(), server)
}

/// `query-status`, which has no arguments and returns a [`Status`].
#[derive(Debug)]
pub(crate) struct QueryStatus;

#[derive(Debug, PartialEq)]
pub(crate) struct Status {
    pub(crate) running: bool,
}

/// A command that answers only failure, with an argument that is nobody's business.
#[derive(Debug)]
pub(crate) struct GuestShutdown {
    pub(crate) mode: String,
}

impl QapiCommand for QueryStatus {
    type Response = Status;
    const NAME: &'static str = "query-status";
}

impl QapiCommand for GuestShutdown {
    type Response = Empty;
    const NAME: &'static str = "guest-shutdown";
    const SUCCESS_RESPONSE: bool = false;
}

members!(QueryStatus {});
members!(GuestShutdown { "mode" => mode, });
members!(Status { "running" => running, });

/// A command whose one argument is as long as wanted.
#[derive(Debug)]
pub(crate) struct Large {
    text: String,
}

impl Large {
    pub(crate) fn new(length: usize) -> Self {
        Large {
            text: "x".repeat(length),
        }
    }
}

impl QapiCommand for Large {
    type Response = Empty;
    const NAME: &'static str = "large";
}

members!(Large { "text" => text, });

/// Events: `NUMBER` carries a number, all others whatever they like.
#[derive(Debug, PartialEq)]
pub(crate) enum Event {
    Number(u64),
    Other(String),
}

impl EventSet for Event {
    const NAMES: &'static [&'static str] = &["NUMBER"];

    fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
        match name {
            "NUMBER" => {
                let mut number = 0;
                codec::decode_object(&mut number, data)?;
                Ok(Event::Number(number))
            }
            _ => Ok(Event::Other(name.to_owned())),
        }
    }
}

pub(crate) fn number(number: u64) -> String {
    format!(
        r#"{{"event": "NUMBER", "data": {number}, "timestamp": {{"seconds": {number}, "microseconds": 5}}}}"#
    )
}
