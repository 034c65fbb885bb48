//! What servers get wrong.

use std::thread;

use serde_json::Value;

use super::message;
use super::peer::{Peer, fail};
use super::request::Request;

/// How many bytes of what is not held in memory are sent at a time.
const PIECE: usize = 64 << 10;

/// Lines that are not JSON, each in its own way.
///
/// # Examples
///
/// ```
/// # use qapi_client::test_server::INVALID_JSON;
/// use qapi_client::test_server::TestServer;
/// use qapi_client::{ConnectOptions, blocking::Client};
///
/// for line in INVALID_JSON {
///     let (stream, server) = TestServer::pair(move |peer| {
///         peer.send(line);
///         peer.send(b"\r\n");
///         peer.wait_for_close();
///     });
///     assert!(Client::connect_over(stream, &ConnectOptions::new()).is_err());
///     server.join();
/// }
/// ```
pub const INVALID_JSON: &[&[u8]] = &[
    b"oops",
    b"}",
    b"{]",
    b"{\"return\" {}}",
    b"{\"return\": {},}",
    b"{\"return\": {}}}",
    b"{'return': {}}",
    b"{return: {}}",
    b"{\"return\": tru}",
    b"{\"return\": nul}",
    b"{\"return\": 01}",
    b"{\"return\": 1.}",
    b"{\"return\": -}",
    b"{\"return\": +1}",
    b"{\"return\": 0x1}",
    b"{\"return\": NaN}",
    b"{\"return\": [1,]}",
    b"{\"return\": [1 2]}",
    b"{\"return\": \"a}",
    b"{\"return\": \"\\x\"}",
    b"{\"return\": \"\\u12\"}",
    b"{\"return\": \"\t\"}",
    b"{\"return\": \"\x00\"}",
    b"{\"return\": \"\xff\"}",
    b"{\"return\": \"\xc3\x28\"}",
    b"{\"return\": \"\xed\xa0\x80\"}",
];

/// Lines that are JSON, and no message of a server.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::{TestServer, WRONG_TYPES};
/// use qapi_client::{ConnectOptions, blocking::Client};
///
/// for line in WRONG_TYPES {
///     let (stream, server) = TestServer::pair(|peer| {
///         peer.say(line);
///         peer.wait_for_close();
///     });
///     assert!(Client::connect_over(stream, &ConnectOptions::new()).is_err());
///     server.join();
/// }
/// ```
pub const WRONG_TYPES: &[&str] = &[
    "[]",
    "null",
    "1",
    "\"return\"",
    "{}",
    "{\"id\": 1}",
    "{\"returns\": {}}",
    "{\"QMP\": []}",
    "{\"QMP\": {\"version\": \"10.2\", \"capabilities\": []}}",
    "{\"return\": {}, \"error\": {\"class\": \"GenericError\", \"desc\": \"\"}}",
    "{\"return\": {}, \"event\": \"STOP\"}",
    "{\"error\": \"no\"}",
    "{\"error\": {}}",
    "{\"error\": {\"class\": 1, \"desc\": \"\"}}",
    "{\"error\": {\"class\": \"GenericError\", \"desc\": null}}",
    "{\"event\": {}}",
    "{\"event\": 1}",
    "{\"event\": null}",
    "{\"event\": \"STOP\", \"timestamp\": 5}",
    "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": \"5\", \"microseconds\": 0}}",
];

/// Breaking the rules. Each method says whether the client was there to the end.
impl Peer {
    /// Sends a message a byte at a time, so that characters are split.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("query-name");
    ///     let answer = request.answer(json!({"name": "é☃"}));
    ///     peer.say_bytewise(&answer);
    /// }
    /// ```
    #[track_caller]
    pub fn say_bytewise(&mut self, message: &str) -> bool {
        for byte in message.bytes().chain(*b"\r\n") {
            if !self.send(&[byte]) {
                return false;
            }
            thread::yield_now();
        }
        true
    }

    /// Sends the beginning of a message, as many bytes of it, without a line end.
    ///
    /// # Examples
    ///
    /// A server that ends at each byte of its greeting:
    ///
    /// ```
    /// use qapi_client::test_server::{TestServer, message};
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let greeting = message::greeting(&message::usual_greeting());
    /// for end in 0..=greeting.len() {
    ///     let greeting = greeting.clone();
    ///     let (stream, server) = TestServer::pair(move |peer| {
    ///         peer.say_part(&greeting, end);
    ///     });
    ///     let error = Client::connect_over(stream, &ConnectOptions::new()).unwrap_err();
    ///     assert_eq!(error.to_string(), "the server closed the connection");
    ///     server.join();
    /// }
    /// ```
    #[track_caller]
    pub fn say_part(&mut self, message: &str, bytes: usize) -> bool {
        let message = message.as_bytes();
        self.send(message.get(..bytes).unwrap_or(message))
    }

