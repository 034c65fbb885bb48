//! All definitions by name, and what the names inside them refer to.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

use smol_str::SmolStr;

use crate::check::ast::{self, Flags};
use crate::diagnostic::{Code, Diagnostic, short};
use crate::schema::{Builtin, CommandId, DefinitionId, EnumValue, EventId, Head, TypeId};
use crate::source::{Span, Spanned};
use crate::suggest::nearest;

/// What the built-in types are called elsewhere.
const ALIASES: [(&str, Builtin); 14] = [
    ("string", Builtin::Str),
    ("String", Builtin::Str),
    ("integer", Builtin::Int),
    ("long", Builtin::Int),
    ("uint", Builtin::Uint64),
    ("byte", Builtin::Uint8),
    ("float", Builtin::Number),
    ("double", Builtin::Number),
    ("boolean", Builtin::Bool),
    ("Boolean", Builtin::Bool),
    ("size_t", Builtin::Size),
    ("object", Builtin::Any),
    ("value", Builtin::Any),
    ("none", Builtin::Null),
];

/// Whether a name that is not found is compared with all others.
#[derive(Clone, Copy)]
pub(super) enum Search {
    Exact,
    Near,
}

/// A part of a definition that refers to a type, as in "member 'foo'".
pub(super) struct Role<'a>(pub(super) &'a str, pub(super) &'a str);

impl Display for Role<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Role(role, name) = self;
        write!(f, "{role} '{}'", short(name))
    }
}

/// The definitions, in the order of their ids.
#[derive(Default)]
pub(super) struct Names {
    pub(super) all: Vec<Declaration>,
    by_name: HashMap<SmolStr, usize>,
    /// For each type its place in `all`.
    types: Vec<usize>,
    commands: u32,
    events: u32,
}

/// A definition that refers to types by name; [`Names::link`] looks the names up.
pub(super) struct Declaration {
    /// Its place among all of them.
    pub(super) index: usize,
    pub(super) id: DefinitionId,
    pub(super) head: Head,
    /// The definition in the source that it belongs to; the built-in types belong to none.
    pub(super) origin: Option<Origin>,
    pub(super) kind: Kind,
}

/// A definition in the source.
#[derive(Clone)]
pub(super) struct Origin {
    /// "struct"
    pub(super) meta: &'static str,
    pub(super) name: SmolStr,
    /// The whole expression.
    pub(super) span: Span,
}

/// What refers to a type.
#[derive(Clone)]
pub(super) struct TypeName {
    pub(super) value: SmolStr,
    pub(super) span: Span,
    /// The type, once all are declared; `None` if there is none of that name.
    pub(super) id: Option<TypeId>,
}

impl From<Spanned<SmolStr>> for TypeName {
    fn from(name: Spanned<SmolStr>) -> Self {
        TypeName {
            value: name.value,
            span: name.span,
            id: None,
        }
    }
}

pub(super) enum Kind {
    /// A definition that was not understood: it may be of any kind.
    Missing,
    Builtin(Builtin),
    /// An array: the name of its element type, and what calls for it.
    Array(TypeName, String),
    /// An array of a built-in type, which is there without being called for.
    BuiltinArray(Builtin, TypeId),
    Enum {
        values: Vec<EnumValue>,
        prefix: Option<SmolStr>,
    },
    Struct {
        base: Option<TypeName>,
        members: Vec<Member>,
        /// What a member of it is called.
        role: &'static str,
    },
    Union {
        base: TypeName,
        tag: Spanned<SmolStr>,
        branches: Vec<Branch>,
    },
    Alternate {
        alternatives: Vec<Branch>,
    },
    Command {
        arguments: Option<TypeName>,
        returns: Option<TypeName>,
        flags: Flags,
    },
    Event {
        data: Option<TypeName>,
        boxed: bool,
    },
}

pub(super) type Member = ast::Member<TypeName>;

pub(super) type Branch = ast::Branch<TypeName>;

