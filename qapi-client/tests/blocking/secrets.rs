//! What is logged, and what must not be.

use std::cell::RefCell;
use std::fmt::{self, Write};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Large, QueryStatus, connect, number};

thread_local! {
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes everything that is logged at any level into the text of its thread.
///
/// It is there for the other tests, too: `tracing` remembers for all threads that nobody
/// listens to what another one has logged.
struct Log;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        TEXT.with_borrow_mut(|text| {
            text.push_str(span.metadata().name());
            span.record(&mut Fields(text));
            text.push('\n');
        });
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        TEXT.with_borrow_mut(|text| values.record(&mut Fields(text)));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        TEXT.with_borrow_mut(|text| {
            event.record(&mut Fields(text));
            text.push('\n');
        });
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn commands_are_logged_by_name_without_their_arguments_and_answers() {
    tracing::subscriber::set_global_default(Log).unwrap();
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("large");
        peer.event("SECRET", json!({"password": "hidden"}));
        peer.say(&number(12345));
        peer.answer(&request, json!({"password": "hidden"}));
        let request = peer.expect("query-status");
        peer.fail(&request, "GenericError", "'hidden' is wrong");
    });
    client.execute(Large::new(40)).unwrap();
    client.execute(QueryStatus).unwrap_err();
    server.join();
    let text = TEXT.take();
    for shown in [
        "execute",
        "\"large\"",
        "\"query-status\"",
        "GenericError",
        "SECRET",
        "elapsed",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for kept in ["xxx", "hidden", "12345"] {
        assert!(!text.contains(kept), "{kept}: {text}");
    }
}
