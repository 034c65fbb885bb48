//! The conversation with a server: connecting, executing, and what comes meanwhile.

use std::future;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use qapi_client::{
    Agent, Call, Client, Command as _, ConnectOptions, ConnectionError, EventError, Events,
    ExecuteError, RawCommand,
};
use qapi_protocol::{RawEvent, RawValue};
use tokio::runtime::{Builder, Handle};
use tokio::signal;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::learn::{self, Dialect, Host};
use super::paint::Paint;
use super::screen::Screen;
use crate::connect::{CONNECT_TIMEOUT, Connecting};
use crate::endpoint::Endpoint;
use crate::exec::{SILENCE, known};
use crate::wire::Show;

/// How long a monitor may take for a command, as long as nobody presses Ctrl-C: saving the state
/// of a large machine takes its time.
const MONITOR_TIMEOUT: Duration = Duration::from_secs(3600);

/// How long a guest agent may take: what runs in a guest may never answer.
const AGENT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long leaving may take.
const CLOSING: Duration = Duration::from_secs(1);

/// How many bytes are shown of a line of the conversation: what the server says that it has is a
/// line of hundreds of thousands.
const MAX_SHOWN: usize = 2000;

/// Where a server is, and how to talk to it.
pub(super) struct Address {
    pub(super) endpoint: Endpoint,
    pub(super) is_agent: bool,
    /// Whether to show the lines of the conversation.
    pub(super) verbose: bool,
}

/// A conversation, which can break off and begin anew.
pub(super) struct Session {
    runtime: Handle,
    address: Address,
    screen: Screen,
    paint: Paint,
    dialect: Dialect,
    link: Option<Link>,
    /// What holds the connection, and goes on by itself.
    tasks: Vec<AbortHandle>,
    /// When Ctrl-C was pressed, if it ends what is waited for, and not the program.
    interrupts: Option<watch::Receiver<()>>,
}

/// A connection.
#[derive(Clone)]
pub(super) enum Link {
    Monitor(Client),
    Agent(Agent),
}

/// What became of a command.
pub(super) enum Executed {
    /// It has a result, or, with nothing, none as is its way.
    Done(Result<Option<RawValue<'static>>, ExecuteError>, Duration),
    /// Nobody waits for it any longer.
    GivenUp,
    /// There is no connection.
    NotConnected,
}

impl Session {
    /// None yet.
    pub(super) fn new(
        address: Address,
        screen: Screen,
        paint: Paint,
        dialect: Dialect,
    ) -> anyhow::Result<Self> {
        // One thread that does what comes in the order in which it comes: an event that was sent
        // before an answer is shown before it.
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot set up the connection")?;
        let handle = runtime.handle().clone();
        thread::Builder::new()
            .spawn(move || runtime.block_on(future::pending::<()>()))
            .context("cannot start the thread of the connection")?;
        Ok(Session {
            runtime: handle,
            address,
            screen,
            paint,
            dialect,
            link: None,
            tasks: Vec::new(),
            interrupts: None,
        })
    }

