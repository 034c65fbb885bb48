//! The versions of QEMU in `schema/`.

use std::fs;
use std::path::Path;

use qapi_parser::diff::{Diff, Effect};
use qapi_parser::schema::Version;
use qapi_parser::{Loader, Schema, Strictness};

use crate::reversed;

const ROOTS: [&str; 3] = [
    "qapi/qapi-schema.json",
    "qga/qapi-schema.json",
    "storage-daemon/qapi/qapi-schema.json",
];

fn load(version: &str, root: &str) -> Schema {
    let path = Path::new("../schema").join(version).join(root);
    let schema = Loader::new().strictness(Strictness::Lenient).load(path);
    schema.unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
}

fn versions() -> Vec<String> {
    let entries = fs::read_dir("../schema").expect("the folder is there");
    let names = entries.map(|entry| entry.expect("the folder can be read").file_name());
    let mut versions: Vec<Version> = names
        .filter_map(|name| Version::parse(name.to_str()?))
        .collect();
    versions.sort();
    versions.iter().map(Version::to_string).collect()
}

#[test]
fn the_way_back_between_versions_has_the_same_changes_reversed() {
    let versions = versions();
    assert!(versions.len() > 1);
    for root in ROOTS {
        let schemas: Vec<Schema> = versions.iter().map(|version| load(version, root)).collect();
        for (index, old) in schemas.iter().enumerate() {
            for new in schemas.iter().skip(index) {
                reversed::check(old, new);
            }
        }
    }
}

/// The lines of a diff that are about a definition.
fn lines(diff: &Diff, definition: &str) -> Vec<String> {
    let changes = diff.changes().iter();
    let changes = changes.filter(|change| change.definition.name == definition);
    let effect = |effect: Option<Effect>| effect.map_or("-", Effect::name);
    changes
        .map(|it| format!("{it}; send {}, read {}", effect(it.send), effect(it.read)))
        .collect()
}

#[test]
fn what_is_known_of_qemu_is_found() {
    let diff = Diff::between(&load("7.2", ROOTS[0]), &load("10.2", ROOTS[0]));
    // A structure that grew into a union, with a tag that there was.
    assert_eq!(
        lines(&diff, "BlockJobInfo"),
        [
            "union BlockJobInfo: struct became union; send -, read compatible",
            "union BlockJobInfo.type: type changed from str to JobType; send -, read compatible",
            "union BlockJobInfo.mirror: branch added; send -, read compatible",
        ]
    );
    // One whose tag is new, and that has members in its branches that all had before.
    assert_eq!(
        lines(&diff, "SevInfo"),
        [
            "union SevInfo: struct became union; send -, read compatible",
            "union SevInfo: now always, was only if TARGET_I386; send -, read -",
            "union SevInfo.handle: moved to branches: sev; send -, read breaking",
            "union SevInfo.policy: moved to branches: sev; send -, read breaking",
            "union SevInfo.sev-type: added, required; send -, read compatible",
            "union SevInfo.sev-snp: branch added; send -, read compatible",
        ]
    );
    assert_eq!(
        lines(&diff, "StatusInfo"),
        ["struct StatusInfo.singlestep: removed; send -, read breaking"]
    );
    // Wrappers of simple unions got names in between: nobody can tell.
    let diff = Diff::between(&load("5.2", ROOTS[0]), &load("7.2", ROOTS[0]));
    assert_eq!(
        lines(&diff, "ChardevBackend"),
        [
            "union ChardevBackend.dbus: branch added; send compatible, read -",
            "union ChardevBackend.qemu-vdagent: branch added; send compatible, read -",
        ]
    );
}
