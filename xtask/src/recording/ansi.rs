//! What a terminal shows, from its escape sequences.

/// Text that looks the same throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) column: usize,
    pub(super) text: String,
    pub(super) look: Look,
}

/// How text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// One of the eight colours of terminals.
    pub(super) color: Option<u8>,
    pub(super) bold: bool,
    pub(super) dim: bool,
}

/// The spans of a line in which only colours are set, each character a column wide; blanks at its
/// end are left out.
pub(super) fn read(line: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut look = Look::default();
    let mut column = 0;
    let mut pieces = line.split("\x1b[");
    let first = pieces.next().unwrap_or_default();
    let styled = pieces.filter_map(|piece| piece.split_once('m'));
    for (codes, text) in [("", first)].into_iter().chain(styled) {
        for code in codes.split(';') {
            look = look.after(code);
        }
        if text.is_empty() {
            continue;
        }
        match spans.last_mut() {
            Some(last) if last.look == look => last.text.push_str(text),
            _ => spans.push(Span {
                column,
                text: text.to_owned(),
                look,
            }),
        }
        column += text.chars().count();
    }
    while let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        spans.pop();
    }
    spans
}

impl Look {
    fn after(self, code: &str) -> Self {
        match code.parse::<u8>() {
            Ok(0) => Look::default(),
            Ok(1) => Look { bold: true, ..self },
            Ok(2) => Look { dim: true, ..self },
            Ok(22) => Look {
                bold: false,
                dim: false,
                ..self
            },
            Ok(code @ 30..=37) => Look {
                color: Some(code - 30),
                ..self
            },
            Ok(39) => Look {
                color: None,
                ..self
            },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, Span, read};

    #[test]
    fn a_line_is_taken_apart_by_its_looks() {
        let span = |column, text: &str, look| Span {
            column,
            text: text.to_owned(),
            look,
        };
        let green = Look {
            color: Some(2),
            bold: true,
            dim: false,
        };
        let dim = Look {
            dim: true,
            ..Look::default()
        };
        assert_eq!(
            read("\x1b[1m\x1b[32m\x1b[49mvm> \x1b[0m\x1b[39mstop \x1b[2mnow\x1b[0m   "),
            [
                span(0, "vm> ", green),
                span(4, "stop ", Look::default()),
                span(9, "now", dim)
            ]
        );
        assert_eq!(read("a\x1b[0mb"), [span(0, "ab", Look::default())]);
        assert!(read("   ").is_empty());
    }
}
