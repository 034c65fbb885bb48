//! What commands, events and types are: `help`.

mod columns;
mod page;
mod table;

use qapi_parser::nearest;

use self::columns::columns;
use self::page::{Marked, Page};
use super::mistake::{Mistake, Result};
use super::request::tree;
use super::tree::{Entry, Form};
use super::words::Words;
use crate::output::Printable;
use crate::vocabulary::{Command, Event, Vocabulary};

/// How help is to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// How many characters go in a line; names that are longer stay in one piece.
    pub(crate) width: usize,
    /// Whether escape sequences of terminals may be used.
    pub(crate) is_colored: bool,
}

impl Look {
    /// A name of the server's, which is not to do anything to the terminal.
    fn bold(self, text: &str) -> String {
        let text = Printable(text);
        if self.is_colored {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }
}

/// The topics that list names.
pub(super) const LISTS: [&str; 2] = [COMMANDS, EVENTS];
const COMMANDS: &str = "commands";
const EVENTS: &str = "events";

/// What there is to say about `topic`: a command, an event or a type, and perhaps words that choose
/// branches, as `blockdev-add driver=qcow2`; or about `commands` and `events`, which are listed. It
/// ends with a line break.
pub(crate) fn help(topic: &str, vocabulary: &Vocabulary, look: Look) -> Result<String> {
    let mut words = Words::new(topic);
    let (at, name) = words.bare().unwrap_or((0, COMMANDS));
    let words = words.collect::<Result<Vec<_>>>()?;
    let chosen = match tree(&words, topic.len())?.form {
        Form::Dotted(entries) => entries,
        _ => Vec::new(),
    };
    let page = Page::new(look, vocabulary.manual());
    if let Some(command) = vocabulary.command(name) {
        return Ok(about_command(command, &chosen, page));
    }
    if let Some(event) = vocabulary.event(name) {
        return Ok(about_event(event, &chosen, page));
    }
    if let Some(ty) = vocabulary.find_type(name) {
        return Ok(page.about_type(ty, &chosen));
    }
    let commands = vocabulary.commands().map(Command::name);
    match name {
        COMMANDS => return Ok(list(commands, look)),
        EVENTS => return Ok(list(vocabulary.events().map(Event::name), look)),
        _ => {}
    }
    let names = commands.chain(vocabulary.events().map(Event::name));
    let near = nearest(name, names);
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let message = format!("there is no command, event or type `{name}`");
    Err(Mistake::new(at..at + name.len(), message).with_help(help))
}

/// Names in columns.
fn list<'v>(names: impl Iterator<Item = &'v str>, look: Look) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    Printable(&columns(&names, look.width)).to_string()
}

fn about_command(command: Command<'_>, chosen: &[Entry], mut page: Page) -> String {
    page.title(
        "command",
        command.name(),
        command.features(),
        command.versions(),
    );
    match command.arguments() {
        Some(ty) if ty.is_empty() => page.paragraph("Takes no arguments."),
        Some(ty) => page.members(ty, chosen, Marked::Required),
        None => page.paragraph("What it takes is not known: nothing is checked."),
    }
    if command.is_open() {
        page.paragraph("Takes other members, too, which are not checked.");
    }
    if let Some(ty) = command.returns() {
        page.returns(ty);
    }
    if command.allows_oob() {
        page.paragraph("May be executed out of band, with exec-oob in front.");
    }
    page.link(
        "command",
        command.module(),
        command.name(),
        command.versions(),
    );
    page.finish()
}

fn about_event(event: Event<'_>, chosen: &[Entry], mut page: Page) -> String {
    page.title("event", event.name(), event.features(), event.versions());
    if event.data().is_empty() {
        page.paragraph("Carries no data.");
    } else {
        page.members(event.data(), chosen, Marked::Optional);
    }
    page.link("event", event.module(), event.name(), event.versions());
    page.finish()
}
