//! Definitions that two schemas have in common.

use std::collections::{BTreeMap, BTreeSet};

use qapi_parser::Schema;
use qapi_parser::schema::{Branch, DefinitionId, Member, TypeId, TypeKind, VersionRange};

/// The names of the definitions that are the same in both schemas, as is all that they use. Then
/// the Rust of one does for the other. Other names of the types of `b` are among them that `a` has
/// too, as whatever.
pub(crate) fn shared(a: &Schema, b: &Schema) -> BTreeSet<String> {
    let mut same: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for &id in b.definitions() {
        let name = &b.head(id).name;
        let Some(other) = a.find(name).filter(|_| is_item(b, id)) else {
            continue;
        };
        let essence = Essence::of(b, id);
        if essence == Essence::of(a, other) {
            same.insert(name.to_string(), essence.uses);
        }
    }
    // What uses something that is not the same is not the same either.
    loop {
        let differs = |used: &String| !same.contains_key(used);
        let lost: Vec<String> = same
            .iter()
            .filter(|(_, uses)| uses.iter().any(differs))
            .map(|(name, _)| name.clone())
            .collect();
        if lost.is_empty() {
            break;
        }
        for name in lost {
            same.remove(&name);
        }
    }
    let named =
        |name: &str| a.find_type(name).is_some() || a.aliases().iter().any(|it| it.name == name);
    let aliases = b.aliases().iter().map(|alias| alias.name.to_string());
    same.into_keys()
        .chain(aliases.filter(|name| named(name)))
        .collect()
}

/// Whether a definition becomes an item of its own.
fn is_item(schema: &Schema, id: DefinitionId) -> bool {
    match id {
        DefinitionId::Type(id) => !schema.ty(id).is_implicit(),
        DefinitionId::Command(_) | DefinitionId::Event(_) => true,
    }
}

/// What decides of a definition's Rust.
#[derive(Debug, Default, PartialEq, Eq)]
struct Essence {
    /// What it is, in words: a line for each part, sorted.
    parts: BTreeSet<String>,
    /// The definitions that it names.
    uses: BTreeSet<String>,
    /// Which releases have it, of commands and events: programs can ask for that.
    versions: VersionRange,
}

impl Essence {
    fn of(schema: &Schema, id: DefinitionId) -> Essence {
        let mut essence = Essence::default();
        let mut parts = Parts {
            schema,
            essence: &mut essence,
        };
        match id {
            DefinitionId::Type(id) => parts.ty(id),
            DefinitionId::Command(id) => {
                let command = schema.command(id);
                let flags = (
                    command.allow_oob,
                    command.success_response,
                    command.generate,
                );
                parts.add(format!("command {flags:?}"));
                parts.message("arguments", command.arguments);
                parts.message("returns", command.returns);
                essence.versions = command.head.versions;
            }
            DefinitionId::Event(id) => {
                let event = schema.event(id);
                parts.add("event".to_owned());
                parts.message("data", event.data);
                essence.versions = event.head.versions;
            }
        }
        essence
    }
}

struct Parts<'a> {
    schema: &'a Schema,
    essence: &'a mut Essence,
}

