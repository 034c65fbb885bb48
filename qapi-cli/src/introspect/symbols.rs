//! The symbols that a build defines.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow};

/// A set of symbols of the C preprocessor.
#[derive(Debug, Default)]
pub(super) struct Symbols(BTreeSet<String>);

impl Symbols {
    /// Whether a symbol is defined.
    pub(super) fn has(&self, symbol: &str) -> bool {
        self.0.contains(symbol)
    }

    /// Adds symbols.
    pub(super) fn extend(&mut self, symbols: &[String]) {
        self.0.extend(symbols.iter().cloned());
    }

    /// Adds the symbols of a file.
    pub(super) fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("can't read the symbols in '{}'", path.display()))?;
        for (index, line) in text.lines().enumerate() {
            let symbol = line.split('#').next().unwrap_or("").trim();
            if symbol.is_empty() {
                continue;
            }
            let place = || format!("{}:{}", path.display(), index + 1);
            let symbol = parse_symbol(symbol).map_err(|what| anyhow!("{}: {what}", place()))?;
            self.0.insert(symbol);
        }
        Ok(())
    }
}

/// A symbol: an identifier of C.
pub(super) fn parse_symbol(text: &str) -> Result<String, String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let starts_well = text.bytes().next().is_some_and(|it| !it.is_ascii_digit());
    if starts_well && text.bytes().all(is_word) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "'{}' is not a symbol: letters, digits and '_' make one",
        text.escape_debug()
    ))
}
