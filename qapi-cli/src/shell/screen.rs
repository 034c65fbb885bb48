//! The screen: what comes while a line is being edited is shown above it.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustyline::ExternalPrinter;

/// How many texts wait at most until the editor shows them, as it does not while it searches or
/// pages. Of more, the oldest are dropped, and counted.
const MAX_WAITING: usize = 1000;

/// What everybody writes to, from any thread: each text is shown whole, and in its turn.
#[derive(Clone)]
pub(super) struct Screen {
    shared: Arc<Shared>,
    /// Whether a person reads it: then all goes to one place. Otherwise, what was not asked for
    /// goes to standard error.
    for_person: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// That there is something to do for who writes above the line.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    now: Now,
    /// What is to be shown above the line.
    waiting: VecDeque<String>,
    dropped: usize,
    /// Why something could not be written.
    failure: Option<io::Error>,
}

/// What goes on.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Now {
    /// No line is edited: texts are written at once.
    #[default]
    Writing,
    /// The editor starts or ends: texts wait.
    Switching,
    /// A line is edited: texts go through the editor.
    Editing,
}

impl Screen {
    pub(super) fn new(for_person: bool) -> Self {
        Screen {
            shared: Arc::default(),
            for_person,
        }
    }

    /// Shows what was asked for. It gets a line end if it has none.
    pub(super) fn say(&self, text: impl Into<String>) {
        self.put(text.into(), io::stdout());
    }

    /// Shows what was not asked for, and what went wrong.
    pub(super) fn note(&self, text: impl Into<String>) {
        match self.for_person {
            true => self.put(text.into(), io::stdout()),
            false => self.put(text.into(), io::stderr()),
        }
    }

    /// Shows `text` at once, above the line that is being edited if there is one.
    fn put(&self, mut text: String, to: impl Write) {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut state = self.lock();
        if state.now == Now::Writing {
            if let Err(error) = write(&text, to) {
                state.failure.get_or_insert(error);
            }
            return;
        }
        state.waiting.push_back(text);
        if state.waiting.len() > MAX_WAITING {
            state.waiting.pop_front();
            state.dropped += 1;
        }
        self.shared.changed.notify_all();
    }

    /// From now on, texts wait for the editor.
    pub(super) fn begin_editing(&self) {
        self.lock().now = Now::Switching;
    }

    /// The editor shows its line, and can show texts above it.
    pub(super) fn line_is_shown(&self) {
        self.lock().now = Now::Editing;
        self.shared.changed.notify_all();
    }

    /// The editor is about to leave its line.
    pub(super) fn line_is_done(&self) {
        self.lock().now = Now::Switching;
    }

    /// The editor has left its line: what waits is written, and so is what comes.
    pub(super) fn end_editing(&self) {
        let mut state = self.lock();
        state.now = Now::Writing;
        if let Some(text) = state.take() {
            // The terminal is gone, which the editor will notice.
            let _ = write(&text, io::stdout());
        }
    }

    /// Why something could not be written, if that is so.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.lock().failure.take()
    }

    /// Has `printer`, which is the editor's, show texts while a line is edited.
    ///
    /// The editor may take its time, in which the thread stands still and nobody else does. What
    /// it was handed right before its line was done, it shows above the next.
    pub(super) fn print_with(&self, mut printer: impl ExternalPrinter + Send + 'static) {
        let screen = self.clone();
        thread::spawn(move || {
            while let Some(text) = screen.wait() {
                if printer.print(text).is_err() {
                    return;
                }
            }
        });
    }

    /// What is to be shown above the line, once there is something.
    fn wait(&self) -> Option<String> {
        let mut state = self.lock();
        loop {
            if state.now == Now::Editing
                && let Some(text) = state.take()
            {
                return Some(text);
            }
            state = self.shared.changed.wait(state).ok()?;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// All that waits, as one text.
    fn take(&mut self) -> Option<String> {
        if self.waiting.is_empty() {
            return None;
        }
        let mut text = match std::mem::take(&mut self.dropped) {
            0 => String::new(),
            dropped => format!("({dropped} more came and were dropped)\n"),
        };
        text.extend(self.waiting.drain(..));
        Some(text)
    }
}

/// Writes a text. Where nobody reads any longer, nobody wants to know.
fn write(text: &str, mut to: impl Write) -> io::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use rustyline::{ExternalPrinter, Result};

    use super::{MAX_WAITING, Screen};

    struct Printer(mpsc::Sender<String>);

    impl ExternalPrinter for Printer {
        fn print(&mut self, text: String) -> Result<()> {
            let _ = self.0.send(text);
            Ok(())
        }
    }

    #[test]
    fn what_comes_before_the_line_is_shown_waits_for_it_and_keeps_its_order() {
        let screen = Screen::new(true);
        let (sender, shown) = mpsc::channel();
        screen.print_with(Printer(sender));
        screen.begin_editing();
        screen.note("one");
        screen.note("two\n");
        assert!(shown.try_recv().is_err());
        screen.line_is_shown();
        assert_eq!(shown.recv().unwrap(), "one\ntwo\n");
        screen.note("three");
        assert_eq!(shown.recv().unwrap(), "three\n");
    }

    #[test]
    fn of_too_many_texts_the_oldest_are_dropped_and_counted() {
        let screen = Screen::new(true);
        screen.begin_editing();
        for number in 0..MAX_WAITING + 3 {
            screen.note(number.to_string());
        }
        let (sender, shown) = mpsc::channel();
        screen.print_with(Printer(sender));
        screen.line_is_shown();
        let text = shown.recv().unwrap();
        assert!(
            text.starts_with("(3 more came and were dropped)\n3\n4\n"),
            "{text}"
        );
        assert_eq!(text.lines().count(), MAX_WAITING + 1);
    }
}
