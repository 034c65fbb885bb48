//! What a release defines, in a form that is easy to change, and its text.

use std::fmt::Write;

use qapi_parser::source::MemorySource;
use qapi_parser::{Loader, Schema, Strictness};

#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) definitions: Vec<Definition>,
}

#[derive(Clone)]
pub(crate) struct Definition {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The base of a struct, and the type of the arguments of commands and events.
    pub(crate) named: Option<String>,
    /// The members of a struct, a union's base, or inline arguments; the values of an enumeration.
    pub(crate) members: Vec<Member>,
    /// The branches of unions and alternates. The first member of a union is its tag.
    pub(crate) branches: Vec<Member>,
    pub(crate) returns: Option<Ty>,
    /// `'gen': false`
    pub(crate) open: bool,
    pub(crate) deprecated: bool,
    pub(crate) since: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Enum,
    Struct,
    Union,
    /// A union without a base, as there were until 6.1.
    Simple,
    Alternate,
    Command,
    Event,
}

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) optional: bool,
    pub(crate) conditional: bool,
    pub(crate) deprecated: bool,
    pub(crate) since: Option<&'static str>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ty {
    pub(crate) name: String,
    pub(crate) array: bool,
}

impl Ty {
    pub(crate) fn named(name: &str) -> Ty {
        Ty {
            name: name.to_owned(),
            array: false,
        }
    }
}

impl Member {
    pub(crate) fn new(name: String, ty: Ty) -> Member {
        Member {
            name,
            ty,
            optional: false,
            conditional: false,
            deprecated: false,
            since: None,
        }
    }
}

impl Definition {
    pub(crate) fn new(kind: Kind, name: String) -> Definition {
        Definition {
            kind,
            name,
            named: None,
            members: Vec::new(),
            branches: Vec::new(),
            returns: None,
            open: false,
            deprecated: false,
            since: None,
        }
    }

    /// The types that stand in the places of a definition.
    pub(crate) fn places(&mut self) -> impl Iterator<Item = &mut Ty> {
        let is_enum = self.kind == Kind::Enum;
        let members = self.members.iter_mut().filter(move |_| !is_enum);
        let all = members.chain(&mut self.branches).map(|it| &mut it.ty);
        all.chain(&mut self.returns)
    }

    /// Gives a type another name wherever the definition has it.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        for name in std::iter::once(&mut self.name).chain(&mut self.named) {
            if name == old {
                new.clone_into(name);
            }
        }
        for ty in self.places().filter(|ty| ty.name == old) {
            new.clone_into(&mut ty.name);
        }
    }

    fn write_doc(&self, text: &mut String) {
        _ = writeln!(text, "##\n# @{}:", self.name);
        for member in &self.members {
            if let Some(since) = member.since {
                _ = writeln!(text, "#\n# @{}: (since {since})", member.name);
            }
        }
        if let Some(since) = self.since {
            _ = writeln!(text, "#\n# Since: {since}");
        }
        text.push_str("##\n");
    }

    fn write(&self, text: &mut String) {
        let Definition { name, members, .. } = self;
        self.write_doc(text);
        let union = |text: &mut String| {
            let branches = list(&self.branches, Member::branch);
            _ = write!(text, "{{ 'union': '{name}', 'data': {{ {branches} }}");
        };
        let members_of = |text: &mut String| {
            let data = match &self.named {
                Some(named) => format!("'{named}'"),
                None => format!("{{ {} }}", list(members, Member::member)),
            };
            _ = write!(text, ", 'data': {data}");
        };
        match self.kind {
            Kind::Enum => {
                let values = list(members, Member::value);
                _ = write!(text, "{{ 'enum': '{name}', 'data': [ {values} ]");
            }
            Kind::Struct => {
                let members = list(members, Member::member);
                _ = write!(text, "{{ 'struct': '{name}', 'data': {{ {members} }}");
                if let Some(base) = &self.named {
                    _ = write!(text, ", 'base': '{base}'");
                }
            }
            Kind::Simple => union(text),
            Kind::Union => {
                union(text);
                let tag = members.first().map_or("", |tag| &tag.name);
                let base = list(members, Member::member);
                _ = write!(text, ", 'base': {{ {base} }}, 'discriminator': '{tag}'");
            }
            Kind::Alternate => {
                let branches = list(&self.branches, Member::branch);
                _ = write!(text, "{{ 'alternate': '{name}', 'data': {{ {branches} }}");
            }
            Kind::Command => {
                _ = write!(text, "{{ 'command': '{name}', 'gen': {}", !self.open);
                members_of(text);
                if self.named.is_some() {
                    text.push_str(", 'boxed': true");
                }
                if let Some(returns) = &self.returns {
                    _ = write!(text, ", 'returns': {}", returns.text());
                }
            }
            Kind::Event => {
                _ = write!(text, "{{ 'event': '{name}'");
                members_of(text);
                if self.named.is_some() {
                    text.push_str(", 'boxed': true");
                }
            }
        }
        if self.deprecated {
            text.push_str(", 'features': [ 'deprecated' ]");
        }
        text.push_str(" }\n");
    }
}

impl Ty {
    fn text(&self) -> String {
        match self.array {
            true => format!("[ '{}' ]", self.name),
            false => format!("'{}'", self.name),
        }
    }
}

impl Member {
    fn member(&self) -> String {
        let star = if self.optional { "*" } else { "" };
        let ty = self.ty.text();
        format!("'{star}{}': {{ 'type': {ty}{} }}", self.name, self.more())
    }

    fn branch(&self) -> String {
        format!("'{}': {{ 'type': {} }}", self.name, self.ty.text())
    }

    fn value(&self) -> String {
        format!("{{ 'name': '{}'{} }}", self.name, self.more())
    }

    fn more(&self) -> String {
        let condition = if self.conditional { ", 'if': 'X'" } else { "" };
        let features = match self.deprecated {
            true => ", 'features': [ 'deprecated' ]",
            false => "",
        };
        [condition, features].concat()
    }
}

fn list(members: &[Member], text: fn(&Member) -> String) -> String {
    let texts: Vec<String> = members.iter().map(text).collect();
    texts.join(", ")
}

impl World {
    pub(crate) fn text(&self) -> String {
        // What returns something that is no object has to be excused.
        let commands = self.definitions.iter();
        let commands = commands.filter(|it| it.returns.is_some());
        let commands: Vec<String> = commands.map(|it| format!("'{}'", it.name)).collect();
        let commands = commands.join(", ");
        let mut text =
            format!("{{ 'pragma': {{ 'command-returns-exceptions': [ {commands} ] }} }}\n");
        for definition in &self.definitions {
            definition.write(&mut text);
        }
        text
    }

    /// The schema, if these definitions make one.
    pub(crate) fn load(&self) -> Option<Schema> {
        let source = MemorySource::from_iter([("schema.json", self.text())]);
        let loader = Loader::new().strictness(Strictness::Lenient);
        loader.load_from(&source, "schema.json").ok()
    }
}
