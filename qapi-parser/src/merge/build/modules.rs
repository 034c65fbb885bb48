//! The modules, and the order of what is written in them.

use std::collections::{HashMap, HashSet};

use super::Builder;
use crate::merge::groups::Groups;
use crate::schema::{DefinitionId, DocPlace, Module, ModuleId, ModuleItem, Schema};
use crate::source::Span;

impl Builder<'_, '_> {
    /// The modules of all releases, by name; each as its newest release has it.
    pub(super) fn add_modules(&mut self) {
        for release in self.groups.releases.iter().rev() {
            for (_, module) in release.schema.modules() {
                let next = ModuleId(self.modules.len() as u32);
                self.module_ids.entry(&module.name).or_insert_with(|| {
                    self.modules.push(Module {
                        includes: Vec::new(),
                        items: Vec::new(),
                        ..module.clone()
                    });
                    next
                });
            }
        }
        let mut done = HashSet::new();
        for release in self.groups.releases.iter().rev() {
            for (_, module) in release.schema.modules() {
                let id = self.module_ids[module.name.as_str()];
                if !done.insert(id) {
                    continue;
                }
                let included = module.includes.iter().map(|&it| release.schema.module(it));
                let included = included.map(|it| self.module_ids[it.name.as_str()]);
                let included: Vec<ModuleId> = included.collect();
                let module = &mut self.modules[id.0 as usize];
                let items = included.iter().map(|&it| ModuleItem::Include(it));
                module.items.extend(items);
                module.includes = included;
            }
        }
    }
}

/// The documentation blocks that `schema` has, in the order in which each release has them.
pub(super) fn docs(
    groups: &Groups<'_>,
    schema: &Schema,
    modules: &HashMap<&str, ModuleId>,
) -> Vec<DocPlace> {
    let documented = schema.definitions().iter().filter_map(|&id| {
        let doc = schema.head(id).doc.as_ref()?;
        Some((doc.span, id))
    });
    let documented: HashMap<Span, DefinitionId> = documented.collect();
    let mut docs = Vec::new();
    for release in groups.releases.iter().rev() {
        docs.extend(release.schema.docs.iter().filter_map(|place| match *place {
            DocPlace::Definition(id) => {
                let doc = release.schema.head(id).doc.as_ref()?;
                documented.get(&doc.span).copied().map(DocPlace::Definition)
            }
            DocPlace::Comment(id, index) => {
                let module = release.schema.module(id);
                let id = *modules.get(module.name.as_str())?;
                let is_kept = schema.module(id).file == module.file;
                is_kept.then_some(DocPlace::Comment(id, index))
            }
        }));
    }
    docs
}
