//! Values as the schema wants them: from what is said to the JSON that is sent.

mod alternate;
pub(super) mod list;
pub(super) mod object;
mod scalar;

use qapi_parser::nearest;
use qapi_protocol::introspection::TypeKind;

pub(super) use self::scalar::boolean;
use super::guess::{self, guess};
use super::json;
use super::mistake::{Mistake, Result};
use super::tree::{Form, Tree};
use crate::vocabulary::{Command, Type, Value};

/// How many values of an enumeration a message names.
const MAX_NAMED: usize = 12;

/// Where a value stands, for messages.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What takes the members: a command, or an action of a transaction.
    head: String,
    /// The dotted name of the value; empty for the arguments as a whole.
    path: String,
}

impl Place {
    pub(super) fn new(head: &str) -> Self {
        Place {
            head: head.to_owned(),
            path: String::new(),
        }
    }

    fn member(&self, name: &str) -> Self {
        Place {
            head: self.head.clone(),
            path: self.dotted(name),
        }
    }

    /// The dotted name of a member.
    fn dotted(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    /// What messages call it.
    fn name(&self) -> &str {
        if self.path.is_empty() {
            &self.head
        } else {
            &self.path
        }
    }
}

/// Appends the arguments that `tree` has for the command `name`.
pub(super) fn arguments(
    tree: &Tree,
    name: &str,
    command: Option<Command<'_>>,
    out: &mut String,
) -> Result<()> {
    let arguments = command.and_then(Command::arguments);
    let is_open = command.is_some_and(Command::is_open);
    members(tree, name, arguments, is_open, out)
}

/// Appends an object with the members in `tree`, which are those of `ty`, or any.
pub(super) fn members(
    tree: &Tree,
    head: &str,
    ty: Option<Type<'_>>,
    is_open: bool,
    out: &mut String,
) -> Result<()> {
    let (Form::Dotted(entries) | Form::Object(entries)) = &tree.form else {
        return Err(Mistake::new(tree.span.clone(), "an object is wanted here"));
    };
    match ty {
        Some(ty) => object::write(entries, ty, is_open, tree.end(), &Place::new(head), out),
        None => guess::object(entries, out),
    }
}

/// Appends the value that `tree` is as a `ty`.
fn value(tree: &Tree, ty: Type<'_>, place: &Place, out: &mut String) -> Result<()> {
    match ty.kind() {
        TypeKind::Builtin => scalar::write(tree, ty, place, out),
        TypeKind::Enum => scalar::enumeration(tree, ty, place, out),
        TypeKind::Alternate => alternate::write(tree, ty, place, out),
        TypeKind::Array => match &json(tree)?.as_ref().unwrap_or(tree).form {
            Form::List(elements) => list::write(elements, ty, place, out),
            Form::Dotted(entries) => list::dotted(entries, ty, place, out),
            _ => Err(unsuitable(tree, ty, place)),
        },
        TypeKind::Object => {
            let json = json(tree)?;
            let tree = json.as_ref().unwrap_or(tree);
            match &tree.form {
                Form::Object(entries) | Form::Dotted(entries) => {
                    object::write(entries, ty, false, tree.end(), place, out)
                }
                _ => Err(unsuitable(tree, ty, place)),
            }
        }
        _ => guess(tree, out),
    }
}

/// The JSON that a word is, where an object or a list is wanted.
fn json(tree: &Tree) -> Result<Option<Tree>> {
    match &tree.form {
        Form::Word { text, is_quoted } if text.starts_with(['{', '[']) => {
            let text_at = tree.span.start + usize::from(*is_quoted);
            json::parse(text, text_at).map(Some)
        }
        _ => Ok(None),
    }
}

/// What is said of a value that is none of `ty`.
fn unsuitable(tree: &Tree, ty: Type<'_>, place: &Place) -> Mistake {
    let name = place.name();
    let wanted = wanted(ty);
    let message = match found(&tree.form) {
        Some(found) => format!("`{name}` takes {wanted}, not {found}"),
        None => format!("`{name}` needs {wanted}"),
    };
    let help = match (ty.kind(), &tree.form) {
        (TypeKind::Array, _) => Some(format!("{name}.0=..., or {name}=[...] as JSON")),
        (TypeKind::Object, _) => {
            let mut members = ty.members();
            let first = members.next().map_or("MEMBER", |member| member.name());
            Some(format!("{name}.{first}=..., or {name}={{...}} as JSON"))
        }
        (_, Form::Alone) => Some(format!("{name}=<{ty}>")),
        _ => None,
    };
    Mistake::new(tree.span.clone(), message).with_help(help)
}

/// Which values there are instead of `text`.
fn value_help(text: &str, ty: Type<'_>) -> Option<String> {
    let mut values = Vec::new();
    add_values(ty, &mut values);
    if let Some(near) = nearest(text, values.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let values: Vec<_> = values.iter().map(|it| format!("`{it}`")).collect();
    let (last, others) = values.split_last()?;
    match others {
        [] => Some(format!("it takes {last}")),
        _ if values.len() > MAX_NAMED => None,
        _ => Some(format!("it takes {} or {last}", others.join(", "))),
    }
}

/// Adds the words that a type takes.
fn add_values<'v>(ty: Type<'v>, values: &mut Vec<&'v str>) {
    match ty.json_type() {
        Some("boolean") => values.extend(["true", "false"]),
        Some("null") => values.push("null"),
        _ => {
            values.extend(ty.values().map(Value::name));
            ty.alternatives().for_each(|it| add_values(it, values));
        }
    }
}

/// What values of a type are.
fn wanted(ty: Type<'_>) -> String {
    match (ty.kind(), ty.json_type()) {
        (_, Some("string")) => "a string".to_owned(),
        (_, Some("int")) => "an integer".to_owned(),
        (_, Some("number")) => "a number".to_owned(),
        (_, Some("boolean")) => "`true` or `false`".to_owned(),
        (_, Some("null")) => "`null`".to_owned(),
        (TypeKind::Enum, _) => "a value".to_owned(),
        (TypeKind::Array, _) => "a list".to_owned(),
        (TypeKind::Object, _) => "an object".to_owned(),
        (TypeKind::Alternate, _) => {
            let alternatives: Vec<_> = ty.alternatives().map(wanted).collect();
            alternatives.join(" or ")
        }
        _ => "a value".to_owned(),
    }
}

/// What is there instead.
fn found(form: &Form) -> Option<String> {
    Some(match form {
        Form::Word { text, .. } if text.is_empty() => return None,
        Form::Word { text, .. } => format!("`{text}`"),
        Form::Alone => return None,
        Form::Null => "`null`".to_owned(),
        Form::Bool(value) => format!("`{value}`"),
        Form::Number(number) => format!("the number {number}"),
        Form::String(_) => "a string".to_owned(),
        Form::List(_) => "a list".to_owned(),
        Form::Object(_) | Form::Dotted(_) => "an object".to_owned(),
    })
}
