//! What is logged, and what must not be.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Large, QueryStatus, connect, number};

/// Writes everything that is logged at any level into a text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

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
        let mut text = self.0.lock().unwrap();
        text.push_str(span.metadata().name());
        span.record(&mut Fields(&mut text));
        text.push('\n');
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = self.0.lock().unwrap();
        event.record(&mut Fields(&mut text));
        text.push('\n');
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn commands_are_logged_by_name_without_their_arguments_and_answers() {
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        let (mut client, server) = connect(|peer| {
            let id = peer.expect("large");
            peer.say(r#"{"event": "SECRET", "data": {"password": "hidden"}}"#);
            peer.say(&number(12345));
            peer.answer(id, r#"{"password": "hidden"}"#);
            let id = peer.expect("query-status");
            peer.say(&format!(
                r#"{{"error": {{"class": "GenericError", "desc": "'hidden' is wrong"}}, "id": {id}}}"#
            ));
        });
        client.execute(Large(40)).unwrap();
        client.execute(QueryStatus).unwrap_err();
        server.join();
    });
    let text = log.0.lock().unwrap();
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
