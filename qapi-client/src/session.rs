//! What messages mean to those who wait for them.

use std::collections::BTreeMap;

use qapi_protocol::codec::Decode;
use qapi_protocol::{DecodeError, Greeting, Message, RawEvent, RawValue};

use crate::{ConnectError, ConnectionError};

/// How many bytes of an invalid message an error shows.
const EXCERPT: usize = 80;

/// What a server said first.
pub(crate) enum First<'m> {
    /// The greeting.
    Greeting(Greeting),
    /// An event in front of it.
    Event(RawEvent<'m>),
    /// An answer to the client before: QEMU hands it to the next one when the one that asked is
    /// gone.
    Leftover,
}

/// Reads a message that comes before the server's greeting is known.
pub(crate) fn read_first(message: &[u8]) -> Result<First<'_>, ConnectError> {
    match Message::parse(message) {
        Ok(Message::Greeting(greeting)) => Ok(First::Greeting(greeting)),
        Ok(Message::Event(event)) => Ok(First::Event(event)),
        Ok(Message::Response(_)) => Ok(First::Leftover),
        _ => Err(ConnectError::NotQmp {
            found: excerpt(message),
        }),
    }
}

/// Reads a message that comes later, what it returns into `place` if there is one; also says
/// what is wrong with that.
pub(crate) fn read<'m>(
    message: &'m [u8],
    place: Option<&mut dyn Decode>,
) -> Result<(Message<'m>, Option<DecodeError>), ConnectionError> {
    let read = match place {
        Some(place) => Message::parse_into(message, place),
        None => Message::parse(message).map(|parsed| (parsed, None)),
    };
    match read {
        Ok((Message::Greeting(_), _)) => Err(ConnectionError::SecondGreeting),
        Ok(read) => Ok(read),
        Err(error) => Err(ConnectionError::InvalidMessage {
            error,
            found: excerpt(message),
        }),
    }
}

/// The commands of a connection that were sent and not answered, each with who waits for its
/// answer.
pub(crate) struct Unanswered<W> {
    commands: BTreeMap<u64, Sent<W>>,
    last_id: u64,
    /// The last command that was sent without anybody to wait for its answer, until a later one
    /// is answered; 0 when there is none.
    silent: u64,
}

struct Sent<W> {
    oob: bool,
    waiting: W,
    /// Whether nobody waits any longer.
    given_up: bool,
}

impl<W> Sent<W> {
    fn into_waiting(self) -> Option<W> {
        (!self.given_up).then_some(self.waiting)
    }
}

impl<W> Unanswered<W> {
    pub(crate) fn new() -> Self {
        Unanswered {
            commands: BTreeMap::new(),
            last_id: 0,
            silent: 0,
        }
    }

    /// An `id` that no other command of the connection has. Who sends commands in the order of
    /// their ids.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }

    /// Notes that the command `id` was sent, for whose answer `waiting` waits.
    pub(crate) fn sent(&mut self, id: u64, oob: bool, waiting: W) {
        let sent = Sent {
            oob,
            waiting,
            given_up: false,
        };
        self.commands.insert(id, sent);
    }

    /// Notes that the command `id` was sent, whose answer, if there is one, nobody waits for.
    pub(crate) fn sent_silently(&mut self, id: u64) {
        self.silent = id;
    }

    /// Notes that nobody waits any longer for the answer to the command `id`.
    pub(crate) fn give_up(&mut self, id: u64) {
        if let Some(sent) = self.commands.get_mut(&id) {
            sent.given_up = true;
        }
    }

    /// Notes that the command `id` was not sent after all; who waits.
    pub(crate) fn not_sent(&mut self, id: u64) -> Option<W> {
        self.commands.remove(&id)?.into_waiting()
    }

    /// How many commands there are that are executed out of band, or not.
    pub(crate) fn in_flight(&self, oob: bool) -> usize {
        self.commands
            .values()
            .filter(|sent| sent.oob == oob)
            .count()
    }

    /// Whether there is one with somebody who waits, or has waited, such as `wanted` says.
    pub(crate) fn any(&self, wanted: impl Fn(&W) -> bool) -> bool {
        self.commands.values().any(|sent| wanted(&sent.waiting))
    }

    /// Forgets all of them. Who waits is told when what this returns is dropped.
    #[cfg(feature = "tokio")]
    #[must_use]
    pub(crate) fn take_all(&mut self) -> impl Sized + use<W> {
        std::mem::take(&mut self.commands)
    }

    /// Who waits for an answer with this `id`, which says of a command that it `failed`.
    pub(crate) fn answered(&mut self, id: Option<&RawValue<'_>>, failed: bool) -> Option<W> {
        let waiting = match id.map(|id| id.decode::<u64>().ok()) {
            Some(Some(id)) => self.take(id),
            Some(None) => None,
            // Of a command that the server could not read it does not know the id. Nobody but
            // the only one there is can be sure that it is meant.
            None if failed && self.commands.len() == 1 && self.silent == 0 => self
                .commands
                .pop_first()
                .and_then(|(_, sent)| sent.into_waiting()),
            None => None,
        };
        if waiting.is_none() {
            let id = id.map(|id| excerpt(id.get().as_bytes()));
            tracing::debug!(id, "answer dropped: nobody waits for it");
        }
        waiting
    }

    fn take(&mut self, id: u64) -> Option<W> {
        let sent = self.commands.remove(&id)?;
        if !sent.oob && id > self.silent {
            self.silent = 0;
        }
        // Servers answer in order, so that what was sent before is answered, too: as an error
        // without id, it may be. Who still waits shall see for how long.
        self.commands
            .retain(|other, it| *other > id || it.oob != sent.oob || !it.given_up);
        sent.into_waiting()
    }
}

