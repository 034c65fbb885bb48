//! What text looks like in a terminal.

/// What a text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Nothing special.
    Plain,
    /// The name of something.
    Name,
    /// What few look at.
    Aside,
    /// A title.
    Title,
    /// The title of what is bad.
    Bad,
    /// The title of what may become bad.
    Warning,
    /// The title of what is good.
    Good,
}

impl Style {
    /// The text between the escape sequences of a terminal.
    pub(super) fn paint(self, text: &str) -> String {
        let codes = match self {
            Style::Plain => return text.to_owned(),
            Style::Name | Style::Title => "1",
            Style::Aside => "2",
            Style::Bad => "1;31",
            Style::Warning => "1;33",
            Style::Good => "1;32",
        };
        format!("\x1b[{codes}m{text}\x1b[0m")
    }
}
