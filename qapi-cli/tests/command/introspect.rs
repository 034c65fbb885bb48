//! `qapi introspect`

use std::collections::BTreeSet;

use qapi_parser::{Loader, Strictness};
use serde_json::Value;

use crate::support::{Run, qapi, qapi_with_input};

const QMP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../schema/10.2/qapi/qapi-schema.json"
);
const DEBIAN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../schema/defines/debian-13-x86_64.txt"
);

/// The answer, an entry a line.
fn lines(run: &Run) -> String {
    assert_eq!((run.status, &*run.stderr), (0, ""));
    let entries: Vec<Value> = serde_json::from_str(&run.stdout).expect("it is JSON");
    entries.iter().map(|entry| format!("{entry}\n")).collect()
}

#[test]
fn conditions_are_those_of_a_build() {
    let schema = "conditions.json";
    let none = qapi(&["introspect", schema]);
    insta::assert_snapshot!("without_symbols", lines(&none));

    let boats = qapi(&["introspect", schema, "--define", "CONFIG_BOATS"]);
    insta::assert_snapshot!("boats", lines(&boats));

    let symbols = ["--define=CONFIG_BOATS", "-DCONFIG_METAL", "-DCONFIG_PAINT"];
    let [one, two, three] = symbols;
    let all = qapi(&["introspect", one, two, three, "--unmask", schema]);
    insta::assert_snapshot!("unmasked", lines(&all));
}

#[test]
fn the_answer_is_read_easily() {
    let input = b"{ 'event': 'CAR_GONE' }";
    let run = qapi_with_input(&["introspect", "-"], input);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert_eq!(
        run.stdout,
        r#"[
  {
    "meta-type": "event",
    "name": "CAR_GONE",
    "arg-type": "0"
  },
  {
    "meta-type": "object",
    "name": "0",
    "members": []
  }
]
"#
    );
}

#[test]
fn symbols_come_from_files_and_options_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("symbols");
    std::fs::write(&path, "# ours\n\nCONFIG_METAL # yes\n  CONFIG_PAINT\r\n").unwrap();
    let path = path.to_str().unwrap();
    let file = qapi(&["introspect", "conditions.json", "--defines-file", path]);
    let options = ["-DCONFIG_METAL", "-DCONFIG_PAINT"];
    let options = qapi(&["introspect", "conditions.json", options[0], options[1]]);
    assert_eq!(lines(&file), lines(&options));
    assert_ne!(
        lines(&file),
        lines(&qapi(&["introspect", "conditions.json"]))
    );

    std::fs::write(path, "CONFIG_METAL\nCONFIG-PAINT\n").unwrap();
    let run = qapi(&["introspect", "conditions.json", "--defines-file", path]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert_eq!(
        run.stderr,
        format!(
            "error: {path}:2: 'CONFIG-PAINT' is not a symbol: letters, digits and '_' make one\n"
        )
    );

    let run = qapi(&["introspect", "conditions.json", "--defines-file", "nowhere"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(
        run.stderr
            .starts_with("error: can't read the symbols in 'nowhere': ")
    );
}

#[test]
fn a_symbol_that_is_none_is_refused() {
    for symbol in ["", "CONFIG-X", "1ST", "CONFIG_X=1"] {
        let define = format!("--define={symbol}");
        let run = qapi(&["introspect", "good.json", &define]);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{symbol}");
    }
}

#[test]
fn a_symbol_that_no_condition_names_may_be_misspelt() {
    let symbols = [
        "-DCONFIG_BOTAS",
        "-DCONFIG_METAL",
        "-DHAVE_NOTHING",
        "-DCONFIG_BOTAS",
    ];
    let run = qapi(&[&["introspect", "conditions.json"], &symbols[..]].concat());
    assert_eq!(run.status, 0);
    assert_eq!(
        run.stderr,
        "\
warning: no condition of the schema names 'CONFIG_BOTAS' (did you mean 'CONFIG_BOATS'?)
warning: no condition of the schema names 'HAVE_NOTHING'
"
    );
}

#[test]
fn a_condition_that_nobody_can_evaluate_is_not_met() {
    let old = b"{ 'event': 'CAR_GONE', 'if': 'GCC_VERSION > 4' } { 'event': 'CLOSED' }";
    let run = qapi_with_input(&["introspect", "--lenient", "-", "-DGCC_VERSION"], old);
    assert_eq!(run.status, 0);
    assert!(!run.stdout.contains("CAR_GONE") && run.stdout.contains("CLOSED"));
    let warning = "only a C compiler understands the condition 'GCC_VERSION > 4'";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
}

/// The names of the types that an entry needs.
fn uses(entry: &Value) -> Vec<&str> {
    let lists = ["members", "variants"].map(|key| entry[key].as_array());
    let parts = lists.into_iter().flatten().flatten();
    let direct = ["arg-type", "ret-type", "element-type"].map(|key| &entry[key]);
    let parts = parts.map(|part| &part["type"]);
    direct
        .into_iter()
        .chain(parts)
        .filter_map(Value::as_str)
        .collect()
}

/// What an entry adds: types have names of their own.
fn types(entries: &[Value]) -> BTreeSet<&str> {
    let is_type =
        |entry: &&Value| !matches!(entry["meta-type"].as_str(), Some("command" | "event"));
    let types = entries.iter().filter(is_type);
    types.filter_map(|it| it["name"].as_str()).collect()
}

/// The entries of QEMU's answer with some symbols.
fn qmp(arguments: &[&str]) -> Vec<Value> {
    let run = qapi(&[&["introspect", "--lenient", QMP], arguments].concat());
    assert_eq!((run.status, &*run.stderr), (0, ""));
    serde_json::from_str(&run.stdout).expect("it is JSON")
}

/// Options that define every symbol that a condition names.
fn all_symbols() -> Vec<String> {
    let loader = Loader::new().strictness(Strictness::Lenient);
    let schema = loader.load(QMP).expect("it is a schema");
    let symbols = schema.symbols().into_iter();
    symbols.map(|symbol| format!("-D{symbol}")).collect()
}

#[test]
fn every_type_that_qemus_answer_needs_is_in_it_and_no_other() {
    let symbols = all_symbols();
    assert!(symbols.len() > 50, "{symbols:?}");
    let mut arguments: Vec<&str> = symbols.iter().map(String::as_str).collect();
    for _ in ["masked", "unmasked"] {
        let entries = qmp(&arguments);
        assert!(entries.len() > 1000, "{}", entries.len());
        let uses: BTreeSet<&str> = entries.iter().flat_map(uses).collect();
        assert_eq!(types(&entries), uses);
        assert!(uses.contains("int") && !uses.contains("uint32"));
        arguments.push("--unmask");
    }
}

#[test]
fn what_conditions_take_away_is_not_missed() {
    let entries = qmp(&["--defines-file", DEBIAN]);
    let types = types(&entries);
    for entry in &entries {
        for ty in uses(entry) {
            assert!(types.contains(ty), "{entry}");
        }
    }
}

#[test]
fn numbers_hang_on_the_schema_alone() {
    let numbers = |entries: &[Value]| -> BTreeSet<u32> {
        let names = types(entries).into_iter();
        names.filter_map(|name| name.parse().ok()).collect()
    };
    let symbols = all_symbols();
    let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
    let all = numbers(&qmp(&symbols));
    assert_eq!(all, (0..all.len() as u32).collect(), "there is no gap");
    let few = numbers(&qmp(&[]));
    assert!(few.is_subset(&all) && few.len() < all.len());
}
