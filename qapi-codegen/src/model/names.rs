//! The names that are taken in one scope of generated code.

use std::collections::HashMap;

use qapi_parser::source::Span;
use qapi_parser::{Code, Diagnostic};

use crate::name;

/// The rule that names of one scope differ in Rust, too.
const NAME_CLASH: Code = Code::Other("name-clash");

/// The names of one scope, each with what took it.
pub(super) struct Names {
    taken: HashMap<String, Taken>,
}

enum Taken {
    /// A name of the schema, and where it stands.
    By(String, Span),
    /// Generated code itself uses the name.
    Reserved,
}

impl Names {
    /// A scope without names: of the members of a definition.
    pub(super) fn of_parts() -> Self {
        Names::reserving([])
    }

    /// The scope of the members of a command that also keeps unlisted ones.
    pub(super) fn of_parts_with_extra() -> Self {
        Names::reserving(["extra".to_owned()])
    }

    /// The scope of the types.
    ///
    /// `String` is not reserved: QEMU has a type of that name, so that generated code knows
    /// how to name the other one.
    pub(super) fn of_types(prefix: &str) -> Self {
        let used = name::USED_BY_GENERATED_CODE
            .iter()
            .chain(name::USED_BESIDE_TYPES);
        let used = used.filter(|name| **name != "String");
        let sets = [name::COMMAND_SET, name::EVENT_SET].map(|set| format!("{prefix}{set}"));
        Names::reserving(used.map(|name| (*name).to_owned()).chain(sets))
    }

    /// The scope of the commands, or of the events.
    pub(super) fn of_messages() -> Self {
        let used = name::USED_BY_GENERATED_CODE.iter();
        Names::reserving(used.map(|name| (*name).to_owned()))
    }

    /// The scope of the variants of the enum over all events.
    pub(super) fn of_event_variants() -> Self {
        Names::reserving([name::UNKNOWN.to_owned()])
    }

    fn reserving(names: impl IntoIterator<Item = String>) -> Self {
        let taken = names.into_iter().map(|name| (name, Taken::Reserved));
        Names {
            taken: taken.collect(),
        }
    }

    /// Takes `ident` for `wire`, or says what has it already.
    pub(super) fn claim(&mut self, ident: &str, wire: &str, span: Span) -> Option<Diagnostic> {
        let clash = |what: &str| {
            let message = format!("'{wire}' becomes `{ident}` in Rust, {what}");
            Diagnostic::new(NAME_CLASH, span, message)
        };
        match self.taken.get(ident) {
            Some(Taken::By(first, at)) => {
                let clash = clash(&format!("and so does '{first}'"));
                Some(clash.with_label(*at, format!("'{first}'")))
            }
            Some(Taken::Reserved) => Some(clash("a name that generated code needs itself")),
            None => {
                self.taken
                    .insert(ident.to_owned(), Taken::By(wire.to_owned(), span));
                None
            }
        }
    }
}
