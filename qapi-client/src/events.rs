//! Events that have arrived and were not read yet.

use std::collections::VecDeque;
use std::sync::Arc;

use qapi_protocol::{DecodeError, EventMessage, EventSet, QapiEvent, RawEvent, RawValue, codec};

use crate::{ConnectOptions, EventError};

/// An event that several may keep.
pub(crate) type SharedEvent = Arc<RawEvent<'static>>;

/// The event without the text that it was found in.
pub(crate) fn shared(event: RawEvent<'_>) -> SharedEvent {
    Arc::new(RawEvent {
        event: event.event.into_owned().into(),
        data: event.data.map(RawValue::into_owned),
        timestamp: event.timestamp,
    })
}

/// A bounded queue of events, which drops the oldest ones when it is full.
pub(crate) struct EventQueue {
    events: VecDeque<SharedEvent>,
    /// The bytes in `events`.
    bytes: usize,
    /// How many were dropped since that was last reported.
    missed: u64,
    /// How many were dropped since there is the queue.
    dropped: u64,
    /// The number of the next event that arrives, counted from the first of the queue.
    end: u64,
    max_events: usize,
    max_bytes: usize,
}

fn bytes(event: &RawEvent<'_>) -> usize {
    event.event.len() + event.data.as_ref().map_or(0, |data| data.get().len())
}

impl EventQueue {
    pub(crate) fn new(options: &ConnectOptions) -> Self {
        EventQueue {
            events: VecDeque::new(),
            bytes: 0,
            missed: 0,
            dropped: 0,
            end: 0,
            max_events: options.event_queue,
            max_bytes: options.max_message,
        }
    }

    /// Adds an event that has arrived.
    pub(crate) fn push(&mut self, event: SharedEvent) {
        self.bytes += bytes(&event);
        self.events.push_back(event);
        self.end += 1;
        while self.events.len() > self.max_events || self.bytes > self.max_bytes {
            let Some(dropped) = self.events.pop_front() else {
                break;
            };
            self.bytes -= bytes(&dropped);
            self.missed += 1;
            self.dropped += 1;
            tracing::debug!(event = &*dropped.event, "event dropped: the queue is full");
        }
    }

    /// Adds what `other` has: the events that are `wanted`, and how many it has missed.
    #[cfg(feature = "tokio")]
    pub(crate) fn copy(&mut self, other: &EventQueue, wanted: impl Fn(&SharedEvent) -> bool) {
        self.missed += other.missed;
        for event in other.events.iter().filter(|event| wanted(event)) {
            self.push(event.clone());
        }
    }

    /// The oldest event, or what has to be said before it.
    pub(crate) fn pop(&mut self) -> Option<Result<SharedEvent, EventError>> {
        if self.missed > 0 {
            let count = std::mem::take(&mut self.missed);
            return Some(Err(EventError::Missed { count }));
        }
        let event = self.events.pop_front()?;
        self.bytes -= bytes(&event);
        Some(Ok(event))
    }

    /// How many there are to read.
    #[cfg(feature = "tokio")]
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// How many were dropped since there is the queue.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The number of the next event that arrives.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Whether events from the number `from` on were dropped.
    pub(crate) fn lacks(&self, from: u64) -> bool {
        self.end - from > self.events.len() as u64
    }

    /// Takes the first event that `wanted` says something of, from the number `from` on, which
    /// becomes that of the next one to look at. Those before it stay.
    pub(crate) fn take<T>(
        &mut self,
        from: &mut u64,
        mut wanted: impl FnMut(&SharedEvent) -> Option<T>,
    ) -> Option<T> {
        let first = self.end - self.events.len() as u64;
        let mut index = from.saturating_sub(first) as usize;
        *from = self.end;
        while let Some(event) = self.events.get(index) {
            if let Some(result) = wanted(event) {
                self.bytes -= bytes(event);
                self.events.remove(index);
                *from = first + index as u64 + 1;
                return Some(result);
            }
            index += 1;
        }
        None
    }
}

/// Reads an event as one of `E`.
pub(crate) fn decode<E: EventSet>(event: SharedEvent) -> Result<EventMessage<E>, EventError> {
    finish(E::decode(&event.event, event.data.as_ref()), event)
}

/// Reads an event of the name of `E`.
pub(crate) fn decode_one<E: QapiEvent>(event: SharedEvent) -> Result<EventMessage<E>, EventError> {
    let mut decoded = E::blank();
    let read = codec::decode_object(&mut decoded, event.data.as_ref());
    finish(read.map(|()| decoded), event)
}

fn finish<E>(
    decoded: Result<E, DecodeError>,
    event: SharedEvent,
) -> Result<EventMessage<E>, EventError> {
    match decoded {
        Ok(decoded) => Ok(EventMessage {
            event: decoded,
            timestamp: event.timestamp,
        }),
        Err(error) => {
            let event = Arc::unwrap_or_clone(event);
            Err(EventError::Decode {
                event: event.event.into_owned(),
                path: error.path,
                message: error.message,
                raw: event.data,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use qapi_protocol::{DecodeError, EventSet, Message, RawValue, codec};

    use super::{EventQueue, decode, shared};
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
            Ok(Message::Event(event)) => queue.push(shared(event)),
            _ => panic!("no event"),
        }
    }

    fn pop(queue: &mut EventQueue) -> Option<Result<u64, EventError>> {
        let event = queue.pop()?;
        Some(event.and_then(|event| Ok(decode::<Number>(event)?.event.0)))
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

    #[test]
    fn one_is_taken_out_and_the_others_stay() {
        let mut queue = EventQueue::new(&ConnectOptions::new().event_queue(4));
        for data in ["1", "2", "3", "4", "5"] {
            push(&mut queue, data);
        }
        let mut from = 0;
        let mut take = |queue: &mut EventQueue, number: &str| {
            queue.take(&mut from, |event| {
                (event.data.as_ref()?.get() == number).then_some(())
            })
        };
        assert_eq!(take(&mut queue, "3"), Some(()));
        assert_eq!(take(&mut queue, "2"), None);
        push(&mut queue, "6");
        assert_eq!(take(&mut queue, "6"), Some(()));
        assert!(matches!(
            pop(&mut queue),
            Some(Err(EventError::Missed { count: 1 }))
        ));
        for number in [2, 4, 5] {
            assert!(matches!(pop(&mut queue), Some(Ok(found)) if found == number));
        }
        assert_eq!(queue.bytes, 0);
    }

    #[test]
    fn it_is_known_what_is_dropped_of_those_from_a_number_on() {
        let mut queue = EventQueue::new(&ConnectOptions::new().event_queue(2));
        push(&mut queue, "1");
        let mut from = queue.end();
        push(&mut queue, "2");
        push(&mut queue, "3");
        assert!(!queue.lacks(from));
        push(&mut queue, "4");
        assert!(queue.lacks(from));
        let found = queue.take(&mut from, |event| {
            (event.data.as_ref()?.get() == "3").then_some(())
        });
        assert_eq!(found, Some(()));
        assert!(!queue.lacks(from));
    }
}
