//! What comes by itself, and what a person can do about what does not come.

use std::time::Duration;

use qapi_client::{ConnectOptions, RawCommand, blocking};
use qapi_tests::server::Qemu;

use crate::terminal::{Terminal, path};

const PROMPT: &str = "qemu> ";

/// A stopped machine with a second monitor, and a client there.
fn machine() -> (Qemu, blocking::Client) {
    let vm = Qemu::q35(&["-qmp", "unix:second.sock,server=on,wait=off"]);
    let second = vm.folder().join("second.sock");
    let client = blocking::Client::connect_unix(second, &ConnectOptions::new());
    (vm, client.expect("a client"))
}

fn execute(client: &mut blocking::Client, name: &str) {
    client.execute(RawCommand::new(name)).expect(name);
}

#[test]
fn events_are_shown_above_the_line_that_is_typed() {
    let (vm, mut other) = machine();
    let terminal = Terminal::start(&[&path(vm.socket())]);
    terminal.wait_for_line(PROMPT);
    terminal.type_in("query-sta");
    terminal.wait_for_line("qemu> query-sta");

    execute(&mut other, "system_reset");
    let screen = terminal.wait("event", |screen| {
        screen.contains("Z RESET {\"guest\":false") && screen.ends_with("\nqemu> query-sta")
    });
    assert_eq!(screen.matches("query-sta").count(), 1, "{screen}");
    for _ in 0..20 {
        execute(&mut other, "system_reset");
    }
    let screen = terminal.wait("all events", |screen| {
        screen.matches("Z RESET").count() == 21 && screen.ends_with("\nqemu> query-sta")
    });
    assert_eq!(screen.matches("query-sta").count(), 1, "{screen}");

    // The line is what it was, and the cursor where it was.
    terminal.type_in("tus");
    terminal.press("Enter");
    terminal.wait_for("\"status\": \"prelaunch\"");

    // Also a line that has several rows, and while a command is looked for.
    let long = format!("qom-get path={} property=x", "/y".repeat(60));
    let in_one = |screen: &str| {
        screen
            .replace('\n', "")
            .ends_with(&format!("{PROMPT}{long}"))
    };
    terminal.wait_for_line(PROMPT);
    terminal.type_in(&long);
    terminal.wait("long line", in_one);
    execute(&mut other, "cont");
    let screen = terminal.wait("event", |screen| {
        screen.contains("Z RESUME\n") && in_one(screen)
    });
    assert_eq!(screen.matches("/y").count(), 60, "{screen}");
    terminal.press("C-c");
    terminal.wait_for_line(PROMPT);
    terminal.press("C-r");
    terminal.wait_for("(reverse-i-search)");
    execute(&mut other, "stop");
    terminal.type_in("query");
    terminal.press("Enter");
    terminal.wait_for("Z STOP");
    terminal.wait_for("\"status\": \"paused\"");
    terminal.wait_for_line(PROMPT);
}

#[test]
fn ctrl_c_drops_a_line_or_the_waiting_and_never_the_machine() {
    let (vm, mut other) = machine();
    let terminal = Terminal::start(&[&path(vm.socket()), "--verbose"]);
    terminal.wait_for_line(PROMPT);
    terminal.type_in("quit");
    terminal.wait_for_line("qemu> quit");
    terminal.press("C-c");
    terminal.wait_for_line(PROMPT);

    terminal.run(PROMPT, "query-name");
    vm.freeze();
    terminal.type_in("query-kvm");
    terminal.press("Enter");
    terminal.wait_for(r#"-> {"execute":"query-kvm""#);
    terminal.press("C-c");
    terminal.wait_for("whether `query-kvm` is executed is not known");
    terminal.wait_for_line(PROMPT);
    // What comes late is shown, and taken for nothing else.
    vm.wake();
    terminal.wait_for("(late answer to `query-kvm`)\n{\n  \"enabled\": false");
    let answer = terminal.run(PROMPT, "query-name");
    assert!(answer.ends_with("\n{}\n"), "{answer}");

    // `quit` is a command of QEMU's, and asks whether it is meant.
    for no in ["n", "", "C-c", "C-d"] {
        terminal.wait_for_line(PROMPT);
        terminal.type_in("quit");
        terminal.press("Enter");
        terminal.wait("question", |screen| screen.ends_with("[y/N]"));
        match no {
            "C-c" | "C-d" => terminal.press(no),
            no => {
                terminal.type_in(no);
                terminal.press("Enter");
            }
        }
    }
    terminal.wait_for_line(PROMPT);
    assert!(!terminal.screen().contains(r#""execute":"quit""#));
    execute(&mut other, "query-status");
}

#[test]
fn the_end_of_the_server_is_told_at_once_and_its_successor_can_be_talked_to() {
    let mut vm = Qemu::none();
    vm.connect();
    let socket = path(vm.socket());
    let terminal = Terminal::start(&[&socket]);
    terminal.wait_for_line(PROMPT);
    terminal.type_in("query-na");
    terminal.wait_for_line("qemu> query-na");
    vm.kill();
    let screen = terminal.wait("end", |screen| {
        screen.contains("error: the server closed the connection") && screen.ends_with("query-na")
    });
    assert!(screen.contains("`reconnect`"), "{screen}");
    terminal.type_in("me");
    terminal.press("Enter");
    terminal.wait_for("error: not connected");
    let answer = terminal.run("qemu (gone)> ", "reconnect");
    assert!(answer.starts_with("error: "), "{answer}");
    vm.wait(Duration::from_secs(30));

    let successor = Qemu::none_with_monitor(&format!("unix:{socket},server=on,wait=off"));
    let options = ConnectOptions::new();
    drop(blocking::Client::connect_unix(&socket, &options).expect("a client"));
    terminal.wait_for_line("qemu (gone)> ");
    terminal.type_in("reconnect");
    terminal.press("Enter");
    terminal.wait_for_line(PROMPT);
    let answer = terminal.run(PROMPT, "query-name");
    assert_eq!(answer, "{}\n");

    // An end that was asked for.
    terminal.wait_for_line(PROMPT);
    terminal.type_in("quit");
    terminal.press("Enter");
    terminal.wait("question", |screen| screen.ends_with("[y/N]"));
    terminal.type_in("y");
    terminal.press("Enter");
    terminal.wait_for("Z SHUTDOWN {\"guest\":false,\"reason\":\"host-qmp-quit\"}");
    // Whether before or behind the prompt.
    terminal.wait("end", |screen| {
        let behind = screen.rsplit("Z SHUTDOWN").next().unwrap_or_default();
        behind.contains("the server closed the connection") && screen.ends_with('>')
    });
    terminal.press("C-d");
    assert_eq!(terminal.end(), 0);
    drop(successor);
}
