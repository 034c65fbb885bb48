//! Values that have no parts.

use qapi_parser::nearest;

use super::{Place, unsuitable, value_help};
use crate::language::guess::guess;
use crate::language::integer::{self, Fault};
use crate::language::json;
use crate::language::mistake::{Mistake, Result};
use crate::language::tree::{Form, Tree};
use crate::vocabulary::{Integer, Type};

/// Appends a value of a basic type.
pub(super) fn write(tree: &Tree, ty: Type<'_>, place: &Place, out: &mut String) -> Result<()> {
    let json = match (ty.json_type(), &tree.form) {
        (Some("string"), Form::Word { text, .. } | Form::String(text)) => json::quote(text),
        (Some("int"), Form::Word { text, .. } | Form::Number(text)) => {
            let integer = ty.integer().unwrap_or(Integer::ANY);
            let is_word = matches!(tree.form, Form::Word { .. });
            whole(text, integer, is_word)
                .map_err(|help| unsuitable(tree, ty, place).with_help(help))?
        }
        (Some("number"), Form::Word { text, .. } | Form::Number(text)) if json::is_number(text) => {
            text.clone()
        }
        (Some("boolean"), Form::Alone) => "true".to_owned(),
        (Some("boolean"), Form::Bool(value)) => value.to_string(),
        (Some("boolean"), Form::Word { text, .. }) => match boolean(text) {
            Some(value) => value.to_string(),
            None => return Err(no_boolean(text, tree, ty, place)),
        },
        (Some("null"), Form::Null) => "null".to_owned(),
        (Some("null"), Form::Word { text, .. }) if text == "null" => text.clone(),
        (Some("string" | "int" | "number" | "boolean" | "null"), _) => {
            return Err(unsuitable(tree, ty, place));
        }
        _ => return guess(tree, out),
    };
    out.push_str(&json);
    Ok(())
}

/// Appends a value of an enumeration.
pub(super) fn enumeration(
    tree: &Tree,
    ty: Type<'_>,
    place: &Place,
    out: &mut String,
) -> Result<()> {
    let (Form::Word { text, .. } | Form::String(text)) = &tree.form else {
        return Err(unsuitable(tree, ty, place).with_help(value_help("", ty)));
    };
    if ty.values().any(|value| value.name() == text) {
        out.push_str(&json::quote(text));
        return Ok(());
    }
    let message = format!("`{}` takes no value `{text}`", place.name());
    Err(Mistake::new(tree.span.clone(), message).with_help(value_help(text, ty)))
}

/// The boolean that a word is, in any case, as Python writes them.
pub(in crate::language) fn boolean(word: &str) -> Option<bool> {
    match word {
        _ if word.eq_ignore_ascii_case("true") => Some(true),
        _ if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// What is said of those who say `on`, as on QEMU's command line.
fn no_boolean(text: &str, tree: &Tree, ty: Type<'_>, place: &Place) -> Mistake {
    let meant = match text.to_ascii_lowercase().as_str() {
        "on" | "yes" | "y" | "1" => Some("true"),
        "off" | "no" | "n" | "0" => Some("false"),
        _ => nearest(text, ["true", "false"].into_iter()),
    };
    let help = meant.map(|meant| format!("did you mean `{meant}`?"));
    unsuitable(tree, ty, place).with_help(help)
}

/// The integer as it is sent, or what to do about it.
fn whole(text: &str, integer: Integer, is_word: bool) -> Result<String, Option<String>> {
    let Integer { min, max, is_size } = integer;
    let is_json = text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
    let value = if is_word || is_json {
        integer::parse(text, is_size)
    } else {
        Err(Fault::Fraction)
    };
    match value {
        Ok(value) if (min..=max).contains(&value) => Ok(value.to_string()),
        Ok(_) | Err(Fault::Overflow) => Err(Some(format!("it can be {min} to {max}"))),
        Err(Fault::Suffix) => Err(Some("it is no size, and takes no suffix".to_owned())),
        Err(Fault::Fraction) => Err(Some(format!("`{text}` is no whole number"))),
        Err(Fault::Malformed) if is_size => Err(Some(match plain_size(text) {
            Some(size) => format!("did you mean `{size}`?"),
            None => "write it as 1048576, 0x100000, or as a size: 1M".to_owned(),
        })),
        Err(Fault::Malformed) => Err(Some("write it as 255 or 0xff".to_owned())),
    }
}

/// The size that `1KiB` and `1MB` mean: units are written without their bytes.
fn plain_size(text: &str) -> Option<&str> {
    let size = text.strip_suffix(['b', 'B'])?;
    let size = size.strip_suffix('i').unwrap_or(size);
    integer::parse(size, true).is_ok().then_some(size)
}
