//! How the schemas of this folder are read, and the options that some are for.

use std::fs;
use std::path::{Path, PathBuf};

use qapi_codegen::{Config, Loader, Schema, Strictness};
use qapi_parser::schema::Version;
use qapi_parser::{Release, Settlements};

/// The options for the schema `name`.
pub(crate) fn config(name: &str) -> Config {
    // Schemas of old releases have names of any case.
    let config = Config::new().strictness(Strictness::Lenient);
    match name {
        "attributes" => config
            .type_attribute(".", "#[derive(Eq)]")
            .type_attribute("Engine", "#[must_use = \"it costs fuel\"]")
            .type_attribute("Gear", "#[derive(Default, PartialOrd, Ord)]")
            .member_attribute("Gear.first", "#[default]")
            .member_attribute("Vehicle", "#[doc(alias = \"transport\")]")
            .member_attribute("drive.vehicle", "/// With wheels."),
        "base64" => config.base64(["Chunk.buf-b64", "Chunk.parts", "chunk-write.buf-b64"]),
        "extern-path" => config
            .extern_path("Color", "crate::paint::Rgb")
            .extern_path("Paint", "crate::paint::Paint")
            .roots(["paint"]),
        "prefix" => {
            let names = ["Driver", "FileOptions", "NbdOptions", "Node", "node-add"];
            let config = config.extern_module(names, "crate::union_");
            config.prefix("Garage")
        }
        "roots" => config.roots(["query-cars", "CAR_GONE"]),
        "extern" => {
            let names = ["Driver", "FileOptions", "NbdOptions", "Node", "node-add"];
            config.extern_module(names, "crate::union_")
        }
        "versions" => config.descriptor_path("versions.json"),
        _ => config,
    }
}

/// The root files of the schema `name`: `NAME.json`, or of several releases
/// `NAME/VERSION/api.json`, from the oldest on.
pub(crate) fn roots(folder: &Path, name: &str) -> Vec<PathBuf> {
    let file = folder.join(format!("{name}.json"));
    if file.exists() {
        return vec![file];
    }
    let releases = fs::read_dir(folder.join(name)).expect("there is a file or a folder");
    let releases = releases.map(|entry| entry.expect("the folder can be read").path());
    let mut roots: Vec<PathBuf> = releases.map(|path| path.join("api.json")).collect();
    roots.sort_by_key(|root| version(root));
    roots
}

/// The schemas of several releases as one.
pub(crate) fn merge(roots: &[PathBuf]) -> Schema {
    let releases = roots.iter().map(|root| {
        let schema = Loader::new().strictness(Strictness::Lenient).load(root);
        let schema = schema.unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        Release::new(version(root), schema)
    });
    let merged = Schema::merge(releases.collect(), &Settlements::new());
    merged.unwrap_or_else(|error| panic!("{error}"))
}

fn version(root: &Path) -> Version {
    let folder = root.parent().and_then(Path::file_name);
    let version = folder.and_then(|name| Version::parse(name.to_str()?));
    version.expect("the folder is named after the release")
}
