//! The six kinds of definition.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Checker;
use super::ast::{Command, Data, Definition, Flags, Kind};
use super::docs::Docs;
use super::keys::{Keys, meant};
use super::members::Arrays;
use crate::diagnostic::{Code, Diagnostic};
use crate::doc::Doc;
use crate::source::{Span, Spanned};
use crate::syntax::{Object, Value, ValueKind};

/// The keys that say what a definition defines.
pub(super) const METAS: [&str; 6] = ["enum", "struct", "union", "alternate", "command", "event"];

/// The keys that say that an expression is a directive.
const DIRECTIVES: [&str; 2] = ["include", "pragma"];

/// Among how many keys a misspelt one is looked for. A definition has not more.
const MAX_KEYS: usize = 12;

/// The key that would say what the expression is, where one is almost there.
fn misspelt(expr: &Object) -> Option<&'static str> {
    let keys = expr.iter().take(MAX_KEYS);
    let known = || METAS.into_iter().chain(DIRECTIVES);
    keys.filter_map(|(key, _)| meant(&key.value, known()))
        .next()
}

/// The name of a type that need not be there. To QEMU's frontend, an empty one is not.
fn given(name: Spanned<SmolStr>) -> Option<Spanned<SmolStr>> {
    (!name.value.is_empty()).then_some(name)
}

/// Whether an expression that does not say what it defines seems to be a directive.
pub(super) fn is_misspelt_directive(expr: &Object) -> bool {
    misspelt(expr).is_some_and(|meant| DIRECTIVES.contains(&meant))
}

