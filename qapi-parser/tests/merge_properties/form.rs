//! What holds of every merged schema, whatever it was made of.

use std::collections::HashSet;

use qapi_parser::Schema;
use qapi_parser::schema::{DefinitionId, Head, ModuleItem, Part, TypeId, TypeKind, Union};
use qapi_parser::source::Span;

use crate::values::looks;

pub(crate) fn check(schema: &Schema) {
    for &id in schema.definitions() {
        let head = schema.head(id);
        assert_eq!(schema.find(&head.name), Some(id), "{}", head.name);
        check_head(schema, id, head);
        if let DefinitionId::Type(id) = id {
            check_type(schema, id, head);
        }
    }
    let names = schema.definitions().iter().map(|&id| &schema.head(id).name);
    let aliases = schema.aliases().iter().map(|alias| &alias.name);
    all_differ(names.chain(aliases), "the schema");
    for alias in schema.aliases() {
        is_inside(schema, alias.span);
        let target = schema.ty(alias.target);
        assert!(!target.is_implicit(), "'{}' has no name", alias.name);
    }
    check_modules(schema);
    check_inline(schema);
    let docs = schema.docs().filter_map(|(_, id)| id);
    let documented = schema.definitions().iter();
    let documented = documented.filter(|&&id| schema.head(id).doc.is_some());
    assert_eq!(
        docs.collect::<HashSet<_>>(),
        documented.copied().collect::<HashSet<_>>()
    );
    assert!(!schema.dump().to_string().is_empty());
}

fn check_head(schema: &Schema, id: DefinitionId, head: &Head) {
    let builtin = match id {
        DefinitionId::Type(id) => matches!(
            schema.ty(id).kind,
            TypeKind::Builtin(_) | TypeKind::Array(_)
        ),
        _ => false,
    };
    assert!(builtin || head.span.is_some(), "{}", head.name);
    assert!(builtin || head.module.is_some(), "{}", head.name);
    if let Some(span) = head.span {
        is_inside(schema, span);
    }
}

fn check_type(schema: &Schema, id: TypeId, head: &Head) {
    let name = &head.name;
    match &schema.ty(id).kind {
        TypeKind::Builtin(_) => {}
        TypeKind::Array(element) => {
            let element = schema.ty(*element);
            assert!(!matches!(element.kind, TypeKind::Array(_)), "{name}");
            assert_eq!(*name, format!("{}List", element.head.name));
        }
        TypeKind::Enum(it) => {
            all_differ(it.values.iter().map(|it| &it.name), name);
            check_parts(schema, it.values.iter().map(|it| &it.part));
        }
        TypeKind::Struct(it) => {
            assert_eq!(it.base, None, "{name}");
            all_differ(it.members.iter().map(|it| &it.name), name);
            check_parts(schema, it.members.iter().map(|it| &it.part));
            for member in &it.members {
                schema.ty(member.ty);
                assert!(member.optional || member.required.is_none(), "{name}");
            }
        }
        TypeKind::Union(it) => {
            assert!(!name.ends_with("-arg"), "{name} is a union");
            check_union(schema, id, it);
        }
        TypeKind::Alternate(it) => {
            let taken = it.alternatives.iter();
            let look = taken.map(|it| looks(schema, it.ty).expect("they can be told apart"));
            all_differ(look, name);
            all_differ(it.alternatives.iter().map(|it| &it.name), name);
            check_parts(schema, it.alternatives.iter().map(|it| &it.part));
        }
    }
}

fn check_union(schema: &Schema, id: TypeId, union: &Union) {
    let name = &schema.ty(id).head.name;
    all_differ(union.branches.iter().map(|it| &it.name), name);
    check_parts(schema, union.branches.iter().map(|it| &it.part));
    let mut base = schema.all_members(union.base);
    let tag = base.find(|it| it.name == union.tag);
    let tag = tag.unwrap_or_else(|| panic!("{name} has no tag"));
    assert_eq!(tag.ty, union.tag_type, "{name}");
    let is_enum = matches!(schema.ty(tag.ty).kind, TypeKind::Enum(_));
    assert!(is_enum, "the tag of {name} is no enumeration");
    assert!(tag.optional || union.untagged.is_none(), "{name}");
    let mut path = Vec::new();
    check_members(schema, id, &mut path, &mut Vec::new());
}

