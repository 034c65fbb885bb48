//! Those who listen to events.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use qapi_protocol::RawEvent;
use tokio::time::{Instant, timeout_at};

use super::deadline;
use super::shared::Shared;
use crate::events::{EventQueue, SharedEvent, shared};
use crate::{ConnectOptions, ConnectionError, EventError};

/// All who listen to the events of a connection.
pub(super) struct Subscribers(Mutex<List>);

struct List {
    subscribers: Vec<Arc<Subscriber>>,
    /// The events until now, for who listens before a command is executed or an event read.
    early: Option<EventQueue>,
    end: Option<ConnectionError>,
}

/// Who listens to some events.
struct Subscriber {
    /// The events that are wanted, if not all are.
    names: Option<&'static [&'static str]>,
    inbox: Mutex<Inbox>,
}

struct Inbox {
    queue: EventQueue,
    end: Option<ConnectionError>,
    reader: Option<Waker>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What they protect is whole after each step, also when who logs panics in between.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Subscribers {
    pub(super) fn new(options: &ConnectOptions) -> Self {
        Subscribers(Mutex::new(List {
            subscribers: Vec::new(),
            early: Some(EventQueue::new(options)),
            end: None,
        }))
    }

    fn add(
        &self,
        options: &ConnectOptions,
        names: Option<&'static [&'static str]>,
    ) -> Arc<Subscriber> {
        let mut list = lock(&self.0);
        let mut queue = EventQueue::new(options);
        if let Some(early) = &list.early {
            queue.copy(early, |event| is_wanted(names, event));
        }
        let subscriber = Arc::new(Subscriber {
            names,
            inbox: Mutex::new(Inbox {
                queue,
                end: list.end.clone(),
                reader: None,
            }),
        });
        list.subscribers.push(subscriber.clone());
        subscriber
    }

    /// Notes that a command is executed, or events are read: who listens from now on gets no event
    /// from before.
    pub(super) fn forget_early(&self) {
        lock(&self.0).early = None;
    }

    fn remove(&self, subscriber: &Arc<Subscriber>) {
        let mut list = lock(&self.0);
        list.subscribers
            .retain(|other| !Arc::ptr_eq(other, subscriber));
    }

    /// Hands an event to all who want it.
    pub(super) fn publish(&self, event: RawEvent<'_>) {
        tracing::trace!(event = &*event.event, "event");
        let mut list = lock(&self.0);
        let List {
            subscribers, early, ..
        } = &mut *list;
        let mut wanting = subscribers
            .iter()
            .filter(|subscriber| is_wanted(subscriber.names, &event))
            .peekable();
        if wanting.peek().is_none() && early.is_none() {
            return;
        }
        let event = shared(event.clone());
        let readers: Vec<_> = wanting
            .filter_map(|subscriber| subscriber.put(event.clone()))
            .collect();
        if let Some(early) = early {
            early.push(event);
        }
        drop(list);
        wake(readers);
    }

    /// Tells everybody that no more events come, and why.
    pub(super) fn end(&self, cause: ConnectionError) {
        let mut list = lock(&self.0);
        let readers: Vec<_> = list
            .subscribers
            .iter()
            .filter_map(|subscriber| {
                let mut inbox = lock(&subscriber.inbox);
                inbox.end = Some(cause.clone());
                inbox.reader.take()
            })
            .collect();
        list.end = Some(cause);
        drop(list);
        wake(readers);
    }
}

/// Whether who wants the events `names`, or all, wants this one.
fn is_wanted(names: Option<&[&str]>, event: &RawEvent<'_>) -> bool {
    names.is_none_or(|names| names.contains(&&*event.event))
}

