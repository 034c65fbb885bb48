//! Transactions, an action a line.

use qapi_tests::server::{Qemu, create_image};

use crate::terminal::{Terminal, path};

const PROMPT: &str = "qemu> ";

#[test]
fn a_transaction_is_typed_an_action_a_line() {
    let vm = Qemu::none();
    vm.connect();
    for disk in ["a", "b"] {
        create_image(&vm.folder().join(disk), "qcow2", 1 << 20);
    }
    let terminal = Terminal::start(&[&path(vm.socket())]);
    for disk in ["a", "b"] {
        let line = format!(
            "blockdev-add driver=qcow2 node-name={disk} file.driver=file file.filename={disk}"
        );
        assert_eq!(terminal.run(PROMPT, &line), "{}\n");
    }
    let snapshot = |disk: &str| {
        format!(
            "blockdev-snapshot-sync node-name={disk} snapshot-file={disk}.new snapshot-node-name={disk}1"
        )
    };

    terminal.type_in("transaction(");
    terminal.press("Enter");
    let prompt = "qemu, action 1> ";
    terminal.wait_for_line(prompt);
    terminal.type_in("blockdev-snapshot-s");
    terminal.press("Tab");
    terminal.wait("completion", |screen| {
        screen
            .lines()
            .last()
            .is_some_and(|line| line.starts_with(&format!("{prompt}blockdev-snapshot-sync ")))
    });
    terminal.type_in(snapshot("a").split_once(' ').unwrap().1);
    terminal.press("Enter");
    // A mistake leaves the actions before it.
    terminal.run_to(
        "qemu, action 2> ",
        "blockdev-snapshot-sync nod=b",
        "qemu, action 2> ",
    );
    terminal.wait_for("error: ");
    terminal.run_to("qemu, action 2> ", &snapshot("b"), "qemu, action 3> ");
    terminal.type_in(")");
    terminal.press("Enter");
    terminal.wait_for("action 3> )\n{}\nqemu>");
    for disk in ["a.new", "b.new"] {
        assert!(vm.folder().join(disk).exists(), "{disk}");
    }

    // In one line; and what fails, fails as a whole.
    let answer = terminal.run(PROMPT, "transaction( abort )");
    assert!(
        answer.starts_with("GenericError: Transaction aborted"),
        "{answer}"
    );

    // Ctrl-C drops all of it.
    terminal.run_to(PROMPT, "transaction(", "qemu, action 1> ");
    terminal.run_to("qemu, action 1> ", "abrot", "qemu, action 1> ");
    terminal.run_to("qemu, action 1> ", "abort", "qemu, action 2> ");
    terminal.press("C-c");
    terminal.wait_for("nothing of it was sent");
    assert_eq!(terminal.run(PROMPT, "query-name"), "{}\n");
}
