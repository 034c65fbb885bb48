//! Decisions about types.

use qapi_parser::schema::{self, Branch, DefinitionId, EnumValue, Head, TypeId, TypeKind};

use super::Builder;
use crate::model::boxing::Hold;
use crate::model::docs::{self, Kind, Notes};
use crate::model::names::Names;
use crate::model::object::{Role, object};
use crate::model::{Additions, Alias, Alternate, Alternative, Enum, Item, Payload, Type};
use crate::name;

impl<'s> Builder<'s> {
    /// The generated type of a definition; none for what is no definition of the schema's own.
    pub(super) fn ty(&mut self, id: TypeId, module: &str) -> Option<Type> {
        let ty = self.schema.ty(id);
        let head = &ty.head;
        let ident = self.type_ident(&head.name);
        Some(match &ty.kind {
            TypeKind::Builtin(_) | TypeKind::Array(_) => return None,
            TypeKind::Enum(definition) => {
                let item = self.item(Kind::Enum, ident, head, module, Notes::default());
                let values = self.values(head, &definition.values);
                Type::Enum(Enum { item, values })
            }
            TypeKind::Struct(_) => {
                let item = self.item(Kind::Struct, ident, head, module, Notes::default());
                let sent = self.sent.contains(&id);
                let fields = self.fields(id, head, sent, Names::of_parts());
                Type::Struct(object(item, fields, Role::Type, sent))
            }
            TypeKind::Union(union) => {
                let tag = self.bare_tag(id, union);
                let notes = Notes {
                    others: tag.map(|tag| docs::tag(tag, head)).unwrap_or_default(),
                    ..Notes::default()
                };
                let item = self.item(Kind::Union, ident, head, module, notes);
                Type::Union(Box::new(self.union(id, head, item, union)))
            }
            TypeKind::Alternate(alternate) => {
                let item = self.item(Kind::Alternate, ident, head, module, Notes::default());
                Type::Alternate(self.alternate(id, head, item, alternate))
            }
        })
    }

    /// The items of another name of a type: as many as the type itself has.
    pub(super) fn aliases(&mut self, alias: &schema::Alias) -> Vec<Alias> {
        let ident = self.type_ident(&alias.name);
        let module = &self.schema.module(alias.module).name;
        let targets = self.idents(DefinitionId::Type(alias.target)).into_iter();
        let items = targets.enumerate().map(|(index, target)| {
            let (ident, docs) = match index {
                0 => (ident.clone(), docs::alias(alias, &target, module)),
                _ => (
                    name::branches(&ident),
                    docs::alias_of_branches(&ident, &target),
                ),
            };
            let item = Item {
                ident,
                wire: alias.name.to_string(),
                docs: self.docs.add(docs),
                deprecated: None,
                additions: Additions::default(),
            };
            Alias { item, target }
        });
        items.collect()
    }

    fn values(&mut self, head: &'s Head, values: &'s [EnumValue]) -> Vec<Item> {
        let parts = values.iter().map(|EnumValue { name, part }| {
            let docs = docs::part("Value", name, part, head);
            (name.as_str(), part, docs)
        });
        self.parts(name::variant, head, parts, Names::of_parts())
    }

    fn alternate(
        &mut self,
        id: TypeId,
        head: &Head,
        item: Item,
        alternate: &'s schema::Alternate,
    ) -> Alternate {
        let parts = alternate
            .alternatives
            .iter()
            .map(|Branch { name, part, .. }| {
                let docs = docs::part("Alternative", name, part, head);
                (name.as_str(), part, docs)
            });
        let items = self.parts(name::variant, head, parts, Names::of_parts());
        let alternatives: Vec<Alternative> = items
            .into_iter()
            .zip(&alternate.alternatives)
            .map(|(item, branch)| Alternative {
                item,
                payload: self.payload(id, Hold::Alternative, branch),
                json: self.json_type(branch.ty),
            })
            .collect();
        let kinds: Vec<&str> = alternatives
            .iter()
            .map(|each| each.json.describe())
            .collect();
        let expected = match kinds.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some((only, _)) => (*only).to_owned(),
            None => String::new(),
        };
        Alternate {
            item,
            expected,
            alternatives,
        }
    }

    pub(super) fn payload(&self, id: TypeId, hold: Hold, branch: &Branch) -> Payload {
        Payload {
            ty: self.rust_type(branch.ty),
            boxed: self.boxed.contains(&(id, hold, branch.name.as_str())),
        }
    }
}
