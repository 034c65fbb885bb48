//! A server for tests, which plays a script or a recording, and breaks the rules when asked to.
//!
//! It is for tests of programs that drive QEMU, without QEMU. It runs on a thread of its own, and
//! is the same for blocking and for asynchronous programs, whatever client they use. It needs
//! Unix, and the feature `test-server`:
//!
//! ```toml
//! [dev-dependencies]
//! qapi-client = { version = "0.1", features = ["test-server"] }
//! serde_json = "1"
//! ```
//!
//! | | |
//! | --- | --- |
//! | [`Script`] | says what each command is answered, in any order and as often as it is sent |
//! | [`TestServer::start`] | runs a function that says what happens, step by step, through a [`Peer`] |
//! | [`Recording`] | says again what a real server said |
//!
//! # Say what is answered
//!
//! ```
//! use qapi_client::test_server::Script;
//! use qapi_client::{ConnectOptions, RawCommand, blocking::Client};
//! use serde_json::json;
//!
//! let server = Script::new()
//!     .on("stop", json!({}))
//!     .event_before("stop", "STOP", None)
//!     .on_error("cont", "GenericError", "not now")
//!     .start();
//!
//! // The program under test.
//! let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
//! client.execute(RawCommand::new("stop"))?;
//! client.execute(RawCommand::new("cont")).unwrap_err();
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Say what happens
//!
//! A script expects commands one after the other. Whatever goes another way fails the test, which
//! shows the line of the script, and what the client did:
//!
//! ```
//! use qapi_client::test_server::TestServer;
//! use qapi_client::{ConnectOptions, RawCommand, blocking::Client};
//! use serde_json::json;
//!
//! let server = TestServer::start(|peer| {
//!     peer.greet();
//!     let request = peer.expect("stop");
//!     peer.event("STOP", None);
//!     peer.answer(&request, json!({}));
//! });
//!
//! let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
//! client.execute(RawCommand::new("stop"))?;
//!
//! // The script has come to its end.
//! server.join();
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! In asynchronous programs, [`server.ended().await`](TestServer::ended) instead of
//! [`join`](TestServer::join) leaves the thread to the client.
//!
//! # Break the rules
//!
//! What servers get wrong, or networks, or what is right and seldom seen, and how a script has it
//! happen:
//!
//! | What happens | How |
//! | --- | --- |
//! | no greeting: the monitor serves somebody else | [`peer.wait_for_close()`](Peer::wait_for_close) |
//! | events before the greeting, or before the answer to `qmp_capabilities` | [`peer.event(…)`](Peer::event) around [`send_greeting`](Peer::send_greeting), and before [`negotiate`](Peer::negotiate) |
//! | a second greeting | [`peer.send_greeting(…)`](Peer::send_greeting) |
//! | an unknown error class | [`peer.fail(&request, "Odd", "…")`](Peer::fail) |
//! | answers out of order | [`peer.answer(&second, …)`](Peer::answer) before `peer.answer(&first, …)` |
//! | no answer, and others go on | [`Script::on_silence`], or no [`answer`](Peer::answer) |
//! | a late answer | [`Script::delay`], or [`answer`](Peer::answer) later |
//! | an answer without an id, or with a foreign one | [`peer.say(&message::answer(None, …))`](message::answer) |
//! | an error without an id | [`peer.say(&message::failure(None, …))`](message::failure) |
//! | an event without time | [`message::event_at`] with [`Timestamp::UNKNOWN`](qapi_protocol::Timestamp::UNKNOWN) |
//! | a message a byte at a time, split characters | [`peer.say_bytewise(…)`](Peer::say_bytewise) |
//! | a message over several lines | [`peer.say_pretty(…)`](Peer::say_pretty) |
//! | half a message, the end of the connection at any byte of it | [`peer.say_part(…)`](Peer::say_part), and [`close`](Peer::close) |
//! | a giant message, a line without end | [`answer_giant`](Peer::answer_giant), [`send_repeatedly`](Peer::send_repeatedly) |
//! | deep nesting | [`answer_nested`](Peer::answer_nested) |
//! | a flood of events | [`flood`](Peer::flood) |
//! | what is no JSON, or no message | [`INVALID_JSON`], [`WRONG_TYPES`], [`peer.send(…)`](Peer::send) |
//! | a server that reads slowly, or not at all | [`read_some`](Peer::read_some), or nothing |
//! | a server that is killed and started again | [`go_down`](Peer::go_down), [`come_up`](Peer::come_up) |
//! | a guest agent with stale bytes | [`Script::stale`], or [`peer.send(…)`](Peer::send) before [`answer_sync`](Peer::answer_sync) |
//!
//! # Sockets
//!
//! [`TestServer::start`] and [`Script::start`] listen on a Unix socket of their own,
//! [`TestServer::start_tcp`] on a TCP port; [`TestServer::pair`] hands out one end of a socket pair,
//! and [`TestServer::over`] takes a socket that is connected. A script is played on any of them:
//! [`Script::play`], [`Recording::play`].
//!
//! # Guest agents
//!
//! do not greet. [`Script::agent`] is one, and [`Peer::synchronize`] is how a script begins that
//! plays one.

mod agent;
mod control;
mod end;
mod incoming;
mod listener;
pub mod message;
mod misbehave;
mod peer;
mod recording;
mod replay;
mod request;
mod script;
mod server;
mod stream;

pub use self::incoming::MAX_REQUEST;
pub use self::misbehave::{INVALID_JSON, WRONG_TYPES};
pub use self::peer::{DEFAULT_TIMEOUT, Peer};
pub use self::recording::{Recording, RecordingError};
pub use self::replay::NOT_RECORDED;
pub use self::request::Request;
pub use self::script::{IDLE_TIMEOUT, Script};
pub use self::server::{JOIN_TIMEOUT, TestServer};
