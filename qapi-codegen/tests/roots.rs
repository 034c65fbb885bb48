//! `Config::roots` on the schema of QEMU 10.2: what is generated is Rust, and names nothing that is
//! not generated with it. (`tests/build.rs` has a compiler look at it for some.)

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use qapi_codegen::{Config, Loader, Schema, Strictness};
use quote::ToTokens as _;
use syn::visit::{self, Visit};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let root = "../schema/10.2/qapi/qapi-schema.json";
    Loader::new()
        .strictness(Strictness::Lenient)
        .load(Path::new(env!("CARGO_MANIFEST_DIR")).join(root))
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
});

fn generate(roots: &[&str]) -> String {
    let output = Config::new()
        .roots(roots.iter().copied())
        .generate(&SCHEMA, "qmp.rs");
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    output.files.into_values().collect()
}

/// The names that code defines, and those that it takes from outside of its modules.
#[derive(Default)]
struct Found {
    defined: BTreeSet<String>,
    used: BTreeSet<String>,
}

impl<'a> Visit<'a> for Found {
    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'a syn::ItemEnum) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_mod(self, item);
    }

    fn visit_use_name(&mut self, name: &'a syn::UseName) {
        self.used.insert(name.ident.to_string());
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        // What generated code itself needs starts so; all other paths are names of types.
        let first = path.segments.first().map(|it| it.ident.to_string());
        let rust = [
            "qapi_protocol",
            "serde_json",
            "codec",
            "std",
            "Self",
            "self",
            "V",
        ];
        if !first.is_some_and(|first| rust.contains(&first.as_str())) {
            let last = path.segments.last().map(|it| it.ident.to_string());
            self.used.extend(last);
        }
        visit::visit_path(self, path);
    }
}

/// The names that code uses and does not define, but for those of Rust and of variables.
fn missing(code: &str) -> BTreeSet<String> {
    let file = syn::parse_file(code).unwrap_or_else(|error| panic!("{error}"));
    let mut found = Found::default();
    found.visit_file(&file);
    assert!(!file.to_token_stream().is_empty());
    let rust = [
        "Box",
        "Default",
        "Err",
        "From",
        "Into",
        "None",
        "Ok",
        "Option",
        "Result",
        "Some",
        "String",
        "V",
        "Vec",
        "Clone",
        "Debug",
        "Eq",
        "Hash",
        "PartialEq",
    ];
    let used = found.used.into_iter();
    let types = used.filter(|name| name.starts_with(char::is_uppercase));
    types
        .filter(|name| !rust.contains(&name.as_str()) && !found.defined.contains(name))
        .collect()
}

#[test]
fn the_code_of_each_command_and_event_alone_is_complete() {
    let commands = SCHEMA.commands().map(|(_, it)| it.head.name.as_str());
    let events = SCHEMA.events().map(|(_, it)| it.head.name.as_str());
    // Each sixth: all of them take a minute.
    for name in commands.chain(events).step_by(6) {
        let code = generate(&[name]);
        assert_eq!(missing(&code), BTreeSet::new(), "{name}");
    }
}

#[test]
fn the_code_of_a_small_command_is_small() {
    let all = generate(&[]);
    let one = generate(&["query-status"]);
    assert!(
        one.len() * 200 < all.len(),
        "{} of {}",
        one.len(),
        all.len()
    );
    for name in ["QueryStatus", "StatusInfo", "RunState", "Command"] {
        assert!(
            one.contains(&format!("{name} {{")) || one.contains(&format!("{name};")),
            "{name}"
        );
    }
    assert!(!one.contains("enum Event"));
}

#[test]
fn the_descriptor_has_what_is_generated() {
    let output = Config::new()
        .roots(["query-status", "STOP"])
        .descriptor_path("qmp.json")
        .generate(&SCHEMA, "qmp.rs")
        .unwrap();
    let descriptor = &output.files[Path::new("qmp.json")];
    let names: Vec<&str> = descriptor
        .lines()
        .filter_map(|line| line.split("\"name\":\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(
        names,
        [
            "query-status",
            "STOP",
            "q_empty",
            "StatusInfo",
            "bool",
            "RunState"
        ]
    );
}

#[test]
fn what_is_missing_is_found() {
    let code = generate(&["query-status"]).replace("pub enum RunState", "pub enum RunStat");
    assert_eq!(missing(&code), BTreeSet::from(["RunState".to_owned()]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_code_of_any_definitions_is_complete(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6)
    ) {
        let written: Vec<&str> = SCHEMA
            .types()
            .filter(|(_, it)| !it.is_implicit())
            .map(|(_, it)| it.head.name.as_str())
            .chain(SCHEMA.commands().map(|(_, it)| it.head.name.as_str()))
            .chain(SCHEMA.events().map(|(_, it)| it.head.name.as_str()))
            .collect();
        let roots: Vec<&str> = picks.iter().map(|it| *it.get(&written)).collect();
        prop_assert_eq!(missing(&generate(&roots)), BTreeSet::new(), "{:?}", roots);
    }
}
