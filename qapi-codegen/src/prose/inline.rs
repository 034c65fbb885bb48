//! The text of one paragraph: names, literals, references, emphasis, addresses.

use super::address;
use super::interpreted::{Interpreted, Shown};
use super::writer::longest_run;
use super::{Links, Mention};

/// What may stand in front of emphasis and roles, besides white space.
const OPENERS: &str = "'\"([{<";

/// What may stand behind emphasis, besides white space.
const CLOSERS: &str = "'\")]}>-/:.,;!?";

/// What may stand around a word that is a name, besides white space.
const AROUND_WORD: &str = "'\"(),.:;!?";

pub(super) fn to_markdown(text: &str, links: &dyn Links) -> String {
    let mut inline = Inline {
        text,
        links,
        at: 0,
        out: String::with_capacity(text.len()),
        line: 0,
        emphasis_end: None,
        has_strong_end: true,
        has_literal_end: true,
    };
    while let Some(char) = inline.rest().chars().next() {
        inline.step(char);
    }
    inline.out
}

struct Inline<'a> {
    text: &'a str,
    links: &'a dyn Links,
    /// How far `text` is dealt with.
    at: usize,
    out: String,
    /// Where the last line of `out` starts.
    line: usize,
    /// Where the open emphasis ends, and how it is marked.
    emphasis_end: Option<(usize, &'static str)>,
    /// Whether it is worth a search for the end of a literal: once there was none, there is none
    /// further on.
    has_literal_end: bool,
    /// The same for strong emphasis.
    has_strong_end: bool,
}

