//! What is seen while a line is typed, and what becomes of it.

use qapi_tests::server::Qemu;

use crate::terminal::{Terminal, path};

const PROMPT: &str = "qemu> ";

#[test]
fn a_line_is_completed_explained_checked_and_executed() {
    let vm = Qemu::q35(&[]);
    vm.connect();
    let terminal = Terminal::start(&[&path(vm.socket()), "--verbose"]);
    let greeting = terminal.wait_for_line(PROMPT);
    assert!(greeting.contains("\nQEMU "), "{greeting}");
    assert!(greeting.contains(", prelaunch\n"), "{greeting}");

    // A command, from its beginning: as far as it is clear, and then from a list.
    terminal.type_in("query-stat");
    terminal.press("Tab");
    terminal.wait_for("query-stats-schemas");
    terminal.type_in("us");
    terminal.wait_for_line("qemu> query-status");
    terminal.press("Enter");
    let screen = terminal.wait_for("\"status\": \"prelaunch\"");
    assert!(
        screen.contains(r#"-> {"execute":"query-status","id":"#),
        "{screen}"
    );
    assert!(
        screen.contains(r#"<- {"return": {"status": "prelaunch""#),
        "{screen}"
    );

    // Its members, with a hint of what is needed.
    terminal.wait_for_line(PROMPT);
    terminal.type_in("block_resi");
    terminal.press("Tab");
    terminal.wait_for_line("qemu> block_resize size=<int> [device=<str>] [node-name=<str>]");
    terminal.type_in("node");
    terminal.press("Tab");
    terminal.type_in("d0");
    terminal.wait_for_line("qemu> block_resize node-name=d0 size=<int> [device=<str>]");
    terminal.press("C-c");
    terminal.wait_for_line(PROMPT);

    // The values of an enumeration, and members that a value adds.
    terminal.type_in("blockdev-add driver=qc");
    terminal.press("Tab");
    terminal.wait_for("qcow2");
    terminal.type_in("2 node-name=n0 lazy");
    terminal.press("Tab");
    // Booleans.
    terminal.press("Tab");
    terminal.wait_for("false");
    terminal.type_in("t");
    terminal.press("Tab");
    terminal.wait("line", |screen| {
        let last = screen.lines().last().unwrap_or_default();
        last.starts_with("qemu> blockdev-add driver=qcow2 node-name=n0 lazy-refcounts=true ")
    });
    terminal.press("C-c");

    // A mistake has its place, what to do about it, and is not sent.
    let answer = terminal.run(PROMPT, "query-statsu");
    assert_eq!(
        answer,
        "error: there is no command `query-statsu`\n  query-statsu\n  ^^^^^^^^^^^^\n\
         help: did you mean `query-status`?\n"
    );
    let answer = terminal.run(PROMPT, "block_resize node-name=d0 size=big");
    assert!(answer.starts_with("error: "), "{answer}");
    assert!(!terminal.screen().contains("\"execute\":\"block_resize\""));

    // QEMU's own errors have their class.
    let answer = terminal.run(PROMPT, "block_resize node-name=d0 size=1G");
    assert!(
        answer.contains(r#""arguments":{"node-name": "d0", "size": 1073741824}"#),
        "{answer}"
    );
    assert!(
        answer.contains("\nGenericError: Cannot find device"),
        "{answer}"
    );

    // A request as it is on the wire, pasted over several lines.
    terminal.wait_for_line(PROMPT);
    terminal.paste("{\n  \"execute\": \"qom-get\",\n  \"arguments\": {\"path\": \"/machine\",\n");
    terminal.press("Enter");
    terminal.type_in("\"property\": \"type\"}}");
    terminal.press("Enter");
    terminal.wait_for("\n\"pc-q35-");

    // What is pasted as lines is executed as such.
    terminal.wait_for_line(PROMPT);
    terminal.paste("query-kvm\nquery-name\n");
    terminal.press("Enter");
    terminal.wait(
        "both answers",
        |screen| matches!((screen.rfind("\"present\":"), screen.rfind("\n{}\nqemu>")), (Some(one), Some(other)) if one < other),
    );

    // Out of band, where the schema allows it.
    let answer = terminal.run(PROMPT, "exec-oob query-status");
    assert!(
        answer.starts_with("error: `query-status` cannot be executed out of band"),
        "{answer}"
    );
    let answer = terminal.run(PROMPT, "exec-oob migrate-pause");
    assert!(
        answer.contains(r#"-> {"exec-oob":"migrate-pause""#) && answer.contains("\nGenericError: "),
        "{answer}"
    );

    // To begin anew is nothing bad, either.
    let answer = terminal.run(PROMPT, "reconnect");
    assert!(answer.contains("\nQEMU "), "{answer}");
    let answer = terminal.run(PROMPT, "query-kvm");
    assert!(answer.contains("\"enabled\": "), "{answer}");

    // Behind what is wrong, nothing of it is, and the person is told so.
    terminal.wait_for_line(PROMPT);
    terminal.paste("query-nope\nquery-uuid\n\nstop\n");
    terminal.press("Enter");
    terminal.wait_for("error: there is no command `query-nope`");
    terminal.wait_for("(the rest is dropped, and not sent: 2 more)");

    terminal.wait_for_line(PROMPT);
    terminal.press("C-d");
    assert_eq!(terminal.end(), 0);
    vm.connect();
}

#[test]
fn help_is_at_hand() {
    let vm = Qemu::none();
    vm.connect();
    let terminal = Terminal::start(&[&path(vm.socket())]);
    let answer = terminal.run(PROMPT, "help");
    assert!(answer.contains("help COMMAND"), "{answer}");
    let answer = terminal.run(PROMPT, "help block_resize");
    for part in ["block_resize", "node-name", "size", "str"] {
        assert!(answer.contains(part), "{answer}");
    }
    let answer = terminal.run(PROMPT, "help nope");
    assert!(answer.contains("nope"), "{answer}");
    terminal.type_in("help query-stat");
    terminal.press("Tab");
    terminal.wait_for("query-stats-schemas");
    terminal.press("C-c");
    terminal.wait_for_line(PROMPT);
    terminal.run(PROMPT, "query-name");
    terminal.type_in("exit");
    terminal.press("Enter");
    assert_eq!(terminal.end(), 0);
}
