//! Getting in step with an agent, whatever was said before.

use std::hash::{BuildHasher, RandomState};

use qapi_protocol::{Message, QapiCommand};

use crate::call;

/// The byte that resets an agent's parser, and that an agent puts in front of its answer to
/// `guest-sync-delimited`. It occurs in no UTF-8.
const SENTINEL: u8 = 0xff;

/// The longest answer that an agent may give to `guest-sync-delimited`: three times what it
/// needs.
const MAX_ANSWER: usize = 256;

/// How many bits a number has at most that an agent is asked to repeat. Also agents that take
/// JSON's numbers for floating point repeat such a one exactly.
const NUMBER_BITS: u32 = 52;

/// An exchange that brings client and agent in step.
///
/// It asks the agent to repeat a number that nobody has used before. Agents answer in order: what
/// comes before the number is meant for somebody else, or for nobody, and is dropped. None of it is
/// kept on the way.
///
/// Agents know the member `id` of a command since QEMU 2.12, and repeat it since QEMU 4.0; to
/// older ones it is an error. So two numbers are asked for, the first one with an `id`: that error
/// is dropped with everything else.
pub(crate) struct Sync {
    /// The number asked for with an id, which is the same. The other one follows it.
    number: u64,
    /// What came behind the last sentinel, as long as it may be an answer.
    answer: Option<Vec<u8>>,
    /// Whether the first number came with its id.
    ids: bool,
}

/// What the agent has shown to be in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InStep {
    /// How many bytes belong to the exchange, of those taken last.
    pub(crate) taken: usize,
    /// Whether the agent repeats the ids of commands.
    pub(crate) ids: bool,
    /// A number such that no one above it was ever an id.
    pub(crate) last_id: u64,
}

impl Sync {
    pub(crate) fn new() -> Self {
        // The standard library seeds each of them at random. The last bits are left for counting.
        let random = RandomState::new().hash_one(()) >> (u64::BITS - NUMBER_BITS);
        Sync {
            number: random & !0xffff,
            answer: None,
            ids: false,
        }
    }

    /// What begins it.
    pub(crate) fn request(&self) -> Vec<u8> {
        let ask = |number, id| call::line(&GuestSyncDelimited { number }, false, id);
        let mut request = vec![SENTINEL];
        request.extend(ask(self.number, Some(self.number)));
        request.extend(ask(self.number + 1, None));
        request
    }

    /// Takes bytes of the agent until it is in step.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Option<InStep> {
        let mut rest = bytes.iter();
        loop {
            let Some(answer) = &mut self.answer else {
                rest.position(|byte| *byte == SENTINEL)?;
                self.answer = Some(Vec::new());
                continue;
            };
            match *rest.next()? {
                SENTINEL => answer.clear(),
                b'\n' => {
                    if self.is_last() {
                        return Some(InStep {
                            taken: bytes.len() - rest.len(),
                            ids: self.ids,
                            last_id: self.number + 1,
                        });
                    }
                }
                byte if answer.len() < MAX_ANSWER => answer.push(byte),
                _ => self.answer = None,
            }
        }
    }

    /// Whether what came behind the last sentinel, a line, is the answer that was waited for.
    fn is_last(&mut self) -> bool {
        let line = self.answer.take().unwrap_or_default();
        let Ok(Message::Response(response)) = Message::parse(&line) else {
            return false;
        };
        let number = response.result.map(|returned| returned.decode::<u64>());
        let id = response.id.map(|id| id.decode::<u64>());
        match number {
            Ok(Ok(number)) if number == self.number => {
                self.ids = id == Some(Ok(number));
                false
            }
            Ok(Ok(number)) => number == self.number + 1,
            _ => false,
        }
    }
}

/// `guest-sync-delimited`, which returns its argument.
struct GuestSyncDelimited {
    number: u64,
}

impl QapiCommand for GuestSyncDelimited {
    type Response = u64;
    const NAME: &'static str = super::SYNC;
}

