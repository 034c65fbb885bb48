//! Guest agents, which do not greet.

use serde_json::Value;

use super::incoming::SENTINEL;
use super::message;
use super::peer::{Peer, fail};
use super::request::Request;

/// Playing a guest agent.
impl Peer {
    /// Waits for the client's `guest-sync-delimited`, and answers as a guest agent does; returns
    /// the command. It is to an agent what [`greet`](Self::greet) is to QEMU.
    ///
    /// A client may first ask with an `id`, to learn whether the agent repeats it, and then without.
    /// Both are answered then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn agent(peer: &mut Peer) {
    ///     peer.synchronize();
    ///     let request = peer.expect("guest-ping");
    ///     peer.answer(&request, json!({}));
    /// }
    /// ```
    #[track_caller]
    pub fn synchronize(&mut self) -> Request {
        let mut request = self.expect("guest-sync-delimited");
        self.answer_sync(&request);
        while request.id.is_some() {
            match self.receive() {
                Some(next) if is_sync(&next.command) => {
                    self.answer_sync(&next);
                    request = next;
                }
                Some(next) => {
                    self.put_back(next);
                    break;
                }
                None => break,
            }
        }
        request
    }

    /// Answers a `guest-sync-delimited` or a `guest-sync` as a guest agent does: it returns its
    /// argument `id`, with the byte 0xFF in front if it is delimited. If that byte was in front
    /// of the command, there is an error without `id` first, because it is no JSON.
    ///
    /// # Examples
    ///
    /// An agent with half an answer to somebody else:
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn agent(peer: &mut Peer) {
    ///     let request = peer.expect("guest-sync-delimited");
    ///     peer.send(b"\"buf-b64\": \"aGVsbG8=\"}}\n{\"retur");
    ///     peer.answer_sync(&request);
    /// }
    /// ```
    #[track_caller]
    pub fn answer_sync(&mut self, request: &Request) -> bool {
        let Some(id) = request.arguments.get("id") else {
            fail(&format!(
                "the client sent {request}: it has no argument `id`"
            ));
        };
        let delimited = request.command == "guest-sync-delimited";
        (!request.after_sentinel || self.say(&stray_sentinel()))
            && (!delimited || self.send(&[SENTINEL]))
            && self.answer(request, Value::clone(id))
    }
}

/// What an agent says to the byte 0xFF.
pub(super) fn stray_sentinel() -> String {
    message::failure(None, "GenericError", "this is no JSON: 0xFF")
}

/// Whether this is a command that synchronizes a client and an agent.
pub(super) fn is_sync(name: &str) -> bool {
    matches!(name, "guest-sync" | "guest-sync-delimited")
}
