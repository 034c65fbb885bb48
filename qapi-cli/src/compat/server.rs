//! What a server says that it has.

use std::time::Duration;

use anyhow::anyhow;
use qapi_client::{ConnectOptions, ExecuteError};
use qapi_protocol::introspection::{CommandList, QueryQmpSchema, Schema};
use qapi_protocol::{ErrorClass, Version};

use crate::connect::{CONNECT_TIMEOUT, Connecting};
use crate::endpoint::Endpoint;

/// How long a server may take to describe itself.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// A server, and what it says of itself.
pub(super) struct Server {
    pub(super) kind: ServerKind,
    /// Its release, where it says one that can be understood.
    pub(super) version: Option<Version>,
    /// Its release and what its packager calls it, as it writes them.
    pub(super) release: String,
    pub(super) says: Says,
}

/// The servers that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerKind {
    Qemu,
    StorageDaemon,
    GuestAgent,
}

/// How a server describes itself.
pub(super) enum Says {
    /// To the last member and value.
    Schema(Schema),
    /// A guest agent: the names of its commands.
    Commands(CommandList),
}

impl ServerKind {
    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            ServerKind::Qemu => "QEMU",
            ServerKind::StorageDaemon => "QEMU's storage daemon",
            ServerKind::GuestAgent => "QEMU's guest agent",
        }
    }

    /// What people call the one that they ask.
    pub(super) fn this(self) -> &'static str {
        match self {
            ServerKind::Qemu => "this QEMU",
            ServerKind::StorageDaemon => "this storage daemon",
            ServerKind::GuestAgent => "this guest agent",
        }
    }

    /// The word for it, for programs.
    pub(super) fn word(self) -> &'static str {
        match self {
            ServerKind::Qemu => "qemu",
            ServerKind::StorageDaemon => "storage-daemon",
            ServerKind::GuestAgent => "guest-agent",
        }
    }

    /// What is known of all releases.
    pub(super) fn descriptor(self) -> &'static str {
        match self {
            ServerKind::Qemu => qapi_types::qmp::DESCRIPTOR,
            ServerKind::StorageDaemon => qapi_types::qsd::DESCRIPTOR,
            ServerKind::GuestAgent => qapi_types::qga::DESCRIPTOR,
        }
    }
}

/// Asks the server at `endpoint`.
pub(super) fn ask(endpoint: &Endpoint, is_agent: bool) -> anyhow::Result<Server> {
    let connecting = Connecting {
        endpoint,
        timeout: CONNECT_TIMEOUT,
        options: ConnectOptions::new().command_timeout(ANSWER_TIMEOUT),
        show: None,
    };
    if is_agent {
        return ask_agent(&connecting);
    }
    let mut client = connecting.blocking_client()?;
    let schema = client.execute(QueryQmpSchema).map_err(unanswered)?;
    let version = &client.greeting().version;
    let release = match version.package.as_str() {
        "" => version.qemu.to_string(),
        package => format!("{} ({package})", version.qemu),
    };
    // Every QEMU since 0.14 has it, and no storage daemon.
    let kind = match schema.command("query-status") {
        Some(_) => ServerKind::Qemu,
        None => ServerKind::StorageDaemon,
    };
    Ok(Server {
        kind,
        version: Some(version.qemu),
        release,
        says: Says::Schema(schema),
    })
}

fn ask_agent(connecting: &Connecting<'_>) -> anyhow::Result<Server> {
    let mut agent = connecting.blocking_agent()?;
    let info = agent.info().map_err(unanswered)?;
    Ok(Server {
        kind: ServerKind::GuestAgent,
        version: Version::parse(info.version()),
        release: info.version().to_owned(),
        says: Says::Commands(info.commands().clone()),
    })
}

fn unanswered(error: ExecuteError) -> anyhow::Error {
    match error {
        ExecuteError::Qemu { error, .. } if error.class == ErrorClass::CommandNotFound => anyhow!(
            "the server cannot describe itself: {}\n\
             help: QEMU can since 2.5, with `query-qmp-schema`",
            error.desc
        ),
        error => error.into(),
    }
}
