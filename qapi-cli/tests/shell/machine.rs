//! A machine that runs, and is looked at and driven from the shell.

use std::time::Duration;

use qapi_tests::server::{Guest, Qemu};

use crate::terminal::{Terminal, path};

const PROMPT: &str = "qemu> ";

#[test]
fn a_machine_is_looked_at_and_driven() {
    let vm = Qemu::booting(Guest::Suspends);
    vm.connect();
    let terminal = Terminal::start(&[&path(vm.socket())]);
    for (line, expected) in [
        ("query-status", "\"running\": false"),
        ("query-memdev", "[]"),
        ("query-commands", "\"name\": \"query-memory-size-summary\""),
        ("query-kvm", "\"present\": "),
        ("query-memory-size-summary", "\"base-memory\": 33554432"),
        (
            "human-monitor-command command-line='info kvm'",
            "kvm support: ",
        ),
        ("system_wakeup", "GenericError: "),
        (
            "system_reset",
            "Z RESET {\"guest\":false,\"reason\":\"host-qmp-system-reset\"}\n{}\n",
        ),
        ("cont", "Z RESUME\n"),
    ] {
        let answer = terminal.run(PROMPT, line);
        assert!(answer.contains(expected), "{line}: {answer}");
    }
    terminal.wait_for("Z SUSPEND");
    let answer = terminal.run(PROMPT, "query-status");
    assert!(answer.contains("\"status\": \"suspended\""), "{answer}");
    terminal.run(PROMPT, "system_wakeup");
    terminal.wait_for("Z WAKEUP");
}

#[test]
fn a_machine_is_powered_down() {
    let mut vm = Qemu::booting(Guest::PowersOff);
    vm.connect();
    let terminal = Terminal::start(&[&path(vm.socket())]);
    terminal.run(PROMPT, "cont");
    terminal.wait_for("Z RTC_CHANGE");
    terminal.wait_for_line(PROMPT);
    terminal.type_in("system_powerdown");
    terminal.press("Enter");
    terminal.wait_for("Z POWERDOWN");
    terminal.wait_for("Z SHUTDOWN {\"guest\":true,\"reason\":\"guest-shutdown\"}");
    terminal.wait_for("error: the server closed the connection");
    assert!(vm.wait(Duration::from_secs(60)).success());
}
