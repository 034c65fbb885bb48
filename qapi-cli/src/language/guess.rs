//! Values of which nothing is known: as `qmp-shell` understands them.
//!
//! A whole number is a number, `true` and `false` in any case are booleans, what begins with `{`
//! or `[` is JSON, and anything else is a string; so is anything in quotes. Dotted names make
//! lists where all of them are numbers, and else objects. A name alone is `true`.

use super::integer;
use super::json;
use super::mistake::Result;
use super::tree::{Entry, Form, Tree};
use super::typed::{boolean, list};

/// Appends what a value is most likely to be.
pub(super) fn guess(tree: &Tree, out: &mut String) -> Result<()> {
    match &tree.form {
        Form::Word {
            text,
            is_quoted: false,
        } => word(text, tree, out)?,
        Form::Word { text, .. } | Form::String(text) => out.push_str(&json::quote(text)),
        Form::Alone => out.push_str("true"),
        Form::Null => out.push_str("null"),
        Form::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Form::Number(number) => out.push_str(number),
        Form::List(elements) => self::elements(elements.iter(), out)?,
        Form::Object(entries) => object(entries, out)?,
        Form::Dotted(entries) if entries.iter().all(|it| list::index(&it.name).is_some()) => {
            elements(list::in_order(entries)?, out)?;
        }
        Form::Dotted(entries) => object(entries, out)?,
    }
    Ok(())
}

fn word(text: &str, tree: &Tree, out: &mut String) -> Result<()> {
    if let Some(value) = boolean(text) {
        out.push_str(if value { "true" } else { "false" });
    } else if text.starts_with(['{', '[']) {
        guess(&json::parse(text, tree.span.start)?, out)?;
    } else if let Some(integer) = decimal(text) {
        out.push_str(&integer);
    } else {
        out.push_str(&json::quote(text));
    }
    Ok(())
}

/// A whole number, in the one form that JSON has for it.
fn decimal(text: &str) -> Option<String> {
    if text.starts_with("0x") || text.starts_with("0X") {
        return None;
    }
    integer::parse(text, false).ok().map(|it| it.to_string())
}

/// Appends an object with members of any kind.
pub(super) fn object(entries: &[Entry], out: &mut String) -> Result<()> {
    out.push('{');
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(&json::quote(&entry.name));
        out.push_str(": ");
        guess(&entry.value, out)?;
    }
    out.push('}');
    Ok(())
}

fn elements<'t>(elements: impl IntoIterator<Item = &'t Tree>, out: &mut String) -> Result<()> {
    out.push('[');
    for (index, element) in elements.into_iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        guess(element, out)?;
    }
    out.push(']');
    Ok(())
}