impl Subscriber {
    /// Adds an event; who is to be woken for it.
    fn put(&self, event: SharedEvent) -> Option<Waker> {
        let mut inbox = lock(&self.inbox);
        inbox.queue.push(event);
        inbox.reader.take()
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Result<SharedEvent, EventError>> {
        let mut inbox = lock(&self.inbox);
        if let Some(event) = inbox.queue.pop() {
            return Poll::Ready(event);
        }
        if let Some(cause) = &inbox.end {
            return Poll::Ready(Err(cause.clone().into()));
        }
        inbox.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Wakes who waits, when nothing is locked: a waker may be the last to hold a task, which may hold
/// [`Events`].
fn wake(readers: Vec<Waker>) {
    for reader in readers {
        reader.wake();
    }
}

/// The events of a connection, from when this was asked for; see
/// [`Client::events`](super::Client::events), [`events_of`](super::Client::events_of) and
/// [`raw_events`](super::Client::raw_events). Who asks before any command is executed and
/// any event read gets those before, too, back to the ones that came before the greeting.
///
/// It keeps those that were not read yet, in a queue of its own that is
/// [limited](ConnectOptions::event_queue): whoever reads slowly misses the oldest ones, and is
/// told how many, and holds up nobody. It does not keep the connection open, which ends with the
/// last client.
///
/// It is also a [`Stream`], which ends behind the [`EventError`] that says why.
///
/// # Examples
///
/// ```
/// use qapi_client::{Client, EventError};
/// use qapi_protocol::UnknownEvent;
///
/// async fn report(vm: &Client) {
///     let mut events = vm.events::<UnknownEvent>();
///     loop {
///         match events.recv().await {
///             Ok(event) => println!("{:?}", event.event),
///             Err(error @ EventError::Connection(_)) => return println!("no more: {error}"),
///             Err(error) => println!("{error}"),
///         }
///     }
/// }
/// ```
pub struct Events<T> {
    shared: Arc<Shared>,
    subscriber: Arc<Subscriber>,
    decode: fn(SharedEvent) -> Result<T, EventError>,
    /// Whether something may have been read, or nothing will be.
    begun: bool,
    ended: bool,
}

impl<T> Events<T> {
    /// All events, or only those with these names, each read by `decode`.
    pub(super) fn new(
        shared: &Arc<Shared>,
        options: &ConnectOptions,
        names: Option<&'static [&'static str]>,
        decode: fn(SharedEvent) -> Result<T, EventError>,
    ) -> Self {
        Events {
            shared: shared.clone(),
            subscriber: shared.subscribers.add(options, names),
            decode,
            begun: names.is_some_and(<[_]>::is_empty),
            ended: false,
        }
    }

    /// The next event, in the order of arrival; waits for it.
    ///
    /// No event is lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// When events were missed, or the event is not what it should be, or no more will come;
    /// see [`EventError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, EventError};
    /// use qapi_protocol::UnknownEvent;
    ///
    /// async fn first(vm: &Client) -> Result<String, EventError> {
    ///     let event = vm.events::<UnknownEvent>().recv().await?;
    ///     Ok(event.event.name.into())
    /// }
    /// ```
    pub async fn recv(&mut self) -> Result<T, EventError> {
        poll_fn(|context| self.poll_recv(context)).await
    }

    fn poll_recv(&mut self, context: &Context<'_>) -> Poll<Result<T, EventError>> {
        if !std::mem::replace(&mut self.begun, true) {
            self.shared.subscribers.forget_early();
        }
        self.subscriber
            .poll(context)
            .map(|event| event.and_then(self.decode))
    }

    /// Waits for the first event that `wanted` says yes to. Those before it are dropped.
    ///
    /// # Errors
    ///
    /// When it does not come within `timeout`, or an event is not what it should be, or no more
    /// will come; see [`EventError`]. Missed events alone are no error.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{Client, EventError};
    /// use qapi_protocol::UnknownEvent;
    ///
    /// async fn shut_down(vm: &Client) -> Result<(), EventError> {
    ///     let minute = Duration::from_secs(60);
    ///     vm.events::<UnknownEvent>()
    ///         .wait_for(minute, |event| &*event.event.name == "SHUTDOWN")
    ///         .await?;
    ///     Ok(())
    /// }
    /// ```
    pub async fn wait_for(
        &mut self,
        timeout: Duration,
        mut wanted: impl FnMut(&T) -> bool,
    ) -> Result<T, EventError> {
        let deadline = deadline(timeout);
        let mut missed = 0;
        // What has arrived in time is looked at, but a server that sends without end puts no
        // deadline off.
        let mut late = None;
        loop {
            if Instant::now() >= deadline {
                let left = late.get_or_insert_with(|| lock(&self.subscriber.inbox).queue.len() + 2);
                *left -= 1;
                if *left == 0 {
                    return Err(EventError::Timeout { timeout, missed });
                }
            }
            match timeout_at(deadline, self.recv()).await {
                Ok(Ok(event)) if wanted(&event) => return Ok(event),
                Ok(Ok(_)) => {}
                Ok(Err(EventError::Missed { count })) => missed += count,
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(EventError::Timeout { timeout, missed }),
            }
        }
    }

    /// Waits for the end of the connection.
    pub(super) async fn end(mut self) -> ConnectionError {
        loop {
            if let Err(EventError::Connection(cause)) = self.recv().await {
                return cause;
            }
        }
    }

    /// The next event, if it has arrived.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{EventError, Events};
    /// use qapi_protocol::RawEvent;
    ///
    /// fn drain(events: &mut Events<RawEvent<'static>>) -> Result<(), EventError> {
    ///     while let Some(event) = events.try_recv() {
    ///         println!("{}", event?.event);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn try_recv(&mut self) -> Option<Result<T, EventError>> {
        match self.poll_recv(&Context::from_waker(Waker::noop())) {
            Poll::Ready(event) => Some(event),
            Poll::Pending => None,
        }
    }
}

impl<T> Stream for Events<T> {
    type Item = Result<T, EventError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.poll_recv(context).map(|event| {
            self.ended = matches!(event, Err(EventError::Connection(_)));
            Some(event)
        })
    }
}

impl<T> Drop for Events<T> {
    fn drop(&mut self) {
        self.shared.subscribers.remove(&self.subscriber);
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("names", &self.subscriber.names)
            .finish_non_exhaustive()
    }
}
