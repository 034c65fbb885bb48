//! Where a type contains itself, and which of the places on the way get a `Box`.
//!
//! A Rust type cannot hold itself by value. Every cycle of types that hold each other by value
//! needs one boxed place, and no more: so the places of a cycle are boxed one at a time,
//! alternatives of alternates first (there is one `BlockdevRef`, and a hundred members of that
//! type), then branches, then members, until no cycle is left.

use std::collections::{HashMap, HashSet};

use qapi_parser::Schema;
use qapi_parser::schema::{Head, TypeId, TypeKind};

/// A place that holds a type by value: the type it is in, as what, and its name there.
pub(super) type Place<'s> = (TypeId, Hold, &'s str);

/// As what a type holds another, in the order in which places are boxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Hold {
    Alternative,
    Branch,
    /// What a union without its tag holds.
    Untagged,
    Member,
}

#[derive(Clone, Copy)]
pub(super) struct Edge<'s> {
    place: Place<'s>,
    pub(super) to: TypeId,
}

/// The places that need a `Box`; types that are `opaque` hold nothing that we know of.
pub(super) fn boxed(schema: &Schema, opaque: impl Fn(&Head) -> bool) -> HashSet<Place<'_>> {
    let mut edges: HashMap<TypeId, Vec<Edge<'_>>> = HashMap::new();
    for (id, _) in schema.types().filter(|(_, ty)| !opaque(&ty.head)) {
        edges.insert(id, held(schema, id));
    }
    let mut cuts = Vec::new();
    let mut pending = components(schema.types().map(|(id, _)| id).collect(), &edges);
    while let Some(component) = pending.pop() {
        let inside: HashSet<TypeId> = component.iter().copied().collect();
        let cut = component
            .iter()
            .flat_map(|id| edges.get(id).into_iter().flatten())
            .filter(|edge| inside.contains(&edge.to))
            .min_by_key(|edge| (edge.place.1, edge.place))
            .copied();
        // A component without an edge inside is a single type, and done.
        let Some(cut) = cut else { continue };
        cuts.push(cut);
        if let Some(list) = edges.get_mut(&cut.place.0) {
            list.retain(|edge| edge.place != cut.place);
        }
        pending.extend(components(component, &edges));
    }
    // A later cut may have made an earlier one needless.
    cuts.retain(|cut| {
        let needed = reaches(cut.to, cut.place.0, &edges);
        if !needed {
            edges.entry(cut.place.0).or_default().push(*cut);
        }
        needed
    });
    cuts.into_iter().map(|cut| cut.place).collect()
}

/// Whether `from` holds `to` by value, directly or through others.
fn reaches(from: TypeId, to: TypeId, edges: &HashMap<TypeId, Vec<Edge<'_>>>) -> bool {
    let mut seen = HashSet::from([from]);
    let mut pending = vec![from];
    while let Some(id) = pending.pop() {
        if id == to {
            return true;
        }
        let next = edges.get(&id).into_iter().flatten().map(|edge| edge.to);
        pending.extend(next.filter(|next| seen.insert(*next)));
    }
    false
}

/// What a type holds by value. An array does not: its elements are on the heap.
pub(super) fn held(schema: &Schema, id: TypeId) -> Vec<Edge<'_>> {
    let mut edges = Vec::new();
    let mut add = |hold, name, to| {
        let place = (id, hold, name);
        edges.push(Edge { place, to });
    };
    match &schema.ty(id).kind {
        TypeKind::Builtin(_) | TypeKind::Enum(_) | TypeKind::Array(_) => {}
        TypeKind::Struct(_) => {
            for member in schema.all_members(id) {
                add(Hold::Member, member.name.as_str(), member.ty);
            }
        }
        TypeKind::Union(union) => {
            for member in schema.all_members(id) {
                add(Hold::Member, member.name.as_str(), member.ty);
            }
            for branch in &union.branches {
                add(Hold::Branch, branch.name.as_str(), branch.ty);
            }
            if let Some(untagged) = union.untagged {
                add(Hold::Untagged, "", untagged);
            }
        }
        TypeKind::Alternate(alternate) => {
            for alternative in &alternate.alternatives {
                add(Hold::Alternative, alternative.name.as_str(), alternative.ty);
            }
        }
    }
    edges
}

/// The strongly connected components of the graph that `nodes` and the edges between them
/// make (Tarjan's algorithm, with a stack of its own instead of recursion).
fn components(nodes: Vec<TypeId>, edges: &HashMap<TypeId, Vec<Edge<'_>>>) -> Vec<Vec<TypeId>> {
    let inside: HashSet<TypeId> = nodes.iter().copied().collect();
    let mut index: HashMap<TypeId, usize> = HashMap::new();
    let mut low: HashMap<TypeId, usize> = HashMap::new();
    let mut on_stack = HashSet::new();
    let mut stack = Vec::new();
    let mut found = Vec::new();
    for root in nodes {
        if index.contains_key(&root) {
            continue;
        }
        // Each frame: a node, and how many of its edges were followed.
        let mut frames = vec![(root, 0)];
        while let Some((node, followed)) = frames.last_mut() {
            let node = *node;
            if *followed == 0 && !index.contains_key(&node) {
                let number = index.len();
                index.insert(node, number);
                low.insert(node, number);
                stack.push(node);
                on_stack.insert(node);
            }
            let next = edges.get(&node).and_then(|list| list.get(*followed));
            *followed += 1;
            match next {
                Some(edge) if !inside.contains(&edge.to) => {}
                Some(edge) if !index.contains_key(&edge.to) => frames.push((edge.to, 0)),
                Some(edge) => {
                    if on_stack.contains(&edge.to) {
                        let seen = index[&edge.to];
                        low.entry(node).and_modify(|low| *low = seen.min(*low));
                    }
                }
                None => {
                    frames.pop();
                    let lowest = low[&node];
                    if let Some((parent, _)) = frames.last() {
                        low.entry(*parent).and_modify(|low| *low = lowest.min(*low));
                    }
                    if lowest == index[&node] {
                        let mut component = Vec::new();
                        while let Some(member) = stack.pop() {
                            on_stack.remove(&member);
                            component.push(member);
                            if member == node {
                                break;
                            }
                        }
                        found.push(component);
                    }
                }
            }
        }
    }
    found
}