    /// Sends a message over several lines, as a server does that was told to be `pretty`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::{Peer, message};
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.say_pretty(&message::greeting(&message::usual_greeting()));
    ///     peer.negotiate();
    /// }
    /// ```
    #[track_caller]
    pub fn say_pretty(&mut self, message: &str) -> bool {
        let pretty = qapi_protocol::decode::<Value>(message)
            .map_err(|error| error.to_string())
            .and_then(|message| {
                serde_json::to_string_pretty(&message).map_err(|error| error.to_string())
            });
        match pretty {
            Ok(text) => self.say(&text.replace('\n', "\r\n")),
            Err(error) => fail(&format!("what is no JSON cannot be made pretty: {error}")),
        }
    }

    /// Sends `bytes` this many times, however much that is, without holding it in memory.
    ///
    /// # Examples
    ///
    /// A line that never ends:
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    /// use qapi_client::{ConnectError, ConnectOptions, ConnectionError, blocking::Client};
    ///
    /// let (stream, server) = TestServer::pair(|peer| {
    ///     peer.send_repeatedly(b"x", u64::MAX);
    /// });
    /// let options = ConnectOptions::new().max_message(1 << 20);
    /// let error = Client::connect_over(stream, &options).unwrap_err();
    /// assert!(matches!(
    ///     error,
    ///     ConnectError::Connection(ConnectionError::MessageTooLarge { .. })
    /// ));
    /// server.join();
    /// ```
    #[track_caller]
    pub fn send_repeatedly(&mut self, bytes: &[u8], times: u64) -> bool {
        let in_piece = (PIECE / bytes.len().max(1)).max(1);
        let piece = bytes.repeat(in_piece.min(usize::try_from(times).unwrap_or(in_piece)));
        let mut rest = times;
        while rest > 0 {
            let now = rest.min(in_piece as u64);
            let length = bytes.len() * usize::try_from(now).unwrap_or(in_piece);
            if !self.send(piece.get(..length).unwrap_or(&piece)) {
                return false;
            }
            rest -= now;
        }
        true
    }

    /// Answers with a string of this many bytes, which are not held in memory.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("query-qmp-schema");
    ///     peer.answer_giant(&request, 1 << 30);
    ///     peer.wait_for_close();
    /// }
    /// ```
    #[track_caller]
    pub fn answer_giant(&mut self, request: &Request, bytes: u64) -> bool {
        self.answer_around(request, |peer| {
            peer.send(b"\"") && peer.send_repeatedly(b"x", bytes) && peer.send(b"\"")
        })
    }

    /// Answers with arrays in arrays, so many of them, which are not held in memory.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("query-status");
    ///     peer.answer_nested(&request, 100_000);
    /// }
    /// ```
    #[track_caller]
    pub fn answer_nested(&mut self, request: &Request, depth: u64) -> bool {
        self.answer_around(request, |peer| {
            peer.send_repeatedly(b"[", depth) && peer.send_repeatedly(b"]", depth)
        })
    }

    /// Sends an answer whose result is what `send` sends.
    #[track_caller]
    fn answer_around(&mut self, request: &Request, send: impl FnOnce(&mut Peer) -> bool) -> bool {
        let end = match &request.id {
            Some(id) => format!(",\"id\":{id}}}\r\n"),
            None => "}\r\n".to_owned(),
        };
        self.send(b"{\"return\":") && send(self) && self.send(end.as_bytes())
    }

    /// Sends this many events as fast as it can, each with its `number`, from 0; returns how many
    /// the client was there for.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let request = peer.expect("query-status");
    ///     peer.flood("RTC_CHANGE", 100_000);
    ///     peer.answer(&request, json!({"running": true}));
    /// }
    /// ```
    #[track_caller]
    pub fn flood(&mut self, name: &str, count: u64) -> u64 {
        let mut piece = String::new();
        let mut sent = 0;
        for number in 0..count {
            piece += &message::event(name, serde_json::json!({"number": number}));
            piece += "\r\n";
            if piece.len() >= PIECE || number + 1 == count {
                if !self.send(piece.as_bytes()) {
                    return sent;
                }
                sent = number + 1;
                piece.clear();
            }
        }
        sent
    }
}
