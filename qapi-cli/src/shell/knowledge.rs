//! What is found out about a server while the person types.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Something that is known sooner or later, or never.
pub(super) struct Knowledge<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    settled: Condvar,
}

enum State<T> {
    Awaited,
    Known(Arc<T>),
    Unknown,
}

impl<T> Clone for Knowledge<T> {
    fn clone(&self) -> Self {
        Knowledge(self.0.clone())
    }
}

impl<T> Default for Knowledge<T> {
    /// It is not known yet.
    fn default() -> Self {
        Knowledge(Arc::new(Shared {
            state: Mutex::new(State::Awaited),
            settled: Condvar::new(),
        }))
    }
}

impl<T> Knowledge<T> {
    /// It is known, or, without a value, will not be.
    pub(super) fn settle(&self, value: Option<T>) {
        *self.lock() = match value {
            Some(value) => State::Known(Arc::new(value)),
            None => State::Unknown,
        };
        self.0.settled.notify_all();
    }

    /// It is not known any longer.
    pub(super) fn forget(&self) {
        *self.lock() = State::Awaited;
    }

    /// Whether it may yet be known, and is not.
    pub(super) fn is_awaited(&self) -> bool {
        matches!(*self.lock(), State::Awaited)
    }

    /// It, if it is known now.
    pub(super) fn get(&self) -> Option<Arc<T>> {
        self.lock().known()
    }

    /// It, if it is known at most `limit` from now.
    pub(super) fn wait(&self, limit: Duration) -> Option<Arc<T>> {
        let is_awaited = |state: &mut State<T>| matches!(state, State::Awaited);
        let state = self.lock();
        let waited = self.0.settled.wait_timeout_while(state, limit, is_awaited);
        waited.unwrap_or_else(PoisonError::into_inner).0.known()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn known(&self) -> Option<Arc<T>> {
        match self {
            State::Known(value) => Some(value.clone()),
            State::Awaited | State::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::Knowledge;

    /// Longer than any test runs.
    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn who_waits_gets_it_when_it_is_known() {
        let knowledge = Knowledge::default();
        assert!(knowledge.get().is_none() && knowledge.is_awaited());
        assert!(knowledge.wait(Duration::ZERO).is_none());
        let waiting = knowledge.clone();
        let waiting = thread::spawn(move || waiting.wait(LONG));
        knowledge.settle(Some(7));
        assert_eq!(waiting.join().unwrap().as_deref(), Some(&7));
        assert_eq!(knowledge.get().as_deref(), Some(&7));
        assert!(!knowledge.is_awaited());
        knowledge.forget();
        assert!(knowledge.get().is_none() && knowledge.is_awaited());
    }

    #[test]
    fn nobody_waits_for_what_will_not_be_known() {
        let knowledge = Knowledge::<u8>::default();
        knowledge.settle(None);
        assert!(knowledge.wait(LONG).is_none() && !knowledge.is_awaited());
    }
}
