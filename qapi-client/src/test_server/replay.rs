//! A server that says what was recorded.

use serde_json::{Value, json};

use super::agent::{is_sync, stray_sentinel};
use super::message;
use super::peer::{Nothing, Peer, fail};
use super::recording::{Exchange, Recording};
use super::request::Request;
use super::script::IDLE_TIMEOUT;
use super::server::TestServer;

/// The class of the error that a command gets which is not in the recording: `NotRecorded`.
///
/// No other server has it.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::NOT_RECORDED;
/// use qapi_protocol::ErrorClass;
///
/// # let error = qapi_protocol::Error::new(ErrorClass::from("NotRecorded"), "");
/// assert_eq!(error.class, ErrorClass::from(NOT_RECORDED));
/// ```
pub const NOT_RECORDED: &str = "NotRecorded";

/// How many other calls of a command are shown to one that is not recorded.
const SHOWN: usize = 3;

impl Recording {
    /// Starts a server that plays the recording to one client after the other until it is
    /// [dropped or joined](TestServer), on a Unix socket in a temporary folder of its own.
    ///
    /// See [`play`](Self::play), also for another kind of socket.
    ///
    /// # Panics
    ///
    /// When the system has no socket or no thread for it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::test_server::Recording;
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let server = Recording::read("tests/recordings/boot.jsonl")?.start();
    /// let client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn start(self) -> TestServer {
        TestServer::start(move |peer| peer.serve_all(|peer| self.play(peer))).endless()
    }

    /// Plays the recording, from its beginning, until the client closes the connection, or the
    /// test drops the server.
    ///
    /// A command gets the answer to the first command in the recording that has the same name and
    /// the same arguments, and was not used yet; the last of them is used again. Events come
    /// where they stood: behind the command or the answer that they were recorded behind. A
    /// command that was not answered gets no answer; if it is the last one, the connection ends.
    ///
    /// A command that is not in the recording gets an error of the class [`NOT_RECORDED`].
    /// `qmp_capabilities` is taken as recorded whatever capabilities it enables, and a guest
    /// agent answers `guest-sync` and `guest-sync-delimited` by itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::{Recording, TestServer};
    ///
    /// let recording = Recording::parse(
    ///     r#"
    ///     {"dir": "->", "msg": {"execute": "guest-ping"}}
    ///     {"dir": "<-", "msg": {"return": {}}}
    ///     "#,
    /// )?;
    /// let (stream, server) = TestServer::pair(move |peer| recording.play(peer));
    /// # drop(stream);
    /// # server.join();
    /// # Ok::<_, qapi_client::test_server::RecordingError>(())
    /// ```
    #[track_caller]
    pub fn play(&self, peer: &mut Peer) {
        say_all(peer, &self.opening);
        if let Some(greeting) = &self.greeting {
            peer.say(&greeting.text);
            say_all(peer, &greeting.events);
        }
        let mut used = vec![false; self.exchanges.len()];
        loop {
            match peer.receive_idle(IDLE_TIMEOUT) {
                Ok(request) if self.respond(&request, &mut used, peer) => {}
                Ok(_) => return peer.close(),
                Err(Nothing::Closed | Nothing::Stopped) => return,
                Err(nothing) => fail(&format!("waiting for a command: {}", nothing.words())),
            }
        }
    }

    /// Answers a command; whether the connection stays open.
    #[track_caller]
    fn respond(&self, request: &Request, used: &mut [bool], peer: &mut Peer) -> bool {
        if self.greeting.is_none() && is_sync(&request.command) {
            peer.answer_sync(request);
            return true;
        }
        if request.after_sentinel {
            peer.say(&stray_sentinel());
        }
        let Some((index, exchange)) = self.find(request, used) else {
            if request.command == "qmp_capabilities" {
                peer.answer(request, json!({}));
            } else {
                peer.fail(request, NOT_RECORDED, &self.explain(request));
            }
            return true;
        };
        if let Some(used) = used.get_mut(index) {
            *used = true;
        }
        say_all(peer, &exchange.before);
        let Some(answer) = &exchange.answer else {
            return index + 1 < self.exchanges.len();
        };
        let said = &answer.said;
        peer.say(&message::response(
            answer.member,
            &said.text,
            request.id.as_ref(),
        ));
        say_all(peer, &said.events);
        true
    }

    /// The exchange that a command begins.
    fn find(&self, request: &Request, used: &[bool]) -> Option<(usize, &Exchange)> {
        let same = |(_, exchange): &(usize, &Exchange)| {
            exchange.command == request.command
                && (request.command == "qmp_capabilities"
                    || exchange.arguments == request.arguments)
        };
        let mut all = self.exchanges.iter().enumerate().filter(same);
        let unused = all
            .clone()
            .find(|(index, _)| used.get(*index) == Some(&false));
        unused.or_else(|| all.next_back())
    }

    /// Why a command has no answer.
    fn explain(&self, request: &Request) -> String {
        let arguments: Vec<&Value> = self
            .exchanges
            .iter()
            .filter(|exchange| exchange.command == request.command)
            .map(|exchange| &exchange.arguments)
            .collect();
        let mut words = format!("{request} is not in the recording");
        for (index, other) in arguments.iter().take(SHOWN).enumerate() {
            words += if index == 0 {
                ", which has it with "
            } else {
                ", "
            };
            words += &super::request::excerpt(other.to_string().as_bytes());
        }
        if arguments.len() > SHOWN {
            words += &format!(", and {} more", arguments.len() - SHOWN);
        }
        words
    }
}

fn say_all(peer: &mut Peer, messages: &[String]) {
    for message in messages {
        peer.say(message);
    }
}
