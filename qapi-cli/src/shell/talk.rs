//! The talk of a person with a server: a line is read, and something is done about it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use qapi_client::{ExecuteError, RawCommand};
use serde_json::json;

use super::help;
use super::knowledge::Knowledge;
use super::learn::{Dialect, HUMAN_COMMAND, Host};
use super::lines::requests;
use super::paint::Paint;
use super::screen::Screen;
use super::session::{Executed, Session};
use super::source::{Source, Typed, Typing};
use crate::language::{self, Look, Request, Transaction};
use crate::outcome::Outcome;
use crate::vocabulary::Vocabulary;

/// How long a line waits for a server that has not yet said what it has; then it is sent without
/// having been checked.
const PATIENCE: Duration = Duration::from_secs(5);

/// From how long on the person is told that a line waits.
const SOON: Duration = Duration::from_millis(500);

/// What asks for help.
const HELP: &str = "help";

/// A talk, from greeting to good-bye.
pub(super) struct Talk {
    session: Session,
    source: Source,
    dialect: Dialect,
    screen: Screen,
    paint: Paint,
    /// What the server is called in the prompt.
    name: String,
    /// The actions of a transaction that is being typed.
    transaction: Option<Transaction>,
    /// Whether a line has waited for the server to say what it has.
    has_waited: bool,
    /// The worst that happened.
    worst: Outcome,
}

/// The person pressed Ctrl-C.
struct Interrupted;

/// What is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The next request.
    Request,
    /// What is typed next: what was pasted behind a request that failed may make no sense.
    Line,
    /// Nothing: the person leaves.
    Nothing,
}

impl Talk {
    /// Connects.
    pub(super) fn begin(
        mut session: Session,
        source: Source,
        dialect: Dialect,
        screen: Screen,
        paint: Paint,
    ) -> anyhow::Result<Self> {
        let host = session.connect()?;
        let talk = Talk {
            session,
            source,
            dialect,
            screen,
            paint,
            name: host.name.clone(),
            transaction: None,
            has_waited: false,
            worst: Outcome::Good,
        };
        talk.greet(&host);
        Ok(talk)
    }

    fn greet(&self, host: &Host) {
        if self.source.is_person() {
            self.screen.say(self.paint.bold(&host.title));
            self.screen.say(self.paint.dim(help::FIRST_WORDS));
        }
    }

    /// Talks until the person leaves. A person saw what went wrong; who reads the exit status is
    /// told by it.
    pub(super) fn run(mut self) -> anyhow::Result<Outcome> {
        loop {
            let (prompt, typing) = self.prompt();
            let several = typing.has_several_lines();
            match self.source.read(&prompt, typing)? {
                Typed::Text(text) => {
                    if self.all(&text, several)? == Next::Nothing {
                        break;
                    }
                }
                Typed::End if self.transaction.is_none() => break,
                Typed::Interrupt | Typed::End => self.drop_transaction(),
            }
        }
        self.session.close();
        if self.source.is_person() {
            return Ok(Outcome::Good);
        }
        match self.screen.failure() {
            Some(error) => bail!("can't write what was returned: {error}"),
            None => Ok(self.worst),
        }
    }

    fn prompt(&self) -> (String, Typing) {
        let name = &self.name;
        match &self.transaction {
            Some(transaction) => {
                let number = transaction.len() + 1;
                (format!("{name}, action {number}> "), Typing::Action)
            }
            None => {
                let gone = match self.session.is_connected() {
                    true => "",
                    false => " (gone)",
                };
                let typing = match self.dialect {
                    Dialect::Qapi(_) => Typing::Line,
                    Dialect::Human(_) => Typing::Human,
                };
                (format!("{name}{gone}> "), typing)
            }
        }
    }

    /// Does what was typed at once, up to what fails. Each line is a request, or several are.
    fn all(&mut self, text: &str, several: bool) -> anyhow::Result<Next> {
        self.session.forget_interrupts();
        let requests = match several {
            true => requests(text),
            false => text.lines().collect(),
        };
        for (index, request) in requests.iter().enumerate() {
            self.source.remember(request);
            let next = self.one(request)?;
            if next == Next::Request {
                continue;
            }
            let behind = requests.iter().skip(index + 1);
            let dropped = behind.filter(|it| !it.trim().is_empty()).count();
            if dropped > 0 {
                let what = format_args!("(the rest is dropped, and not sent: {dropped} more)");
                self.screen.note(self.paint.dim(what));
            }
            return Ok(next);
        }
        Ok(Next::Request)
    }

