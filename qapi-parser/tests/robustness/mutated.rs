//! Schemas with random damage.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use qapi_parser::source::MemorySource;

use crate::invariants;

/// The files of a folder by name.
type Files = BTreeMap<String, String>;

fn files(folder: &str) -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let schemas = paths.filter(|path| path.extension().is_some_and(|found| found == "json"));
    let file = |path: &Path| {
        let name = path.file_name()?.to_str()?.to_owned();
        // One of the cases is no text.
        Some((name, fs::read_to_string(path).ok()?))
    };
    schemas.filter_map(|path| file(&path)).collect()
}

/// Our own cases: every rule, and every construct of the language.
static CASES: LazyLock<Vec<Files>> =
    LazyLock::new(|| ["tests/cases", "tests/cases/lenient"].map(files).into());

/// QEMU's schemas.
static REAL: LazyLock<Vec<Files>> = LazyLock::new(|| {
    ["../schema/10.2/qapi", "../schema/10.2/qga"]
        .map(files)
        .into()
});

/// Pieces that mean something, to get past the lexer more often than random bytes would.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "'",
    "#",
    "##\n",
    "\n",
    "\r",
    "\r\n",
    "\\",
    "\0",
    "true",
    "null",
    "'if': ",
    "'all': ",
    "'not': ",
    "'data': ",
    "'struct': 'Red'",
    "'base': 'Red'",
    "'union': 'U'",
    "'discriminator': 'x'",
    "'features': [ 'deprecated' ]",
    "'boxed': true",
    "'returns': 'int'",
    "'*x': ",
    "{ 'include': 'enum.json' }",
    "{ 'pragma': { } }",
    "# @x: ",
    "# @x:\n",
    "# Features:\n",
    "# Returns: ",
    "# Since: 1.0\n",
    "# ::\n#\n#   ",
    "#     ",
    "# = ",
    "\u{feff}",
    "\u{e9}",
];

/// One change to a text: where, how many bytes go, and what comes instead.
type Change = (prop::sample::Index, usize, Vec<u8>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    let gone = prop_oneof![3 => 0..12_usize, 1 => 0..200_usize];
    prop::collection::vec((any::<prop::sample::Index>(), gone, piece), 1..6)
}

/// A file of one of some folders with changes, and the others of its folder as they are.
fn damaged(
    folders: &[Files],
    folder: prop::sample::Index,
    file: prop::sample::Index,
    changes: Vec<Change>,
) -> (MemorySource, String) {
    let files = folder.get(folders);
    let (name, text) = files
        .iter()
        .nth(file.index(files.len()))
        .expect("not empty");
    let mut bytes = text.clone().into_bytes();
    for (index, gone, piece) in changes {
        let start = index.index(bytes.len() + 1);
        let end = (start + gone).min(bytes.len());
        bytes.splice(start..end, piece);
    }
    let mut source: MemorySource = files
        .iter()
        .map(|(name, text)| (name, text.as_str()))
        .collect();
    source.insert(name, bytes);
    (source, name.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1200))]

    #[test]
    fn a_damaged_case_gives_a_clear_result(
        folder: prop::sample::Index,
        file: prop::sample::Index,
        changes in changes(),
    ) {
        let (source, root) = damaged(&CASES, folder, file, changes);
        invariants::hold(&source, &root);
    }
}

proptest! {
    // They are large, and most include others.
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_damaged_schema_of_qemu_gives_a_clear_result(
        folder: prop::sample::Index,
        file: prop::sample::Index,
        changes in changes(),
    ) {
        let (source, root) = damaged(&REAL, folder, file, changes);
        invariants::hold(&source, &root);
    }
}
