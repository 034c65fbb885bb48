//! A client that knows nothing but lines.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use qapi_client::test_server::TestServer;
use serde_json::{Value, json};

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) struct Wire(BufReader<UnixStream>);

impl Wire {
    pub(crate) fn new(stream: UnixStream) -> Self {
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        Wire(BufReader::new(stream))
    }

    pub(crate) fn connect(server: &TestServer) -> Self {
        Wire::new(UnixStream::connect(server.path()).unwrap())
    }

    /// A client that is in command mode.
    pub(crate) fn ready(server: &TestServer) -> Self {
        let mut wire = Wire::connect(server);
        assert!(wire.hear().get("QMP").is_some());
        wire.send(r#"{"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}}"#);
        assert_eq!(wire.hear(), json!({"return": {}}));
        wire
    }

    pub(crate) fn stream(&self) -> &UnixStream {
        self.0.get_ref()
    }

    pub(crate) fn send(&mut self, text: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(text.as_ref()).unwrap();
    }

    /// The next line as it came; empty at the end.
    pub(crate) fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        match self.0.read_until(b'\n', &mut line) {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            result => drop(result.unwrap()),
        }
        line
    }

    /// The next message, without the time of an event.
    pub(crate) fn hear(&mut self) -> Value {
        let line = self.line();
        let mut message: Value = serde_json::from_slice(&line)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&line)));
        if message.get("event").is_some() {
            message.as_object_mut().unwrap().remove("timestamp");
        }
        message
    }

    /// What the server says to a command.
    pub(crate) fn ask(&mut self, text: &str) -> Value {
        self.send(text);
        self.hear()
    }

    /// The class of the error that a command fails with.
    pub(crate) fn class(&mut self, text: &str) -> String {
        let answer = self.ask(text);
        answer["error"]["class"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// Whatever else comes until the end.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).unwrap();
        rest
    }
}
