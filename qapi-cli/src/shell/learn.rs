//! What the shell asks a server by itself: who it is, and what can be said to it.

use std::time::Duration;

use qapi_client::{Agent, Call, Client, ExecuteError, RawCommand};
use qapi_protocol::introspection::QueryQmpSchema;
use qapi_types::qmp::commands::{QueryName, QueryStatus};
use serde_json::json;
use tokio::time::timeout;

use super::human::HumanCommands;
use super::knowledge::Knowledge;
use super::session::Link;
use crate::output::Printable;
use crate::vocabulary::Vocabulary;

/// How long the first prompt waits for the name and the state of a machine, which a server that is
/// not stuck says at once.
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// How long a server may take to say what it has.
const LEARNING: Duration = Duration::from_secs(60);

/// The command of a monitor that executes one of the human monitor.
pub(super) const HUMAN_COMMAND: &str = "human-monitor-command";

/// How many characters of a machine's name are in the prompt.
const MAX_NAME: usize = 24;

/// The language of a server, and what is known of its words.
#[derive(Clone)]
pub(super) enum Dialect {
    /// Commands of a schema.
    Qapi(Knowledge<Vocabulary>),
    /// Those of the human monitor.
    Human(Knowledge<HumanCommands>),
}

/// Who a server is.
pub(super) struct Host {
    /// What it is called in the prompt.
    pub(super) name: String,
    /// All of it, in a line.
    pub(super) title: String,
}

impl Dialect {
    /// Another server may have other words.
    pub(super) fn forget(&self) {
        match self {
            Dialect::Qapi(vocabulary) => vocabulary.forget(),
            Dialect::Human(commands) => commands.forget(),
        }
    }
}

/// Who is at the other end, as far as that is soon known.
pub(super) async fn host(link: &Link) -> Host {
    match link {
        Link::Monitor(client) => monitor(client).await,
        Link::Agent(agent) => guest(agent).await,
    }
}

async fn monitor(client: &Client) -> Host {
    let name = client.execute(QueryName::new());
    let status = client.execute(QueryStatus::new());
    let asked = timeout(FIRST_LOOK, async { tokio::join!(name, status) }).await;
    let (name, status) = match asked {
        Ok((name, status)) => (name.ok().and_then(|it| it.name), Some(status)),
        Err(_) => (None, None),
    };
    let version = &client.greeting().version;
    // The storage daemon greets as QEMU does, and has no machine.
    let has_machine = !matches!(&status, Some(Err(ExecuteError::Qemu { .. })));
    let program = if has_machine {
        "QEMU"
    } else {
        "Storage daemon of QEMU"
    };
    let mut title = format!("{program} {}", version.qemu);
    if !version.package.is_empty() {
        title += &format!(" ({})", version.package);
    }
    if let Some(name) = &name {
        title += &format!(", machine `{name}`");
    }
    if let Some(Ok(status)) = status {
        title += &format!(", {}", status.status);
    }
    let name = name.unwrap_or_else(|| if has_machine { "qemu" } else { "qsd" }.to_owned());
    Host::new(&name, &title)
}

async fn guest(agent: &Agent) -> Host {
    let title = match timeout(FIRST_LOOK, agent.info()).await {
        Ok(Ok(info)) => format!("Guest agent {}", info.version()),
        _ => "Guest agent".to_owned(),
    };
    Host::new("guest", &title)
}

impl Host {
    fn new(name: &str, title: &str) -> Self {
        let is_plain = |c: &char| !c.is_control();
        Host {
            name: name.chars().filter(is_plain).take(MAX_NAME).collect(),
            title: Printable(title).to_string(),
        }
    }
}

/// Finds out what can be said.
pub(super) async fn dialect(link: Link, dialect: Dialect) {
    match dialect {
        Dialect::Qapi(vocabulary) => {
            let known = match link {
                Link::Monitor(client) => monitor_vocabulary(&client).await,
                Link::Agent(agent) => guest_vocabulary(&agent).await,
            };
            vocabulary.settle(known);
        }
        Dialect::Human(commands) => {
            let known = match link {
                Link::Monitor(client) => human_commands(&client).await,
                Link::Agent(_) => None,
            };
            commands.settle(known);
        }
    }
}

async fn monitor_vocabulary(client: &Client) -> Option<Vocabulary> {
    let asked = client.execute(Call::new(QueryQmpSchema).timeout(LEARNING));
    Vocabulary::of_monitor(asked.await.ok()?).ok()
}

async fn guest_vocabulary(agent: &Agent) -> Option<Vocabulary> {
    let info = agent.info().await.ok()?;
    Vocabulary::of_agent(info.commands()).ok()
}

async fn human_commands(client: &Client) -> Option<HumanCommands> {
    let help = human(client, "help").await?;
    let help_info = human(client, "help info").await?;
    Some(HumanCommands::read(&help, &help_info))
}

/// What the human monitor says to a line.
async fn human(client: &Client, line: &str) -> Option<String> {
    let arguments = json!({"command-line": line});
    let command = RawCommand::new(HUMAN_COMMAND).arguments(arguments);
    let said = client
        .execute(Call::new(command).timeout(LEARNING))
        .await
        .ok()?;
    said.decode().ok()
}
