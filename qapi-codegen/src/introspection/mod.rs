//! What a schema looks like to those who ask a server for it: the form of the answer to QEMU's
//! command `query-qmp-schema`.
//!
//! An [`Introspection`] is an array of commands and events and, behind them, the types that they
//! need. [`answer`](Introspection::answer) has it as a server sends it, to the letter;
//! [`descriptor`](Introspection::descriptor) tells more than a server does.

mod build;
mod json;

use std::fmt;

use qapi_parser::Schema;
use serde_core::{Serialize, Serializer};

use self::build::{Form, build};
use self::json::Object;
use crate::model::Reach;

/// A schema in the form of the answer to `query-qmp-schema`.
///
/// It is [`Serialize`]d as JSON, an array. Its `Display` is the same JSON with one entry a line,
/// which makes differences easy to read.
///
/// # Examples
///
/// ```
/// use qapi_codegen::Loader;
/// use qapi_codegen::introspection::{Introspection, Naming};
/// use qapi_parser::source::MemorySource;
///
/// let text = "{ 'command': 'resize', 'data': { 'width': 'uint32' }, 'if': 'CONFIG_DISPLAY' }";
/// let source = MemorySource::from_iter([("window.json", text)]);
/// let schema = Loader::new().load_from(&source, "window.json")?;
///
/// let answer = Introspection::answer(&schema, |symbol| symbol == "CONFIG_DISPLAY", Naming::Masked);
/// assert_eq!(
///     answer.to_string(),
///     r#"[
/// {"meta-type":"command","name":"resize","arg-type":"0","ret-type":"1"},
/// {"meta-type":"object","name":"0","members":[{"name":"width","type":"int"}]},
/// {"meta-type":"object","name":"1","members":[]},
/// {"meta-type":"builtin","name":"int","json-type":"int"}
/// ]
/// "#
/// );
///
/// let descriptor = Introspection::descriptor(&schema);
/// assert_eq!(
///     descriptor.to_string(),
///     r#"[
/// {"meta-type":"command","name":"resize","module":"window","if":"CONFIG_DISPLAY","arg-type":"q_obj_resize-arg","ret-type":"q_empty"},
/// {"meta-type":"object","name":"q_obj_resize-arg","module":"window","if":"CONFIG_DISPLAY","members":[{"name":"width","type":"uint32"}]},
/// {"meta-type":"object","name":"q_empty","members":[]},
/// {"meta-type":"builtin","name":"uint32","json-type":"int"}
/// ]
/// "#
/// );
/// # Ok::<_, qapi_codegen::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Introspection {
    entries: Vec<Object>,
}

/// What types are called in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// By numbers, in the order in which the answer first needs them.
    Masked,
    /// By their names.
    Plain,
}

impl Introspection {
    /// What a server answers that was built from `schema` with the symbols for which
    /// `is_defined` is true.
    ///
    /// What a condition takes away is not in it, and all integer types are `int`.
    pub fn answer(
        schema: &Schema,
        is_defined: impl Fn(&str) -> bool,
        naming: Naming,
    ) -> Introspection {
        let form = Form::Answer {
            is_defined: &is_defined,
            naming,
        };
        Introspection {
            entries: build(schema, &form),
        }
    }

    /// All that a schema has, and what an answer does not tell of it.
    ///
    /// Nothing is taken away by a condition, and types keep their names, integer types as well:
    /// those are entries with the `json-type` `int`. Enumerations have no `values`, which repeat
    /// the names of their `members`.
    ///
    /// What is more than in an answer:
    ///
    /// | | | |
    /// | --- | --- | --- |
    /// | `versions` | of entries, members, values, variants | the releases that have it, where they are known; of what is inside an entry, where they are not all of the entry's |
    /// | `if` | of the same | its condition, as an expression of C |
    /// | `feature-versions` | of what has `features` | the `name` of a feature, and the `versions` in which it is there, for each where that is known |
    /// | `module` | of entries that are not built in | the file that defines it, without `.json`, by its path from the root file |
    /// | `gen` | of commands | `false` if it takes arguments that are not listed |
    ///
    /// `versions` are the first release and the series of the last one, both included: `8.1..`
    /// without an end that is known, `5.2..9.0`, and `..7.2` without a beginning that is known.
    pub fn descriptor(schema: &Schema) -> Introspection {
        Self::descriptor_of(schema, &Reach::All)
    }

    /// Whether a text is a descriptor, by how it begins: the answers of servers have no modules.
    pub(crate) fn is_descriptor(text: &[u8]) -> bool {
        let Some(entries) = text.strip_prefix(b"[\n{\"meta-type\":\"") else {
            return text == b"[]\n";
        };
        let entry = entries.split(|byte| *byte == b'\n').next();
        let entry = String::from_utf8_lossy(entry.unwrap_or_default());
        entry.contains(",\"module\":\"")
    }

    /// The descriptor of the commands and events that are in reach.
    pub(crate) fn descriptor_of(schema: &Schema, reach: &Reach) -> Introspection {
        Introspection {
            entries: build(schema, &Form::Descriptor(reach)),
        }
    }
}

impl Serialize for Introspection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entries.serialize(serializer)
    }
}

impl fmt::Display for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "[";
        for entry in &self.entries {
            write!(f, "{before}\n{entry}")?;
            before = ",";
        }
        f.write_str(if self.entries.is_empty() {
            "[]\n"
        } else {
            "\n]\n"
        })
    }
}
