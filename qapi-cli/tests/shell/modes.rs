//! Other languages, other servers, other terminals.

use qapi_tests::server::{GuestAgent, Qemu, StorageDaemon};

use crate::terminal::{Terminal, path};

#[test]
fn the_human_monitor_has_its_own_commands() {
    let vm = Qemu::none();
    vm.connect();
    let terminal = Terminal::start(&["--hmp", &path(vm.socket())]);
    let prompt = "qemu> ";
    terminal.wait_for_line(prompt);
    terminal.type_in("info vers");
    terminal.press("Tab");
    terminal.wait_for_line("qemu> info version");
    terminal.press("Enter");
    let screen = terminal.wait("version", |screen| screen.ends_with(prompt.trim_end()));
    let version = screen.rsplit("info version\n").next().unwrap_or_default();
    assert!(
        version.starts_with(|c: char| c.is_ascii_digit()),
        "{screen}"
    );

    terminal.type_in("block_res");
    terminal.press("Tab");
    terminal.wait_for_line("qemu> block_resize device size");
    terminal.press("C-c");
    let answer = terminal.run(prompt, "nope");
    assert_eq!(answer, "unknown command: 'nope'\n");
    let answer = terminal.run(prompt, "help block_resize");
    assert!(
        answer.starts_with("block_resize device size -- "),
        "{answer}"
    );

    // It does not end the machine unasked, either.
    terminal.wait_for_line(prompt);
    terminal.type_in("q");
    terminal.press("Enter");
    terminal.wait("question", |screen| screen.ends_with("[y/N]"));
    terminal.press("Enter");
    terminal.run(prompt, "info name");
    terminal.press("C-d");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.state().join("qapi/history-hmp").exists());
    vm.connect();
}

#[test]
fn a_guest_agent_is_talked_to_in_its_own_words() {
    let agent = GuestAgent::start();
    agent.connect(&qapi_client::ConnectOptions::new());
    let terminal = Terminal::start(&["--qga", "--verbose", &path(agent.socket())]);
    let prompt = "guest> ";
    let greeting = terminal.wait_for_line(prompt);
    assert!(greeting.contains("\nGuest agent "), "{greeting}");
    terminal.type_in("guest-get-os");
    terminal.press("Tab");
    terminal.wait_for_line("guest> guest-get-osinfo");
    terminal.press("Enter");
    terminal.wait_for("\"kernel-release\": ");
    let answer = terminal.run(prompt, "guest-file-open path=/proc/nowhere mod=r");
    assert!(answer.starts_with("error: "), "{answer}");
    let answer = terminal.run(prompt, "guest-file-open path=/proc/nowhere mode=r");
    assert!(answer.contains("\nGenericError: "), "{answer}");

    // A guest that hangs is given up, and talked to again when it goes on.
    agent.freeze();
    terminal.type_in("guest-get-timezone");
    terminal.press("Enter");
    terminal.wait_for(r#"-> {"execute":"guest-get-timezone""#);
    terminal.press("C-c");
    terminal.wait_for("whether `guest-get-timezone` is executed is not known");
    agent.wake();
    let answer = terminal.run(prompt, "guest-get-host-name");
    assert!(answer.contains("\"host-name\": "), "{answer}");
}

#[test]
fn the_storage_daemon_has_what_it_has() {
    let daemon = StorageDaemon::start();
    daemon.connect();
    let socket = daemon.folder().join("monitor.sock");
    let terminal = Terminal::start(&[&path(socket)]);
    let prompt = "qsd> ";
    let greeting = terminal.wait_for_line(prompt);
    assert!(greeting.contains("Storage daemon of QEMU "), "{greeting}");
    let answer = terminal.run(prompt, "query-status");
    assert!(
        answer.starts_with("error: there is no command `query-status`"),
        "{answer}"
    );
    let answer = terminal.run(prompt, "blockdev-add driver=null-co node-name=n0 size=1M");
    assert_eq!(answer, "{}\n");
    let answer = terminal.run(prompt, "query-named-block-nodes flat=true");
    assert!(answer.contains("\"n0\""), "{answer}");
}

#[test]
fn colours_are_there_unless_they_are_unwanted() {
    let vm = Qemu::none();
    vm.connect();
    let socket = path(vm.socket());
    let escape = '\x1b';
    let terminal = Terminal::start(&[&socket]);
    terminal.run("qemu> ", "query-version");
    let screen = terminal.colored_screen();
    assert!(screen.contains(escape), "{screen}");
    terminal.press("C-d");
    assert_eq!(terminal.end(), 0);

    for (arguments, environment) in [
        (vec![socket.as_str()], vec![("NO_COLOR", "1")]),
        (vec!["--color", "never", &socket], vec![]),
    ] {
        let terminal = Terminal::start_with(&arguments, &environment);
        terminal.run("qemu> ", "query-version");
        terminal.run("qemu> ", "query-nope");
        terminal.type_in("block_resize");
        terminal.wait_for("size=<int>");
        let screen = terminal.colored_screen();
        assert!(!screen.contains(escape), "{screen:?}");
        terminal.press("C-c");
        terminal.wait_for_line("qemu> ");
        terminal.press("C-d");
        assert_eq!(terminal.end(), 0);
    }
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_missing() {
    let terminal = Terminal::start(&["/nowhere/qmp.sock"]);
    let screen = terminal.wait_for("/nowhere/qmp.sock");
    assert!(screen.starts_with("error: "), "{screen}");
    assert_eq!(terminal.end(), 2);
}