impl Checker<'_> {
    pub(super) fn definition(
        &mut self,
        expr: Spanned<Object>,
        doc: Option<Doc>,
    ) -> Option<Definition> {
        let (meta, name) = self.meta(&expr)?;
        self.defined = Some((meta, name.value.clone()));
        self.is_exempt = self.is_exempt(&name.value, meta);
        self.definition_name(&name.value, name.span, meta);
        self.documentation(doc.as_ref(), meta, &name, &expr.value);
        self.in_order = self.errors.len();

        let (required, optional): (&[&str], &[&str]) = match meta {
            "enum" => (&["enum", "data"], &["prefix", "if", "features"]),
            "struct" => (&["struct", "data"], &["base", "if", "features"]),
            "union" if self.is_lenient() => (
                &["union", "data"],
                &["base", "discriminator", "if", "features"],
            ),
            "union" => (
                &["union", "base", "discriminator", "data"],
                &["if", "features"],
            ),
            "alternate" => (&["alternate", "data"], &["if", "features"]),
            "command" => (
                &["command"],
                &[
                    "data",
                    "returns",
                    "boxed",
                    "gen",
                    "success-response",
                    "allow-oob",
                    "allow-preconfig",
                    "coroutine",
                    "if",
                    "features",
                ],
            ),
            _ => (&["event"], &["data", "boxed", "if", "features"]),
        };
        let has = |name: &str| expr.value.iter().any(|(key, _)| key.value == name);
        let is_simple_union = meta == "union" && !has("base") && !has("discriminator");
        let keys = self.known_keys(expr.value, name.span, &meta, required, optional);
        if keys.is_none() && is_simple_union {
            self.explain_last(
                "before QEMU 6.2, a union without them had a tag 'type' and members 'data'; that \
                 has to be spelt out now",
            );
        }
        let mut keys = keys?;

        let docs = Docs::new(doc.as_ref());
        let kind = match meta {
            "enum" => self.enumeration(&mut keys, &docs),
            "struct" => self.structure(&mut keys, &docs),
            "union" => self.union(&mut keys, name.span, &docs),
            "alternate" => self.alternate(&mut keys, &docs),
            "command" => self.command(&mut keys, name.span, &docs),
            _ => self.event(&mut keys, name.span, &docs),
        };
        let condition = self.condition(keys.take("if"), &meta);
        let features = self.features(keys.take("features"), &docs);
        Some(Definition {
            name,
            span: self.expression,
            since: doc.as_ref().and_then(Doc::introduced),
            kind: kind?,
            condition: condition.flatten(),
            features: features.unwrap_or_default(),
            doc: doc.map(Arc::new),
        })
    }

    /// What the expression defines, and the name it gives that.
    fn meta(&mut self, expr: &Spanned<Object>) -> Option<(&'static str, Spanned<SmolStr>)> {
        let mut found = expr.value.iter().filter_map(|(key, value)| {
            let meta = METAS.into_iter().find(|meta| *meta == key.value)?;
            Some((meta, key.span, value))
        });
        let (found, second) = (found.next(), found.next());
        let wrong = |place| {
            let names = METAS.map(|meta| format!("'{meta}'")).join(", ");
            let message = format!("expression must have exactly one key {names}");
            Diagnostic::new(Code::InvalidDefinition, place, message)
        };
        let Some((meta, first, value)) = found else {
            let first = expr.value.first();
            let error = wrong(first.map_or(expr.span, |(key, _)| key.span));
            self.push(error.with_help(match misspelt(&expr.value) {
                Some(meant) => format!("there is a key '{meant}'"),
                None => "for directives, the keys are 'include' and 'pragma'".to_owned(),
            }));
            return None;
        };
        if let Some((_, second, _)) = second {
            self.push(wrong(second).with_label(first, "first one here"));
            return None;
        }
        match &value.kind {
            ValueKind::String(name) => {
                let name = Spanned {
                    value: name.clone(),
                    span: value.span,
                };
                Some((meta, name))
            }
            _ => {
                let message = format!("'{meta}' requires a string name");
                self.report(Code::InvalidValue, value.span, message);
                None
            }
        }
    }

    fn enumeration(&mut self, keys: &mut Keys, docs: &Docs<'_>) -> Option<Kind> {
        let data = keys.take("data")?;
        let ValueKind::Array(values) = data.kind else {
            self.report(Code::InvalidValue, data.span, "'data' must be an array");
            self.explain_last("it lists the values: [ 'one', 'two' ]");
            return None;
        };
        let prefix = match keys.take("prefix") {
            None => Some(None),
            Some(value) => match value.kind {
                ValueKind::String(prefix) => Some(Some(prefix).filter(|prefix| !prefix.is_empty())),
                _ => {
                    self.report(Code::InvalidValue, value.span, "'prefix' must be a string");
                    None
                }
            },
        };
        let values = self.enum_values(values, docs)?;
        Some(Kind::Enum {
            values,
            prefix: prefix?,
        })
    }

    fn structure(&mut self, keys: &mut Keys, docs: &Docs<'_>) -> Option<Kind> {
        let members = self
            .object(keys.take("data")?)
            .and_then(|members| self.members(members, "'data'", docs));
        let base = match keys.take("base") {
            None => Some(None),
            Some(value) => self
                .type_ref(value, &"'base'", Arrays::Refused)
                .map(|base| given(base.name)),
        };
        Some(Kind::Struct {
            base: base?,
            members: members?,
        })
    }

    fn union(&mut self, keys: &mut Keys, name: Span, docs: &Docs<'_>) -> Option<Kind> {
        let data = self.object(keys.take("data")?);
        let (base, tag) = match (keys.take("base"), keys.take("discriminator")) {
            // Only the lenient rules let the keys be absent.
            (None, None) => {
                let branches =
                    self.branches(data?, Arrays::Allowed, docs, |name| docs.member(name))?;
                return Some(Kind::SimpleUnion { branches });
            }
            (Some(base), Some(tag)) => (base, tag),
            (Some(base), None) => {
                self.report(
                    Code::MissingKey,
                    base.span,
                    "'base' requires 'discriminator'",
                );
                return None;
            }
            (None, Some(_)) => {
                let message = "'discriminator' requires 'base'";
                self.report(Code::MissingKey, name, message);
                return None;
            }
        };
        let base = self.data(base, "'base'", docs);
        let tag = match tag.kind {
            ValueKind::String(value) => Some(Spanned {
                value,
                span: tag.span,
            }),
            _ => {
                let message = "'discriminator' requires a string name";
                self.report(Code::InvalidValue, tag.span, message);
                None
            }
        };
        let base = base?;
        // What is said of a member of the base is not said of a branch of the same name.
        let describe = |name: &str| match &base {
            Data::Inline(members, _) if members.iter().any(|member| member.name == name) => {
                (None, None)
            }
            _ => docs.member(name),
        };
        let branches = self.branches(data?, Arrays::Refused, docs, describe)?;
        Some(Kind::Union {
            base,
            tag: tag?,
            branches,
        })
    }

    fn alternate(&mut self, keys: &mut Keys, docs: &Docs<'_>) -> Option<Kind> {
        let data = keys.take("data")?;
        let span = data.span;
        let data = self.object(data)?;
        if data.is_empty() {
            self.report(Code::NoBranches, span, "'data' must not be empty");
            return None;
        }
        let describe = |name: &str| docs.member(name);
        let alternatives = self.branches(data, Arrays::Allowed, docs, describe)?;
        Some(Kind::Alternate { alternatives })
    }

    fn command(&mut self, keys: &mut Keys, name: Span, docs: &Docs<'_>) -> Option<Kind> {
        let boxed = self.flag(keys, "boxed", true);
        let data = self.arguments(keys, boxed, name, docs);
        let returns = match keys.take("returns") {
            None => Some(None),
            Some(value) => self
                .type_ref(value, &"'returns'", Arrays::Allowed)
                .map(|ty| (ty.is_array || !ty.name.value.is_empty()).then_some(ty)),
        };
        let generate = self.flag(keys, "gen", false);
        let success_response = self.flag(keys, "success-response", false);
        let allow_oob_at = keys.span("allow-oob");
        let allow_oob = self.flag(keys, "allow-oob", true);
        let allow_preconfig = self.flag(keys, "allow-preconfig", true);
        let coroutine_at = keys.span("coroutine");
        let coroutine = self.flag(keys, "coroutine", true);
        if let (Some(first), Some(second)) = (allow_oob_at, coroutine_at) {
            let message = "flags 'allow-oob' and 'coroutine' are incompatible";
            let error = Diagnostic::new(Code::ConflictingFlags, second, message);
            self.push(error.with_label(first, "the other one"));
        }
        Some(Kind::Command(Command {
            data: data?,
            returns: returns?,
            flags: Flags {
                boxed: boxed?,
                generate: !generate.unwrap_or_default(),
                success_response: !success_response.unwrap_or_default(),
                allow_oob: allow_oob.unwrap_or_default(),
                allow_preconfig: allow_preconfig.unwrap_or_default(),
                coroutine: coroutine.unwrap_or_default(),
            },
        }))
    }

    fn event(&mut self, keys: &mut Keys, name: Span, docs: &Docs<'_>) -> Option<Kind> {
        let boxed = self.flag(keys, "boxed", true);
        let data = self.arguments(keys, boxed, name, docs);
        Some(Kind::Event {
            data: data?,
            boxed: boxed?,
        })
    }

    /// The `data` of a command or an event.
    fn arguments(
        &mut self,
        keys: &mut Keys,
        boxed: Option<bool>,
        name: Span,
        docs: &Docs<'_>,
    ) -> Option<Option<Data>> {
        match (keys.take("data"), boxed) {
            (Some(data), Some(true)) => {
                let is_inline = matches!(data.kind, ValueKind::Object(_));
                let named = self.type_ref(data, &"'data'", Arrays::Refused);
                if is_inline {
                    self.explain_last("with 'boxed': true, a struct defines the arguments");
                }
                Some(given(named?.name).map(Data::Named))
            }
            (Some(data), _) => Some(match self.data(data, "'data'", docs)? {
                Data::Named(name) => given(name).map(Data::Named),
                inline => Some(inline),
            }),
            (None, Some(true)) => {
                self.report(Code::MissingKey, name, "'boxed': true requires 'data'");
                None
            }
            (None, _) => Some(None),
        }
    }

    /// Whether a flag is there, whose only value is `value`.
    fn flag(&mut self, keys: &mut Keys, key: &str, value: bool) -> Option<bool> {
        match keys.take(key) {
            None => Some(false),
            Some(found) if found.kind == ValueKind::Bool(value) => Some(true),
            Some(found) => {
                let message = format!("flag '{key}' may only use {value} value");
                self.report(Code::InvalidValue, found.span, message);
                self.explain_last(match found.kind {
                    ValueKind::String(_) => "a boolean has no quotes",
                    _ => "leave the flag out: this value is the default",
                });
                None
            }
        }
    }

    /// The object that `data` has to be.
    fn object(&mut self, data: Value) -> Option<Object> {
        match data.kind {
            ValueKind::Object(object) => Some(object),
            _ => {
                self.report(Code::InvalidValue, data.span, "'data' must be an object");
                self.explain_last("it has names and their types: { 'NAME': 'TYPE' }");
                None
            }
        }
    }
}
