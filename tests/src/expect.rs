//! What tests expect of a server, whichever release it is of.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use qapi_client::ExecuteError;
use qapi_client::blocking::Client;
use qapi_protocol::{Error, EventSet, QapiCommand, Timestamp};

/// How long an event may take that is sure to come.
const EVENT: Duration = Duration::from_secs(30);

/// The first event that `pick` takes, and when it happened. Events before it are dropped.
///
/// # Panics
///
/// When there is none in time.
#[track_caller]
pub fn event<E: EventSet, T>(
    client: &mut Client,
    mut pick: impl FnMut(E) -> Option<T>,
) -> (T, Timestamp) {
    let begin = Instant::now();
    loop {
        let left = EVENT.saturating_sub(begin.elapsed());
        match client.next_event(left) {
            Ok(Some(message)) => {
                if let Some(picked) = pick(message.event) {
                    return (picked, message.timestamp);
                }
            }
            Ok(None) => panic!("no such event within {EVENT:?}"),
            Err(error) => panic!("no such event: {error:?}"),
        }
    }
}

/// The error that the server refuses `command` with.
///
/// # Panics
///
/// When it does not.
#[track_caller]
pub fn refusal<C: QapiCommand<Response: Debug>>(client: &mut Client, command: C) -> Error {
    match client.execute(command) {
        Err(ExecuteError::Qemu { command, error, .. }) => {
            assert_eq!(command, C::NAME);
            error
        }
        other => panic!("{} was not refused: {other:?}", C::NAME),
    }
}
