//! What a program uses: `--used`.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use qapi_protocol::introspection::Schema;

use crate::input::is_stdin;

/// How large such a file may be.
const MAX_SIZE: u64 = 16 << 20;

/// What a program uses.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Used {
    /// The names of commands and events, each once.
    pub(super) names: Vec<String>,
    /// Paths to what is inside of them, in the notation of libvirt.
    pub(super) paths: Vec<String>,
}

impl Used {
    /// Reads a file: a name or a path a line; `#` starts a comment.
    pub(super) fn read(path: &Path) -> anyhow::Result<Used> {
        let mut text = String::new();
        let read = if is_stdin(path) {
            std::io::stdin()
                .lock()
                .take(MAX_SIZE)
                .read_to_string(&mut text)
        } else {
            let file = fs::File::open(path);
            file.and_then(|file| file.take(MAX_SIZE).read_to_string(&mut text))
        };
        let place = path.display();
        let size = read.with_context(|| format!("can't read what is used in '{place}'"))?;
        if size as u64 == MAX_SIZE {
            bail!("'{place}' is too large to be a list of commands");
        }
        Used::parse(&text, &place.to_string())
    }

    fn parse(text: &str, place: &str) -> anyhow::Result<Used> {
        let mut used = Used::default();
        // Whether a path is well-formed does not depend on the schema.
        let any: Schema = qapi_protocol::decode("[]")?;
        for (index, line) in text.lines().enumerate() {
            let entry = line.split('#').next().unwrap_or("").trim();
            if entry.is_empty() {
                continue;
            }
            any.find(entry)
                .with_context(|| format!("{place}:{}", index + 1))?;
            let list = if entry.contains('/') {
                &mut used.paths
            } else {
                &mut used.names
            };
            if !list.iter().any(|known| known == entry) {
                list.push(entry.to_owned());
            }
        }
        Ok(used)
    }

    /// Whether a command or an event is named.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Used;

    #[test]
    fn a_line_is_a_name_or_a_path() {
        let text = "# ours\nstop\n\n  cont # later\r\nstop\nblockdev-add/arg-type/+qcow2/size\n";
        let used = Used::parse(text, "used").unwrap();
        assert_eq!(used.names, ["stop", "cont"]);
        assert_eq!(used.paths, ["blockdev-add/arg-type/+qcow2/size"]);
        assert!(used.has("cont") && !used.has("con"));
    }

    #[test]
    fn what_is_neither_is_an_error_with_its_line() {
        let error = Used::parse("stop\nquery block\n", "used").unwrap_err();
        let text = format!("{error:#}");
        assert!(
            text.starts_with("used:2: ") && text.contains("' ' in a name"),
            "{text}"
        );
        let error = Used::parse("stop/arg\n", "used").unwrap_err();
        assert!(format!("{error:#}").starts_with("used:1: "));
    }
}
