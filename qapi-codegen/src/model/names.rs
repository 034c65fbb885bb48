//! The names that are taken in one scope of generated code.

use std::collections::HashMap;

use qapi_parser::source::Span;

use crate::error::Clash;
use crate::name;

/// The names of one scope, each with what took it; nothing for a name that generated code
/// itself uses.
pub(super) struct Names {
    taken: HashMap<String, Option<(String, Option<Span>)>>,
}

impl Names {
    /// A scope without names: of the members of a definition, or of the modules.
    pub(super) fn of_parts() -> Self {
        Names {
            taken: HashMap::new(),
        }
    }

    /// The scope of the members of a command that also keeps unlisted ones.
    pub(super) fn of_parts_with_extra() -> Self {
        Names {
            taken: HashMap::from([("extra".to_owned(), None)]),
        }
    }

    /// The scope of the types.
    ///
    /// `String` is not reserved: QEMU has a type of that name, so that generated code knows
    /// how to name the other one.
    pub(super) fn of_types() -> Self {
        let mut names = Names::of_messages();
        names.taken.remove("String");
        names
    }

    /// The scope of the commands, or of the events.
    pub(super) fn of_messages() -> Self {
        let used = name::USED_BY_GENERATED_CODE.iter();
        Names {
            taken: used.map(|name| ((*name).to_owned(), None)).collect(),
        }
    }

    /// Takes `ident` for `wire`, or says what has it already.
    pub(super) fn claim(&mut self, ident: &str, wire: &str, span: Option<Span>) -> Option<Clash> {
        let clash = |first: Option<(String, Option<Span>)>| Clash {
            ident: ident.to_owned(),
            wire: wire.to_owned(),
            span,
            first,
            definition: None,
        };
        match self.taken.get(ident) {
            Some(first) => Some(clash(first.clone())),
            None => {
                self.taken
                    .insert(ident.to_owned(), Some((wire.to_owned(), span)));
                None
            }
        }
    }

    /// Takes `ident`, with underscores behind it where it is taken.
    pub(super) fn unique(&mut self, mut ident: String) -> String {
        while self.claim(&ident, "", None).is_some() {
            ident.push('_');
        }
        ident
    }
}
