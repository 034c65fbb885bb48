//! What calls, subscribers and the connection's task share.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qapi_protocol::{Error, Message, RawValue};
use tokio::sync::{AcquireError, Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

use super::events::Subscribers;
use crate::call;
use crate::descriptor::Descriptor;
use crate::limits::MAX_IN_FLIGHT;
use crate::session::{self, Unanswered};
use crate::{ConnectOptions, ConnectionError, ExecuteError};

/// What a command returned, or why it failed.
pub(super) type Answer = Result<RawValue<'static>, Error>;

/// The state of a connection.
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) subscribers: Subscribers,
    /// The calls that may wait.
    calls: Arc<Semaphore>,
    max_calls: usize,
    /// The commands that may be with the server.
    turns: Arc<Semaphore>,
    /// The out-of-band ones.
    oob_turns: Arc<Semaphore>,
    /// The one descriptor that may be with the server: it forgets one that no command has taken
    /// when the next one comes.
    descriptors: Arc<Semaphore>,
    passes_descriptors: bool,
    /// Notified when there is something to write.
    work: Notify,
}

struct State {
    unanswered: Unanswered<Waiting>,
    outgoing: VecDeque<Outgoing>,
    /// Why nothing more can be sent.
    output_end: Option<ConnectionError>,
    /// Why the connection has ended.
    end: Option<ConnectionError>,
    /// How many wait until the last calls are done: more are not taken.
    finishing: usize,
    /// Whether the connection is to be closed, as there is nothing left to do.
    closing: bool,
}

/// A message that is to be written.
struct Outgoing {
    id: u64,
    message: Vec<u8>,
    descriptor: Option<Descriptor>,
    /// Told when a message was written that has no answer.
    written: Option<oneshot::Sender<()>>,
}

/// Who waits for an answer, and what the command keeps from others until it is answered.
struct Waiting {
    answer: oneshot::Sender<Answer>,
    _turn: OwnedSemaphorePermit,
    _descriptor: Option<OwnedSemaphorePermit>,
}

/// The right to send a command.
pub(super) struct Turn {
    call: OwnedSemaphorePermit,
    turn: OwnedSemaphorePermit,
    descriptor: Option<OwnedSemaphorePermit>,
}

/// What the task that writes does next.
pub(super) enum Next {
    /// It writes this.
    Write {
        bytes: Vec<u8>,
        descriptor: Option<Descriptor>,
        /// The commands in it.
        ids: RangeInclusive<u64>,
        written: Vec<oneshot::Sender<()>>,
    },
    /// It waits for [`Shared::work`].
    Wait,
    /// It closes the connection.
    Close,
}

/// How many bytes are written together, about: commands that are sent at the same time need one
/// system call.
const WRITE_TOGETHER: usize = 64 << 10;

/// The most calls that may wait, whatever the options say: what can be counted.
const MOST_CALLS: usize = 1 << 24;

