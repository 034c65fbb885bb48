//! Types of which no value has an end.
//!
//! A schema may say that a value contains another of the same type, always. Nobody can write such
//! a value, and the code that makes room for one would never be done.

use std::collections::HashMap;

use qapi_parser::schema::{TypeId, TypeKind};
use qapi_parser::{Code, Diagnostic, Schema};

use super::reach::Reach;

/// The rule that a value of a type has an end.
const ENDLESS_TYPE: Code = Code::Other("endless-type");

/// A complaint for each circle of types that always contain each other, of those that are
/// generated.
pub(super) fn endless(schema: &Schema, reach: &Reach) -> Vec<Diagnostic> {
    let mut complaints = Vec::new();
    // Of each type that was seen, whether it is on the way that is being followed.
    let mut seen: HashMap<TypeId, bool> = HashMap::new();
    for (root, _) in schema.types().filter(|(id, _)| reach.has_type(*id)) {
        if seen.contains_key(&root) {
            continue;
        }
        seen.insert(root, true);
        let mut way = vec![(root, contained(schema, root))];
        while let Some((id, next)) = way.last_mut() {
            match next.pop() {
                Some((member, to)) => match seen.get(&to) {
                    Some(true) => complaints.extend(complaint(schema, *id, member, to)),
                    Some(false) => {}
                    None => {
                        seen.insert(to, true);
                        way.push((to, contained(schema, to)));
                    }
                },
                None => {
                    seen.insert(*id, false);
                    way.pop();
                }
            }
        }
    }
    complaints
}

/// What every value of a type contains, by the names of the members.
fn contained(schema: &Schema, id: TypeId) -> Vec<(&str, TypeId)> {
    match &schema.ty(id).kind {
        TypeKind::Builtin(_) | TypeKind::Enum(_) | TypeKind::Array(_) => Vec::new(),
        TypeKind::Struct(_) | TypeKind::Union(_) => schema
            .all_members(id)
            .filter(|member| !member.may_be_absent())
            .map(|member| (member.name.as_str(), member.ty))
            .collect(),
        TypeKind::Alternate(alternate) => match alternate.alternatives.as_slice() {
            [only] => vec![(only.name.as_str(), only.ty)],
            // No two are objects.
            _ => Vec::new(),
        },
    }
}

fn complaint(schema: &Schema, from: TypeId, member: &str, to: TypeId) -> Option<Diagnostic> {
    let (from, to) = (&schema.ty(from).head, &schema.ty(to).head);
    let owner = if from.name == to.name {
        String::new()
    } else {
        format!(" of '{}'", from.name)
    };
    let name = &to.name;
    let message =
        format!("'{name}' always contains another '{name}', in the member '{member}'{owner}");
    Some(Diagnostic::new(ENDLESS_TYPE, to.span?, message))
}
