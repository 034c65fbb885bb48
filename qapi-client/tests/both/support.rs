//! The two clients as one.

use std::time::Duration;

use qapi_client::test_server::{Peer, TestServer};
use qapi_client::{
    Call, Client, Command, ConnectError, ConnectOptions, EventError, ExecuteError, RawCommand,
    blocking,
};
use qapi_protocol::{EventMessage, RawValue, UnknownEvent};
use tokio::runtime::Runtime;

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Shorter than anybody wants to wait for what never comes.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Blocking,
    Tokio,
}

/// A client of either kind.
pub(crate) enum Subject {
    Blocking(Box<blocking::Client>),
    Tokio {
        runtime: Runtime,
        client: Client,
        events: qapi_client::Events<EventMessage<UnknownEvent>>,
    },
}

impl Subject {
    pub(crate) fn connect(
        kind: Kind,
        server: &TestServer,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let path = server.path();
        match kind {
            Kind::Blocking => {
                let client = blocking::Client::connect_unix(path, options)?;
                Ok(Subject::Blocking(Box::new(client)))
            }
            Kind::Tokio => {
                let runtime = Runtime::new().unwrap();
                let client = runtime.block_on(Client::connect_unix(path, options))?;
                let events = client.events();
                Ok(Subject::Tokio {
                    runtime,
                    client,
                    events,
                })
            }
        }
    }

    pub(crate) fn execute<C: Command>(
        &mut self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        match self {
            Subject::Blocking(client) => client.execute(call),
            Subject::Tokio {
                runtime, client, ..
            } => runtime.block_on(client.execute(call)),
        }
    }

    /// Executes a command that is known by name, and waits for [`LONG`].
    pub(crate) fn ask(&mut self, name: &str) -> Result<RawValue<'static>, ExecuteError> {
        self.execute(Call::new(RawCommand::new(name)).timeout(LONG))
    }

    /// Executes a command that is known by name, and waits for [`SHORT`].
    pub(crate) fn ask_shortly(&mut self, name: &str) -> Result<RawValue<'static>, ExecuteError> {
        self.execute(Call::new(RawCommand::new(name)).timeout(SHORT))
    }

    /// Sends a command that is known by name.
    pub(crate) fn send(&mut self, name: &str) -> Result<(), ExecuteError> {
        let call = Call::new(RawCommand::new(name)).timeout(LONG);
        match self {
            Subject::Blocking(client) => client.send(call),
            Subject::Tokio {
                runtime, client, ..
            } => runtime.block_on(client.send(call)),
        }
    }

    /// Executes a command out of band that is known by name.
    pub(crate) fn ask_out_of_band(
        &mut self,
        name: &str,
        timeout: Duration,
    ) -> Result<RawValue<'static>, ExecuteError> {
        let call = Call::new(RawCommand::new(name)).timeout(timeout);
        match self {
            Subject::Blocking(client) => client.execute_oob(call),
            Subject::Tokio {
                runtime, client, ..
            } => runtime.block_on(client.execute_oob(call)),
        }
    }

    /// The next event, which has to come.
    pub(crate) fn event(&mut self) -> Result<EventMessage<UnknownEvent>, EventError> {
        match self {
            Subject::Blocking(client) => Ok(client.next_event(LONG)?.unwrap()),
            Subject::Tokio {
                runtime, events, ..
            } => {
                runtime.block_on(async { tokio::time::timeout(LONG, events.recv()).await.unwrap() })
            }
        }
    }
}

/// Runs `test` with a server that follows `script`, once for each kind of client.
pub(crate) fn each_kind(
    script: impl Fn(&mut Peer) + Clone + Send + 'static,
    test: impl Fn(Kind, &TestServer),
) {
    for kind in [Kind::Blocking, Kind::Tokio] {
        let script = script.clone();
        let server = TestServer::start(move |peer| script(peer));
        test(kind, &server);
        server.join();
    }
}

/// Runs `test` with each kind of client, connected to a server that greets and then follows
/// `script`.
pub(crate) fn each(
    script: impl Fn(&mut Peer) + Clone + Send + 'static,
    test: impl Fn(&mut Subject),
) {
    let script = move |peer: &mut Peer| {
        peer.greet();
        script(peer);
    };
    each_kind(script, |kind, server| {
        let mut subject = Subject::connect(kind, server, &ConnectOptions::new()).unwrap();
        test(&mut subject);
    });
}
