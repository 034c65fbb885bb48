//! The mapping from QAPI to Rust, a small schema for each row of it: `mapping/NAME.json` in,
//! `snapshots/mapping__NAME.snap` out.
//!
//! The same schemas are compiled and used in `tests/tests/mapping.rs`.

#[path = "mapping/config.rs"]
mod config;

use std::fs;
use std::path::Path;

use qapi_parser::{Loader, Strictness};

use config::config;

/// What the generator makes of `tests/mapping/{name}.json`.
fn generate(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapping");
    let path = folder.join(format!("{name}.json"));
    // Schemas of old releases have names of any case.
    let schema = Loader::new()
        .strictness(Strictness::Lenient)
        .load(&path)
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let rust = match config(name).generate(&schema, "api.rs") {
        Ok(output) => output.files.into_values().collect(),
        // Paths of this machine do not belong in a snapshot.
        Err(error) => error
            .to_string()
            .replace(&format!("{}/", folder.display()), ""),
    };
    let qapi = fs::read_to_string(&path).expect("the schema was just read");
    format!("{qapi}\n>>>\n\n{rust}")
}

macro_rules! mapping {
    ($($test:ident $name:literal)*) => {
        $(
            #[test]
            fn $test() {
                insta::with_settings!({ omit_expression => true }, {
                    insta::assert_snapshot!($name, generate($name));
                });
            }
        )*

        #[test]
        fn every_schema_of_the_folder_is_tested() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mapping");
            let mut found: Vec<_> = fs::read_dir(folder)
                .unwrap()
                .filter_map(|entry| {
                    let name = entry.unwrap().file_name().into_string().unwrap();
                    Some(name.strip_suffix(".json")?.to_owned())
                })
                .collect();
            found.sort();
            let mut tested = vec![$($name),*];
            tested.sort();
            assert_eq!(found, tested);
        }
    };
}

mapping! {
    a_struct_becomes_a_struct_of_its_members "struct"
    the_members_of_a_base_come_first "base"
    an_enum_becomes_an_enum_with_a_value_for_unknown_ones "enum"
    a_union_with_more_than_a_tag_becomes_a_struct_around_an_enum "union"
    a_union_of_just_a_tag_becomes_an_enum "pure-union"
    an_alternate_becomes_an_enum_chosen_by_json_type "alternate"
    a_command_becomes_a_type_of_its_arguments "command"
    an_event_becomes_a_type_of_its_data "event"
    a_cycle_of_types_is_boxed_once "recursion"
    keywords_stay_usable "keyword"
    names_that_generated_code_uses_stay_usable "hygiene"
    names_that_become_the_same_are_an_error "clash"
    a_member_under_a_condition_is_optional "conditional"
    features_show_as_attributes_and_documentation "feature"
    a_module_becomes_a_module "module"
    strings_in_base64_become_bytes_where_the_user_says_so "base64"
    what_another_module_has_is_taken_from_there "extern"
    a_wrapper_is_made_of_what_it_wraps "wrapper"
    documentation_becomes_rustdoc "documentation"
}
