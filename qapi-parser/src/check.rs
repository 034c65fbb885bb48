//! The shape of each expression: which keys it has, and what kind of value each of them.
//!
//! What comes out says the same in types of its own. Names are still names; documentation is
//! where it belongs.

pub(crate) mod ast;
mod c_condition;
mod condition;
mod definition;
mod docs;
mod keys;
mod members;
mod name;

pub(crate) use members::c_name;

use definition::{METAS, is_misspelt_directive};

use smol_str::SmolStr;

use crate::diagnostic::{Code, Diagnostic, short};
use crate::doc::Doc;
use crate::load::{ParsedModule, Rules};
use crate::missing::Missing;
use crate::schema::ModuleId;
use crate::source::{FileId, Span};
use crate::syntax::{Item, Object, ValueKind};

/// What [`check`] makes of the files of a schema.
pub(crate) struct Checked {
    pub(crate) modules: Vec<Module>,
    /// The inclusions, definitions and comments of all modules, an included module's behind its
    /// first inclusion: the order in which QEMU's frontend reads them.
    pub(crate) entries: Vec<Entry>,
}

/// What a module is, its definitions aside.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) file: FileId,
    pub(crate) includes: Vec<ModuleId>,
}

/// An inclusion, a definition or free-form documentation, and the module it stands in.
pub(crate) enum Entry {
    Include { from: ModuleId, of: ModuleId },
    Definition(ModuleId, Box<ast::Definition>),
    Comment(ModuleId, Doc),
}

/// Checks all expressions; appends what is wrong with them to `errors`.
pub(crate) fn check(
    parsed: Vec<ParsedModule>,
    rules: &Rules,
    missing: &mut Missing,
    errors: &mut Vec<Diagnostic>,
) -> Checked {
    let mut modules = Vec::with_capacity(parsed.len());
    let mut items = Vec::with_capacity(parsed.len());
    for module in parsed {
        modules.push(Module {
            name: module.name,
            file: module.file.file,
            includes: module.includes,
        });
        items.push(module.file.items.into_iter());
    }

    let mut entries = Vec::with_capacity(items.iter().map(ExactSizeIterator::len).sum());
    // The modules that are being walked, each with the number of inclusions seen in it.
    let mut open: Vec<(usize, usize)> = Vec::new();
    open.extend((!modules.is_empty()).then_some((0, 0)));
    let mut next_module = 1;
    while let Some((module, includes)) = open.last_mut() {
        let module = *module;
        let id = ModuleId(module as u32);
        match items[module].next() {
            None => {
                open.pop();
            }
            Some(Item::Include(_)) => {
                let included = modules[module].includes.get(*includes).copied();
                *includes += 1;
                let Some(of) = included else { continue };
                entries.push(Entry::Include { from: id, of });
                // Modules are numbered in the order of their first inclusion.
                if of.0 == next_module {
                    next_module += 1;
                    open.push((of.0 as usize, 0));
                }
            }
            Some(Item::Pragma(_)) => {}
            Some(Item::Comment(doc)) => entries.push(Entry::Comment(id, doc)),
            Some(Item::Definition { expr, doc }) => {
                let mut checker = Checker {
                    rules,
                    any_name: missing.pragmas,
                    expression: expr.span,
                    defined: None,
                    is_exempt: false,
                    in_order: errors.len(),
                    errors,
                };
                let name = guessed_name(&expr.value);
                let definition = checker.definition(expr, doc);
                let in_order = checker.in_order;
                match definition {
                    Some(definition) => {
                        entries.push(Entry::Definition(id, definition.into()));
                    }
                    None => match name {
                        Some(name) => missing.names.push(name),
                        None => missing.others = true,
                    },
                }
                // The order of the checks is not that of the keys.
                if let Some(errors) = errors.get_mut(in_order..) {
                    errors.sort_by_key(Diagnostic::span);
                }
            }
        }
    }
    Checked { modules, entries }
}

/// The name of what an expression defines, however wrong it is; `None` if it seems to be a
/// directive.
fn guessed_name(expr: &Object) -> Option<SmolStr> {
    let known = expr.iter().find(|(key, _)| METAS.contains(&&*key.value));
    let (_, value) = match known {
        Some(known) => known,
        None if is_misspelt_directive(expr) => return None,
        None => expr.first()?,
    };
    match &value.kind {
        ValueKind::String(name) => Some(name.clone()),
        _ => None,
    }
}

/// Checks one expression. What is wrong is reported; the checks give `None` for it.
struct Checker<'a> {
    rules: &'a Rules,
    /// Whether names may be exceptions that are not known.
    any_name: bool,
    /// The whole expression.
    expression: Span,
    /// What it defines, as in ("struct", "Foo"), once that is known.
    defined: Option<(&'static str, SmolStr)>,
    /// Whether the definition is exempt from the naming rules of members.
    is_exempt: bool,
    errors: &'a mut Vec<Diagnostic>,
    /// How many of the errors are in their order already: what is wrong with the name and the
    /// documentation comes before what is wrong with the keys.
    in_order: usize,
}

impl Checker<'_> {
    fn is_lenient(&self) -> bool {
        self.rules.is_lenient()
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::new(code, span, message));
    }

    /// Gives the last error a help that says more than the one it has.
    fn explain_last(&mut self, help: &str) {
        if let Some(error) = self.errors.last_mut() {
            error.help = Some(help.to_owned());
        }
    }

    /// "struct 'Foo'"
    fn context(&self) -> Option<String> {
        let (meta, name) = self.defined.as_ref()?;
        Some(format!("{meta} '{}'", short(name)))
    }

    fn push(&mut self, error: Diagnostic) {
        let error = error.with_anchor(self.expression);
        let error = match self.context() {
            Some(context) => error.with_context(context),
            None => error,
        };
        self.errors.push(error);
    }
}
