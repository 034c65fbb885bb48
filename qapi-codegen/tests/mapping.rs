//! The mapping from QAPI to Rust, a small schema for each row of it: `mapping/NAME.json`, or
//! `mapping/NAME/VERSION/api.json` for each of several releases, in, `snapshots/mapping__NAME.snap`
//! out.
//!
//! The same schemas are compiled and used in `tests/tests/mapping`.

#[path = "mapping/config.rs"]
mod config;

use std::fs;
use std::path::Path;

use qapi_parser::{Loader, Strictness};

/// What the generator makes of the schema `name`.
fn generate(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapping");
    let roots = config::roots(&folder, name);
    let schema = match roots.as_slice() {
        [root] => Loader::new()
            .strictness(Strictness::Lenient)
            .load(root)
            .unwrap_or_else(|diagnostics| panic!("{diagnostics}")),
        roots => config::merge(roots),
    };
    let rust = match config::config(name).generate(&schema, "api.rs") {
        Ok(output) => output.files.into_values().collect(),
        // Paths of this machine do not belong in a snapshot.
        Err(error) => error
            .to_string()
            .replace(&format!("{}/", folder.display()), ""),
    };
    let mut qapi = String::new();
    for root in &roots {
        if roots.len() > 1 {
            let path = root.strip_prefix(&folder).expect("it is in the folder");
            qapi.push_str(&format!("# {}\n\n", path.display()));
        }
        qapi.push_str(&fs::read_to_string(root).expect("the schema was just read"));
        qapi.push('\n');
    }
    format!("{qapi}>>>\n\n{rust}")
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
                    match name.rsplit_once('.') {
                        Some((name, "json")) => Some(name.to_owned()),
                        Some(_) => None,
                        // A folder of releases, or of the modules of a schema.
                        None => Some(name),
                    }
                })
                .collect();
            found.sort();
            found.dedup();
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
    types_whose_values_have_no_end_are_an_error "endless"
    a_member_under_a_condition_is_optional "conditional"
    features_show_as_attributes_and_documentation "feature"
    a_module_becomes_a_module "module"
    strings_in_base64_become_bytes_where_the_user_says_so "base64"
    what_another_module_has_is_taken_from_there "extern"
    a_type_of_the_user_is_taken_in_place_of_a_generated_one "extern-path"
    attributes_of_the_user_stand_on_what_they_are_for "attributes"
    only_what_the_user_wants_is_generated_and_what_it_reaches "roots"
    the_prefix_of_the_user_stands_in_front_of_names "prefix"
    a_wrapper_is_made_of_what_it_wraps "wrapper"
    documentation_becomes_rustdoc "documentation"
    what_some_releases_have_says_which "versions"
    an_old_name_of_a_type_stays_usable "alias"
    an_old_name_that_is_taken_in_rust_is_an_error "alias-clash"
    a_union_may_be_without_the_tag_that_older_releases_lack "untagged"
}
