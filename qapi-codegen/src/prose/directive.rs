//! Directives: `.. name:: argument`, options, and a body with more indentation.

use super::block::Blocks;
use super::line::Line;

/// How far the text of a directive is from its dots, at least.
const DOTS: usize = ".. ".len();

#[derive(Clone, Copy)]
pub(super) enum Directive<'a> {
    Named {
        name: &'a str,
        argument: &'a str,
    },
    /// A comment, or the target of a link.
    Silent,
}

#[derive(Default)]
struct Options<'a> {
    title: Option<&'a str>,
    is_annotated: bool,
}

pub(super) fn parse(text: &str) -> Option<Directive<'_>> {
    let rest = text.strip_prefix(".. ")?.trim_start();
    let named = rest.split_once("::").filter(|(name, argument)| {
        let is_name = |char: char| char.is_alphanumeric() || "-_:+.".contains(char);
        !name.is_empty()
            && name.chars().all(is_name)
            && (argument.is_empty() || argument.starts_with(' '))
    });
    Some(match named {
        Some((name, argument)) => Directive::Named {
            name,
            argument: argument.trim_start(),
        },
        None => Directive::Silent,
    })
}

impl<'a> Blocks<'a> {
    /// Begins a directive; gives the part of its line that is the start of its body.
    pub(super) fn directive(
        &mut self,
        directive: Directive<'a>,
        line: Line<'a>,
    ) -> Option<Line<'a>> {
        let Directive::Named { name, argument } = directive else {
            self.skip_below(line.indent);
            return None;
        };
        let options = self.options(line.indent);
        match name {
            "qmp-example" | "code" | "code-block" | "sourcecode" | "parsed-literal" => {
                self.code(name, &options, line.indent);
                return None;
            }
            "admonition" | "table" | "topic" | "rubric" => {
                if !argument.is_empty() {
                    self.open_lead(format!("{}:", argument.trim_end_matches([':', ' '])));
                }
                self.open_body(line.indent);
                return None;
            }
            "seealso" => self.open_lead("See also:".to_owned()),
            name => self.open_lead(format!("{}:", capitalized(name))),
        }
        self.open_body(line.indent);
        (!argument.is_empty()).then_some(Line {
            indent: line.indent + DOTS,
            text: argument,
        })
    }

    fn code(&mut self, name: &str, options: &Options<'_>, indent: usize) {
        match (name, options.title) {
            ("qmp-example", Some(title)) => self.open_lead(format!("Example: {title}")),
            ("qmp-example", None) => self.open_lead("Example:".to_owned()),
            (_, Some(title)) => self.open_lead(title.to_owned()),
            (_, None) => (),
        }
        if options.is_annotated {
            self.open_body(indent);
        } else {
            self.verbatim_below(indent);
        }
    }

    /// The options in the lines below a directive: `:name: value`.
    fn options(&mut self, indent: usize) -> Options<'a> {
        let mut options = Options::default();
        while let Some(line) = self.peek().filter(|line| line.indent > indent)
            && let Some((name, value)) = option(line.text)
        {
            match name {
                "title" | "caption" => options.title = Some(value),
                "annotated" => options.is_annotated = true,
                // How it looks in QEMU's manual.
                _ => (),
            }
            self.next += 1;
        }
        options
    }
}

fn option(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.strip_prefix(':')?.split_once(':')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let ends = value.is_empty() || value.starts_with(' ');
    (!name.is_empty() && name.bytes().all(is_name) && ends).then(|| (name, value.trim_start()))
}

fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