impl Parts<'_> {
    fn add(&mut self, part: String) {
        self.essence.parts.insert(part);
    }

    fn ty(&mut self, id: TypeId) {
        match &self.schema.ty(id).kind {
            TypeKind::Builtin(builtin) => self.add(builtin.name().to_owned()),
            TypeKind::Array(element) => {
                let element = self.name(*element);
                self.add(format!("array of {element}"));
            }
            TypeKind::Enum(enumeration) => {
                for value in &enumeration.values {
                    self.add(format!("value {}", value.name));
                }
            }
            TypeKind::Struct(_) => self.members(id),
            TypeKind::Union(union) => {
                self.members(id);
                let tag_type = self.name(union.tag_type);
                self.add(format!("tag {}: {tag_type}", union.tag));
                let untagged = union.untagged.map(|ty| self.name(ty));
                self.add(format!("without a tag {untagged:?}"));
                self.branches(&union.branches);
            }
            TypeKind::Alternate(alternate) => self.branches(&alternate.alternatives),
        }
    }

    fn members(&mut self, id: TypeId) {
        let schema = self.schema;
        for member in schema.all_members(id) {
            let Member { name, ty, .. } = member;
            let optional = member.may_be_absent();
            let ty = self.name(*ty);
            self.add(format!("member {name}: {ty}, optional: {optional}"));
        }
    }

    fn branches(&mut self, branches: &[Branch]) {
        for branch in branches {
            let ty = self.name(branch.ty);
            self.add(format!("branch {}: {ty}", branch.name));
        }
    }

    /// The type of a message: its members, where it is no item of its own.
    fn message(&mut self, what: &str, id: Option<TypeId>) {
        match id {
            None => self.add(format!("no {what}")),
            Some(id) if self.schema.ty(id).head.name.starts_with("q_obj_") => self.members(id),
            Some(id) => {
                let ty = self.name(id);
                self.add(format!("{what} {ty}"));
            }
        }
    }

    /// How a type is named, which uses it if it is an item.
    fn name(&mut self, id: TypeId) -> String {
        let ty = self.schema.ty(id);
        if let TypeKind::Array(element) = ty.kind {
            return format!("[{}]", self.name(element));
        }
        let name = ty.head.name.to_string();
        if !ty.is_implicit() {
            self.essence.uses.insert(name.clone());
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use qapi_parser::schema::Version;
    use qapi_parser::source::MemorySource;
    use qapi_parser::{Loader, Release, Settlements};

    use super::*;

    fn schema(text: &str) -> Schema {
        let source = MemorySource::from_iter([("a.json", text)]);
        Loader::new().load_from(&source, "a.json").unwrap()
    }

    #[test]
    fn what_uses_something_different_is_different() {
        let common = "
            { 'struct': 'Chain', 'data': { '*next': 'Chain', 'kind': 'Kind' } }
            { 'enum': 'Kind', 'data': [ 'a' ] }
            { 'struct': 'Outer', 'data': { 'inner': [ 'Inner' ] } }
            { 'command': 'same', 'data': 'Chain' }
            { 'command': 'other', 'data': { 'outer': 'Outer' } }
            { 'event': 'DONE', 'data': { 'list': 'Chain' } }";
        let inner =
            |member: &str| format!("{{ 'struct': 'Inner', 'data': {{ '{member}': 'int' }} }}");
        let a = schema(&format!("{common}{}", inner("x")));
        let b = schema(&format!("{common}{}", inner("y")));
        let names = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
        let shared: BTreeSet<String> = shared(&a, &b);
        assert_eq!(shared, names(&["Chain", "DONE", "Kind", "same"]));
    }

    #[test]
    fn order_and_conditions_make_no_difference_but_optionality_does() {
        let a = schema(
            "{ 'struct': 'Set', 'data': { 'a': 'int', '*b': 'str' } }
             { 'struct': 'Two', 'data': { 'a': 'int' } }",
        );
        let b = schema(
            "{ 'struct': 'Set', 'data': { 'b': { 'type': 'str', 'if': 'CONFIG_X' }, 'a': 'int' } }
             { 'struct': 'Two', 'data': { '*a': 'int' } }",
        );
        assert_eq!(shared(&a, &b), BTreeSet::from(["Set".to_owned()]));
    }

    /// The schemas of the releases 1.0, 2.0 and so on as one.
    fn merge(texts: &[String]) -> Schema {
        let release = |(index, text): (usize, &String)| {
            let version = Version::parse(&format!("{}.0", index + 1)).unwrap();
            Release::new(version, schema(text))
        };
        let releases = texts.iter().enumerate().map(release);
        Schema::merge(releases.collect(), &Settlements::new()).unwrap()
    }

    #[test]
    fn other_names_are_shared_where_both_have_them() {
        let release = |name: &str| {
            format!(
                "{{ 'struct': '{name}', 'data': {{ 'a': 'int' }} }}
                 {{ 'command': 'query', 'returns': '{name}' }}"
            )
        };
        let a = merge(&["Old", "New"].map(release));
        let b = merge(&["Older", "Old", "New"].map(release));
        let names = ["New", "Old", "query"].map(str::to_owned);
        assert_eq!(shared(&a, &b), BTreeSet::from(names));
    }

    #[test]
    fn releases_make_a_difference_to_commands_and_events_but_not_to_types() {
        let of = |names: [&str; 3]| {
            let [ty, command, event] = names;
            format!(
                "{{ 'struct': '{ty}', 'data': {{ 'a': 'int' }} }}
                 {{ 'command': '{command}', 'returns': '{ty}' }}
                 {{ 'event': '{event}', 'data': '{ty}' }}"
            )
        };
        let other = of(["Other", "other", "OTHER"]);
        let this = of(["This", "this", "THIS"]);
        let a = merge(&[other.clone(), format!("{this}{other}")]);
        let b = merge(&[this.clone(), format!("{this}{other}")]);
        let names = ["Other", "This"].map(str::to_owned);
        assert_eq!(shared(&a, &b), BTreeSet::from(names));
    }
}
