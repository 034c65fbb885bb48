//! Who executes the commands: a monitor or a guest agent.

use std::time::Duration;

use anyhow::bail;
use qapi_client::{
    Call, ConnectOptions, ConnectionError, ExecuteError, RawCommand, Unsupported, blocking,
};
use qapi_parser::nearest;
use qapi_protocol::introspection::{GuestInfo, QueryCommands, QueryQmpSchema};
use qapi_protocol::{Capability, Error, ErrorClass, RawValue};

use super::descriptor::Descriptor;
use super::known;
use super::time::Budget;
use crate::connect::{CONNECT_TIMEOUT, Connecting};
use crate::endpoint::Endpoint;
use crate::language::Request;
use crate::vocabulary::Vocabulary;
use crate::wire::Show;

/// How long to wait for the error of a command that does not answer success.
pub(crate) const SILENCE: Duration = Duration::from_secs(2);

/// How long closing may take: the server only has to notice.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection.
pub(super) enum Server {
    Monitor(Box<blocking::Client>),
    Agent(Box<blocking::Agent>),
}

/// How to connect.
pub(super) struct Connection<'o> {
    pub(super) endpoint: &'o Endpoint,
    pub(super) is_agent: bool,
    pub(super) oob: bool,
    pub(super) show: Option<Show>,
}

impl Server {
    pub(super) fn connect(connection: Connection<'_>, budget: &Budget) -> anyhow::Result<Self> {
        let Connection {
            endpoint,
            is_agent,
            oob,
            show,
        } = connection;
        let mut options = ConnectOptions::new().close_timeout(CLOSE_TIMEOUT);
        if oob {
            options = options.capability(Capability::Oob);
        }
        let connecting = Connecting {
            endpoint,
            timeout: CONNECT_TIMEOUT.min(budget.left()),
            options,
            show,
        };
        Ok(match is_agent {
            true => Server::Agent(Box::new(connecting.blocking_agent()?)),
            false => Server::Monitor(Box::new(connecting.blocking_client()?)),
        })
    }

    /// Executes a command; nothing is returned by one that does not answer.
    pub(super) fn execute(
        &mut self,
        request: &Request,
        descriptor: Option<Descriptor>,
        budget: &Budget,
    ) -> Result<Option<RawValue<'static>>, ExecuteError> {
        let mut command = RawCommand::new(&request.command);
        if let Some(arguments) = &request.arguments {
            command = command.arguments(arguments.clone());
        }
        let mut call = Call::new(command).timeout(budget.left());
        if let Some(descriptor) = descriptor {
            call = pass(call, descriptor);
        }
        match self {
            Server::Monitor(client) if request.oob => client.execute_oob(call).map(Some),
            Server::Monitor(client) => client.execute(call).map(Some),
            Server::Agent(agent) if known::is_silent(&request.command) => {
                let wait = SILENCE.min(budget.left());
                match agent.execute(call.timeout(wait)) {
                    Ok(returned) => Ok(Some(returned)),
                    Err(
                        ExecuteError::Timeout { .. }
                        | ExecuteError::Connection(ConnectionError::Closed { .. }),
                    ) => Ok(None),
                    Err(error) => Err(error),
                }
            }
            Server::Agent(agent) => agent.execute(call).map(Some),
        }
    }

    /// What can be said to it.
    pub(super) fn vocabulary(&mut self, budget: &Budget) -> anyhow::Result<Vocabulary> {
        let timeout = budget.left();
        Ok(match self {
            Server::Monitor(client) => {
                let live = client.execute(Call::new(QueryQmpSchema).timeout(timeout))?;
                Vocabulary::of_monitor(live)?
            }
            Server::Agent(agent) => {
                let info = agent.execute(Call::new(GuestInfo).timeout(timeout))?;
                Vocabulary::of_agent(info.commands())?
            }
        })
    }

    /// What explains that it answered `error` to the command `name`, or what else may have been
    /// meant.
    pub(super) fn explain(&mut self, name: &str, error: &Error, budget: &Budget) -> Option<String> {
        if error.class != ErrorClass::CommandNotFound {
            return None;
        }
        let timeout = budget.left();
        let commands = match self {
            Server::Monitor(client) => {
                let version = client.greeting().version.qemu;
                let versions = known::of_monitor(name).map(|known| known.versions);
                let unsupported =
                    versions.and_then(|it| Unsupported::explaining(error, version, it));
                if let Some(unsupported) = unsupported {
                    return Some(unsupported.to_string());
                }
                client
                    .execute(Call::new(QueryCommands).timeout(timeout))
                    .ok()?
            }
            Server::Agent(agent) => {
                let info = agent.execute(Call::new(GuestInfo).timeout(timeout)).ok()?;
                info.commands().clone()
            }
        };
        if commands.has(name) {
            return None;
        }
        let is_known = match self {
            Server::Monitor(_) => known::of_monitor(name).is_some(),
            Server::Agent(_) => known::of_agent(name).is_some(),
        };
        if is_known {
            let why = match self {
                Server::Monitor(_) => {
                    "QEMU has it, but not this build, or this is a storage daemon"
                }
                Server::Agent(_) => "other agents have it, but not this one, or not now",
            };
            return Some(why.to_owned());
        }
        let near = nearest(name, commands.names())?;
        Some(format!("did you mean `{near}`?"))
    }

    /// The client of a monitor; guest agents have no events.
    pub(super) fn monitor(&mut self) -> anyhow::Result<&mut blocking::Client> {
        match self {
            Server::Monitor(client) => Ok(client),
            Server::Agent(_) => bail!("a guest agent has no events"),
        }
    }

    /// Closes the connection, so that the next client can have the server. What goes wrong with
    /// that changes nothing.
    pub(super) fn close(self) {
        let _ = match self {
            Server::Monitor(client) => client.close(),
            Server::Agent(agent) => agent.close(),
        };
    }
}

#[cfg(unix)]
fn pass(call: Call<RawCommand>, descriptor: Descriptor) -> Call<RawCommand> {
    call.descriptor(descriptor)
}

#[cfg(not(unix))]
fn pass(_: Call<RawCommand>, descriptor: Descriptor) -> Call<RawCommand> {
    match descriptor {}
}
