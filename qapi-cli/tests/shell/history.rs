//! What is remembered of what was typed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use qapi_tests::server::Qemu;

use crate::terminal::{Terminal, path};

const PROMPT: &str = "qemu> ";

#[test]
fn lines_are_remembered_but_no_secrets() {
    let vm = Qemu::none();
    vm.connect();
    let terminal = Terminal::start(&[&path(vm.socket())]);
    for line in [
        "query-name",
        " query-kvm",
        "object-add qom-type=secret id=sec0 data=hunter2",
        r#"{"execute": "set_password", "arguments": {"protocol": "vnc", "password": "hunter2"}}"#,
        "human-monitor-command command-line='set_password vnc hunter2'",
        "query-nope",
        "object-del id=sec0",
    ] {
        terminal.run(PROMPT, line);
    }
    let file = terminal.history();
    let kept = fs::read_to_string(&file).expect("a history");
    assert_eq!(kept, "query-name\nquery-nope\nobject-del id=sec0\n");
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!terminal.screen().contains("(the history"));

    // Up leads to the last line, and Ctrl-R to an older one.
    terminal.wait_for_line(PROMPT);
    terminal.press("Up");
    terminal.wait_for_line("qemu> object-del id=sec0");
    terminal.press("C-c");
    terminal.wait_for_line(PROMPT);
    terminal.press("C-r");
    terminal.type_in("query-na");
    terminal.wait_for("query-na': query-name");
    terminal.press("Enter");
    terminal.wait_for_line(PROMPT);
    terminal.press("C-d");
    assert_eq!(terminal.end(), 0);

    // The next shell has them, too.
    let state = path(terminal.state());
    let next = Terminal::start_with(&[&path(vm.socket())], &[("XDG_STATE_HOME", &state)]);
    next.wait_for_line(PROMPT);
    next.press("Up");
    next.wait_for_line("qemu> query-name");
    next.press("Up");
    next.wait_for_line("qemu> object-del id=sec0");
}

#[test]
fn without_a_place_for_its_history_the_shell_is_as_good() {
    let vm = Qemu::none();
    vm.connect();
    let variables = [("XDG_STATE_HOME", "/proc/self/nowhere")];
    let terminal = Terminal::start_with(&[&path(vm.socket())], &variables);
    let answer = terminal.run(PROMPT, "query-name");
    assert!(answer.ends_with("{}\n"), "{answer}");
    assert!(
        terminal
            .screen()
            .contains("(the history in /proc/self/nowhere/qapi/history is not kept")
    );
    terminal.run(PROMPT, "query-kvm");
    assert_eq!(terminal.screen().matches("is not kept").count(), 1);
    terminal.press("Up");
    terminal.wait_for_line("qemu> query-kvm");
}
