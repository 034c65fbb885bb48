//! Answering as a [`Script`] says.

use std::collections::VecDeque;
use std::time::Instant;

use qapi_protocol::{Capability, Error, ErrorClass};
use serde_json::{Value, json};

use super::super::agent::{is_sync, stray_sentinel};
use super::super::message;
use super::super::peer::{Nothing, Peer, fail};
use super::super::request::Request;
use super::super::server::TestServer;
use super::{Answer, Command, Event, IDLE_TIMEOUT, Script};

/// What is known of one client.
struct Conversation {
    /// Whether it is in command mode.
    negotiated: bool,
    oob: bool,
    /// Commands in band that are not answered yet, and when they are.
    pending: VecDeque<(Instant, Request)>,
}

/// Playing it.
impl Script {
    /// Starts a server that serves one client after the other until it is
    /// [dropped or joined](TestServer), on a Unix socket in a temporary folder of its own.
    ///
    /// For another kind of socket, see [`play`](Self::play).
    ///
    /// # Panics
    ///
    /// When the system has no socket or no thread for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let server = Script::new().start();
    /// for _ in 0..2 {
    ///     Client::connect_unix(server.path(), &ConnectOptions::new())?;
    /// }
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[track_caller]
    pub fn start(mut self) -> TestServer {
        self.check();
        TestServer::start(move |peer| peer.serve_all(|peer| self.play(peer))).endless()
    }

    /// Serves the client of `peer` until it closes the connection, or the test drops the server.
    ///
    /// It waits [longer](IDLE_TIMEOUT) for commands than other scripts do.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::{Script, TestServer};
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let (stream, server) = TestServer::pair(|peer| Script::new().play(peer));
    /// let client = Client::connect_over(stream, &ConnectOptions::new())?;
    /// drop(client);
    /// server.join();
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[track_caller]
    pub fn play(&mut self, peer: &mut Peer) {
        self.check();
        let stale = std::mem::take(&mut self.stale);
        if !stale.is_empty() {
            peer.send(&stale);
        }
        if let Some(greeting) = &self.greeting {
            peer.send_greeting(greeting);
        }
        let mut conversation = Conversation {
            negotiated: self.greeting.is_none(),
            oob: false,
            pending: VecDeque::new(),
        };
        if conversation.negotiated {
            say_all(peer, &self.events);
        }
        while self.step(&mut conversation, peer) {}
    }

    /// Takes the next command, or answers one that has waited; whether the conversation goes on.
    #[track_caller]
    fn step(&mut self, conversation: &mut Conversation, peer: &mut Peer) -> bool {
        let due = conversation.pending.front().map(|(due, _)| *due);
        let wait = due.map_or(IDLE_TIMEOUT, |due| {
            due.saturating_duration_since(Instant::now())
        });
        let now = match peer.receive_idle(wait) {
            Ok(request) => {
                let delay = self.commands.get(&request.command).map(|it| it.delay);
                let delay = delay.unwrap_or_default();
                let waits = !delay.is_zero() || !conversation.pending.is_empty();
                if waits && !request.oob {
                    let last = conversation.pending.back().map(|(due, _)| *due);
                    let begin = last.unwrap_or_else(Instant::now);
                    conversation.pending.push_back((begin + delay, request));
                    return true;
                }
                Some(request)
            }
            Err(Nothing::TimedOut(_)) if due.is_some() => {
                conversation.pending.pop_front().map(|(_, request)| request)
            }
            Err(Nothing::Closed | Nothing::Stopped) => return false,
            Err(nothing) => fail(&format!("waiting for a command: {}", nothing.words())),
        };
        match now {
            Some(request) => self.respond(&request, conversation, peer),
            None => true,
        }
    }