impl Shared {
    pub(super) fn new(options: &ConnectOptions, passes_descriptors: bool) -> Self {
        let max_calls = options.pending_calls.clamp(1, MOST_CALLS);
        Shared {
            state: Mutex::new(State {
                unanswered: Unanswered::new(),
                outgoing: VecDeque::new(),
                output_end: None,
                end: None,
                finishing: 0,
                closing: false,
            }),
            subscribers: Subscribers::new(options),
            calls: Arc::new(Semaphore::new(max_calls)),
            max_calls,
            turns: Arc::new(Semaphore::new(MAX_IN_FLIGHT)),
            oob_turns: Arc::new(Semaphore::new(MAX_IN_FLIGHT)),
            descriptors: Arc::new(Semaphore::new(1)),
            passes_descriptors,
            work: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the connection has ended.
    fn cause(&self) -> ConnectionError {
        let state = self.state();
        let cause = state.end.as_ref().or(state.output_end.as_ref());
        cause.cloned().unwrap_or(ConnectionError::ClosedHere)
    }

    /// Whether the connection has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.state().end.is_some()
    }

    /// Waits until the command `name` may be sent.
    pub(super) async fn turn(
        &self,
        name: &str,
        oob: bool,
        descriptor: bool,
        (deadline, timeout): (Instant, Duration),
    ) -> Result<Turn, ExecuteError> {
        let command = || name.to_owned();
        if self.state().takes_no_calls() {
            return Err(ConnectionError::ClosedHere.into());
        }
        if descriptor && !self.passes_descriptors {
            return Err(ExecuteError::CannotPassDescriptors { command: command() });
        }
        let Ok(call) = self.calls.clone().try_acquire_owned() else {
            // Who closes the connection waits for all of them.
            if self.state().takes_no_calls() {
                return Err(ConnectionError::ClosedHere.into());
            }
            let limit = self.max_calls;
            return Err(ExecuteError::TooManyCalls {
                command: command(),
                limit,
            });
        };
        let wait = async {
            let descriptor = match descriptor {
                true => Some(self.descriptors.clone().acquire_owned().await?),
                false => None,
            };
            let turns = if oob { &self.oob_turns } else { &self.turns };
            let turn = turns.clone().acquire_owned().await?;
            Ok::<_, AcquireError>(Turn {
                call,
                turn,
                descriptor,
            })
        };
        match timeout_at(deadline, wait).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) => Err(self.cause().into()),
            Err(_) => Err(ExecuteError::NotSent {
                command: command(),
                timeout,
            }),
        }
    }

    /// Sends the command of this `message`, which has yet to get its `id`.
    pub(super) fn submit(
        &self,
        turn: Turn,
        oob: bool,
        descriptor: Option<Descriptor>,
        message: Vec<u8>,
    ) -> Result<Pending<'_, Answer>, ConnectionError> {
        let (answer, receiver) = oneshot::channel();
        let waiting = Waiting {
            answer,
            _turn: turn.turn,
            _descriptor: turn.descriptor,
        };
        let id = self.enqueue(message, descriptor, None, |unanswered, id| {
            unanswered.sent(id, oob, waiting);
        })?;
        Ok(Pending::new(self, id, turn.call, receiver))
    }

    /// Sends the command of this `message`, which has yet to get its `id`, and has no answer, or
    /// one that nobody wants; what is waited for is that it was written.
    pub(super) fn submit_unanswered(
        &self,
        turn: Turn,
        answers: bool,
        descriptor: Option<Descriptor>,
        message: Vec<u8>,
    ) -> Result<Pending<'_, ()>, ConnectionError> {
        let (written, receiver) = oneshot::channel();
        let waiting = Waiting {
            answer: oneshot::channel().0,
            _turn: turn.turn,
            _descriptor: turn.descriptor,
        };
        let id = self.enqueue(message, descriptor, Some(written), |unanswered, id| {
            if answers {
                unanswered.sent(id, false, waiting);
                unanswered.give_up(id);
            } else {
                unanswered.sent_silently(id);
            }
        })?;
        Ok(Pending::new(self, id, turn.call, receiver))
    }

    /// Has a message written, with an `id` that `note` takes note of.
    fn enqueue(
        &self,
        message: Vec<u8>,
        descriptor: Option<Descriptor>,
        written: Option<oneshot::Sender<()>>,
        note: impl FnOnce(&mut Unanswered<Waiting>, u64),
    ) -> Result<u64, ConnectionError> {
        let mut state = self.state();
        state.check()?;
        let id = state.unanswered.next_id();
        note(&mut state.unanswered, id);
        state.outgoing.push_back(Outgoing {
            id,
            message: call::with_id(message, id),
            descriptor,
            written,
        });
        drop(state);
        self.work.notify_one();
        Ok(id)
    }

    /// Notes that nobody waits for the command `id` any longer; whether it was, or may have been,
    /// sent.
    fn give_up(&self, id: u64) -> bool {
        let mut state = self.state();
        let before = state.outgoing.len();
        state.outgoing.retain(|outgoing| outgoing.id != id);
        let sent = state.outgoing.len() == before;
        if sent {
            state.unanswered.give_up(id);
        } else {
            state.unanswered.not_sent(id);
        }
        sent
    }

    /// Takes a message of the server.
    pub(super) fn take(&self, message: &[u8]) -> Result<(), ConnectionError> {
        let (message, _) = session::read(message, None)?;
        match message {
            Message::Event(event) => self.subscribers.publish(event),
            Message::Response(response) => {
                let failed = response.result.is_err();
                let waiting = self
                    .state()
                    .unanswered
                    .answered(response.id.as_ref(), failed);
                if let Some(waiting) = waiting {
                    // Fails when the caller gives up just now.
                    let _ = waiting
                        .answer
                        .send(response.result.map(RawValue::into_owned));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What is to be written next.
    pub(super) fn next(&self) -> Next {
        let mut state = self.state();
        let Some(first) = state.outgoing.pop_front() else {
            return match state.closing {
                true => Next::Close,
                false => Next::Wait,
            };
        };
        let mut bytes = first.message;
        let mut ids = first.id..=first.id;
        let mut written: Vec<_> = first.written.into_iter().collect();
        while bytes.len() < WRITE_TOGETHER
            && state
                .outgoing
                .front()
                .is_some_and(|next| next.descriptor.is_none())
            && let Some(next) = state.outgoing.pop_front()
        {
            bytes.extend_from_slice(&next.message);
            ids = *ids.start()..=next.id;
            written.extend(next.written);
        }
        Next::Write {
            bytes,
            descriptor: first.descriptor,
            ids,
            written,
        }
    }

    /// Waits until there may be something to write.
    pub(super) async fn work(&self) {
        self.work.notified().await;
    }

    /// Notes that nothing more can be sent, nor all of the commands `ids`. What was sent before
    /// may still be answered.
    pub(super) fn end_output(&self, cause: ConnectionError, ids: RangeInclusive<u64>) {
        let mut state = self.state();
        state.output_end = Some(cause);
        let outgoing = std::mem::take(&mut state.outgoing);
        let unsent = outgoing.iter().map(|outgoing| outgoing.id);
        let told: Vec<_> = ids
            .chain(unsent)
            .filter_map(|id| state.unanswered.not_sent(id))
            .collect();
        drop(state);
        // Wakes who waits, who may look at the state at once.
        drop((told, outgoing));
        self.close_turns();
    }

    /// Has nobody wait for a turn any longer: there will be none.
    fn close_turns(&self) {
        self.turns.close();
        self.oob_turns.close();
        self.descriptors.close();
    }

    /// Ends the connection, unless it has ended, and tells everybody.
    pub(super) fn end(&self, cause: ConnectionError) {
        let mut state = self.state();
        if state.end.is_some() {
            return;
        }
        let cause = match state.closing {
            // Then it is no news that the server has closed it, too.
            true => ConnectionError::ClosedHere,
            false => cause,
        };
        tracing::debug!(cause = cause.name(), "connection ended");
        state.end = Some(cause.clone());
        let unanswered = state.unanswered.take_all();
        let outgoing = std::mem::take(&mut state.outgoing);
        drop(state);
        // Wakes who waits, who may look at the state at once.
        drop((unanswered, outgoing));
        self.close_turns();
        self.subscribers.end(cause);
    }

    /// Has the connection closed as soon as all calls are done; more are not taken, unless this
    /// is dropped before.
    ///
    /// # Errors
    ///
    /// When it has ended, or nothing can be sent any more.
    pub(super) async fn finish(&self) -> Result<(), ConnectionError> {
        let _finishing = Finishing::new(self);
        let _done = self.calls.acquire_many(self.max_calls as u32).await;
        let mut state = self.state();
        state.closing = true;
        state.check()?;
        drop(state);
        self.work.notify_one();
        Ok(())
    }
}

/// Takes no calls as long as it lives.
struct Finishing<'s>(&'s Shared);

impl<'s> Finishing<'s> {
    fn new(shared: &'s Shared) -> Self {
        shared.state().finishing += 1;
        Finishing(shared)
    }
}

impl Drop for Finishing<'_> {
    fn drop(&mut self) {
        self.0.state().finishing -= 1;
    }
}

impl State {
    fn takes_no_calls(&self) -> bool {
        self.finishing > 0 || self.closing
    }

    fn check(&self) -> Result<(), ConnectionError> {
        match self.end.as_ref().or(self.output_end.as_ref()) {
            Some(cause) => Err(cause.clone()),
            None => Ok(()),
        }
    }
}

/// A command that is being executed, which is given up when this is dropped.
pub(super) struct Pending<'s, T> {
    shared: &'s Shared,
    pub(super) id: u64,
    _call: OwnedSemaphorePermit,
    receiver: oneshot::Receiver<T>,
    done: bool,
}

