//! How the client reads events.

use std::marker::PhantomData;
use std::time::Duration;

use qapi_protocol::{EventMessage, EventSet, QapiEvent};

use super::Client;
use crate::deadline::Deadline;
use crate::events::{decode, decode_one};
use crate::{Call, Command, EventError, WaitError};

impl Client {
    /// The next event, in the order of arrival; `None` when none arrives within `timeout`.
    ///
    /// With a timeout of zero, the next one that has already arrived.
    ///
    /// [`UnknownEvent`](qapi_protocol::UnknownEvent) is the set of all events as they came.
    ///
    /// # Errors
    ///
    /// When events were missed, or the event is not what it should be, or no more will come;
    /// see [`EventError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{EventError, blocking::Client};
    /// use qapi_protocol::UnknownEvent;
    ///
    /// /// Waits for the machine to shut down, unless nothing happens for a minute.
    /// fn shut_down(vm: &mut Client) -> Result<bool, EventError> {
    ///     while let Some(event) = vm.next_event::<UnknownEvent>(Duration::from_secs(60))? {
    ///         if &*event.event.name == "SHUTDOWN" {
    ///             return Ok(true);
    ///         }
    ///     }
    ///     Ok(false)
    /// }
    /// ```
    pub fn next_event<E: EventSet>(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<EventMessage<E>>, EventError> {
        self.event(&mut Deadline::after(timeout))
    }

    /// The next event, if one arrives until `deadline`.
    fn event<E: EventSet>(
        &mut self,
        deadline: &mut Deadline,
    ) -> Result<Option<EventMessage<E>>, EventError> {
        loop {
            if let Some(event) = self.events.pop() {
                return decode(event?).map(Some);
            }
            if !self.take_message(deadline, None)? {
                return Ok(None);
            }
        }
    }

    /// The events that have arrived and were not read yet: those that are kept, and those that
    /// one look at the connection brings.
    ///
    /// There is an end of them even if the server sends without end: what is more than one look
    /// brings is there for the next call. So is the error that says that no more will come.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{EventError, blocking::Client};
    /// use qapi_protocol::UnknownEvent;
    ///
    /// fn report(vm: &mut Client) {
    ///     for event in vm.events::<UnknownEvent>() {
    ///         match event {
    ///             Ok(event) => println!("{:?}", event.event),
    ///             Err(EventError::Missed { count, .. }) => println!("{count} more, before"),
    ///             Err(error) => println!("{error}"),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn events<E: EventSet>(&mut self) -> Events<'_, E> {
        Events {
            client: self,
            look: Deadline::after(Duration::ZERO),
            ended: false,
            event: PhantomData,
        }
    }

    /// Waits for the event `E` that `wanted` says yes to: one of those that are kept, or that
    /// arrive within `timeout`. All others stay to be read.
    ///
    /// # Errors
    ///
    /// When it does not come in time, or an event `E` is not what it should be, or no more
    /// will come; see [`EventError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{EventError, blocking::Client};
    ///
    /// # use qapi_protocol::{QapiEvent, members};
    /// # struct DeviceDeleted { device: Option<String> }
    /// # members!(DeviceDeleted { ? "device" => device, });
    /// # impl QapiEvent for DeviceDeleted {
    /// #     const NAME: &'static str = "DEVICE_DELETED";
    /// # }
    /// fn wait_until_gone(vm: &mut Client, id: &str) -> Result<(), EventError> {
    ///     let minute = Duration::from_secs(60);
    ///     vm.wait_for(minute, |gone: &DeviceDeleted| gone.device.as_deref() == Some(id))?;
    ///     Ok(())
    /// }
    /// ```
    pub fn wait_for<E: QapiEvent>(
        &mut self,
        timeout: Duration,
        wanted: impl FnMut(&E) -> bool,
    ) -> Result<EventMessage<E>, EventError> {
        self.wait_from(0, self.events.dropped(), timeout, wanted)
    }

    /// Executes a command, and waits for an event that comes of it, at most `timeout` from when
    /// the command was answered: the first event `E` since the command was sent that `wanted`
    /// says yes to. All others stay to be read.
    ///
    /// # Errors
    ///
    /// When the command or its event does not come about; see [`WaitError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{RawCommand, WaitError, blocking::Client};
    /// use serde_json::json;
    ///
    /// # use qapi_protocol::{QapiEvent, members};
    /// # struct DeviceDeleted { device: Option<String> }
    /// # members!(DeviceDeleted { ? "device" => device, });
    /// # impl QapiEvent for DeviceDeleted {
    /// #     const NAME: &'static str = "DEVICE_DELETED";
    /// # }
    /// fn unplug(vm: &mut Client, id: &str) -> Result<(), WaitError> {
    ///     // `device_del` only asks the guest: the event tells when the device is gone.
    ///     let ask = RawCommand::new("device_del").arguments(json!({"id": id}));
    ///     let minute = Duration::from_secs(60);
    ///     vm.execute_and_wait(ask, minute, |gone: &DeviceDeleted| {
    ///         gone.device.as_deref() == Some(id)
    ///     })?;
    ///     Ok(())
    /// }
    /// ```
    pub fn execute_and_wait<C: Command, E: QapiEvent>(
        &mut self,
        call: impl Into<Call<C>>,
        timeout: Duration,
        wanted: impl FnMut(&E) -> bool,
    ) -> Result<(C::Response, EventMessage<E>), WaitError> {
        // What has arrived, but was not looked at, is no consequence of the command.
        self.take_arrived().map_err(EventError::from)?;
        let (from, dropped) = (self.events.end(), self.events.dropped());
        let response = self.execute(call)?;
        Ok((response, self.wait_from(from, dropped, timeout, wanted)?))
    }

    /// Waits for an event from the number `from` on.
    fn wait_from<E: QapiEvent>(
        &mut self,
        mut from: u64,
        dropped: u64,
        timeout: Duration,
        mut wanted: impl FnMut(&E) -> bool,
    ) -> Result<EventMessage<E>, EventError> {
        let mut deadline = Deadline::after(timeout);
        loop {
            let found = self.events.take(&mut from, |event| {
                if event.event != E::NAME {
                    return None;
                }
                match decode_one::<E>(event.clone()) {
                    Ok(event) => wanted(&event.event).then_some(Ok(event)),
                    Err(error) => Some(Err(error)),
                }
            });
            if let Some(found) = found {
                return found;
            }
            if !self.take_message(&mut deadline, None)? {
                let missed = self.events.dropped() - dropped;
                return Err(EventError::Timeout { timeout, missed });
            }
        }
    }
}

/// The events that have arrived and were not read yet: see [`Client::events`].
///
/// # Examples
///
/// ```
/// use qapi_client::blocking::Events;
/// use qapi_protocol::UnknownEvent;
///
/// fn count(events: Events<'_, UnknownEvent>) -> usize {
///     events.filter(|event| event.is_ok()).count()
/// }
/// ```
#[derive(Debug)]
pub struct Events<'c, E> {
    client: &'c mut Client,
    /// The one look that is taken when all that is kept has been read.
    look: Deadline,
    ended: bool,
    event: PhantomData<fn() -> E>,
}

impl<E: EventSet> Iterator for Events<'_, E> {
    type Item = Result<EventMessage<E>, EventError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let event = self.client.event(&mut self.look).transpose();
        self.ended = matches!(event, None | Some(Err(EventError::Connection(_))));
        event
    }
}
