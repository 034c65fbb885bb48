//! What the README shows.

use std::process::Command;

use qapi_tests::server::Qemu;

use crate::support::qapi_with_input;

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

#[test]
fn what_exec_says_in_the_readme_is_what_a_server_brings_about() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let shown = block("$ qapi exec /tmp/qmp.sock query-status\n");
    let mut commands = shown.strip_prefix("$ ").unwrap().split("\n$ ");

    // What else there is hangs on the version, and what it is on the machine.
    let (status, then) = commands.next().unwrap().split_once('\n').unwrap();
    for answer in [then, &run(&qemu, status)] {
        let answer: serde_json::Value = serde_json::from_str(answer).expect(answer);
        assert!(answer["status"].is_string() && answer["running"].is_boolean());
    }

    let mut mistakes = 0;
    for command in commands {
        let (command, said) = command.split_once('\n').unwrap();
        assert_eq!(run(&qemu, command).trim_end(), said.trim_end(), "{command}");
        mistakes += 1;
    }
    assert_eq!(mistakes, 2);
}

/// What a command of the README writes when it is about this server.
fn run(qemu: &Qemu, command: &str) -> String {
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some("qapi"));
    let words = words.map(|word| match word {
        "/tmp/qmp.sock" => qemu.socket().as_ref().as_os_str().to_owned(),
        other => other.into(),
    });
    let output = Command::new(env!("CARGO_BIN_EXE_qapi"))
        .args(words)
        .output();
    let output = output.unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn what_the_readme_types_in_the_shell_makes_sense() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let socket = qemu.socket();
    let socket = socket.as_ref().to_str().unwrap();
    let lines = block("block_resize node-name=disk0 size=20G\n");
    assert_eq!(lines.lines().count(), 4);
    // A server without disks refuses one or the other, but none is a mistake.
    for line in lines.lines() {
        let run = qapi_with_input(&["shell", socket], line.as_bytes());
        assert!(!run.stderr.contains("^"), "{}", run.stderr);
        assert!(run.status <= 1, "{line}");
    }
}
