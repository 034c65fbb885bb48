//! The line editor.

use std::cell::Cell;

use anyhow::Context as _;
use rustyline::Editor;
use rustyline::config::{Behavior, BellStyle, ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::{History as _, MemHistory};
use unicode_width::UnicodeWidthStr as _;

use super::assistant::Assistant;
use super::history::{HistoryFile, MAX_ENTRIES, is_to_be_kept};
use super::learn::Dialect;
use super::paint::Paint;
use super::screen::Screen;
use super::source::{Typed, Typing};

/// How many candidates are listed without asking first.
const MANY_CANDIDATES: usize = 200;

/// Reads lines from the terminal, and remembers them.
pub(super) struct LineEditor {
    editor: Editor<Assistant, MemHistory>,
    screen: Screen,
    paint: Paint,
    file: Option<HistoryFile>,
}

impl LineEditor {
    /// One that remembers lines in `file`.
    pub(super) fn new(
        dialect: Dialect,
        screen: Screen,
        paint: Paint,
        file: Option<HistoryFile>,
    ) -> anyhow::Result<Self> {
        let color = match paint.colored {
            true => ColorMode::Enabled,
            false => ColorMode::Disabled,
        };
        let config = Config::builder()
            .behavior(Behavior::Stdio)
            .bell_style(BellStyle::None)
            .color_mode(color)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .completion_prompt_limit(MANY_CANDIDATES)
            .max_history_size(MAX_ENTRIES)
            .and_then(|config| config.history_ignore_dups(true))
            .context("cannot set up the line editor")?
            .build();
        let history = MemHistory::with_config(&config);
        let mut editor =
            Editor::with_history(config, history).context("cannot use the terminal")?;
        editor.set_helper(Some(Assistant {
            dialect,
            screen: screen.clone(),
            paint,
            typing: Cell::new(Typing::Line),
            columns: Cell::new(0),
        }));
        let printer = editor
            .create_external_printer()
            .context("cannot use the terminal")?;
        screen.print_with(printer);
        let mut editor = LineEditor {
            editor,
            screen,
            paint,
            file,
        };
        editor.remember_old_lines();
        Ok(editor)
    }

    /// Takes over the lines of the file. Without them, the shell is as good as it was.
    fn remember_old_lines(&mut self) {
        let Some(file) = &self.file else {
            return;
        };
        match file.load() {
            Ok(lines) => {
                for line in lines {
                    let _ = self.editor.history_mut().add(&line);
                }
            }
            Err(error) => self.forget_file(&error),
        }
    }

    fn forget_file(&mut self, error: &std::io::Error) {
        if let Some(file) = self.file.take() {
            let what = format_args!("(the history in {} is not kept: {error})", file.path());
            self.screen.note(self.paint.dim(what));
        }
    }

    /// How many columns the terminal has.
    pub(super) fn width(&mut self) -> usize {
        self.editor
            .dimensions()
            .map_or(0, |(columns, _)| usize::from(columns))
    }

    /// Has a line typed behind `prompt`.
    pub(super) fn read(&mut self, prompt: &str, typing: Typing) -> anyhow::Result<Typed> {
        let columns = self.width();
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.typing.set(typing);
            assistant
                .columns
                .set(columns.saturating_sub(prompt.width()));
        }
        self.screen.begin_editing();
        let typed = self.editor.readline(&(prompt, self.paint.prompt(prompt)));
        self.screen.end_editing();
        match typed {
            Ok(text) => Ok(Typed::Text(text)),
            Err(ReadlineError::Interrupted) => Ok(Typed::Interrupt),
            Err(ReadlineError::Eof) => Ok(Typed::End),
            Err(error) => Err(error).context("cannot read from the terminal"),
        }
    }

    /// Remembers what was typed, unless it is to be forgotten.
    pub(super) fn remember(&mut self, text: &str) {
        let text = text.trim_end();
        if !is_to_be_kept(text) || !self.editor.history_mut().add(text).unwrap_or(false) {
            return;
        }
        if let Some(file) = &self.file
            && let Err(error) = file.append(text)
        {
            self.forget_file(&error);
        }
    }
}