/// No member of a branch is a member of the base, too, nor of the bases that are around that.
fn check_members<'a>(
    schema: &'a Schema,
    id: TypeId,
    around: &mut Vec<TypeId>,
    members: &mut Vec<&'a str>,
) {
    let name = &schema.ty(id).head.name;
    assert!(!around.contains(&id), "{name} is a branch of itself");
    let before = members.len();
    members.extend(schema.all_members(id).map(|it| it.name.as_str()));
    all_differ(members.iter(), name);
    if let TypeKind::Union(union) = &schema.ty(id).kind {
        around.push(id);
        let branches = union.branches.iter().map(|it| it.ty);
        for ty in branches.chain(union.untagged) {
            let kind = &schema.ty(ty).kind;
            let is_object = matches!(kind, TypeKind::Struct(_) | TypeKind::Union(_));
            assert!(is_object, "a branch of {name}");
            check_members(schema, ty, around, members);
        }
        around.pop();
    }
    members.truncate(before);
}

/// Every definition is in its module, and all modules are there.
fn check_modules(schema: &Schema) {
    let mut held = HashSet::new();
    for (id, module) in schema.modules() {
        for item in &module.items {
            match *item {
                ModuleItem::Include(included) => assert!(module.includes.contains(&included)),
                ModuleItem::Definition(definition) => {
                    assert_eq!(schema.head(definition).module, Some(id));
                    assert!(held.insert(definition));
                }
            }
        }
    }
    for &id in schema.definitions() {
        assert_eq!(held.contains(&id), schema.head(id).module.is_some());
    }
}

/// The members that stand inline in a command, an event or a union are those of nothing else.
fn check_inline(schema: &Schema) {
    let mut used = Vec::new();
    for (id, ty) in schema.types() {
        match &ty.kind {
            TypeKind::Builtin(_) | TypeKind::Enum(_) => {}
            TypeKind::Array(element) => used.push(*element),
            TypeKind::Struct(_) => used.extend(schema.all_members(id).map(|it| it.ty)),
            TypeKind::Union(it) => {
                let base = &schema.ty(it.base).head.name;
                assert_eq!(*base, format!("q_obj_{}-base", ty.head.name));
                used.extend(it.branches.iter().map(|it| it.ty));
            }
            TypeKind::Alternate(it) => used.extend(it.alternatives.iter().map(|it| it.ty)),
        }
    }
    let commands = schema.commands().map(|(_, it)| (&it.head, it.arguments));
    let events = schema.events().map(|(_, it)| (&it.head, it.data));
    for (head, arguments) in commands.chain(events) {
        let name = arguments.map(|ty| &schema.ty(ty).head.name);
        let inline = name.filter(|name| name.ends_with("-arg"));
        assert!(inline.is_none_or(|name| *name == format!("q_obj_{}-arg", head.name)));
    }
    for ty in used {
        let name = &schema.ty(ty).head.name;
        let inline = name.ends_with("-arg") || name.ends_with("-base");
        assert!(!inline, "{name} is used elsewhere");
    }
}

fn check_parts<'a>(schema: &Schema, parts: impl Iterator<Item = &'a Part>) {
    for part in parts {
        is_inside(schema, part.span);
        part.features
            .iter()
            .for_each(|it| is_inside(schema, it.span));
    }
}

fn is_inside(schema: &Schema, span: Span) {
    assert!(!schema.sources().text(span).is_empty(), "{span:?}");
}

fn all_differ<T: AsRef<str>>(names: impl Iterator<Item = T>, of: &str) {
    let mut seen = HashSet::new();
    for name in names {
        let name = name.as_ref().to_owned();
        assert!(seen.insert(name.clone()), "{of} has '{name}' twice");
    }
}
