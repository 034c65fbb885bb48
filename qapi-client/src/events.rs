//! Events that have arrived and were not read yet.

use std::collections::VecDeque;

use qapi_protocol::{EventMessage, EventSet, RawEvent, RawValue, Timestamp};

use crate::{ConnectOptions, EventError};

/// A bounded queue of events, which drops the oldest ones when it is full.
pub(crate) struct EventQueue {
    events: VecDeque<Event>,
    /// The bytes in `events`.
    bytes: usize,
    /// How many were dropped since that was last reported.
    missed: u64,
    max_events: usize,
    max_bytes: usize,
}

struct Event {
    name: String,
    data: Option<RawValue<'static>>,
    timestamp: Timestamp,
}

impl Event {
    fn bytes(&self) -> usize {
        self.name.len() + self.data.as_ref().map_or(0, |data| data.get().len())
    }
}

impl EventQueue {
    pub(crate) fn new(options: &ConnectOptions) -> Self {
        EventQueue {
            events: VecDeque::new(),
            bytes: 0,
            missed: 0,
            max_events: options.event_queue,
            max_bytes: options.max_message,
        }
    }

    /// Adds an event that has arrived.
    pub(crate) fn push(&mut self, event: RawEvent<'_>) {
        tracing::trace!(event = &*event.event, "event");
        let event = Event {
            name: event.event.into_owned(),
            data: event.data.map(RawValue::into_owned),
            timestamp: event.timestamp,
        };
        self.bytes += event.bytes();
        self.events.push_back(event);
        while self.events.len() > self.max_events || self.bytes > self.max_bytes {
            let Some(dropped) = self.events.pop_front() else {
                break;
            };
            self.bytes -= dropped.bytes();
            self.missed += 1;
            tracing::debug!(event = dropped.name, "event dropped: the queue is full");
        }
    }

    /// The oldest event, read as one of `E`, or what has to be said before it.
    pub(crate) fn pop<E: EventSet>(&mut self) -> Option<Result<EventMessage<E>, EventError>> {
        if self.missed > 0 {
            let count = std::mem::take(&mut self.missed);
            return Some(Err(EventError::Missed { count }));
        }
        let event = self.events.pop_front()?;
        self.bytes -= event.bytes();
        Some(match E::decode(&event.name, event.data.as_ref()) {
            Ok(decoded) => Ok(EventMessage {
                event: decoded,
                timestamp: event.timestamp,
            }),
            Err(error) => Err(EventError::Decode {
                event: event.name,
                path: error.path,
                message: error.message,
                raw: event.data,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use qapi_protocol::{DecodeError, EventSet, Message, RawValue, codec};

    use super::EventQueue;
    use crate::{ConnectOptions, EventError};

    struct Number(u64);

    impl EventSet for Number {
        const NAMES: &'static [&'static str] = &[];

        fn decode(_: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
            let mut number = 0;
            codec::decode_object(&mut number, data)?;
            Ok(Number(number))
        }
    }

    fn push(queue: &mut EventQueue, data: &str) {
        let json = format!(r#"{{"event": "N", "data": {data}}}"#);
        match Message::parse(json.as_bytes()) {
            Ok(Message::Event(event)) => queue.push(event),
            _ => panic!("no event"),
        }
    }

    fn pop(queue: &mut EventQueue) -> Option<Result<u64, EventError>> {
        queue
            .pop::<Number>()
            .map(|event| event.map(|event| event.event.0))
    }

    #[test]
    fn the_oldest_are_dropped_and_counted_once() {
        let mut queue = EventQueue::new(&ConnectOptions::new().event_queue(2));
        for data in ["1", "2", "3", "4"] {
            push(&mut queue, data);
        }
        assert!(matches!(
            pop(&mut queue),
            Some(Err(EventError::Missed { count: 2 }))
        ));
        assert!(matches!(pop(&mut queue), Some(Ok(3))));
        assert!(matches!(pop(&mut queue), Some(Ok(4))));
        assert!(pop(&mut queue).is_none());
        assert_eq!(queue.bytes, 0);
    }

    #[test]
    fn their_bytes_are_limited_too() {
        let mut queue = EventQueue::new(&ConnectOptions::new().max_message(10));
        for data in ["10001", "10002", "10003"] {
            push(&mut queue, data);
        }
        assert!(queue.bytes <= 10);
        assert!(matches!(
            pop(&mut queue),
            Some(Err(EventError::Missed { count: 2 }))
        ));
        assert!(matches!(pop(&mut queue), Some(Ok(10003))));
    }

    #[test]
    fn a_queue_for_none_keeps_none() {
        let mut queue = EventQueue::new(&ConnectOptions::new().event_queue(0));
        push(&mut queue, "1");
        assert!(matches!(
            pop(&mut queue),
            Some(Err(EventError::Missed { count: 1 }))
        ));
        assert!(pop(&mut queue).is_none());
    }

    #[test]
    fn one_that_cannot_be_read_does_not_stop_the_next() {
        let mut queue = EventQueue::new(&ConnectOptions::new());
        push(&mut queue, "[true]");
        push(&mut queue, "5");
        match pop(&mut queue) {
            Some(Err(EventError::Decode {
                event,
                path,
                raw: Some(raw),
                ..
            })) => {
                assert_eq!(
                    (event.as_str(), path.as_str(), raw.get()),
                    ("N", "$", "[true]")
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(pop(&mut queue), Some(Ok(5))));
    }
}