    fn one(&mut self, text: &str) -> anyhow::Result<Next> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Ok(Next::Request),
            [first, ..] if first.starts_with('#') => Ok(Next::Request),
            ["exit"] => Ok(Next::Nothing),
            ["reconnect"] => Ok(self.reconnect()),
            _ if matches!(self.dialect, Dialect::Human(_)) => self.human(text.trim()),
            [HELP, ..] => Ok(self.help(text)),
            _ => self.qapi(text),
        }
    }

    /// What is said in the language of the schema.
    fn qapi(&mut self, text: &str) -> anyhow::Result<Next> {
        let Ok(vocabulary) = self.vocabulary() else {
            let what = "(dropped, and nothing was sent)";
            self.screen.note(self.paint.dim(what));
            return Ok(self.failed(Outcome::Trouble));
        };
        let understood = if self.transaction.is_some() || Transaction::is_opened_by(text) {
            let mut transaction = self.transaction.take().unwrap_or_default();
            let added = transaction.add(text, vocabulary.as_deref());
            // After a mistake, the lines behind are still those of the transaction.
            self.transaction = match &added {
                Ok(Some(_)) => None,
                Ok(None) | Err(_) => Some(transaction).filter(Transaction::is_open),
            };
            added
        } else {
            language::parse(text, vocabulary.as_deref()).map(Some)
        };
        match understood {
            Ok(Some(request)) => self.request(text, request),
            Ok(None) => Ok(Next::Request),
            Err(mistake) => {
                self.screen.note(mistake.render(text, self.paint.colored));
                Ok(self.failed(Outcome::Bad))
            }
        }
    }

    /// What can be said to the server, if it told in time.
    fn vocabulary(&mut self) -> Result<Option<Arc<Vocabulary>>, Interrupted> {
        let Dialect::Qapi(vocabulary) = self.dialect.clone() else {
            return Ok(None);
        };
        if let Some(known) = vocabulary.get() {
            return Ok(Some(known));
        }
        let known = self.wait(&vocabulary, SOON)?;
        if self.has_waited || !vocabulary.is_awaited() {
            return Ok(known);
        }
        if self.source.is_person() {
            let what = "(waiting for the server to say what it has)";
            self.screen.note(self.paint.dim(what));
        }
        // Who does not tell is not waited for again.
        self.has_waited = true;
        self.wait(&vocabulary, PATIENCE)
    }

    fn wait<T: Send + Sync + 'static>(
        &self,
        knowledge: &Knowledge<T>,
        limit: Duration,
    ) -> Result<Option<Arc<T>>, Interrupted> {
        let knowledge = knowledge.clone();
        let wait = move || knowledge.wait(limit);
        self.session.unless_interrupted(wait).ok_or(Interrupted)
    }

    fn request(&mut self, text: &str, request: Request) -> anyhow::Result<Next> {
        if let Some(warning) = &request.warning {
            self.screen
                .note(warning.render_warning(text, self.paint.colored));
        }
        let mut command = RawCommand::new(&request.command);
        let mut arguments = "";
        if let Some(given) = &request.arguments {
            arguments = given.get();
            command = command.arguments(given.clone());
        }
        if ends_machine(&request.command, arguments) && !self.may_end()? {
            return Ok(Next::Line);
        }
        Ok(self.execute(&request.command, command, request.oob))
    }

    /// What is said in the language of the human monitor.
    fn human(&mut self, line: &str) -> anyhow::Result<Next> {
        if is_human_quit(line) && !self.may_end()? {
            return Ok(Next::Line);
        }
        let command = RawCommand::new(HUMAN_COMMAND).arguments(json!({"command-line": line}));
        Ok(self.execute(HUMAN_COMMAND, command, false))
    }

    /// Whether the person who has typed `quit` wants that, and not to leave the shell.
    fn may_end(&mut self) -> anyhow::Result<bool> {
        let question = format!(
            "`quit` ends the server; `exit` leaves the shell. End {}? [y/N] ",
            self.name
        );
        self.source.confirms(&question)
    }

    fn execute(&mut self, name: &str, command: RawCommand, oob: bool) -> Next {
        let (next, duration) = match self.session.execute(command, oob) {
            Executed::Done(Ok(Some(returned)), duration) => {
                let text = self.paint.returned(name, &returned);
                if !text.is_empty() {
                    self.screen.say(text);
                }
                (Next::Request, duration)
            }
            Executed::Done(Ok(None), _) => {
                let what = format_args!("(no error; `{name}` answers nothing else)");
                self.screen.note(self.paint.dim(what));
                return Next::Request;
            }
            Executed::Done(Err(error), duration) => {
                self.screen.note(self.paint.failure(&error));
                let outcome = match error {
                    ExecuteError::Qemu { .. } => Outcome::Bad,
                    _ => Outcome::Trouble,
                };
                (self.failed(outcome), duration)
            }
            Executed::GivenUp => {
                let what = format_args!("(given up: whether `{name}` is executed is not known)");
                self.screen.note(self.paint.dim(what));
                self.failed(Outcome::Trouble);
                // Nobody is there to say what is next.
                return match self.source.is_person() {
                    true => Next::Line,
                    false => Next::Nothing,
                };
            }
            Executed::NotConnected => {
                self.screen.note(
                    self.paint
                        .trouble("not connected; `reconnect` connects again"),
                );
                return self.failed(Outcome::Trouble);
            }
        };
        if let Some(duration) = self.paint.duration(duration) {
            self.screen.note(duration);
        }
        next
    }

    fn failed(&mut self, outcome: Outcome) -> Next {
        self.worst = self.worst.max(outcome);
        Next::Line
    }

    /// Says what can be typed, or what is known of some of it.
    fn help(&mut self, text: &str) -> Next {
        let topic = text.trim_start().strip_prefix(HELP).unwrap_or_default();
        if topic.trim().is_empty() {
            self.screen.say(help::OVERVIEW);
            return Next::Request;
        }
        let Ok(Some(vocabulary)) = self.vocabulary() else {
            self.screen
                .note(self.paint.trouble("the server has not told what it has"));
            return self.failed(Outcome::Trouble);
        };
        let look = Look {
            width: self.source.width(),
            is_colored: self.paint.colored,
        };
        match language::help(topic, &vocabulary, look) {
            Ok(help) => {
                self.screen.say(help);
                Next::Request
            }
            Err(mistake) => {
                self.screen.note(mistake.render(topic, self.paint.colored));
                self.failed(Outcome::Bad)
            }
        }
    }

    fn reconnect(&mut self) -> Next {
        self.has_waited = false;
        match self.session.connect() {
            Ok(host) => {
                self.name.clone_from(&host.name);
                self.greet(&host);
                Next::Request
            }
            Err(error) => {
                self.screen
                    .note(self.paint.trouble(format_args!("{error:#}")));
                self.failed(Outcome::Trouble)
            }
        }
    }

    fn drop_transaction(&mut self) {
        if self.transaction.take().is_some() {
            let what = "(the transaction is dropped, and nothing of it was sent)";
            self.screen.note(self.paint.dim(what));
            self.failed(Outcome::Bad);
        }
    }
}

