//! Putting the documentation of one schema on the definitions of another.

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::merge::relocate;
use crate::schema::{
    Branch, DefinitionId, DocPlace, Feature, Head, Member, ModuleId, Part, Schema, TypeId, TypeKind,
};

impl Schema {
    /// This schema with the documentation of another one, wherever both have the same thing:
    /// a type, command or event of the same name, or of one that it [had](Self::aliases), its
    /// members, values, branches and features by their names, and the free-form blocks of
    /// modules. What the other does not document keeps what it has. Nothing else changes, the
    /// releases neither.
    ///
    /// It is for schemas that were merged, or read from facts alone:
    ///
    /// ```
    /// use qapi_parser::{Loader, source::MemorySource};
    ///
    /// let load = |text| {
    ///     let source = MemorySource::from_iter([("vm.json", text)]);
    ///     Loader::new().load_from(&source, "vm.json")
    /// };
    /// let facts = load("{ 'command': 'stop' }")?;
    /// let prose = load("##\n# @stop:\n#\n# Stops the machine.\n##\n{ 'command': 'stop' }")?;
    ///
    /// let described = facts.described_by(&prose);
    /// let (_, stop) = described.commands().next().expect("there is one");
    /// let body = stop.head.doc.as_ref().and_then(|doc| doc.body());
    /// assert_eq!(body.expect("it has text").text(), "Stops the machine.");
    /// # Ok::<(), qapi_parser::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn described_by(mut self, other: &Schema) -> Schema {
        let pairs = Pairs::find(&self, other);
        let by = self.sources.append(&other.sources);
        for &(id, of) in &pairs.definitions {
            self.head_mut(id).describe(other.head(of), by);
        }
        for &(id, of) in &pairs.types {
            self.parts_mut(id).describe(other, of);
        }
        self.describe_modules(other, by);
        self.order_docs(other, &pairs);
        self
    }

    fn head_mut(&mut self, id: DefinitionId) -> &mut Head {
        match id {
            DefinitionId::Type(TypeId(index)) => &mut self.types[index as usize].head,
            DefinitionId::Command(id) => &mut self.commands[id.0 as usize].head,
            DefinitionId::Event(id) => &mut self.events[id.0 as usize].head,
        }
    }

    fn parts_mut(&mut self, id: TypeId) -> &mut TypeKind {
        &mut self.types[id.0 as usize].kind
    }

    /// Takes the free-form blocks of the modules that both have.
    fn describe_modules(&mut self, other: &Schema, by: u32) {
        let modules = other.modules.iter().filter(|it| !it.comments.is_empty());
        let modules: HashMap<_, _> = modules.map(|it| (&it.name, &it.comments)).collect();
        for module in &mut self.modules {
            if let Some(comments) = modules.get(&module.name) {
                module.comments.clone_from(comments);
                let comments = module.comments.iter_mut();
                comments.for_each(|it| relocate::doc(it, by));
            }
        }
    }

    /// Puts the documentation blocks in order: the other schema's, then those of its own.
    fn order_docs(&mut self, other: &Schema, pairs: &Pairs) {
        let modules = self
            .modules
            .iter()
            .zip(0..)
            .map(|(it, id)| (it.name.as_str(), ModuleId(id)));
        let modules: HashMap<&str, ModuleId> = modules.collect();
        let module = |id| modules.get(other.module(id).name.as_str()).copied();
        let mut definitions: HashMap<DefinitionId, Vec<DefinitionId>> = HashMap::new();
        for &(id, of) in &pairs.definitions {
            definitions.entry(of).or_default().push(id);
        }
        let mut docs = Vec::new();
        let mut commented = HashSet::new();
        for place in &other.docs {
            match *place {
                DocPlace::Comment(of, index) => {
                    if let Some(id) = module(of) {
                        commented.insert(id);
                        docs.push(DocPlace::Comment(id, index));
                    }
                }
                DocPlace::Definition(of) => {
                    let of = definitions.get(&of).into_iter().flatten();
                    docs.extend(of.map(|&id| DocPlace::Definition(id)));
                }
            }
        }
        let described: HashSet<DefinitionId> = pairs.definitions.iter().map(|it| it.0).collect();
        let is_own = |place: &DocPlace| match place {
            DocPlace::Comment(id, _) => !commented.contains(id),
            DocPlace::Definition(id) => !described.contains(id),
        };
        docs.extend(mem::take(&mut self.docs).into_iter().filter(is_own));
        self.docs = docs;
    }
}

/// What two schemas have both, each with what it is in the other one.
#[derive(Default)]
struct Pairs {
    /// Definitions that the other documents.
    definitions: Vec<(DefinitionId, DefinitionId)>,
    /// Types whose parts are the same things.
    types: Vec<(TypeId, TypeId)>,
}

