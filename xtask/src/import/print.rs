//! Prints expressions of the schema language, the same ones always the same way.
//!
//! A value that fits into the rest of its line stands there. Otherwise each of its parts has a
//! line of its own, indented by two more columns, and the closing brace stands behind the last.

use qapi_parser::SmolStr;
use qapi_parser::source::Spanned;
use qapi_parser::syntax::{Object, Value, ValueKind};

/// The column that no line goes beyond where it can be broken.
const WIDTH: usize = 80;

/// An `include` directive.
pub(super) fn include(path: &str) -> String {
    format!("{{ 'include': {} }}\n", string(path))
}

/// A `pragma` directive.
pub(super) fn pragma(object: &Object) -> String {
    let mut printer = Printer::default();
    printer.text("{ 'pragma': ");
    printer.object(object, 0, 2);
    printer.text(" }");
    printer.finish()
}

/// A definition.
pub(super) fn definition(object: &Object) -> String {
    let mut printer = Printer::default();
    printer.object(object, 0, 0);
    printer.finish()
}

#[derive(Default)]
struct Printer {
    out: String,
    column: usize,
}

impl Printer {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.len();
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    /// A value in a line that is indented by `indent`, with `behind` columns to follow it in its
    /// last line.
    fn value(&mut self, value: &Value, indent: usize, behind: usize) {
        match &value.kind {
            ValueKind::String(text) => self.text(&string(text)),
            ValueKind::Bool(_) | ValueKind::Null => self.text(&flat(value)),
            ValueKind::Array(values) => self.array(values, indent, behind),
            ValueKind::Object(object) => self.object(object, indent, behind),
        }
    }

    fn array(&mut self, values: &[Value], indent: usize, behind: usize) {
        let flat = flat_array(values);
        if self.fits(&flat, behind) {
            return self.text(&flat);
        }
        self.text("[");
        for (index, value) in values.iter().enumerate() {
            self.line(indent + 2);
            self.part(index + 1 == values.len(), behind, |printer, behind| {
                printer.value(value, indent + 2, behind);
            });
        }
        self.text(" ]");
    }

    fn object(&mut self, object: &Object, indent: usize, behind: usize) {
        let flat = flat_object(object);
        if self.fits(&flat, behind) {
            return self.text(&flat);
        }
        // At the start of a line, the first key can follow the brace without being indented more
        // than the others.
        let starts_line = self.column == indent;
        self.text("{");
        for (index, (key, value)) in object.iter().enumerate() {
            if index == 0 && starts_line {
                self.text(" ");
            } else {
                self.line(indent + 2);
            }
            self.part(index + 1 == object.len(), behind, |printer, behind| {
                printer.text(&format!("{}: ", string(&key.value)));
                printer.value(value, indent + 2, behind);
            });
        }
        self.text(" }");
    }

    /// Prints one of several parts, with the comma behind it unless it is the last. Behind that,
    /// there is the closing brace.
    fn part(&mut self, is_last: bool, behind: usize, print: impl FnOnce(&mut Self, usize)) {
        if is_last {
            print(self, behind + 2);
        } else {
            print(self, 1);
            self.text(",");
        }
    }

    fn fits(&self, flat: &str, behind: usize) -> bool {
        self.column + flat.len() + behind <= WIDTH
    }

    fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }
}

fn flat(value: &Value) -> String {
    match &value.kind {
        ValueKind::String(text) => string(text),
        ValueKind::Bool(value) => value.to_string(),
        ValueKind::Null => "null".to_owned(),
        ValueKind::Array(values) => flat_array(values),
        ValueKind::Object(object) => flat_object(object),
    }
}

fn flat_array(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(flat).collect();
    enclosed("[", &values, "]")
}

fn flat_object(object: &Object) -> String {
    let member = |(key, value): &(Spanned<SmolStr>, Value)| {
        format!("{}: {}", string(&key.value), flat(value))
    };
    let members: Vec<String> = object.iter().map(member).collect();
    enclosed("{", &members, "}")
}

fn enclosed(open: &str, parts: &[String], close: &str) -> String {
    if parts.is_empty() {
        format!("{open}{close}")
    } else {
        format!("{open} {} {close}", parts.join(", "))
    }
}

/// A string. Characters that the strict rules do not allow are escaped as QEMU 4.1 had it.
fn string(text: &str) -> String {
    let mut string = "'".to_owned();
    for char in text.chars() {
        match char {
            '\\' | '\'' => string.extend(['\\', char]),
            '\u{1}'..='\u{1f}' | '\u{7f}' => {
                string.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => string.push(char),
        }
    }
    string.push('\'');
    string
}
