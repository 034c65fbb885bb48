//! A real QEMU.

use std::process::Command;

use qapi_tests::server::Qemu;

use super::{arguments, exec, printed};

#[test]
fn what_a_command_returns_is_a_line() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let socket = qemu.socket();
    let status = printed(exec(&socket, &["query-status"]));
    assert!(status.starts_with("{\"") && status.ends_with("}\n"));
    assert!(status.contains("\"status\":\"running\"") && status.contains("\"running\":true"));
    assert_eq!(status.lines().count(), 1);

    assert_eq!(printed(exec(&socket, &["stop"])), "{}\n");
    let request = "{'execute': 'query-status'}";
    assert!(printed(exec(&socket, &[request])).contains("\"paused\""));
}

#[test]
fn arguments_have_the_types_of_the_schema() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let socket = qemu.socket();
    // A word that is a string, a size with a suffix, booleans, and a nested object.
    for words in [
        &[
            "object-add",
            "qom-type=memory-backend-ram",
            "id=true",
            "size=8M",
            "share=true",
        ][..],
        &["blockdev-add", "driver=null-co", "node-name=n0", "size=1G"],
        &[
            "blockdev-add",
            "driver=raw",
            "node-name=n1",
            "file.driver=null-co",
            "file.size=512",
        ],
        &[
            "blockdev-add",
            "driver=raw",
            "node-name=n2",
            "file=n0",
            "read-only=true",
        ],
        &[
            "blockdev-add",
            "driver=quorum",
            "node-name=n3",
            "vote-threshold=1",
            "children.0=n1",
        ],
    ] {
        assert_eq!(printed(exec(&socket, words)), "{}\n", "{words:?}");
    }
    let backends = printed(exec(&socket, &["query-memdev"]));
    assert!(backends.contains("\"id\":\"true\"") && backends.contains("\"size\":8388608"));
    let nodes = printed(exec(&socket, &["query-named-block-nodes", "flat=true"]));
    for node in ["n0", "n1", "n2", "n3"] {
        assert!(
            nodes.contains(&format!("\"node-name\":\"{node}\"")),
            "{nodes}"
        );
    }
}

#[test]
fn a_mistake_is_shown_and_nothing_is_sent() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let words = ["blockdev-add", "driver=null-co", "nodename=n0"];
    let run = exec(qemu.socket(), &words);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    let shown = "\
error: `blockdev-add` has no member `nodename`
  blockdev-add driver=null-co nodename=n0
                              ^^^^^^^^
help: did you mean `node-name`?
";
    assert_eq!(run.stderr, shown);
    let nodes = printed(exec(qemu.socket(), &["query-named-block-nodes"]));
    assert_eq!(nodes, "[]\n");
}

#[test]
fn an_error_has_its_class_and_what_may_be_the_reason() {
    let qemu = Qemu::none();
    let version = qemu.connect().greeting().version.qemu;
    let socket = qemu.socket();
    let failed = |words: &[&str]| {
        let run = exec(&socket, words);
        assert_eq!((run.status, &*run.stdout), (1, ""), "{}", run.stderr);
        run.stderr
    };
    let error = failed(&["block_resize", "node-name=n0", "size=1"]);
    assert!(
        error.starts_with("error: `block_resize` failed: GenericError: "),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1);

    // Also with arguments, for the server is who knows.
    for words in [&["query-versio"][..], &["query-versio", "a=1"]] {
        let error = failed(words);
        assert!(
            error.starts_with("error: `query-versio` failed: CommandNotFound: "),
            "{error}"
        );
        assert!(
            error.ends_with("help: did you mean `query-version`?\n"),
            "{error}"
        );
    }
    let error = failed(&["cpu-add", "id=1"]);
    let why =
        format!("help: QEMU {version} does not have it; QEMU 5.1 is the last known to have it\n");
    assert!(error.ends_with(&why), "{error}");
}

#[test]
fn a_monitor_that_is_taken_is_said_to_be() {
    let qemu = Qemu::none();
    let client = qemu.connect();
    let run = exec(qemu.socket(), &["query-status", "--timeout", "0.3"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(
        run.stderr.contains("did not greet within 0.3 s\n"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("another client may be connected"),
        "{}",
        run.stderr
    );
    client.close().unwrap();
    // Who has it next is not disturbed by who had it.
    for _ in 0..3 {
        printed(exec(qemu.socket(), &["query-status"]));
    }
}

#[test]
fn a_descriptor_is_passed_along() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let socket = qemu.socket();
    let words = ["add-fd", "fdset-id=7", "--pass-fd", "5"];
    let arguments = arguments(socket.as_ref(), &words);
    let output = Command::new("sh")
        .args(["-c", "exec 5</dev/null; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_qapi"))
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("\"fdset-id\":7"),
        "{text} {:?}",
        output.stderr
    );

    let run = exec(&socket, &["add-fd", "fdset-id=7"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let run = exec(&socket, &["add-fd", "--pass-fd", "4000"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("no file is open as descriptor 4000"),
        "{}",
        run.stderr
    );
}