impl Pairs {
    fn find(schema: &Schema, other: &Schema) -> Self {
        let mut old_names: HashMap<TypeId, Vec<&SmolStr>> = HashMap::new();
        for alias in &schema.aliases {
            old_names.entry(alias.target).or_default().push(&alias.name);
        }
        let mut pairs = Pairs::default();
        for &id in &schema.definitions {
            let name = &schema.head(id).name;
            let old_names = match id {
                DefinitionId::Type(id) => old_names.get(&id).map(Vec::as_slice),
                DefinitionId::Command(_) | DefinitionId::Event(_) => None,
            };
            let mut names = old_names.unwrap_or_default().iter().copied();
            let found = other
                .find(name)
                .or_else(|| names.find_map(|name| other.find(name)));
            if let Some(of) = found {
                pairs.add(schema, id, other, of);
            }
        }
        pairs
    }

    fn add(&mut self, schema: &Schema, id: DefinitionId, other: &Schema, of: DefinitionId) {
        match (id, of) {
            (DefinitionId::Type(id), DefinitionId::Type(of)) => {
                self.add_types(schema, id, other, of)
            }
            (DefinitionId::Command(id), DefinitionId::Command(of)) => {
                let arguments = (schema.command(id).arguments, other.command(of).arguments);
                self.add_inline(schema, other, arguments);
            }
            (DefinitionId::Event(id), DefinitionId::Event(of)) => {
                let data = (schema.event(id).data, other.event(of).data);
                self.add_inline(schema, other, data);
            }
            // The name stands for something else.
            _ => return,
        }
        if other.head(of).doc.is_some() {
            self.definitions.push((id, of));
        }
    }

    fn add_types(&mut self, schema: &Schema, id: TypeId, other: &Schema, of: TypeId) {
        self.types.push((id, of));
        if let TypeKind::Union(union) = &schema.ty(id).kind {
            // The members of the base are those of the union.
            self.add_inline(schema, other, (Some(union.base), Some(of)));
        }
    }

    /// Adds the type of members that stand in their definition, or stood there before that type
    /// had a name.
    fn add_inline(
        &mut self,
        schema: &Schema,
        other: &Schema,
        pair: (Option<TypeId>, Option<TypeId>),
    ) {
        let (Some(id), Some(of)) = pair else {
            return;
        };
        let ty = schema.ty(id);
        let is_new = || other.find(&ty.head.name).is_none() && other.ty(of).is_implicit();
        if ty.is_implicit() {
            self.types.push((id, of));
        } else if is_new() {
            self.add_types(schema, id, other, of);
        }
    }
}

impl Head {
    fn describe(&mut self, other: &Head, by: u32) {
        if let Some(doc) = &other.doc {
            let mut doc = Arc::clone(doc);
            relocate::doc(Arc::make_mut(&mut doc), by);
            self.doc = Some(doc);
        }
        describe_features(&mut self.features, &other.features);
    }
}

impl TypeKind {
    /// Describes the parts of a type as the type `of` of another schema does.
    fn describe(&mut self, other: &Schema, of: TypeId) {
        let theirs = &other.ty(of).kind;
        match self {
            TypeKind::Builtin(_) | TypeKind::Array(_) => {}
            TypeKind::Enum(it) => {
                let theirs = match theirs {
                    TypeKind::Enum(it) => it.values.as_slice(),
                    _ => &[],
                };
                let theirs = theirs.iter().map(|it| (&it.name, &it.part)).collect();
                let ours = it.values.iter_mut();
                describe_parts(ours.map(|it| (&it.name, &mut it.part)), &theirs);
            }
            TypeKind::Struct(it) => {
                let theirs = other.all_members(of);
                let theirs = theirs
                    .map(|Member { name, part, .. }| (name, part))
                    .collect();
                let ours = it.members.iter_mut();
                describe_parts(ours.map(|it| (&it.name, &mut it.part)), &theirs);
            }
            TypeKind::Union(it) => describe_branches(&mut it.branches, theirs),
            TypeKind::Alternate(it) => describe_branches(&mut it.alternatives, theirs),
        }
    }
}

fn describe_branches(ours: &mut [Branch], theirs: &TypeKind) {
    let theirs = match theirs {
        TypeKind::Union(it) => it.branches.as_slice(),
        TypeKind::Alternate(it) => &it.alternatives,
        _ => &[],
    };
    let theirs = theirs.iter().map(|it| (&it.name, &it.part)).collect();
    describe_parts(ours.iter_mut().map(|it| (&it.name, &mut it.part)), &theirs);
}

fn describe_parts<'a>(
    ours: impl Iterator<Item = (&'a SmolStr, &'a mut Part)>,
    theirs: &HashMap<&SmolStr, &Part>,
) {
    for (name, part) in ours {
        let Some(other) = theirs.get(name) else {
            continue;
        };
        if let Some(doc) = &other.doc {
            part.doc = Some(Arc::clone(doc));
        }
        describe_features(&mut part.features, &other.features);
    }
}

fn describe_features(ours: &mut [Feature], theirs: &[Feature]) {
    for feature in ours {
        let other = theirs.iter().find(|it| it.name == feature.name);
        if let Some(doc) = other.and_then(|other| other.doc.as_ref()) {
            feature.doc = Some(Arc::clone(doc));
        }
    }
}
