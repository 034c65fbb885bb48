//! Both clients of the guest agent against agents that follow a script, and guests that do not
//! answer, reboot, or say what makes no sense.
#![cfg(unix)]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod guest;
mod peer;

#[cfg(feature = "tokio")]
mod asynchronous;
mod blocking;
mod calls;
mod connecting;
mod recovery;