impl Names {
    /// Without names, but with room for so many.
    pub(super) fn with_capacity(count: usize) -> Self {
        Names {
            all: Vec::with_capacity(count),
            by_name: HashMap::with_capacity(count),
            ..Names::default()
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Declaration> {
        self.all.get(*self.by_name.get(name)?)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Declaration> {
        self.all.get_mut(*self.by_name.get(name)?)
    }

    /// Finds the types of all names.
    pub(super) fn link(&mut self) {
        let ids: Vec<Option<TypeId>> = self.all.iter().map(Declaration::type_id).collect();
        let id = |name: &str| *ids.get(*self.by_name.get(name)?)?;
        for declaration in &mut self.all {
            declaration
                .kind
                .for_each_name(|name| name.id = id(&name.value));
        }
    }

    /// The type of a name.
    pub(super) fn of(&self, name: &TypeName) -> Option<(TypeId, &Declaration)> {
        let id = name.id?;
        Some((id, self.ty(id)))
    }

    /// The types, in the order of their ids.
    pub(super) fn types(&self) -> impl ExactSizeIterator<Item = &Declaration> {
        self.types.iter().map(|&index| &self.all[index])
    }

    /// The type of an id.
    pub(super) fn ty(&self, id: TypeId) -> &Declaration {
        &self.all[self.types[id.0 as usize]]
    }

    /// Adds a definition unless its name is taken: that is the error, unless it was reported.
    pub(super) fn add(
        &mut self,
        head: Head,
        origin: Option<Origin>,
        kind: Kind,
    ) -> Result<DefinitionId, Option<Box<Diagnostic>>> {
        let id = match kind {
            Kind::Command { .. } => DefinitionId::Command(CommandId(self.commands)),
            Kind::Event { .. } => DefinitionId::Event(EventId(self.events)),
            _ => DefinitionId::Type(TypeId(self.types.len() as u32)),
        };
        let declaration = Declaration {
            index: self.all.len(),
            id,
            head,
            origin,
            kind,
        };
        let name = &declaration.head.name;
        // The built-in types have no place; they come first, and their names are distinct.
        if let (Some(known), Some(span)) = (self.get(name), declaration.head.span) {
            return Err(redefinition(&declaration, span, known).map(Box::new));
        }
        match id {
            DefinitionId::Type(_) => self.types.push(declaration.index),
            DefinitionId::Command(_) => self.commands += 1,
            DefinitionId::Event(_) => self.events += 1,
        }
        self.by_name.insert(name.clone(), declaration.index);
        self.all.push(declaration);
        Ok(id)
    }

    /// The error about the name of a type that there is not; `user` is what refers to it.
    pub(super) fn unknown(
        &self,
        name: &TypeName,
        user: &dyn Display,
        search: Search,
    ) -> Diagnostic {
        let message = format!("{user} uses unknown type '{}'", short(&name.value));
        let error = Diagnostic::new(Code::UnknownType, name.span, message);
        let found = self.get(&name.value);
        if let Some((declaration, span)) = found.and_then(|found| Some((found, found.head.span?))) {
            let label = format!("{} is no type", declaration.context());
            return error.with_label(span, label);
        }
        let written = name.value.as_str();
        let is_type = |name: &&str| self.get(name).is_some_and(|it| it.type_id().is_some());
        if let Some(element) = written.strip_suffix("List").filter(is_type) {
            error.with_help(format!("an array is written [ '{}' ]", short(element)))
        } else if written.strip_prefix('*').is_some_and(|name| is_type(&name)) {
            error.with_help("a member is optional where its name starts with '*', not its type")
        } else if let Some(near) = self.suggestion(written, search) {
            error.with_help(format!("there is a type '{near}'"))
        } else {
            error
        }
    }

    /// What the name of an unknown type may have been meant to be.
    fn suggestion(&self, name: &str, search: Search) -> Option<&str> {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let alias = alias.map(|(_, builtin)| builtin.name());
        let near = match search {
            Search::Exact => None,
            Search::Near => {
                let types = self.types().filter(|declaration| {
                    !matches!(declaration.kind, Kind::Array(..) | Kind::BuiltinArray(..))
                        && !declaration.head.name.starts_with("q_")
                });
                nearest(
                    name,
                    types.map(|declaration| declaration.head.name.as_str()),
                )
            }
        };
        near.filter(|near| near.eq_ignore_ascii_case(name))
            .or(alias)
            .or(near)
    }

    /// The definitions, and their places by name.
    pub(super) fn into_parts(self) -> (Vec<Declaration>, HashMap<SmolStr, usize>) {
        (self.all, self.by_name)
    }
}

impl Kind {
    fn for_each_name(&mut self, mut each: impl FnMut(&mut TypeName)) {
        match self {
            Kind::Missing | Kind::Builtin(_) | Kind::BuiltinArray(..) | Kind::Enum { .. } => {}
            Kind::Array(element, _) => each(element),
            Kind::Struct { base, members, .. } => {
                let members = members.iter_mut().map(|member| &mut member.ty);
                base.iter_mut().chain(members).for_each(each);
            }
            Kind::Union { base, branches, .. } => {
                each(base);
                branches.iter_mut().for_each(|branch| each(&mut branch.ty));
            }
            Kind::Alternate { alternatives } => {
                alternatives
                    .iter_mut()
                    .for_each(|branch| each(&mut branch.ty));
            }
            Kind::Command {
                arguments, returns, ..
            } => arguments.iter_mut().chain(returns).for_each(each),
            Kind::Event { data, .. } => data.iter_mut().for_each(each),
        }
    }
}

impl Declaration {
    /// The definition in the source: "struct 'Foo'".
    pub(super) fn context(&self) -> String {
        match &self.origin {
            Some(Origin { meta, name, .. }) => format!("{meta} '{}'", short(name)),
            None => String::new(),
        }
    }

    /// Its id, if it is a type.
    pub(super) fn type_id(&self) -> Option<TypeId> {
        match self.id {
            DefinitionId::Type(id) => Some(id),
            DefinitionId::Command(_) | DefinitionId::Event(_) => None,
        }
    }

    /// Says of an error that it is in this definition.
    pub(super) fn blame(&self, error: Diagnostic) -> Diagnostic {
        match &self.origin {
            Some(origin) => error.with_context(self.context()).with_anchor(origin.span),
            None => error,
        }
    }

    /// Whether its values are objects.
    pub(super) fn is_object(&self) -> bool {
        matches!(
            self.kind,
            Kind::Struct { .. } | Kind::Union { .. } | Kind::Missing
        )
    }

    /// The kind and the name of a type, as in "union type 'Foo'".
    pub(super) fn describe(&self) -> String {
        let kind = match &self.kind {
            Kind::Missing => "type",
            Kind::Builtin(_) => "built-in type",
            Kind::Array(element, _) => return format!("array type ['{}']", short(&element.value)),
            Kind::BuiltinArray(element, _) => return format!("array type ['{}']", element.name()),
            Kind::Enum { .. } => "enum type",
            Kind::Struct { .. } => "struct type",
            Kind::Union { .. } => "union type",
            Kind::Alternate { .. } => "alternate type",
            Kind::Command { .. } => "command",
            Kind::Event { .. } => "event",
        };
        format!("{kind} '{}'", short(&self.head.name))
    }
}

/// What is wrong with a second definition of a name, unless that was reported: names of arrays
/// are not for others.
fn redefinition(declaration: &Declaration, span: Span, known: &Declaration) -> Option<Diagnostic> {
    let is_array = |declaration: &Declaration| matches!(declaration.kind, Kind::Array(..));
    if is_array(declaration) || is_array(known) {
        return None;
    }
    let message = match known.head.span {
        Some(_) => format!("'{}' is already defined", short(&declaration.head.name)),
        None => format!("{} is already defined", known.describe()),
    };
    let error = declaration.blame(Diagnostic::new(Code::Redefinition, span, message));
    Some(match known.head.span {
        Some(first) => {
            let label = format!("first defined here, in {}", known.context());
            error.with_label(first, label)
        }
        None => error,
    })
}
