//! What to send to an agent, and what to make of what it says.

use qapi_protocol::{Message, Response};

use super::sync::{InStep, Sync};
use super::{Answer, Outgoing};
use crate::messages::Messages;
use crate::session;
use crate::{ConnectionError, ExecuteError};

/// The state of a conversation with an agent: one command, one answer.
///
/// From the moment in which a command is begun until its answer has been read, client and agent
/// count as out of step. Whatever ends the wait for the answer, a timeout, an error, or a future
/// that is dropped, there is nothing that has to be done about it then: the next command finds out,
/// and waits until they are in step again.
pub(crate) struct Dialogue {
    state: State,
    /// Whether the agent repeats the ids of commands.
    ids: bool,
    last_id: u64,
}

enum State {
    /// Nobody knows what the agent is going to say, or how much of a command it has read.
    OutOfStep,
    /// They are getting in step.
    Syncing(Sync),
    /// The agent waits for a command.
    InStep,
}

impl Dialogue {
    pub(crate) fn new() -> Self {
        Dialogue {
            state: State::OutOfStep,
            ids: false,
            last_id: 0,
        }
    }

    /// Whether the agent waits for a command.
    pub(crate) fn in_step(&self) -> bool {
        matches!(self.state, State::InStep)
    }

    /// What to send in order to get in step. What has arrived until now is dropped.
    pub(crate) fn begin_sync(&mut self, messages: &mut Messages) -> Vec<u8> {
        tracing::debug!("getting in step with the agent");
        messages.clear();
        let sync = Sync::new();
        let request = sync.request();
        self.state = State::Syncing(sync);
        request
    }

    /// Takes what has arrived until the agent is in step; whether it is.
    pub(crate) fn synchronized(&mut self, messages: &mut Messages) -> bool {
        if let State::Syncing(sync) = &mut self.state {
            let unread = messages.unread();
            let in_step = sync.take(unread);
            let taken = in_step.map_or(unread.len(), |in_step| in_step.taken);
            messages.skip(taken);
            if let Some(InStep { ids, last_id, .. }) = in_step {
                self.state = State::InStep;
                self.ids = ids;
                self.last_id = last_id;
            }
        }
        self.in_step()
    }

    /// The message to send for a command, which `line` gives for an id.
    pub(crate) fn begin(&mut self, line: &dyn Fn(Option<u64>) -> Vec<u8>) -> Vec<u8> {
        self.state = State::OutOfStep;
        self.last_id += 1;
        line(self.ids.then_some(self.last_id))
    }

    /// Notes that `unsent` bytes of the `whole` message of a command could not be sent in time,
    /// and will not be; an error if that matters.
    ///
    /// An agent that has a part of a command drops it when it gets in step.
    pub(crate) fn sent(
        &mut self,
        outgoing: &Outgoing<'_>,
        whole: usize,
        unsent: usize,
    ) -> Result<(), ExecuteError> {
        if unsent == whole {
            self.state = State::InStep;
        }
        match unsent {
            0 => Ok(()),
            // Only the line end is missing, and agents wait for none.
            1 => Err(outgoing.late()),
            _ => Err(outgoing.not_sent()),
        }
    }

    /// The answer to the command that was begun, if it has arrived. An error if there is
    /// something that is none, nor that to another command.
    pub(crate) fn answer(
        &mut self,
        messages: &mut Messages,
    ) -> Result<Option<Answer>, ConnectionError> {
        loop {
            let message = match messages.next_message() {
                Ok(Some(message)) => message,
                Ok(None) => return Ok(None),
                Err(too_large) => {
                    messages.clear();
                    return Err(too_large.into());
                }
            };
            let (message, _) = session::read(messages.bytes(message), None)?;
            if let Message::Response(response) = message
                && self.is_mine(&response)
            {
                self.state = State::InStep;
                return Ok(Some(response.result.map(|returned| returned.into_owned())));
            }
            tracing::debug!("message dropped: nobody waits for it");
        }
    }

