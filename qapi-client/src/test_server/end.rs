//! The end of a script, and waiting for it.

use std::future;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

/// Whether a script has ended, as its test sees it.
#[derive(Default)]
pub(super) struct End {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    ended: bool,
    /// Who waits without a thread.
    waker: Option<Waker>,
}

/// Says that the script has ended, however it does, when it is dropped.
pub(super) struct Ending(Arc<End>);

impl End {
    pub(super) fn new() -> (Arc<Self>, Ending) {
        let end = Arc::new(End::default());
        (Arc::clone(&end), Ending(end))
    }

    /// Waits; whether the script has ended.
    pub(super) fn wait(&self, timeout: Duration) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), timeout, |state| !state.ended);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    /// Waits without a thread.
    pub(super) async fn reached(&self) {
        future::poll_fn(|context| {
            let mut state = self.state();
            if state.ended {
                return Poll::Ready(());
            }
            state.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.0.state();
            state.ended = true;
            state.waker.take()
        };
        self.0.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