qapi_protocol::members!(GuestSyncDelimited { "id" => number, });

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qapi_protocol::RawRequest;

    use super::{InStep, MAX_ANSWER, NUMBER_BITS, Sync};

    /// What an agent says to the two commands of `sync`.
    fn answers(sync: &Sync, ids: bool) -> Vec<u8> {
        let number = sync.number;
        let with_id = match ids {
            true => format!("\u{1}{{\"return\": {number}, \"id\": {number}}}\n"),
            false => "{\"error\": {\"class\": \"GenericError\", \"desc\": \"id\"}}\n".to_owned(),
        };
        let text = format!("{with_id}\u{1}{{\"return\": {}}}\n", number + 1);
        text.bytes()
            .map(|byte| if byte == 1 { 0xff } else { byte })
            .collect()
    }

    #[test]
    fn it_asks_for_two_numbers_and_only_the_first_one_has_an_id() {
        let sync = Sync::new();
        let request = sync.request();
        assert_eq!(request[0], 0xff);
        let lines: Vec<&[u8]> = request[1..]
            .split_inclusive(|byte| *byte == b'\n')
            .collect();
        let [first, second] = lines[..] else {
            panic!("{lines:?}");
        };
        let first = RawRequest::parse(first).unwrap();
        let second = RawRequest::parse(second).unwrap();
        assert_eq!(first.command, "guest-sync-delimited");
        assert_eq!(second.command, "guest-sync-delimited");
        let (id, number) = (first.id.unwrap(), sync.number);
        assert_eq!(id.decode(), Ok(number));
        assert_eq!(
            first.arguments.unwrap().get(),
            format!("{{\"id\":{number}}}")
        );
        assert!(second.id.is_none());
        assert_eq!(
            second.arguments.unwrap().get(),
            format!("{{\"id\":{}}}", number + 1)
        );
    }

    #[test]
    fn its_numbers_are_new_each_time_and_exact_everywhere() {
        let numbers: std::collections::BTreeSet<u64> =
            (0..1000).map(|_| Sync::new().number).collect();
        assert_eq!(numbers.len(), 1000);
        assert!(numbers.iter().all(|number| *number < 1 << NUMBER_BITS));
    }

    #[test]
    fn agents_that_repeat_no_ids_are_known() {
        for ids in [true, false] {
            let mut sync = Sync::new();
            let answers = answers(&sync, ids);
            let in_step = sync.take(&answers).unwrap();
            assert_eq!((in_step.taken, in_step.ids), (answers.len(), ids));
        }
        // They take the id, and do not repeat it.
        let mut sync = Sync::new();
        let number = sync.number;
        let taken = sync.take(format!("{{\"return\": {number}}}\n").as_bytes());
        assert_eq!(taken, None);
        assert!(!sync.take(&answers(&sync, false)).unwrap().ids);
    }

    #[test]
    fn what_follows_is_left() {
        let mut sync = Sync::new();
        let mut bytes = answers(&sync, true);
        let length = bytes.len();
        bytes.extend(b"{\"return\": {}}\n");
        assert_eq!(sync.take(&bytes).unwrap().taken, length);
    }

    #[test]
    fn answers_to_others_are_dropped() {
        let mut sync = Sync::new();
        let number = sync.number;
        for other in [
            format!("{{\"return\": {}}}\n", number + 1),
            format!("\n{{\"return\": {}}}\n", number + 1),
            "\u{1}{\"return\": 1}\n".to_owned(),
            format!("\u{1}{{\"return\": {}}}\n", number - 1),
            format!("\u{1}{{\"return\": \"{}\"}}\n", number + 1),
            format!("\u{1}\n{{\"return\": {}}}\n", number + 1),
            format!("\u{1}[{}]\n", number + 1),
            "\u{1}{\"ret".to_owned(),
            "\u{1}\u{1}\u{1}{\"error\": {}}\n\u{1}".to_owned(),
            "{\"return\": {}}\n\u{1}{\"ret".to_owned(),
        ] {
            let bytes: Vec<u8> = other
                .bytes()
                .map(|byte| if byte == 1 { 0xff } else { byte })
                .collect();
            assert_eq!(sync.take(&bytes), None, "{other:?}");
        }
        assert!(sync.take(&answers(&sync, true)).is_some());
    }

    #[test]
    fn what_is_dropped_takes_no_memory() {
        let mut sync = Sync::new();
        for _ in 0..1000 {
            assert_eq!(sync.take(b"\xff"), None);
            assert_eq!(sync.take(&[b'x'; 10_000]), None);
            assert!(sync.answer.is_none());
        }
        assert_eq!(sync.take(&[b'x'; 10_000]), None);
        assert_eq!(sync.take(b"\xff{"), None);
        assert!(sync.answer.as_ref().unwrap().len() <= MAX_ANSWER);
        assert!(sync.take(&answers(&sync, true)).is_some());
    }

    proptest! {
        #[test]
        fn it_ends_behind_its_answer_whatever_comes_before_and_in_whatever_pieces(
            mut bytes in prop::collection::vec(
                prop_oneof![Just(0xff), Just(b'\n'), Just(b'{'), any::<u8>()], 0..600),
            cuts in prop::collection::vec(1..50_usize, 1..20),
            ids: bool,
        ) {
            let mut sync = Sync::new();
            bytes.extend(answers(&sync, ids));
            let mut in_step = None;
            let mut rest = bytes.as_slice();
            for cut in cuts.iter().cycle() {
                let (piece, behind) = rest.split_at(rest.len().min(*cut));
                rest = behind;
                in_step = sync.take(piece);
                if let Some(InStep { taken, .. }) = in_step {
                    prop_assert_eq!(taken, piece.len());
                    break;
                }
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert!(in_step.is_some_and(|in_step| in_step.ids == ids) && rest.is_empty());
        }
    }
}
