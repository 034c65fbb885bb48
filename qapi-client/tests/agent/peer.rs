//! An agent that does what a test tells it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use qapi_protocol::{RawRequest, RawValue};

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Shorter than anybody wants to wait for what never comes.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

/// The agent's end of a connection.
pub(crate) struct Peer {
    stream: BufReader<UnixStream>,
    /// Whether it repeats the ids of commands, as agents do since QEMU 4.0, or does not take them,
    /// as before QEMU 2.12.
    pub(crate) ids: bool,
}

/// What the client has sent.
pub(crate) struct Heard {
    /// Whether it begins with the byte that resets the agent's parser.
    pub(crate) reset: bool,
    pub(crate) name: String,
    pub(crate) arguments: String,
    pub(crate) id: Option<u64>,
}

impl Peer {
    pub(crate) fn new(stream: UnixStream) -> Self {
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        Peer {
            stream: BufReader::new(stream),
            ids: true,
        }
    }

    /// Sends bytes as they are; false when the client is gone.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).is_ok()
    }

    pub(crate) fn hear_line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).unwrap();
        line
    }

    /// Receives exactly this many bytes.
    pub(crate) fn hear_bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Receives up to the next byte that resets an agent's parser, and that one.
    pub(crate) fn hear_to_reset(&mut self) -> usize {
        let mut bytes = Vec::new();
        self.stream.read_until(0xff, &mut bytes).unwrap()
    }

    pub(crate) fn hear(&mut self) -> Heard {
        let line = self.hear_line();
        let json = line.strip_prefix(b"\xff").unwrap_or(&line);
        let request = RawRequest::parse(json).unwrap();
        Heard {
            reset: json.len() < line.len(),
            name: request.command.into_owned(),
            arguments: request
                .arguments
                .map(|it| it.to_string())
                .unwrap_or_default(),
            id: request.id.map(|id| id.decode().unwrap()),
        }
    }

    /// Receives the command `name`; its id.
    pub(crate) fn expect(&mut self, name: &str) -> Option<u64> {
        let heard = self.hear();
        assert_eq!(heard.name, name);
        assert!(!heard.reset);
        assert_eq!(heard.id.is_some(), self.ids);
        heard.id
    }

    /// What this agent says to a command with this id.
    pub(crate) fn answer_to(&self, id: Option<u64>, data: &str) -> String {
        match id {
            Some(id) => format!("{{\"return\": {data}, \"id\": {id}}}\n"),
            None => format!("{{\"return\": {data}}}\n"),
        }
    }

    pub(crate) fn answer(&mut self, id: Option<u64>, data: &str) {
        let answer = self.answer_to(id, data);
        assert!(self.send(answer.as_bytes()), "client gone");
    }

    /// Receives what brings client and agent in step; what an agent says to it.
    pub(crate) fn hear_sync(&mut self) -> Vec<u8> {
        self.hear_sync_after(true)
    }

    /// The same, when the parser was reset already.
    pub(crate) fn hear_sync_after(&mut self, reset: bool) -> Vec<u8> {
        let mut said =
            b"{\"error\": {\"class\": \"GenericError\", \"desc\": \"parse error\"}}\n".to_vec();
        for (reset, id) in [(reset, true), (false, false)] {
            let heard = self.hear();
            assert_eq!(heard.name, "guest-sync-delimited");
            assert_eq!((heard.reset, heard.id.is_some()), (reset, id));
            if id && !self.ids {
                said.extend(b"{\"error\": {\"class\": \"GenericError\", \"desc\": \"'id'\"}}\n");
                continue;
            }
            let arguments = RawValue::parse(&heard.arguments).unwrap();
            let number = arguments
                .get()
                .trim_matches(|it: char| !it.is_ascii_digit());
            said.push(0xff);
            said.extend(self.answer_to(heard.id, number).as_bytes());
        }
        said
    }

    /// Gets in step with the client.
    pub(crate) fn sync(&mut self) {
        let said = self.hear_sync();
        assert!(self.send(&said), "client gone");
    }

    /// Waits until the client closes the connection; how many bytes it sends until then.
    pub(crate) fn wait_for_close(&mut self) -> usize {
        self.stream.read_to_end(&mut Vec::new()).unwrap_or(0)
    }
}

/// An agent that runs to the end of its script when its test does.
pub(crate) struct Server(JoinHandle<()>);

impl Server {
    pub(crate) fn join(self) {
        self.0.join().unwrap();
    }
}

/// Starts an agent that follows `script`; the client's end of the connection.
pub(crate) fn serve(script: impl FnOnce(&mut Peer) + Send + 'static) -> (UnixStream, Server) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let thread = thread::spawn(move || script(&mut Peer::new(theirs)));
    (ours, Server(thread))
}

/// An agent at `path` that goes before it answers; one that answers takes its place.
pub(crate) fn restarting(path: &Path) -> JoinHandle<()> {
    let listener = UnixListener::bind(path).unwrap();
    thread::spawn(move || {
        drop(listener.accept().unwrap());
        let mut peer = Peer::new(listener.accept().unwrap().0);
        let said = peer.hear_sync();
        peer.send(&said[..20]);
        drop(peer);
        Peer::new(listener.accept().unwrap().0).sync();
    })
}
