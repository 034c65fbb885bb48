//! Events that are waited for.

use std::str::FromStr;

use anyhow::bail;
use qapi_client::{EventError, blocking};
use qapi_parser::nearest;
use qapi_protocol::{DecodeError, EventMessage, EventSet, RawEvent, RawValue};
use qapi_types::{qmp, qsd};
use serde_json::Value;

use super::time::Budget;
use crate::output::complain;

/// What an event must have in its data: `device=disk0`, `info.class=x`.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// The names of members, from the outermost on.
    path: Vec<String>,
    /// A string, or what the value is written as in JSON.
    value: String,
}

impl FromStr for Pattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((path, value)) if !path.is_empty() => Ok(Pattern {
                path: path.split('.').map(str::to_owned).collect(),
                value: value.to_owned(),
            }),
            _ => Err("expected MEMBER=VALUE, such as device=disk0"),
        }
    }
}

impl Pattern {
    fn matches(&self, data: &Value) -> bool {
        let found = self.path.iter().try_fold(data, |value, name| match value {
            Value::Array(elements) => elements.get(name.parse::<usize>().ok()?),
            value => value.get(name),
        });
        match found {
            Some(Value::String(text)) => *text == self.value,
            Some(value) => serde_json::to_string(value).is_ok_and(|json| json == self.value),
            None => false,
        }
    }
}

/// The events that are waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'o> {
    /// Any of these.
    pub(super) names: &'o [String],
    /// With all of this.
    pub(super) patterns: &'o [Pattern],
}

impl Wanted<'_> {
    fn matches(self, event: &AnyEvent) -> bool {
        if !self.names.contains(&event.name) {
            return false;
        }
        if self.patterns.is_empty() {
            return true;
        }
        let data = event.data.as_ref().map(|data| data.decode::<Value>());
        // What cannot be read is none that somebody can have meant.
        let data = data.and_then(Result::ok).unwrap_or_default();
        self.patterns.iter().all(|pattern| pattern.matches(&data))
    }

    /// Waits for the first of them.
    pub(super) fn wait(
        self,
        client: &mut blocking::Client,
        budget: &Budget,
    ) -> anyhow::Result<EventMessage<AnyEvent>> {
        let names = self.names.join(" or ");
        let mut missed = 0;
        loop {
            let left = budget.left();
            match client.next_event::<AnyEvent>(left) {
                Ok(Some(message)) if self.matches(&message.event) => return Ok(message),
                Ok(Some(_)) if !left.is_zero() => {}
                Ok(_) if missed == 0 => bail!("{names} did not come within {}", budget.whole),
                Ok(_) => bail!(
                    "{names} did not come within {}, if it is none of the {missed} that were \
                     dropped because too many came",
                    budget.whole
                ),
                Err(EventError::Missed { count, .. }) => missed += count,
                Err(EventError::Connection(error)) => bail!("{names} did not come: {error}"),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// An event as it came.
#[derive(Debug)]
pub(super) struct AnyEvent {
    name: String,
    data: Option<RawValue<'static>>,
}

impl EventSet for AnyEvent {
    const NAMES: &'static [&'static str] = &[];

    fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
        Ok(AnyEvent {
            name: name.to_owned(),
            data: data.map(|data| data.clone().into_owned()),
        })
    }
}

/// The message that the server sent.
pub(super) fn message(event: EventMessage<AnyEvent>) -> String {
    qapi_protocol::encode(&RawEvent {
        event: event.event.name.into(),
        data: event.event.data,
        timestamp: event.timestamp,
    })
}

/// Says which of the names no QEMU that is known has, so that nobody waits in vain: what is
/// misspelt is not wrong, as a server may be newer.
pub(super) fn warn_of_unknown(names: &[String]) {
    let known = || {
        let both = [qmp::Event::NAMES, qsd::Event::NAMES];
        both.into_iter().flatten().copied()
    };
    for name in names {
        if known().any(|known| known == name) {
            continue;
        }
        let help = match nearest(name, known()) {
            Some(near) => format!(" (did you mean `{near}`?)"),
            None => String::new(),
        };
        complain(format_args!(
            "warning: no QEMU that is known has an event `{name}`{help}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use qapi_protocol::{EventSet as _, RawValue};

    use super::{AnyEvent, Pattern, Wanted};

    fn matches(patterns: &[&str], data: &str) -> bool {
        let patterns: Vec<Pattern> = patterns.iter().map(|it| it.parse().unwrap()).collect();
        let data = RawValue::parse(data).unwrap();
        let event = AnyEvent::decode("E", Some(&data)).unwrap();
        let wanted = |names: &[String]| {
            Wanted {
                names,
                patterns: &patterns,
            }
            .matches(&event)
        };
        assert!(!wanted(&["F".to_owned()]));
        wanted(&["D".to_owned(), "E".to_owned()])
    }

    #[test]
    fn an_event_has_one_of_the_names_and_all_that_is_asked_for() {
        let data = r#"{"device": "a=b", "guest": true, "info": {"list": [1, "two"]}, "n": null}"#;
        for patterns in [
            &[][..],
            &["device=a=b"],
            &["guest=true", "info.list.0=1"],
            &["info.list.1=two", "n=null"],
            &["info={\"list\":[1,\"two\"]}"],
        ] {
            assert!(matches(patterns, data), "{patterns:?}");
        }
        for patterns in [
            &["device=a"][..],
            &["guest=true", "device=x"],
            &["info.list.2=1"],
            &["info.list.x=1"],
            &["absent="],
        ] {
            assert!(!matches(patterns, data), "{patterns:?}");
        }
        assert!("no".parse::<Pattern>().is_err() && "=no".parse::<Pattern>().is_err());
    }
}
