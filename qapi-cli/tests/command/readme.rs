//! What the README shows.

use std::process::Command;

/// A code block of the README that starts so.
fn block(start: &str) -> &'static str {
    let readme = include_str!("../../../README.md");
    let mut blocks = readme.split("```").skip(1).step_by(2);
    let found = blocks.find_map(|block| {
        let (_, text) = block.split_once('\n')?;
        text.starts_with(start).then_some(text)
    });
    found.expect("the README has it")
}

#[test]
fn the_error_in_the_readme_is_what_people_see() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let output = Command::new(env!("CARGO_BIN_EXE_qapi"))
        .args(["check", "garage.json"])
        .current_dir(example)
        .output()
        .unwrap();
    let shown = block("$ qapi check garage.json\n");
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown, format!("$ qapi check garage.json\n{output}"));
}