/// Whether a command ends the server.
fn ends_machine(command: &str, arguments: &str) -> bool {
    match command {
        "quit" => true,
        HUMAN_COMMAND => serde_json::from_str(arguments).is_ok_and(|it: serde_json::Value| {
            it.get("command-line")
                .and_then(|it| it.as_str())
                .is_some_and(is_human_quit)
        }),
        _ => false,
    }
}

/// Whether a line of the human monitor ends the server.
fn is_human_quit(line: &str) -> bool {
    matches!(line.split_whitespace().next(), Some("quit" | "q"))
}

#[cfg(test)]
mod tests {
    use super::ends_machine;

    #[test]
    fn what_ends_a_machine_is_known_in_both_languages() {
        assert!(ends_machine("quit", ""));
        assert!(ends_machine(
            "human-monitor-command",
            r#"{"command-line": " q "}"#
        ));
        assert!(ends_machine(
            "human-monitor-command",
            r#"{"command-line": "quit"}"#
        ));
        for (command, arguments) in [
            ("query-status", ""),
            ("system_powerdown", ""),
            ("human-monitor-command", r#"{"command-line": "info quit"}"#),
            ("human-monitor-command", "null"),
        ] {
            assert!(!ends_machine(command, arguments), "{command} {arguments}");
        }
    }
}
