//! Decisions about types.

use std::collections::HashMap;

use qapi_parser::schema::{self, Branch, EnumValue, Head, TypeId, TypeKind};

use super::Builder;
use crate::model::boxing::Hold;
use crate::model::docs::{self, Kind};
use crate::model::names::Names;
use crate::model::object::{Role, object};
use crate::model::{Alternate, Alternative, Enum, Item, Payload, Tag, Type, Union, Variant};
use crate::name;

impl<'s> Builder<'s> {
    /// The generated type of a definition; none for what is no definition of the schema's own.
    pub(super) fn ty(&mut self, id: TypeId, module: &str) -> Option<Type> {
        let ty = self.schema.ty(id);
        let head = &ty.head;
        let ident = name::ty(&head.name);
        Some(match &ty.kind {
            TypeKind::Builtin(_) | TypeKind::Array(_) => return None,
            TypeKind::Enum(definition) => {
                let item = self.item(Kind::Enum, ident, head, module, &[]);
                let values = self.values(head, &definition.values);
                Type::Enum(Enum { item, values })
            }
            TypeKind::Struct(_) => {
                let item = self.item(Kind::Struct, ident, head, module, &[]);
                let sent = self.sent.contains(&id);
                let fields = self.fields(id, head, sent, Names::of_parts());
                Type::Struct(object(item, fields, Role::Type, sent))
            }
            TypeKind::Union(union) => {
                let item = self.item(Kind::Union, ident, head, module, &[]);
                Type::Union(Box::new(self.union(id, head, item, union)))
            }
            TypeKind::Alternate(alternate) => {
                let item = self.item(Kind::Alternate, ident, head, module, &[]);
                Type::Alternate(self.alternate(id, head, item, alternate))
            }
        })
    }

    /// Whether a union has common members besides its tag, so that a struct stands around the
    /// enum of its branches.
    pub(super) fn has_more_than_tag(&self, id: TypeId, union: &schema::Union) -> bool {
        let mut members = self.schema.all_members(id);
        members.any(|member| member.name != union.tag)
    }

    fn values(&mut self, head: &'s Head, values: &'s [EnumValue]) -> Vec<Item> {
        let parts = values.iter().map(|EnumValue { name, part }| {
            let docs = docs::part("Value", name, part);
            (name.as_str(), part, docs)
        });
        self.parts(name::variant, head, parts, Names::of_parts())
    }

    fn union(&mut self, id: TypeId, head: &Head, item: Item, union: &'s schema::Union) -> Union {
        let by_value: HashMap<&str, &Branch> = union
            .branches
            .iter()
            .map(|branch| (branch.name.as_str(), branch))
            .collect();
        let of_branch = |branch: &'s Branch| (branch.name.as_str(), &branch.part);
        let parts: Vec<_> = match &self.schema.ty(union.tag_type).kind {
            TypeKind::Enum(definition) => {
                let values = definition.values.iter();
                let part = |value: &'s EnumValue| match by_value.get(value.name.as_str()) {
                    // What the union says of its branch is nearer than what the tag's type says.
                    Some(branch) => of_branch(branch),
                    None => (value.name.as_str(), &value.part),
                };
                values.map(part).collect()
            }
            // The tag is a `QType`: its other values are unknown ones.
            _ => union.branches.iter().map(of_branch).collect(),
        };
        let parts = parts.into_iter().map(|(name, part)| {
            let docs = docs::part("Branch", name, part);
            (name, part, docs)
        });
        let items = self.parts(name::variant, head, parts, Names::of_parts());
        let variants = items
            .into_iter()
            .map(|item| {
                let branch = by_value.get(item.wire.as_str());
                let payload = branch.map(|branch| self.payload(id, Hold::Branch, branch));
                Variant { item, payload }
            })
            .collect();
        let tag = union.tag.to_string();
        let sent = self.sent.contains(&id);
        let fields = self.fields(id, head, sent, Names::of_parts());
        let (tags, fields): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|field| field.item.wire == tag);
        let mut field = match tags.into_iter().next() {
            Some(field) if self.has_more_than_tag(id, union) => field.item,
            _ => {
                return Union {
                    branches: item,
                    tag,
                    variants,
                    around: None,
                };
            }
        };
        field
            .docs
            .push_str("\n\nThe branch holds the members that the value adds.");
        let branches = Item {
            ident: name::branches(&item.ident),
            wire: item.wire.clone(),
            docs: format!(
                "The branches of [`{0}`](struct@{0}), which its member `{tag}` chooses.",
                item.ident
            ),
            deprecated: None,
        };
        let role = Role::Union(Tag {
            item: field,
            branches: branches.ident.clone(),
        });
        Union {
            branches,
            tag,
            variants,
            around: Some(object(item, fields, role, sent)),
        }
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
                let docs = docs::part("Alternative", name, part);
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

    fn payload(&self, id: TypeId, hold: Hold, branch: &Branch) -> Payload {
        Payload {
            ty: self.rust_type(branch.ty),
            boxed: self.boxed.contains(&(id, hold, branch.name.as_str())),
        }
    }
}
