//! Unions without base and discriminator, which QEMU had before 6.2.
//!
//! Their tag is a member `type` of an enumeration of the branches; a branch's value is in a
//! member `data`. QEMU's frontend had the tag as a member of the union itself. Here it is in an
//! implicit base as of any other union, so that there is one kind of union.

use smol_str::{SmolStr, format_smolstr};

use super::{Declarer, Owner};
use crate::check::ast;
use crate::resolve::names::{Branch, Kind, Member, Role, TypeName};
use crate::schema::{EnumValue, Head, Part, VersionRange};
use crate::source::{Span, Spanned};

impl Declarer<'_> {
    pub(super) fn simple_union(&mut self, branches: Vec<ast::Branch>, owner: &Owner) -> Kind {
        let name = &owner.name;
        let values = branches.iter().map(|branch| EnumValue {
            name: branch.name.clone(),
            part: branch.part.clone(),
        });
        let values = values.collect();
        let branches = branches
            .into_iter()
            .map(|branch| self.wrapped(branch, owner))
            .collect();

        let enumeration = format_smolstr!("{}Kind", name.value);
        let base = format_smolstr!("q_obj_{}-base", name.value);
        // Where the union's name is taken, that alone is reported.
        if self.declared.names.get(&name.value).is_none() {
            let origin = || Some(owner.origin.clone());
            let reported = self.errors.len();
            let kind = Kind::Enum {
                values,
                prefix: None,
            };
            self.add(owner.head(enumeration.clone()), origin(), kind);
            if let Some(error) = self.errors.get_mut(reported) {
                error.help = Some("that is the name of the union's own enumeration".to_owned());
            }
            let kind = Kind::Struct {
                base: None,
                members: vec![Member {
                    name: "type".into(),
                    ty: at(name.span, enumeration),
                    optional: false,
                    part: bare_part(name.span),
                }],
                role: "base member",
            };
            self.add(owner.head(base.clone()), origin(), kind);
        }
        Kind::Union {
            base: at(name.span, base),
            tag: Spanned {
                value: "type".into(),
                span: name.span,
            },
            branches,
        }
    }

    /// A branch whose members are one member `data` of the branch's type.
    fn wrapped(&mut self, branch: ast::Branch, owner: &Owner) -> Branch {
        let ty = self.type_name(branch.ty.clone(), &Role("branch", &branch.name), owner);
        let span = ty.span;
        let wrapper = format_smolstr!("q_obj_{}-wrapper", ty.value);
        // All branches of the same type share it.
        if self.declared.names.get(&wrapper).is_none() {
            let head = Head {
                condition: None,
                ..owner.head(wrapper.clone())
            };
            let kind = Kind::Struct {
                base: None,
                members: vec![Member {
                    name: "data".into(),
                    ty,
                    optional: false,
                    part: bare_part(span),
                }],
                role: "branch member",
            };
            self.add(head, Some(owner.origin.clone()), kind);
            self.wrappers.push((wrapper.clone(), branch.ty));
        }
        Branch {
            name: branch.name,
            ty: at(span, wrapper),
            part: branch.part,
        }
    }

    /// Gives each wrapper the condition of the type in it, which may be defined behind it.
    ///
    /// QEMU's frontend left the condition out in that case, and its C code did not compile where
    /// the condition did not hold.
    pub(super) fn wrapper_conditions(&mut self) {
        let names = &mut self.declared.names;
        for (wrapper, wrapped) in std::mem::take(&mut self.wrappers) {
            let wrapped = names.get(&wrapped.name.value);
            let condition = wrapped.and_then(|wrapped| wrapped.head.condition.clone());
            if let Some(wrapper) = names.get_mut(&wrapper) {
                wrapper.head.condition = condition;
            }
        }
    }
}

fn at(span: Span, value: SmolStr) -> TypeName {
    Spanned { value, span }.into()
}

fn bare_part(span: Span) -> Part {
    Part {
        span,
        doc: None,
        versions: VersionRange::default(),
        condition: None,
        features: Vec::new(),
    }
}
