//! What tests expect of a server, whichever release it is of.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use qapi_client::ExecuteError;
use qapi_client::blocking::Client;
use qapi_protocol::{Error, QapiCommand, Timestamp, Version};
use qapi_types::qmp::{Event, commands};

/// How long an event may take that is sure to come.
const EVENT: Duration = Duration::from_secs(30);

/// The first event that `pick` takes, and when it happened. Events before it are dropped.
///
/// # Panics
///
/// When there is none in time.
#[track_caller]
pub fn event<T>(client: &mut Client, mut pick: impl FnMut(Event) -> Option<T>) -> (T, Timestamp) {
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

/// What the server answers to `command`; `None` if it is older than `since`.
///
/// The types are of QEMU 10.2 alone. It requires members that older releases do not send:
/// those of before `since` lack `member` at `path`. Their answer cannot be read, which must be
/// said precisely, and must not disturb the commands that follow. Once the types are of all
/// releases, this helper has no purpose.
///
/// # Panics
///
/// When a server's answer is not as its release has it.
#[track_caller]
pub fn answer_since<C: QapiCommand<Response: Debug>>(
    client: &mut Client,
    since: Version,
    command: C,
    (path, member): (&str, &str),
) -> Option<C::Response> {
    let release = client.greeting().version.qemu;
    match client.execute(command) {
        Ok(answer) if release >= since => return Some(answer),
        Err(ExecuteError::Decode {
            command,
            path: found,
            message,
            raw,
        }) if release < since => {
            assert_eq!(command, C::NAME);
            assert_eq!(message, format!("missing field `{member}`"));
            assert_eq!(found, path);
            assert!(raw.get().starts_with(['[', '{']), "{raw}");
        }
        other => panic!("{} of QEMU {release}: {other:?}", C::NAME),
    }
    let version = client.execute(commands::QueryVersion::new());
    assert!(version.is_ok(), "{version:?}");
    None
}
