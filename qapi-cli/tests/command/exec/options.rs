//! What the options do.

use qapi_client::test_server::Script;
use qapi_tests::server::Qemu;
use serde_json::json;

use super::{exec, printed};
use crate::support::qapi;

fn server() -> qapi_client::test_server::TestServer {
    let info = json!({"enabled": false, "big": 18_446_744_073_709_551_615_u64, "list": []});
    Script::new()
        .on("query-kvm", info)
        .on_error("cont", "GenericError", "not now")
        .on("human-monitor-command", json!("one\r\ntwo\r\n"))
        .start()
}

const COMPACT: &str = r#"{"big":18446744073709551615,"enabled":false,"list":[]}"#;

#[test]
fn what_is_returned_is_on_one_line_or_on_many() {
    let server = server();
    let kvm = |words: &[&str]| printed(exec(server.path(), &[&["query-kvm"], words].concat()));
    assert_eq!(kvm(&[]), format!("{COMPACT}\n"));
    let pretty = "{\n  \"big\": 18446744073709551615,\n  \"enabled\": false,\n  \"list\": []\n}\n";
    assert_eq!(kvm(&["--pretty"]), pretty);
    let colored = kvm(&["--color", "always"]);
    assert!(colored.contains("\x1b[34m\"big\"\x1b[0m:\x1b[36m18446744073709551615\x1b[0m"));
}

#[test]
fn a_reply_is_whole_also_that_of_an_error() {
    let server = server();
    let path = server.path();
    let reply = printed(exec(path, &["query-kvm", "--reply"]));
    assert_eq!(reply, format!("{{\"return\":{COMPACT}}}\n"));
    let request = r#"{"execute": "query-kvm", "id": {"of": "caller"}}"#;
    let reply = printed(exec(path, &[request, "--reply"]));
    assert_eq!(
        reply,
        format!("{{\"return\":{COMPACT},\"id\":{{\"of\": \"caller\"}}}}\n")
            .replace("\": \"", "\":\"")
    );

    let run = exec(path, &["cont", "--reply"]);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    assert_eq!(
        run.stdout,
        "{\"error\":{\"class\":\"GenericError\",\"desc\":\"not now\"}}\n"
    );

    let value = printed(exec(path, &["query-kvm", "--reply", "--return-value"]));
    assert_eq!(value, format!("{COMPACT}\n"));
}

#[test]
fn the_human_monitor_prints_its_text() {
    let server = server();
    let text = printed(exec(server.path(), &["--hmp", "info block"]));
    assert_eq!(text, "one\ntwo\n");

    let qemu = Qemu::none();
    let version = qemu.connect().greeting().version.qemu.to_string();
    let text = printed(exec(qemu.socket(), &["--hmp", "info", "version"]));
    assert!(text.starts_with(&version), "{text}");
    let text = printed(exec(qemu.socket(), &["--hmp", "nonsense"]));
    assert!(text.contains("unknown command"), "{text}");
}

#[test]
fn what_is_said_can_be_seen() {
    let server = server();
    let run = exec(server.path(), &["query-kvm", "--verbose"]);
    assert_eq!((run.status, run.stdout), (0, format!("{COMPACT}\n")));
    let lines: Vec<_> = run.stderr.lines().collect();
    let [greeting, negotiation, _, request, answer] = lines.as_slice() else {
        panic!("{}", run.stderr);
    };
    assert!(greeting.starts_with("<- {\"QMP\"") && negotiation.starts_with("-> {\"execute\""));
    assert!(request.starts_with("-> {\"execute\":\"query-kvm\""));
    assert!(answer.starts_with("<- {") && answer.contains("18446744073709551615"));
}

#[test]
fn out_of_band_is_what_is_asked_for() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let run = exec(
        qemu.socket(),
        &["--oob", "--verbose", "yank", "instances=[]"],
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("-> {\"exec-oob\":\"yank\""),
        "{}",
        run.stderr
    );

    let request = r#"{"exec-oob": "yank", "arguments": {"instances": []}}"#;
    printed(exec(qemu.socket(), &["--oob", request]));
    let run = exec(qemu.socket(), &[request]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(
        run.stderr.contains("the option --oob makes that possible"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_makes_no_sense_together_is_refused() {
    for words in [
        &["exec"][..],
        &["exec", "./s"],
        &["exec", "no-socket", "stop"],
        &["exec", "./s", "stop", "--timeout", "0"],
        &["exec", "./s", "stop", "--match", "a=b"],
        &["exec", "./s", "--qga", "--hmp", "stop"],
        &["exec", "./s", "--qga", "--wait-event", "STOP"],
        &["exec", "./s", "-", "a=b"],
        &["exec", "./s", "-", "--pass-fd", "1"],
    ] {
        let run = qapi(words);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{words:?}");
        assert!(
            run.stderr.starts_with("error: "),
            "{words:?}: {}",
            run.stderr
        );
    }
}
