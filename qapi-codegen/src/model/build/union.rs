//! Decisions about unions.

use std::collections::HashMap;

use qapi_parser::schema::{self, Branch, EnumValue, Head, Member, TypeId, TypeKind};

use super::Builder;
use crate::model::boxing::Hold;
use crate::model::docs;
use crate::model::names::Names;
use crate::model::object::{Role, object};
use crate::model::{Field, Item, Payload, Tag, Union, Untagged, Variant};
use crate::name;

impl<'s> Builder<'s> {
    /// Whether a union has common members besides its tag, so that a struct stands around the
    /// enum of its branches.
    pub(super) fn has_more_than_tag(&self, id: TypeId, union: &schema::Union) -> bool {
        let mut members = self.schema.all_members(id);
        members.any(|member| member.name != union.tag)
    }

    /// The tag of a union whose members in common are just that.
    pub(super) fn bare_tag(&self, id: TypeId, union: &schema::Union) -> Option<&'s Member> {
        let mut members = self.schema.all_members(id);
        let tag = members.find(|member| member.name == union.tag);
        tag.filter(|_| !self.has_more_than_tag(id, union))
    }

    pub(super) fn union(
        &mut self,
        id: TypeId,
        head: &Head,
        item: Item,
        union: &'s schema::Union,
    ) -> Union {
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
            let docs = docs::part("Branch", name, part, head);
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
        let untagged = self.untagged(id, union);
        let Some((field, fields)) = self.common(id, head, union) else {
            return Union {
                branches: item,
                tag,
                variants,
                untagged,
                around: None,
            };
        };
        let adds = "The branch holds the members that the value adds.";
        self.docs.append(field.docs, adds.to_owned());
        let branches = Item {
            ident: name::branches(&item.ident),
            wire: item.wire.clone(),
            docs: self.docs.add(format!(
                "The branches of [`{0}`](struct@{0}), which its member `{tag}` chooses.",
                item.ident
            )),
            deprecated: None,
            // For both: a trait can be derived for the struct if its fields have it.
            additions: item.additions.clone(),
        };
        let role = Role::Union(Tag {
            item: field,
            branches: branches.ident.clone(),
        });
        Union {
            branches,
            tag,
            variants,
            untagged,
            around: Some(object(item, fields, role, self.sent.contains(&id))),
        }
    }

    /// The field of a union's tag, and those of its other common members; none where there are no
    /// others.
    fn common(
        &mut self,
        id: TypeId,
        head: &Head,
        union: &schema::Union,
    ) -> Option<(Item, Vec<Field>)> {
        if !self.has_more_than_tag(id, union) {
            return None;
        }
        let sent = self.sent.contains(&id);
        let mut fields = self.fields(id, head, sent, Names::of_parts());
        let tag = fields.iter().position(|it| it.item.wire == union.tag)?;
        Some((fields.remove(tag).item, fields))
    }

    /// What a union is without its tag, where that is optional.
    fn untagged(&mut self, id: TypeId, union: &schema::Union) -> Option<Untagged> {
        let mut members = self.schema.all_members(id);
        let tag = members.find(|member| member.name == union.tag)?;
        tag.optional.then(|| Untagged {
            docs: self.docs.add(docs::untagged(tag)),
            payload: union.untagged.map(|ty| Payload {
                ty: self.rust_type(ty),
                boxed: self.boxed.contains(&(id, Hold::Untagged, "")),
            }),
        })
    }
}