impl<'a> Inline<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    /// Deals with what starts here, with `char`.
    fn step(&mut self, char: char) {
        if let Some((end, mark)) = self.emphasis_end
            && end == self.at
        {
            self.emphasis_end = None;
            self.push_raw(mark, mark.len());
            return;
        }
        let taken = match char {
            '`' => self.literal().or_else(|| self.interpreted(0)),
            ':' => self.role(),
            '@' => self.name(),
            '*' => self.emphasis(),
            '\\' => self.escape(),
            '<' => self.bracketed_address(),
            _ if char.is_ascii_alphabetic() => self.address().or_else(|| self.word()),
            _ => None,
        };
        if taken.is_none() {
            let next = self.rest().chars().nth(1);
            self.push_char(char, next);
            self.at += char.len_utf8();
        }
    }

    /// ``` ``literal`` ```
    fn literal(&mut self) -> Option<()> {
        const MARK: &str = "``";
        let inside = self.rest().strip_prefix(MARK)?;
        if !self.has_literal_end {
            return None;
        }
        let Some(length) = inside.find(MARK) else {
            self.has_literal_end = false;
            return None;
        };
        // More backticks belong to the literal: ``` ```x``` ```.
        let extra = inside.get(length + MARK.len()..)?;
        let length = length + extra.len() - extra.trim_start_matches('`').len();
        let content = inside.get(..length)?;
        self.push_name(content, Mention::Word)?;
        self.at += MARK.len() + length + MARK.len();
        Some(())
    }

    /// `` :role:`text` ``
    fn role(&mut self) -> Option<()> {
        if !self.may_open() {
            return None;
        }
        let is_name = |char: char| char.is_ascii_alphanumeric() || ":-_.+".contains(char);
        let length = self.rest().find(|char| !is_name(char))?;
        let name = self.rest().get(..length)?;
        let inside = name
            .strip_prefix(':')
            .and_then(|name| name.strip_suffix(':'));
        let is_role = inside.is_some_and(|name| name.starts_with(char::is_alphanumeric));
        is_role.then(|| self.interpreted(length)).flatten()
    }

    /// `` `text` ``, after a role of `role_length` bytes.
    fn interpreted(&mut self, role_length: usize) -> Option<()> {
        let source = self.rest();
        let found = Interpreted::parse(source.get(role_length..)?)?;
        let role = source.get(..role_length)?;
        let name = found.definition(role);
        let target = name.and_then(|name| self.links.target(name, Mention::Reference));
        let page = || found.page(role).and_then(|path| self.links.page(path));
        let target = target.or_else(page);
        match found.shown(role) {
            Shown::Code(code) => self.push_linked(&code, target)?,
            Shown::Text(text) => match target {
                Some(target) => {
                    self.open_link();
                    self.push_text(&text);
                    self.close_link(&target);
                }
                None => self.push_text(&text),
            },
        }
        if let Some(address) = found.address() {
            self.out.push_str(&format!(" (<{address}>)"));
        }
        self.at += role_length + found.length;
        Some(())
    }

    /// `@name`
    fn name(&mut self) -> Option<()> {
        if self.before().is_some_and(char::is_alphanumeric) {
            return None;
        }
        let rest = self.rest().strip_prefix('@')?;
        // A name of somebody else's, `__org.example_name`, has dots.
        let has_dots = rest.starts_with("__");
        let is_in_name = |char: char| {
            char.is_ascii_alphanumeric() || matches!(char, '-' | '_') || char == '.' && has_dots
        };
        let end = rest.find(|char| !is_in_name(char)).unwrap_or(rest.len());
        let name = rest.get(..end)?.trim_end_matches(['-', '.']);
        self.push_name(name, Mention::At)?;
        self.at += '@'.len_utf8() + name.len();
        Some(())
    }

    /// A name that nothing marks, where it leads somewhere.
    fn word(&mut self) -> Option<()> {
        let is_edge = |char: char| char.is_whitespace() || AROUND_WORD.contains(char);
        if !self.before().is_none_or(is_edge) {
            return None;
        }
        let is_inside = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
        let rest = self.rest();
        let end = rest.find(|char| !is_inside(char)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(end)?;
        // `a-b.json` is a name of its own.
        let behind = behind.trim_start_matches(|char| AROUND_WORD.contains(char));
        if !behind.chars().next().is_none_or(char::is_whitespace) {
            return None;
        }
        let target = self.links.target(word, Mention::Word)?;
        self.push_linked(word, Some(target))?;
        self.at += end;
        Some(())
    }

    /// `*text*` and `**text**`. What is inside is dealt with step by step.
    fn emphasis(&mut self) -> Option<()> {
        if self.emphasis_end.is_some() || !self.may_open() {
            return None;
        }
        let mark = if self.rest().starts_with("**") {
            "**"
        } else {
            "*"
        };
        if mark == "**" && !self.has_strong_end {
            return None;
        }
        let inside = self.rest().get(mark.len()..)?;
        let Some(length) = inside.find(mark) else {
            self.has_strong_end &= mark != "**";
            return None;
        };
        let content = inside.get(..length)?;
        let behind = inside.get(length + mark.len()..)?.chars().next();
        let is_emphasis = !content.is_empty()
            && !content.starts_with(char::is_whitespace)
            && !content.ends_with(char::is_whitespace)
            && !content.contains(['`', '\\', '*'])
            && behind.is_none_or(|char| char.is_whitespace() || CLOSERS.contains(char));
        if !is_emphasis {
            return None;
        }
        self.emphasis_end = Some((self.at + mark.len() + length, mark));
        self.push_raw(mark, mark.len());
        Some(())
    }

    /// `\x`: the character, whatever it means otherwise, and nothing for a space. The backslash of
    /// `C:\path` stays.
    fn escape(&mut self) -> Option<()> {
        let mut behind = self.rest().chars().skip(1);
        let escaped = behind.next()?;
        if escaped.is_ascii_punctuation() {
            self.push_char(escaped, behind.next());
        } else if escaped != ' ' {
            return None;
        }
        self.at += 1 + escaped.len_utf8();
        Some(())
    }

    fn address(&mut self) -> Option<()> {
        let address = address::leading(self.rest())?;
        self.push_raw(&format!("<{address}>"), address.len());
        Some(())
    }

    /// `<https://example.org>`
    fn bracketed_address(&mut self) -> Option<()> {
        let inside = self.rest().strip_prefix('<')?;
        let address = address::leading(inside)?;
        inside.get(address.len()..)?.strip_prefix('>')?;
        self.push_raw(&format!("<{address}>"), address.len() + "<>".len());
        Some(())
    }

    fn may_open(&self) -> bool {
        self.before()
            .is_none_or(|char| char.is_whitespace() || OPENERS.contains(char))
    }

    /// Markdown for `length` bytes of the text.
    fn push_raw(&mut self, markdown: &str, length: usize) {
        self.out.push_str(markdown);
        self.at += length;
    }

    /// Code, which leads to what it is the name of.
    fn push_name(&mut self, name: &str, mention: Mention) -> Option<()> {
        self.push_linked(name, self.links.target(name, mention))
    }

    /// Code, as a link where it has a target.
    fn push_linked(&mut self, code: &str, target: Option<String>) -> Option<()> {
        let Some(target) = target else {
            return self.push_code(code);
        };
        self.open_link();
        self.push_code(code)?;
        self.close_link(&target);
        Some(())
    }

    fn open_link(&mut self) {
        // Behind that it would be an image.
        if self.out.ends_with('!') {
            self.out.insert(self.out.len() - 1, '\\');
        }
        self.out.push('[');
    }

    fn close_link(&mut self, target: &str) {
        self.out.push_str(&format!("]({target})"));
    }

    fn push_code(&mut self, content: &str) -> Option<()> {
        if content.trim().is_empty() {
            return None;
        }
        // Two spans without anything between them would be read as one.
        if self.out.ends_with('`') {
            self.out.push(' ');
        }
        let fence = "`".repeat(longest_run(content) + 1);
        let has_edge = content.starts_with('`') || content.ends_with('`');
        let space = if has_edge { " " } else { "" };
        // A line break inside could start a list or a heading in Markdown.
        let content = content.replace('\n', " ");
        self.out
            .push_str(&format!("{fence}{space}{content}{space}{fence}"));
        Some(())
    }

    /// Plain text.
    fn push_text(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            self.push_char(char, chars.peek().copied());
        }
    }

    /// A character of plain text, escaped where Markdown would see more in it.
    fn push_char(&mut self, char: char, next: Option<char>) {
        // What follows a space would no longer be seen to start the line.
        if char == ' ' && self.out.len() == self.line {
            return;
        }
        if self.needs_escape(char, next) {
            self.out.push('\\');
        }
        self.out.push(char);
        if char == '\n' {
            self.line = self.out.len();
        }
    }

    fn needs_escape(&self, char: char, next: Option<char>) -> bool {
        let line = self.out.get(self.line..).unwrap_or("");
        match char {
            '`' | '*' | '\\' | '[' | ']' | '<' | '>' | '|' | '~' => true,
            '_' => {
                let is_in_word = line.ends_with(char::is_alphanumeric)
                    && next.is_some_and(char::is_alphanumeric);
                !is_in_word
            }
            // An entity.
            '&' => next.is_some_and(|next| next == '#' || next.is_ascii_alphanumeric()),
            // An item, or one of two that would become a dash.
            '-' => {
                let is_alone = line.is_empty() && !next.is_some_and(char::is_alphanumeric);
                is_alone || next == Some('-') || line.ends_with('-')
            }
            '#' | '+' | '=' | ':' => line.is_empty(),
            // The number of a list item, which has at most nine digits.
            '.' | ')' => {
                let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
                digits > 0 && digits == line.len()
            }
            _ => false,
        }
    }
}
