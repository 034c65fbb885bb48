//! What both clients can do, so that both are held to the same.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use qapi_client::blocking::Agent;
use qapi_client::{Call, ConnectError, ConnectOptions, ConnectionError, ExecuteError, RawCommand};
use qapi_protocol::RawValue;

use crate::peer::{LONG, Peer, Server, serve};

/// A client, as far as the tests are concerned.
pub(crate) trait Guest: Sized {
    fn connect(stream: UnixStream, options: &ConnectOptions) -> Result<Self, ConnectError>;
    fn execute(&mut self, call: Call<RawCommand>) -> Result<RawValue<'static>, ExecuteError>;
    fn send(&mut self, call: Call<RawCommand>) -> Result<(), ExecuteError>;
    fn sync(&mut self) -> Result<(), ExecuteError>;
    fn close(self) -> Result<(), ConnectionError>;

    /// A client of an agent that follows `script` after having got in step.
    fn with(script: impl FnOnce(&mut Peer) + Send + 'static) -> (Self, Server) {
        Self::with_options(&options(), script)
    }

    fn with_options(
        options: &ConnectOptions,
        script: impl FnOnce(&mut Peer) + Send + 'static,
    ) -> (Self, Server) {
        let (stream, server) = serve(|peer| {
            peer.sync();
            script(peer);
        });
        (Self::connect(stream, options).unwrap(), server)
    }

    /// The answer to the command `name`.
    fn ask(&mut self, name: &str, timeout: Duration) -> Result<String, ExecuteError> {
        let call = Call::new(RawCommand::new(name)).timeout(timeout);
        Ok(self.execute(call)?.to_string())
    }
}

pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG)
}

impl Guest for Agent {
    fn connect(stream: UnixStream, options: &ConnectOptions) -> Result<Self, ConnectError> {
        Agent::connect_over(stream, options)
    }

    fn execute(&mut self, call: Call<RawCommand>) -> Result<RawValue<'static>, ExecuteError> {
        Agent::execute(self, call)
    }

    fn send(&mut self, call: Call<RawCommand>) -> Result<(), ExecuteError> {
        Agent::send(self, call)
    }

    fn sync(&mut self) -> Result<(), ExecuteError> {
        Agent::sync(self)
    }

    fn close(self) -> Result<(), ConnectionError> {
        Agent::close(self)
    }
}

/// Makes a test for each client of each function, which is given the client's type.
macro_rules! for_both {
    ($($test:ident,)*) => {
        mod with_the_blocking_client { $(
            #[test]
            fn $test() {
                super::$test::<qapi_client::blocking::Agent>();
            }
        )* }

        #[cfg(feature = "tokio")]
        mod with_the_asynchronous_client { $(
            #[test]
            fn $test() {
                super::$test::<crate::asynchronous::Guest>();
            }
        )* }
    };
}

pub(crate) use for_both;
