//! What messages mean to those who wait for them.

use qapi_protocol::codec::Decode;
use qapi_protocol::{
    DecodeError, Error, Greeting, Message, QapiCommand, RawValue, Request, Response,
};

use crate::events::EventQueue;
use crate::{ConnectError, ConnectionError};

/// How many bytes of an invalid message an error shows.
const EXCERPT: usize = 80;

/// What a server said to a command.
pub(crate) enum Answer {
    /// It was executed, and what it returned has been read.
    Returned {
        /// How long the text was.
        bytes: usize,
    },
    /// It was executed, and returned something else than it is said to.
    Unreadable {
        error: DecodeError,
        raw: RawValue<'static>,
    },
    /// It failed.
    Failed(Error),
}

/// The command whose answer is waited for, and where to put what it returns.
pub(crate) type Waiting<'r> = (u64, &'r mut dyn Decode);

/// The state of a conversation in which one command is answered after the other.
pub(crate) struct Session {
    pub(crate) events: EventQueue,
    last_id: u64,
    /// The last command whose answer is no longer waited for and has yet to come.
    given_up: Option<u64>,
}

impl Session {
    pub(crate) fn new(events: EventQueue) -> Self {
        Session {
            events,
            last_id: 0,
            given_up: None,
        }
    }

    /// An `id` that no other command of the connection has.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }

    /// Takes a message that comes before the server's greeting is known: the greeting, or an
    /// event, which is kept.
    pub(crate) fn take_greeting(
        &mut self,
        message: &[u8],
    ) -> Result<Option<Greeting>, ConnectError> {
        match Message::parse(message) {
            Ok(Message::Greeting(greeting)) => Ok(Some(greeting)),
            Ok(Message::Event(event)) => {
                self.events.push(event);
                Ok(None)
            }
            _ => Err(ConnectError::NotQmp {
                found: excerpt(message),
            }),
        }
    }

    /// Takes any later message: the answer to the command `waiting`, or another one, which is
    /// dealt with.
    pub(crate) fn take(
        &mut self,
        message: &[u8],
        waiting: Option<Waiting<'_>>,
    ) -> Result<Option<Answer>, ConnectionError> {
        let (waiting, parsed) = match waiting {
            Some((id, place)) => (Some(id), Message::parse_into(message, place)),
            None => (None, Message::parse(message).map(|parsed| (parsed, None))),
        };
        match parsed {
            Ok((Message::Response(response), wrong)) => Ok(self.answer(response, wrong, waiting)),
            Ok((Message::Event(event), _)) => {
                self.events.push(event);
                Ok(None)
            }
            Ok((Message::Greeting(_), _)) => Err(ConnectionError::SecondGreeting),
            Ok(_) => Ok(None),
            Err(error) => Err(ConnectionError::InvalidMessage {
                error,
                found: excerpt(message),
            }),
        }
    }

    /// Takes the answer to a command, which was read already if `wrong` does not say why not.
    fn answer(
        &mut self,
        response: Response<'_>,
        wrong: Option<DecodeError>,
        waiting: Option<u64>,
    ) -> Option<Answer> {
        let id = response.id.as_ref().map(|id| id.decode::<u64>().ok());
        let wanted = match (id, waiting) {
            (Some(Some(id)), _) => {
                // Servers answer in order, so that what was sent before is answered, too.
                if self.given_up.is_some_and(|given_up| given_up <= id) {
                    self.given_up = None;
                }
                waiting == Some(id)
            }
            (Some(None), _) => false,
            // Of a command that the server could not read it does not know the id. It has to
            // be this one, unless another one may still be on the server's list.
            (None, Some(_)) => response.result.is_err() && self.given_up.is_none(),
            (None, None) => false,
        };
        if !wanted {
            let id = response.id.as_ref().map(RawValue::get);
            tracing::debug!(id, "answer dropped: nobody waits for it");
            return None;
        }
        Some(match (response.result, wrong) {
            (Ok(returned), None) => Answer::Returned {
                bytes: returned.get().len(),
            },
            (Ok(returned), Some(error)) => Answer::Unreadable {
                error,
                raw: returned.into_owned(),
            },
            (Err(error), _) => Answer::Failed(error),
        })
    }

