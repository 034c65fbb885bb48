//! A schema many times over. The benches of `qapi-codegen` and of everything (`bench/`) have this file,
//! too.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use qapi_parser::Parsed;
use qapi_parser::syntax::{File, Item, Object, ValueKind};

/// Writes a schema whose modules have everything `times` times, the copies under new names.
pub(crate) fn write(original: &Parsed, times: usize, to: &Path) {
    let names = Names::of(original);
    let root = original.modules().first().map(|module| module.file().file);
    let root = root.and_then(|root| original.sources().get(root).path().parent());
    let folder = root
        .and_then(Path::parent)
        .expect("the root is in a folder");
    for module in original.modules() {
        let file = original.sources().get(module.file().file);
        let path = file.path().strip_prefix(folder).expect("it is in the tree");
        let mut text = with_pragmas(file.text(), module.file(), times);
        let rest = without_directives(file.text(), module.file());
        for copy in 1..times {
            text.push('\n');
            names.renamed(&rest, copy, &mut text);
        }
        let path = to.join(path);
        let parent = path.parent().expect("it is in a folder");
        fs::create_dir_all(parent).expect("the folder can be made");
        fs::write(path, text).expect("it can be written");
    }
}

/// The text of a file whose lists of exceptions also have the names of the copies.
fn with_pragmas(text: &str, file: &File, times: usize) -> String {
    let mut lists = Vec::new();
    for item in &file.items {
        if let Item::Pragma(pragma) = item {
            strings(&pragma.value, &mut lists);
        }
    }
    let mut result = text.to_owned();
    for (range, name) in lists.into_iter().rev() {
        let names = (1..times).map(|copy| format!(", '{}'", renamed(&name, copy)));
        result.insert_str(range.end, &names.collect::<String>());
    }
    result
}

fn strings(pragma: &Object, strings: &mut Vec<(Range<usize>, String)>) {
    for (_, value) in pragma {
        if let ValueKind::Array(elements) = &value.kind {
            for element in elements {
                if let ValueKind::String(name) = &element.kind {
                    strings.push((element.span.range(), name.to_string()));
                }
            }
        }
    }
}

fn without_directives(text: &str, file: &File) -> String {
    let mut result = text.to_owned();
    for item in file.items.iter().rev() {
        match item {
            Item::Include(include) => result.replace_range(include.span.range(), ""),
            Item::Pragma(pragma) => result.replace_range(pragma.span.range(), ""),
            Item::Definition { .. } | Item::Comment(_) => {}
        }
    }
    result
}

/// The names that a schema defines.
struct Names<'a>(HashSet<&'a str>);

impl<'a> Names<'a> {
    fn of(parsed: &'a Parsed) -> Self {
        let items = parsed
            .modules()
            .iter()
            .flat_map(|module| &module.file().items);
        let name = |item: &'a Item| match item {
            Item::Definition { expr, .. } => match expr.value.first() {
                Some((_, value)) => match &value.kind {
                    ValueKind::String(name) => Some(name.as_str()),
                    _ => None,
                },
                None => None,
            },
            _ => None,
        };
        Names(items.filter_map(name).collect())
    }

    /// Adds a text to `out` in which everything has the name of a copy.
    fn renamed(&self, text: &str, copy: usize, out: &mut String) {
        for line in text.split_inclusive('\n') {
            if line.starts_with('#') {
                self.renamed_comment(line, copy, out);
            } else {
                self.renamed_expression(line, copy, out);
            }
        }
    }

    fn renamed_comment(&self, line: &str, copy: usize, out: &mut String) {
        let name = line
            .strip_prefix("# @")
            .and_then(|rest| rest.strip_suffix(":\n"));
        match name {
            Some(name) if self.0.contains(name) => {
                out.push_str(&format!("# @{}:\n", renamed(name, copy)));
            }
            _ => out.push_str(line),
        }
    }

    /// Types are told from anything else by their names; commands and events stand behind their
    /// keys only.
    fn renamed_expression(&self, line: &str, copy: usize, out: &mut String) {
        let mut last = "";
        for (index, part) in line.split('\'').enumerate() {
            if index > 0 {
                out.push('\'');
            }
            let is_definition = matches!(last, "command" | "event") || is_type(part);
            let is_name = index % 2 == 1 && is_definition && self.0.contains(part);
            if is_name {
                out.push_str(&renamed(part, copy));
            } else {
                out.push_str(part);
            }
            if index % 2 == 1 {
                last = part;
            }
        }
    }
}

fn is_type(name: &str) -> bool {
    let starts = name.starts_with(|char: char| char.is_ascii_uppercase());
    starts && name.contains(|char: char| char.is_ascii_lowercase())
}

fn renamed(name: &str, copy: usize) -> String {
    if is_type(name) {
        format!("{name}X{copy}")
    } else if name.contains(|char: char| char.is_ascii_lowercase()) {
        format!("{name}-x{copy}")
    } else {
        format!("{name}_X{copy}")
    }
}