/// The beginning of `message`, for people.
fn excerpt(message: &[u8]) -> String {
    let message = message.trim_ascii();
    let shown = String::from_utf8_lossy(message.get(..EXCERPT).unwrap_or(message));
    let shown = shown.replace(['\r', '\n'], " ");
    if message.len() > EXCERPT {
        shown + "…"
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use qapi_protocol::RawValue;

    use super::{EXCERPT, Unanswered, excerpt};

    /// Who waits for an answer with this `id`, or one that has none.
    fn answer(unanswered: &mut Unanswered<char>, id: &str, failed: bool) -> Option<char> {
        let id = (!id.is_empty()).then(|| RawValue::parse(id).unwrap());
        unanswered.answered(id.as_ref(), failed)
    }

    #[test]
    fn only_the_answer_with_the_id_is_the_answer() {
        let mut unanswered = Unanswered::new();
        unanswered.sent(1, false, 'a');
        for id in [
            "2",
            "\"1\"",
            "1.0",
            "null",
            "[1]",
            "-1",
            "18446744073709551617",
        ] {
            assert_eq!(answer(&mut unanswered, id, false), None, "{id}");
        }
        assert_eq!(answer(&mut unanswered, "", false), None);
        assert_eq!(answer(&mut unanswered, "1", false), Some('a'));
        assert_eq!(answer(&mut unanswered, "1", false), None);
    }

    #[test]
    fn answers_may_come_in_any_order() {
        let mut unanswered = Unanswered::new();
        for (id, waiting) in [(1, 'a'), (2, 'b'), (3, 'c')] {
            unanswered.sent(id, false, waiting);
        }
        assert_eq!(answer(&mut unanswered, "3", true), Some('c'));
        assert_eq!(answer(&mut unanswered, "1", false), Some('a'));
        assert_eq!(answer(&mut unanswered, "2", false), Some('b'));
    }

    #[test]
    fn an_error_without_id_belongs_to_the_only_command_there_is() {
        let mut unanswered = Unanswered::new();
        assert_eq!(answer(&mut unanswered, "", true), None);
        unanswered.sent(1, false, 'a');
        assert_eq!(answer(&mut unanswered, "", true), Some('a'));

        unanswered.sent(2, false, 'b');
        unanswered.give_up(2);
        unanswered.sent(3, false, 'c');
        assert_eq!(answer(&mut unanswered, "", true), None);
        assert_eq!(answer(&mut unanswered, "2", false), None);
        assert_eq!(answer(&mut unanswered, "", true), Some('c'));
    }

    #[test]
    fn what_was_given_up_counts_until_a_later_command_is_answered() {
        let mut unanswered = Unanswered::new();
        for (id, waiting) in [(1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')] {
            unanswered.sent(id, id == 4, waiting);
        }
        unanswered.give_up(1);
        assert_eq!(unanswered.in_flight(false), 3);
        assert_eq!(answer(&mut unanswered, "4", false), Some('d'));
        assert_eq!(unanswered.in_flight(false), 3);
        assert_eq!(answer(&mut unanswered, "3", false), Some('c'));
        assert_eq!(unanswered.in_flight(false), 1);
        assert_eq!(answer(&mut unanswered, "2", false), Some('b'));
        assert_eq!(unanswered.in_flight(false), 0);
    }

    #[test]
    fn what_was_not_sent_is_not_waited_for() {
        let mut unanswered = Unanswered::new();
        unanswered.sent(1, false, 'a');
        unanswered.not_sent(1);
        assert_eq!(unanswered.in_flight(false), 0);
        assert_eq!(answer(&mut unanswered, "1", false), None);
    }

    #[test]
    fn an_excerpt_is_short_whatever_it_is_of() {
        assert_eq!(excerpt(b" SSH-2.0 \r\n"), "SSH-2.0");
        assert_eq!(excerpt(b"{\n \"a\": 1\n}\n"), "{  \"a\": 1 }");
        let long = vec![0xe2; 1000];
        assert!(excerpt(&long).chars().count() <= EXCERPT + 1);
    }

    proptest! {
        #[test]
        fn no_answer_reaches_another_and_none_is_lost(
            steps in prop::collection::vec((0..5_u8, 0..20_u64, any::<bool>()), 0..200),
        ) {
            let mut unanswered = Unanswered::new();
            // Who waits, by id.
            let mut waiting = BTreeSet::new();
            for (step, choice, flag) in steps {
                match step {
                    0 => {
                        let id = unanswered.next_id();
                        unanswered.sent(id, flag, id);
                        waiting.insert(id);
                    }
                    1 => {
                        unanswered.give_up(choice);
                        waiting.remove(&choice);
                    }
                    2 => {
                        unanswered.not_sent(choice);
                        waiting.remove(&choice);
                    }
                    3 => {
                        let id = RawValue::new(&choice);
                        let answered = unanswered.answered(Some(&id), flag);
                        prop_assert_eq!(answered, waiting.take(&choice));
                    }
                    _ => {
                        let only = waiting.first().copied();
                        let answered = unanswered.answered(None, flag);
                        if let Some(id) = answered {
                            prop_assert!(flag && waiting.len() == 1);
                            prop_assert_eq!(only, Some(id));
                            waiting.remove(&id);
                        }
                    }
                }
            }
            for id in waiting {
                let answered = unanswered.answered(Some(&RawValue::new(&id)), false);
                prop_assert_eq!(answered, Some(id));
            }
        }
    }
}
