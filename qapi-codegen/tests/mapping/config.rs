//! The options that some schemas of this folder are for.

use qapi_codegen::{Config, Strictness};

pub(crate) fn config(schema: &str) -> Config {
    // Schemas of old releases have names of any case.
    let config = Config::new().strictness(Strictness::Lenient);
    match schema {
        "base64" => config.base64(["Chunk.buf-b64", "Chunk.parts", "chunk-write.buf-b64"]),
        "extern" => {
            let names = ["Driver", "FileOptions", "NbdOptions", "Node", "node-add"];
            config.extern_module(names, "crate::union_")
        }
        _ => config,
    }
}