    /// Notes that nobody waits any longer for the answer to the command `id`.
    pub(crate) fn give_up(&mut self, id: u64) {
        self.given_up = Some(id);
    }
}

/// The message that issues `command`.
pub(crate) fn encode<C: QapiCommand>(command: &C, id: u64) -> Vec<u8> {
    let request = Request {
        command,
        oob: false,
        id: Some(id),
    };
    let mut message = qapi_protocol::encode(&request).into_bytes();
    message.push(b'\n');
    message
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
    use qapi_protocol::RawValue;
    use qapi_protocol::codec::Decode;

    use super::{Answer, EXCERPT, Session, excerpt};
    use crate::ConnectOptions;
    use crate::events::EventQueue;

    fn session() -> Session {
        Session::new(EventQueue::new(&ConnectOptions::new()))
    }

    /// What `line` answers to the one who waits.
    fn take(session: &mut Session, line: &str, waiting: Option<u64>) -> Option<String> {
        let mut returned = RawValue::blank();
        let waiting = waiting.map(|id| (id, &mut returned as &mut dyn Decode));
        let answer = session.take(line.as_bytes(), waiting).unwrap()?;
        Some(match answer {
            Answer::Returned { .. } => returned.get().to_owned(),
            Answer::Unreadable { error, .. } => error.to_string(),
            Answer::Failed(error) => error.desc,
        })
    }

    const NO_ID: &str = r#"{"error": {"class": "GenericError", "desc": "unread"}}"#;

    #[test]
    fn only_the_answer_with_the_id_is_the_answer() {
        let mut session = session();
        for id in [
            "2",
            "\"1\"",
            "1.0",
            "null",
            "[1]",
            "-1",
            "18446744073709551617",
        ] {
            let line = format!(r#"{{"return": {{}}, "id": {id}}}"#);
            assert_eq!(take(&mut session, &line, Some(1)), None, "{line}");
        }
        assert_eq!(take(&mut session, r#"{"return": {}}"#, Some(1)), None);
        let answer = r#"{"id": 1, "return": [1]}"#;
        assert_eq!(take(&mut session, answer, None), None);
        assert_eq!(take(&mut session, answer, Some(1)), Some("[1]".to_owned()));
    }

    #[test]
    fn an_error_without_id_belongs_to_the_only_command_there_is() {
        let mut session = session();
        assert_eq!(take(&mut session, NO_ID, None), None);
        assert_eq!(
            take(&mut session, NO_ID, Some(1)),
            Some("unread".to_owned())
        );

        session.give_up(1);
        assert_eq!(take(&mut session, NO_ID, Some(2)), None);
        assert_eq!(
            take(&mut session, r#"{"return": {}, "id": 0}"#, Some(2)),
            None
        );
        assert_eq!(take(&mut session, NO_ID, Some(2)), None);
        assert_eq!(
            take(&mut session, r#"{"return": {}, "id": 1}"#, Some(2)),
            None
        );
        assert_eq!(
            take(&mut session, NO_ID, Some(2)),
            Some("unread".to_owned())
        );

        session.give_up(3);
        let later = take(&mut session, r#"{"return": {}, "id": 4}"#, Some(4));
        assert_eq!(later, Some("{}".to_owned()));
        assert_eq!(
            take(&mut session, NO_ID, Some(5)),
            Some("unread".to_owned())
        );
    }

    #[test]
    fn an_excerpt_is_short_whatever_it_is_of() {
        assert_eq!(excerpt(b" SSH-2.0 \r\n"), "SSH-2.0");
        assert_eq!(excerpt(b"{\n \"a\": 1\n}\n"), "{  \"a\": 1 }");
        let long = vec![0xe2; 1000];
        assert!(excerpt(&long).chars().count() <= EXCERPT + 1);
    }
}
