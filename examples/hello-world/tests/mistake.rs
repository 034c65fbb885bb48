//! A mistake in the schema, in a project of its own: what `cargo build` says of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of this crate outside of the workspace, whose build is kept for the next test.
struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let workspace = here.ancestors().nth(2).expect("it is in the workspace");
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hello-world");
        for folder in ["schema", "src"] {
            // Whatever an older version of the crate had.
            let _ = fs::remove_dir_all(copy.join(folder));
            fs::create_dir_all(copy.join(folder)).expect("there is room");
        }
        let files = [
            "build.rs",
            "schema/machine.json",
            "src/lib.rs",
            "src/main.rs",
            "src/stand_in.rs",
        ];
        for file in files {
            fs::copy(here.join(file), copy.join(file)).expect("it is there");
        }
        let manifest = fs::read_to_string(here.join("Cargo.toml")).expect("it is there");
        let paths = format!("path = \"{}/", workspace.display());
        let manifest = manifest.replace("path = \"../../", &paths);
        let root = "\n[workspace]\n";
        fs::write(copy.join("Cargo.toml"), manifest + root).expect("there is room");
        // The versions that are here already.
        let lock = "Cargo.lock";
        fs::copy(workspace.join(lock), copy.join(lock)).expect("it is there");
        Project(copy)
    }

    fn change(&self, from: &str, to: &str) {
        let path = self.0.join("schema/machine.json");
        let schema = fs::read_to_string(&path).expect("it is there");
        assert!(schema.contains(from), "{from} is not in {schema}");
        fs::write(path, schema.replacen(from, to, 1)).expect("there is room");
    }

    fn cargo(&self, command: &str) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([command, "--quiet", "--offline", "--target-dir", "target"])
            .current_dir(&self.0)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("RUSTFLAGS");
        cargo.output().expect("cargo starts")
    }
}

#[track_caller]
fn assert_runs(output: &Output) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("1: Hello, world!\n"), "{said}");
}

#[test]
fn it_shows_in_its_line_and_is_gone_when_it_is_gone() {
    let project = Project::new();
    project.change("'greeting': 'Greeting'", "'greeting': 'Greting'");
    let output = project.cargo("build");
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    // As in the README, and indented by cargo.
    let readme = include_str!("../README.md");
    let (_, shown) = readme.split_once("```text\n").expect("it is shown");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let indented = |line: &str| match line {
        "" => "\n".to_owned(),
        line => format!("  {line}\n"),
    };
    let shown: String = shown.lines().map(indented).collect();
    let expected = format!("--- stderr\n  Error: the schema has errors\n\n{shown}");
    assert!(error.contains(&expected), "{error}\n{expected}");

    project.change("'greeting': 'Greting'", "'greeting': 'Greeting'");
    assert_runs(&project.cargo("run"));

    // Also from a state that was good.
    project.change("'*message': 'str'", "'*message': 'string'");
    let output = project.cargo("build");
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("uses unknown type 'string'"), "{error}");
    project.change("'*message': 'string'", "'*message': 'str'");
    assert_runs(&project.cargo("run"));
}