    /// Whether `response` is that to the command that was begun.
    fn is_mine(&self, response: &Response<'_>) -> bool {
        match &response.id {
            Some(id) => self.ids && id.decode() == Ok(self.last_id),
            // An agent that could not read the command does not know its id.
            None => !self.ids || response.result.is_err(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Dialogue, Outgoing};
    use crate::messages::Messages;

    /// A dialogue in step with an agent that repeats `ids`, or does not, and its next id.
    fn in_step(ids: bool) -> (Dialogue, Messages, u64) {
        let mut dialogue = Dialogue::new();
        let mut messages = Messages::new(1000);
        let request = dialogue.begin_sync(&mut messages);
        assert!(!dialogue.synchronized(&mut messages));
        // `…"id":NUMBER},"id":NUMBER}`
        let text = String::from_utf8_lossy(&request).into_owned();
        let number: u64 = text
            .split_once("\"arguments\":{\"id\":")
            .and_then(|(_, rest)| rest.split_once('}'))
            .map(|(number, _)| number.parse().unwrap())
            .unwrap();
        if ids {
            arrive(&mut messages, b"\xff");
            let answer = format!("{{\"return\": {number}, \"id\": {number}}}\n");
            arrive(&mut messages, answer.as_bytes());
        }
        arrive(&mut messages, b"\xff");
        let answer = format!("{{\"return\": {}}}\n", number + 1);
        arrive(&mut messages, answer.as_bytes());
        assert!(dialogue.synchronized(&mut messages));
        (dialogue, messages, number + 2)
    }

    fn arrive(messages: &mut Messages, mut bytes: &[u8]) {
        while messages.fill(&mut bytes).unwrap() > 0 {}
    }

    /// What a dialogue makes of `text`.
    fn answer(ids: bool, text: impl Fn(u64) -> String) -> Result<Option<bool>, String> {
        let (mut dialogue, mut messages, id) = in_step(ids);
        dialogue.begin(&|sent| {
            assert_eq!(sent, ids.then_some(id));
            Vec::new()
        });
        assert!(!dialogue.in_step());
        arrive(&mut messages, text(id).as_bytes());
        match dialogue.answer(&mut messages) {
            Ok(answer) => {
                assert_eq!(dialogue.in_step(), answer.is_some());
                Ok(answer.map(|answer| answer.is_ok()))
            }
            Err(error) => {
                assert!(!dialogue.in_step());
                Err(error.to_string())
            }
        }
    }

    #[test]
    fn only_the_answer_with_the_id_is_the_answer() {
        let with_id = |id: u64| format!("{{\"return\": {{}}, \"id\": {id}}}\n");
        assert_eq!(answer(true, with_id), Ok(Some(true)));
        assert_eq!(answer(true, |id| with_id(id + 1)), Ok(None));
        assert_eq!(
            answer(true, |id| with_id(id - 1) + &with_id(id)),
            Ok(Some(true))
        );
        assert_eq!(answer(true, |_| "{\"return\": {}}\n".to_owned()), Ok(None));
        assert_eq!(
            answer(true, |_| "{\"event\": \"STOP\"}\n".to_owned()),
            Ok(None)
        );
    }

    #[test]
    fn without_ids_the_first_answer_is_the_answer() {
        let error = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\n";
        assert_eq!(
            answer(false, |_| "{\"return\": {}}\n".to_owned()),
            Ok(Some(true))
        );
        assert_eq!(answer(false, |_| error.to_owned()), Ok(Some(false)));
        assert_eq!(answer(true, |_| error.to_owned()), Ok(Some(false)));
        assert_eq!(
            answer(false, |id| format!("{{\"return\": {{}}, \"id\": {id}}}\n")),
            Ok(None)
        );
    }

    #[test]
    fn what_makes_no_sense_is_an_error_and_leaves_them_out_of_step() {
        for (text, words) in [
            ("oops\n".to_owned(), "invalid message, `oops`"),
            ("{\"return\": tru}\n".to_owned(), "invalid message"),
            ("x".repeat(1001), "more than 1000 bytes"),
        ] {
            let error = answer(true, |_| text.clone()).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_command_may_be_executed_as_soon_as_only_its_line_end_is_missing() {
        let outgoing = Outgoing {
            name: "guest-ping",
            timeout: Duration::from_secs(7),
            descriptor: false,
        };
        for (unsent, still_in_step, words) in [
            (20, true, "`guest-ping` could not be sent within 7s"),
            (19, false, "`guest-ping` could not be sent within 7s"),
            (1, false, "`guest-ping` was not answered within 7s"),
            (0, false, ""),
        ] {
            let (mut dialogue, _, _) = in_step(true);
            dialogue.begin(&|_| Vec::new());
            let error = dialogue.sent(&outgoing, 20, unsent).err();
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(words), "{error}");
            assert_eq!(error.is_empty(), words.is_empty());
            assert_eq!(dialogue.in_step(), still_in_step, "{unsent}");
        }
    }
}
