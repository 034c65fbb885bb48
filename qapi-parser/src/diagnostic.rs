//! What is wrong with a schema, where, and what to do about it.

mod code;
mod excerpt;
mod render;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

pub use code::Code;

use crate::check::c_name;
use crate::source::{Sources, Span};

/// One thing that is wrong with a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// A stable name for the rule that was broken.
    pub code: Code,
    /// What is wrong, in one line without a final full stop.
    pub message: String,
    /// Where: the exact place, which people are shown. See [`span`](Self::span).
    pub location: Location,
    /// Where QEMU's frontend reports it, where that may be another place. Read it with
    /// [`place`](Self::place).
    pub anchor: Option<Span>,
    /// The definition it was found in: "struct 'Foo'".
    pub context: Option<String>,
    /// Other places that matter, each with what it is ("first defined here").
    pub labels: Vec<(Span, String)>,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}

/// Where a [`Diagnostic`] was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the text of a file.
    Span(Span),
    /// A file as a whole: one that cannot be read has no text to point at.
    File(PathBuf),
}

impl Diagnostic {
    /// Something wrong at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::at(code, Location::Span(span), message)
    }

    pub(crate) fn at(code: Code, location: Location, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: into_line(message.into()),
            location,
            anchor: None,
            context: None,
            labels: Vec::new(),
            help: None,
        }
    }

    /// Names the definition it was found in: "struct 'Foo'".
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(into_line(context.into()));
        self
    }

    /// Says that QEMU's frontend reports it at the start of `whole`: of the string, the expression
    /// or the documentation block that it is in.
    #[must_use]
    pub fn with_anchor(mut self, whole: Span) -> Self {
        self.anchor = Some(whole.to_start());
        self
    }

    /// Adds another place that matters, and what it is.
    #[must_use]
    pub fn with_label(mut self, span: Span, what: impl Into<String>) -> Self {
        self.labels.push((span, into_line(what.into())));
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(into_line(help.into()));
        self
    }

    /// Where QEMU's frontend reports it, unless that is a file without text.
    ///
    /// The frontend has the place of what is wrong with the syntax: that of the token. For
    /// everything else, it has the line where the expression or the documentation block starts.
    /// Tools that compare or match places get that one; people are shown the exact one, the
    /// [`span`](Self::span).
    pub fn place(&self) -> Option<Span> {
        self.anchor.or(self.span())
    }

    /// Where it was found, unless that is a file without text.
    pub fn span(&self) -> Option<Span> {
        match self.location {
            Location::Span(span) => Some(span),
            Location::File(_) => None,
        }
    }
}

/// Everything that is wrong with a schema, first one first, and the files it is wrong in.
///
/// Its `Display` is the short form for tools: `PATH:LINE:COL: error: MESSAGE`, one a line, with
/// the [`place`](Diagnostic::place) that QEMU's frontend gives.
#[derive(Clone)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    sources: Sources,
}

impl Diagnostics {
    /// What is wrong, `list`, with the files that its spans are of; `None` when nothing is.
    pub fn new(list: Vec<Diagnostic>, sources: Sources) -> Option<Self> {
        (!list.is_empty()).then(|| Self::of(list, sources))
    }

    /// What is wrong, which is something.
    pub(crate) fn of(list: Vec<Diagnostic>, sources: Sources) -> Self {
        Diagnostics { list, sources }
    }

    /// The diagnostics, first one first. There is at least one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The files that their spans are of.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The form for people: each with the source line it is about. Of very many, it shows the
    /// first 100, and says how many more there are.
    pub fn render(&self, color: bool) -> String {
        render::render(&self.list, &self.sources, color)
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match &diagnostic.location {
                Location::File(path) => {
                    write!(f, "{}", one_line(&path.display().to_string()))?;
                }
                Location::Span(span) => {
                    let span = diagnostic.anchor.unwrap_or(*span);
                    match self.sources.find(span.file) {
                        Some(source) => {
                            let at = source.position(span.start);
                            let path = source.path().display().to_string();
                            write!(f, "{}:{}:{}", one_line(&path), at.line, at.column)?;
                        }
                        None => f.write_str("unknown file")?,
                    }
                }
            }
            write!(f, ": error: {}", diagnostic.message)?;
        }
        Ok(())
    }
}

/// A text without what would break the line or speak to the terminal.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut line = String::new();
    for char in text.chars() {
        if char.is_control() {
            line.extend(char.escape_debug());
        } else {
            line.push(char);
        }
    }
    line.into()
}

/// The same for a text that may have names of the source in it, which hold any character by the
/// lenient rules.
fn into_line(text: String) -> String {
    match one_line(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(line) => line,
    }
}

/// The form for people: what a program that returns it from `main`, or unwraps it, shows.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// How many characters of a word from the source a message shows.
const MAX_WORD: usize = 60;

/// A word from the source, cut where it is very long.
pub(crate) fn short(word: &str) -> Cow<'_, str> {
    match word.char_indices().nth(MAX_WORD) {
        None => word.into(),
        Some((end, _)) => format!("{}...", word.get(..end).unwrap_or("")).into(),
    }
}

/// `key 'a'`, `keys 'a', 'b'`, `keys 'a', 'b' and 7 more`: names at most `most` of them.
pub(crate) fn list(noun: &str, names: &[&str], most: usize) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    let named = names.iter().take(most);
    let named: Vec<String> = named.map(|name| format!("'{}'", short(name))).collect();
    let mut list = format!("{noun}{plural} {}", named.join(", "));
    match names.len().saturating_sub(most) {
        0 => {}
        more => list.push_str(&format!(" and {more} more")),
    }
    list
}

/// Says why names that differ collide.
pub(crate) fn same_in_c(error: Diagnostic, one: &str, other: &str) -> Diagnostic {
    if one == other {
        return error;
    }
    let name = c_name(one);
    error.with_help(format!("both are '{name}' in C"))
}