/// How it ended that something was waited for.
pub(super) enum Outcome<T> {
    /// It came.
    Done(T),
    /// It did not come in time; the command was sent.
    Late,
    /// The command could not be sent in time, and will not be.
    NotSent,
}

impl<'s, T> Pending<'s, T> {
    fn new(
        shared: &'s Shared,
        id: u64,
        call: OwnedSemaphorePermit,
        receiver: oneshot::Receiver<T>,
    ) -> Self {
        Pending {
            shared,
            id,
            _call: call,
            receiver,
            done: false,
        }
    }

    /// Waits for what comes of it.
    pub(super) async fn wait(mut self, deadline: Instant) -> Result<Outcome<T>, ConnectionError> {
        let result = timeout_at(deadline, &mut self.receiver).await;
        self.done = true;
        match result {
            Ok(Ok(result)) => Ok(Outcome::Done(result)),
            Ok(Err(_)) => Err(self.shared.cause()),
            Err(_) if self.shared.give_up(self.id) => Ok(Outcome::Late),
            Err(_) => Ok(Outcome::NotSent),
        }
    }
}

impl<T> Drop for Pending<'_, T> {
    fn drop(&mut self) {
        if !self.done {
            let sent = self.shared.give_up(self.id);
            tracing::debug!(id = self.id, sent, "call dropped");
        }
    }
}