    /// Answers a command; whether the connection stays open.
    #[track_caller]
    fn respond(
        &mut self,
        request: &Request,
        conversation: &mut Conversation,
        peer: &mut Peer,
    ) -> bool {
        let name = request.command.as_str();
        if request.oob && !conversation.oob {
            let desc = "the capability `oob` is not enabled";
            peer.fail(request, ErrorClass::GenericError, desc);
            return true;
        }
        if !conversation.negotiated {
            self.negotiate(request, conversation, peer);
            return true;
        }
        let synchronizes = self.greeting.is_none() && is_sync(name);
        if synchronizes && !self.commands.contains_key(name) {
            peer.answer_sync(request);
            return true;
        }
        if request.after_sentinel {
            peer.say(&stray_sentinel());
        }
        let Some(command) = self.commands.get_mut(name) else {
            match self.list(name) {
                Some(list) => peer.answer(request, list),
                None => {
                    let desc = format!("the script has no command `{name}`");
                    peer.fail(request, ErrorClass::CommandNotFound, &desc)
                }
            };
            return true;
        };
        say_all(peer, &command.before);
        match command.answer(request) {
            Some(Ok(returned)) => drop(peer.answer(request, returned)),
            Some(Err(error)) => drop(peer.fail(request, error.class, &error.desc)),
            None => {}
        }
        say_all(peer, &command.after);
        if command.closes {
            peer.close();
        }
        !command.closes
    }

    /// Answers a command of a client that is not in command mode yet.
    #[track_caller]
    fn negotiate(&self, request: &Request, conversation: &mut Conversation, peer: &mut Peer) {
        let offered = self.greeting.as_ref().map(|it| it.capabilities.as_slice());
        match negotiate(offered.unwrap_or_default(), request) {
            Ok(oob) => {
                conversation.negotiated = true;
                conversation.oob = oob;
                peer.answer(request, json!({}));
                say_all(peer, &self.events);
            }
            Err(error) => {
                peer.fail(request, error.class, &error.desc);
            }
        }
    }

    /// What the commands that list all commands return.
    fn list(&self, name: &str) -> Option<Value> {
        let names = self.commands.keys().map(String::as_str);
        match (name, &self.greeting) {
            ("query-commands", Some(_)) => Some(
                names
                    .chain(["qmp_capabilities", "query-commands"])
                    .map(|name| json!({"name": name}))
                    .collect(),
            ),
            ("guest-info", None) => {
                let commands: Value = names
                    .chain(["guest-info", "guest-sync", "guest-sync-delimited"])
                    .map(|name| json!({"name": name, "enabled": true, "success-response": true}))
                    .collect();
                let version = message::usual_greeting().version.qemu;
                let version = format!("{}.{}.{}", version.major, version.minor, version.micro);
                Some(json!({"version": version, "supported_commands": commands}))
            }
            _ => None,
        }
    }

    /// Fails when something is said of a command that has no answer: a name may be misspelled.
    #[track_caller]
    fn check(&self) {
        for (name, command) in &self.commands {
            if command.answers.is_empty() {
                fail(&format!(
                    "the script says when something happens around `{name}`, and not what that \
                     command answers: see `Script::on`"
                ));
            }
        }
    }
}

impl Command {
    /// The answer to the next call; none if there is none.
    fn answer(&mut self, request: &Request) -> Option<Result<Value, Error>> {
        let last = self.answers.len() <= 1;
        let result = match self.answers.front_mut()? {
            Answer::Returns(value) => Some(Ok(value.clone())),
            Answer::Fails(error) => Some(Err(error.clone())),
            Answer::Calls(answer) => Some(answer(request)),
            Answer::Never => None,
        };
        if !last {
            self.answers.pop_front();
        }
        result
    }
}

/// What a client gets that is not in command mode yet: whether it has enabled `oob`.
fn negotiate(offered: &[Capability], request: &Request) -> Result<bool, Error> {
    if request.command != "qmp_capabilities" {
        let desc = "capabilities negotiation comes first: `qmp_capabilities`";
        return Err(Error::new(ErrorClass::CommandNotFound, desc));
    }
    let enabled = request.arguments.get("enable").and_then(Value::as_array);
    let mut oob = false;
    for name in enabled.into_iter().flatten() {
        let capability = name.as_str().map(Capability::from);
        match capability.filter(|capability| offered.contains(capability)) {
            Some(capability) => oob |= capability == Capability::Oob,
            None => {
                let desc = format!("the capability {name} is not offered");
                return Err(Error::new(ErrorClass::GenericError, desc));
            }
        }
    }
    Ok(oob)
}

fn say_all(peer: &mut Peer, events: &[Event]) {
    for (name, data) in events {
        peer.event(name, data.clone());
    }
}
