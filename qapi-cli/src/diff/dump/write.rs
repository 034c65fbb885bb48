//! Writing what a server says of itself in the schema language.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use qapi_parser::schema::{Builtin, JsonType};
use qapi_protocol::introspection::{Command, Event, Features, Member, Schema, Type, TypeKind};

/// The text of a schema.
pub(super) struct Text<'s> {
    text: String,
    /// The types that are used, by what the answer calls them, with what this text calls them.
    types: HashMap<&'s str, String>,
    /// Those that are still to be written.
    queue: VecDeque<Type<'s>>,
}

impl<'s> Text<'s> {
    /// The schema that gives this answer. Where something is odd in a way that cannot be written,
    /// the error says what.
    pub(super) fn of(answer: &'s Schema) -> anyhow::Result<Self> {
        let mut text = Text {
            text: String::new(),
            types: HashMap::new(),
            queue: VecDeque::new(),
        };
        let mut commands = Vec::new();
        for command in answer.commands() {
            commands.push(quoted(command.name())?);
            let context = || format!("command '{}'", command.name());
            text.command(command).with_context(context)?;
        }
        if commands.is_empty() {
            bail!("it has no command, not even query-qmp-schema");
        }
        for event in answer.events() {
            let context = || format!("event '{}'", event.name().escape_debug());
            text.event(event).with_context(context)?;
        }
        while let Some(ty) = text.queue.pop_front() {
            let context = || format!("type '{}'", ty.name().escape_debug());
            text.ty(ty).with_context(context)?;
        }
        text.pragma(&commands);
        Ok(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// A message about the text, with types called as the answer does.
    pub(super) fn with_names(&self, message: &str) -> String {
        let mut message = message.to_owned();
        for (theirs, ours) in &self.types {
            let theirs = theirs.escape_debug();
            message = message.replace(&format!("'{ours}'"), &format!("'{theirs}'"));
        }
        message
    }

    /// The exceptions that schemas make: names as they were once written, and commands that return
    /// what they should not.
    fn pragma(&mut self, commands: &[String]) {
        let commands = commands.join(", ");
        let types: Vec<String> = self.types.values().map(|it| format!("'{it}'")).collect();
        let types = types.join(", ");
        self.line(&format!(
            "{{ 'pragma': {{ 'command-returns-exceptions': [ {commands} ], \
             'member-name-exceptions': [ {types} ] }} }}"
        ));
    }

    fn command(&mut self, command: Command<'s>) -> anyhow::Result<()> {
        let name = quoted(command.name())?;
        let data = self.data(command.arguments())?;
        let returns = match command.returns() {
            ty if is_empty(ty) => String::new(),
            ty => format!(", 'returns': {}", self.reference(ty)?),
        };
        let oob = if command.allows_oob() {
            ", 'allow-oob': true"
        } else {
            ""
        };
        let features = features(command.features())?;
        self.line(&format!(
            "{{ 'command': {name}{data}{returns}{oob}{features} }}"
        ));
        Ok(())
    }

    fn event(&mut self, event: Event<'s>) -> anyhow::Result<()> {
        let name = quoted(event.name())?;
        let data = self.data(event.data())?;
        let features = features(event.features())?;
        self.line(&format!("{{ 'event': {name}{data}{features} }}"));
        Ok(())
    }

    /// Arguments or data: any type that has members.
    fn data(&mut self, ty: Type<'s>) -> anyhow::Result<String> {
        if is_empty(ty) {
            return Ok(String::new());
        }
        let data = self.reference(ty)?;
        Ok(format!(", 'data': {data}, 'boxed': true"))
    }

    /// A type that has a definition.
    fn ty(&mut self, ty: Type<'s>) -> anyhow::Result<()> {
        let features = features(ty.features())?;
        let name = self.reference(ty)?;
        let definition = match ty.kind() {
            TypeKind::Enum => format!("'enum': {name}, 'data': [ {} ]", values(ty)?),
            TypeKind::Alternate => {
                let alternatives = self.alternatives(ty)?;
                format!("'alternate': {name}, 'data': {{ {alternatives} }}")
            }
            _ => self.object(ty, &name)?,
        };
        self.line(&format!("{{ {definition}{features} }}"));
        Ok(())
    }

    fn object(&mut self, ty: Type<'s>, name: &str) -> anyhow::Result<String> {
        let mut members = Vec::new();
        for member in ty.members() {
            let context = || format!("member '{}'", member.name().escape_debug());
            members.push(self.member(member).with_context(context)?);
        }
        let members = members.join(", ");
        let mut branches = Vec::new();
        for (value, branch) in ty.branches() {
            // In a schema, a value whose branch has no members needs none.
            if !is_empty(branch) {
                branches.push(format!("{}: {}", quoted(value)?, self.reference(branch)?));
            }
        }
        let branches = branches.join(", ");
        Ok(match ty.tag() {
            _ if branches.is_empty() => format!("'struct': {name}, 'data': {{ {members} }}"),
            Some(tag) => format!(
                "'union': {name}, 'base': {{ {members} }}, 'discriminator': {}, \
                 'data': {{ {branches} }}",
                quoted(tag)?
            ),
            None => bail!("it has branches, and no tag to choose one"),
        })
    }

    fn member(&mut self, member: Member<'s>) -> anyhow::Result<String> {
        let name = checked(member.name())?;
        let optional = if member.is_optional() { "*" } else { "" };
        let ty = self.reference(member.ty())?;
        let features = features(member.features())?;
        Ok(format!("'{optional}{name}': {{ 'type': {ty}{features} }}"))
    }

    /// The alternatives of an alternate. They get names, which nobody sees on the wire.
    fn alternatives(&mut self, ty: Type<'s>) -> anyhow::Result<String> {
        let mut looks = HashMap::new();
        let mut alternatives = Vec::new();
        for alternative in ty.alternatives() {
            let look = match alternative.kind() {
                TypeKind::Enum => "string",
                TypeKind::Array => "array",
                TypeKind::Object => "object",
                TypeKind::Alternate => "alternate",
                TypeKind::Builtin => json_name(builtin(alternative)?.json_type()),
                _ => "unknown",
            };
            // That two look alike is for others to refuse.
            let count = looks.entry(look).or_insert(0);
            *count += 1;
            let number = if *count > 1 {
                format!("-{count}")
            } else {
                String::new()
            };
            let ty = self.reference(alternative)?;
            alternatives.push(format!("'{look}{number}': {ty}"));
        }
        Ok(alternatives.join(", "))
    }

    /// How the schema language names a type.
    fn reference(&mut self, ty: Type<'s>) -> anyhow::Result<String> {
        let name = ty.name();
        match ty.kind() {
            TypeKind::Builtin => Ok(format!("'{}'", builtin(ty)?.name())),
            TypeKind::Array => match ty.element() {
                Some(element) if element.kind() != TypeKind::Array => {
                    Ok(format!("[ {} ]", self.reference(element)?))
                }
                _ => bail!("'{}' is an array of arrays", name.escape_debug()),
            },
            TypeKind::Enum | TypeKind::Object | TypeKind::Alternate => {
                let next = self.types.len();
                let ours = self.types.entry(name).or_insert_with(|| {
                    self.queue.push_back(ty);
                    format!("Type{next}")
                });
                Ok(format!("'{ours}'"))
            }
            _ => bail!(
                "it uses a type '{}', which is not there, or of a kind that is not known",
                name.escape_debug()
            ),
        }
    }

    fn line(&mut self, line: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{line}");
    }
}

/// Whether it is an object that has no members in any case.
fn is_empty(ty: Type<'_>) -> bool {
    ty.kind() == TypeKind::Object
        && ty.members().next().is_none()
        && ty.branches().next().is_none()
        && ty.features().iter().next().is_none()
}

/// The type of the language with the same values. What sizes integers have, no server says; where
/// one is known by its name, it is not to be compared with one that is not.
fn builtin(ty: Type<'_>) -> anyhow::Result<Builtin> {
    let json = ty.json_type().unwrap_or_default();
    let mut all = Builtin::ALL.into_iter();
    match all.find(|it| json_name(it.json_type()) == json) {
        Some(builtin) => Ok(builtin),
        None => bail!(
            "the values of '{}' are of the type '{}', which JSON does not have",
            ty.name().escape_debug(),
            json.escape_debug()
        ),
    }
}

/// What answers call it.
fn json_name(ty: JsonType) -> &'static str {
    match ty {
        JsonType::String => "string",
        JsonType::Number => "number",
        JsonType::Int => "int",
        JsonType::Boolean => "boolean",
        JsonType::Null => "null",
        JsonType::Value => "value",
    }
}

fn values(ty: Type<'_>) -> anyhow::Result<String> {
    let mut values = Vec::new();
    for value in ty.values() {
        let features = features(value.features())?;
        values.push(format!("{{ 'name': {}{features} }}", quoted(value.name())?));
    }
    Ok(values.join(", "))
}

fn features(features: Features<'_>) -> anyhow::Result<String> {
    let mut names = Vec::new();
    for feature in features.iter() {
        names.push(quoted(feature)?);
    }
    Ok(match names.join(", ") {
        names if names.is_empty() => names,
        names => format!(", 'features': [ {names} ]"),
    })
}

fn quoted(name: &str) -> anyhow::Result<String> {
    Ok(format!("'{}'", checked(name)?))
}

/// A name, if it can be written; the other rules for names are for others to check.
fn checked(name: &str) -> anyhow::Result<&str> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '\'' | '\\' | '*');
    if name.chars().all(is_plain) {
        Ok(name)
    } else {
        bail!("'{}' is no name", name.escape_debug())
    }
}
