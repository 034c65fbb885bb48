//! A table of all types of all versions in `schema/`, by the names that they have there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use qapi_codegen::{Loader, Strictness};

/// The modules of `qapi-types`, and the root file of each in the folder of a version.
const MODULES: [(&str, &str); 3] = [
    ("qmp", "qapi/qapi-schema.json"),
    ("qga", "qga/qapi-schema.json"),
    ("qsd", "storage-daemon/qapi/qapi-schema.json"),
];

/// Writes `types.rs`: `round_trip_as`, which reads and writes JSON as the type of a module by its name.
pub(crate) fn write() -> io::Result<()> {
    let schema = Path::new("../schema");
    println!("cargo::rerun-if-changed={}", schema.display());
    let mut text = "\
        /// Reads `json` as the type `name` of a module, and writes it again; `None` when there is no\n\
        /// such type.\n\
        #[allow(deprecated)]\n\
        pub fn round_trip_as(module: &str, name: &str, json: &str) -> Option<Result<String, DecodeError>> {\n\
        \x20   Some(match (module, name) {\n"
        .to_owned();
    for (module, root) in MODULES {
        for name in names(schema, root)? {
            text.push_str(&format!(
                "        (\"{module}\", \"{name}\") => again::<qapi_types::{module}::{name}>(json),\n"
            ));
        }
    }
    text.push_str("        _ => return None,\n    })\n}\n");
    let folder = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(folder.join("types.rs"), text)
}

/// The names of the types that any version defines.
fn names(schema: &Path, root: &str) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(schema)? {
        let path = entry?.path().join(root);
        if !path.exists() {
            continue;
        }
        let loader = Loader::new().strictness(Strictness::Lenient);
        let schema = loader
            .load(&path)
            .map_err(|errors| io::Error::other(errors.render(false)))?;
        let types = schema.types().filter(|(_, ty)| !ty.is_implicit());
        names.extend(types.map(|(_, ty)| ty.head.name.to_string()));
    }
    Ok(names)
}