    /// From now on, Ctrl-C ends nothing but what is waited for. To be called before the first line
    /// is edited: behind each line, the editor puts back what handled Ctrl-C before it.
    pub(super) fn survive_interrupts(&mut self) {
        let (sender, receiver) = watch::channel(());
        self.interrupts = Some(receiver);
        let mut next = Box::pin(signal::ctrl_c());
        // It listens as soon as it is asked for the first time.
        let listen = future::poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_ready()));
        if self.runtime.block_on(listen) {
            next = Box::pin(signal::ctrl_c());
        }
        self.runtime.spawn(async move {
            while next.await.is_ok() && sender.send(()).is_ok() {
                next = Box::pin(signal::ctrl_c());
            }
        });
    }

    /// What was interrupted so far is over: only what comes from now on ends what is waited for.
    pub(super) fn forget_interrupts(&mut self) {
        if let Some(interrupts) = &mut self.interrupts {
            interrupts.mark_unchanged();
        }
    }

    /// What `work` gives, unless the person presses Ctrl-C before, or has since interrupts were
    /// [forgotten](Self::forget_interrupts).
    fn unless_interrupted_in<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let interrupts = self.interrupts.clone();
        self.runtime.block_on(async {
            let interrupt = async {
                match interrupts {
                    Some(mut interrupts) => drop(interrupts.changed().await),
                    None => future::pending().await,
                }
            };
            tokio::select! {
                done = work => Some(done),
                () = interrupt => None,
            }
        })
    }

    /// Connects, and begins to find out what the server has.
    pub(super) fn connect(&mut self) -> anyhow::Result<Host> {
        self.close();
        self.dialect.forget();
        let connecting = Connecting {
            endpoint: &self.address.endpoint,
            timeout: CONNECT_TIMEOUT,
            options: ConnectOptions::new().command_timeout(self.timeout()),
            show: self.address.verbose.then(|| self.show()),
        };
        let link = if self.address.is_agent {
            let agent = self.unless_interrupted_in(connecting.agent());
            Link::Agent(agent.ok_or_else(interrupted)??)
        } else {
            let client = self.unless_interrupted_in(connecting.client());
            let client = client.ok_or_else(interrupted)??;
            let events = client.raw_events();
            let (screen, paint) = (self.screen.clone(), self.paint);
            self.runtime.spawn(report(events, screen, paint));
            Link::Monitor(client)
        };
        let host = self.runtime.block_on(learn::host(&link));
        let learning = learn::dialect(link.clone(), self.dialect.clone());
        self.tasks.push(self.runtime.spawn(learning).abort_handle());
        self.link = Some(link);
        Ok(host)
    }

    fn timeout(&self) -> Duration {
        match self.address.is_agent {
            true => AGENT_TIMEOUT,
            false => MONITOR_TIMEOUT,
        }
    }

    /// What shows the lines of the conversation.
    fn show(&self) -> Show {
        let (screen, paint) = (self.screen.clone(), self.paint);
        Arc::new(move |direction, line| {
            let shown = line
                .get(..line.floor_char_boundary(MAX_SHOWN))
                .unwrap_or(line);
            let more = match line.len() - shown.len() {
                0 => String::new(),
                more => format!("… and {more} bytes more"),
            };
            screen.note(paint.dim(format_args!("{direction} {shown}{more}")));
        })
    }

    /// Ends the connection, so that the server is free for the next client.
    pub(super) fn close(&mut self) {
        self.tasks.drain(..).for_each(|task| task.abort());
        let Some(link) = self.link.take() else {
            return;
        };
        self.runtime.block_on(async {
            // Who cannot be left in order is left all the same.
            let _ = match link {
                Link::Monitor(client) => timeout(CLOSING, client.close()).await,
                Link::Agent(agent) => timeout(CLOSING, agent.close()).await,
            };
        });
    }

    /// Whether there is a connection, as far as that is known.
    pub(super) fn is_connected(&self) -> bool {
        match &self.link {
            Some(Link::Monitor(client)) => !client.is_closed(),
            Some(Link::Agent(_)) => true,
            None => false,
        }
    }

    /// Does `work`, unless the person presses Ctrl-C before it is done.
    pub(super) fn unless_interrupted<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let work = self.runtime.spawn_blocking(work);
        self.unless_interrupted_in(work)?.ok()
    }

    /// Executes a command, until it is done or the person presses Ctrl-C.
    pub(super) fn execute(&mut self, command: RawCommand, oob: bool) -> Executed {
        if !self.is_connected() {
            return Executed::NotConnected;
        }
        let Some(link) = self.link.clone() else {
            return Executed::NotConnected;
        };
        let name = command.name().to_owned();
        let begin = Instant::now();
        let mut call = self.runtime.spawn(link.clone().execute(command, oob));
        let done = self.unless_interrupted_in(&mut call);
        match (done, link) {
            (Some(Ok(result)), _) => {
                if let Err(ExecuteError::Connection(_)) = result {
                    self.link = None;
                }
                Executed::Done(result, begin.elapsed())
            }
            // The task of the call is nobody else's to end.
            (Some(Err(_)), _) => Executed::GivenUp,
            (None, Link::Monitor(_)) => {
                self.tasks.retain(|task| !task.is_finished());
                self.tasks.push(call.abort_handle());
                let (screen, paint) = (self.screen.clone(), self.paint);
                self.runtime.spawn(async move {
                    let answer = match call.await {
                        Ok(Ok(Some(returned))) => paint.returned(&name, &returned),
                        Ok(Err(error)) => paint.failure(&error),
                        Ok(Ok(None)) | Err(_) => return,
                    };
                    let late = paint.dim(format_args!("(late answer to `{name}`)"));
                    screen.note(format!("{late}\n{answer}"));
                });
                Executed::GivenUp
            }
            // An agent has one conversation only, and what is dropped does not hold it up.
            (None, Link::Agent(_)) => {
                call.abort();
                Executed::GivenUp
            }
        }
    }
}

/// That nobody waits for the connection any longer.
fn interrupted() -> anyhow::Error {
    anyhow!("interrupted")
}

impl Link {
    async fn execute(
        self,
        command: RawCommand,
        oob: bool,
    ) -> Result<Option<RawValue<'static>>, ExecuteError> {
        match self {
            Link::Monitor(client) if oob => client.execute_oob(command).await.map(Some),
            Link::Monitor(client) => client.execute(command).await.map(Some),
            Link::Agent(agent) if known::is_silent(command.name()) => {
                match agent.execute(Call::new(command).timeout(SILENCE)).await {
                    Err(
                        ExecuteError::Timeout { .. }
                        | ExecuteError::Connection(ConnectionError::Closed { .. }),
                    ) => Ok(None),
                    result => result.map(Some),
                }
            }
            Link::Agent(agent) => agent.execute(command).await.map(Some),
        }
    }
}

/// Shows events as they come, and the end of the connection.
async fn report(mut events: Events<RawEvent<'static>>, screen: Screen, paint: Paint) {
    loop {
        match events.recv().await {
            Ok(event) => screen.note(paint.event(&event)),
            Err(EventError::Connection(ConnectionError::ClosedHere)) => return,
            Err(EventError::Connection(cause)) => {
                let what = format_args!("{cause}; `reconnect` connects again");
                return screen.note(paint.trouble(what));
            }
            Err(error) => screen.note(paint.trouble(error)),
        }
    }
}
