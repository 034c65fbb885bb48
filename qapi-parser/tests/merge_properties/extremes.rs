//! Releases that nobody has: they merge soon.

use qapi_parser::schema::Version;
use qapi_parser::source::MemorySource;
use qapi_parser::{Diagnostics, Loader, Release, Schema};

use crate::merge;

fn merge_all(texts: impl IntoIterator<Item = String>) -> Result<Schema, Diagnostics> {
    let releases = texts.into_iter().enumerate().map(|(index, text)| {
        let source = MemorySource::from_iter([("schema.json", text)]);
        let schema = Loader::new().load_from(&source, "schema.json");
        let version = Version::parse(&format!("{index}.0"));
        Release::new(version.expect("it is one"), schema.expect("it is one"))
    });
    merge(releases.collect())
}

fn joined(count: usize, separator: &str, piece: impl Fn(usize) -> String) -> String {
    let pieces: Vec<String> = (0..count).map(piece).collect();
    pieces.join(separator)
}

#[test]
fn many_members_values_and_branches_are_no_problem() {
    let count = 4_000;
    let text = |new: usize| {
        let values = joined(count, ", ", |i| format!("'v{}'", i + new));
        let members = joined(count, ", ", |i| format!("'m{}': 'int'", i + new));
        let branches = joined(count, ", ", |i| format!("'v{}': 'St{}'", i + new, i % 50));
        let structs = joined(50, "\n", |i| {
            format!("{{ 'struct': 'St{i}', 'data': {{ 'm{i}': 'En' }} }}")
        });
        format!(
            "{structs}
             {{ 'enum': 'En', 'data': [ {values} ] }}
             {{ 'struct': 'Much', 'data': {{ {members} }} }}
             {{ 'union': 'Un', 'base': {{ 't': 'En' }}, 'discriminator': 't', 'data': {{ {branches} }} }}"
        )
    };
    let merged = merge_all((0..3).map(text)).expect("there is no conflict");
    let members = merged
        .find_type("Much")
        .map(|it| merged.all_members(it).count());
    assert_eq!(members, Some(count + 2));
}

#[test]
fn a_long_chain_of_renamed_types_is_no_problem() {
    let count = 3_000;
    let text = |name: &str| {
        let chain = joined(count, "\n", |i| {
            let next = i + 1;
            format!("{{ 'struct': '{name}{i}', 'data': {{ '*next': '{name}{next}' }} }}")
        });
        format!(
            "{chain}
             {{ 'struct': '{name}{count}', 'data': {{ }} }}
             {{ 'command': 'query', 'returns': '{name}0' }}"
        )
    };
    let merged = merge_all(["Aa", "Bb", "Cc"].map(text)).expect("there is no conflict");
    assert_eq!(merged.aliases().len(), 2 * (count + 1));
}

#[test]
fn many_releases_are_no_problem() {
    let text = |release: usize| {
        joined(100, "\n", |i| {
            let ty = if release.is_multiple_of(2) {
                "int"
            } else {
                "size"
            };
            format!(
                "{{ 'struct': 'St{i}', 'data': {{ 'a': '{ty}', 'b{}': 'St{}' }} }}",
                release % 7,
                i / 2
            )
        })
    };
    let merged = merge_all((0..100).map(text)).expect("there is no conflict");
    assert_eq!(
        merged
            .find_type("St7")
            .map(|it| merged.all_members(it).count()),
        Some(8)
    );
}

#[test]
fn many_conflicts_are_no_problem() {
    let text = |ty: &str| {
        joined(1_000, "\n", |i| {
            format!("{{ 'struct': 'St{i}', 'data': {{ 'a': '{ty}' }} }}")
        })
    };
    let conflicts = merge_all(["int", "str"].map(text)).expect_err("there are conflicts");
    assert_eq!(conflicts.iter().count(), 1_000);
}
