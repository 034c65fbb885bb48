//! A server for tests, which plays a script or a recording, and breaks the rules when asked to.
//!
//! For tests of programs that drive QEMU, without QEMU. It runs on a thread, knows neither
//! clients nor runtimes, and is the same for blocking and for asynchronous programs. It needs
//! Unix, and the feature `test-server`:
//!
//! ```toml
//! [dev-dependencies]
//! qapi-client = { version = "…", features = ["test-server"] }
//! ```
//!
//! # A script
//!
//! is a function that speaks for the server through a [`Peer`]: it says what it expects, in which
//! order, and what it answers. Whatever goes another way fails the test:
//!
//! ```
//! use qapi_client::test_server::TestServer;
//! use qapi_client::{ConnectOptions, blocking::Client};
//! use serde_json::json;
//!
//! let server = TestServer::start(|peer| {
//!     peer.greet();
//!     let request = peer.expect("stop");
//!     peer.event("STOP", None);
//!     peer.answer(&request, json!({}));
//! });
//!
//! # use qapi_protocol::{Empty, QapiCommand};
//! # struct Stop {}
//! # impl Stop { fn new() -> Self { Stop {} } }
//! # qapi_protocol::members!(Stop {});
//! # impl QapiCommand for Stop {
//! #     type Response = Empty;
//! #     const NAME: &'static str = "stop";
//! # }
//! // The program under test.
//! let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
//! client.execute(Stop::new())?;
//!
//! server.join();
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod agent;
mod control;
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
