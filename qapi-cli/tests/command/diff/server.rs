//! Servers that run.

use qapi_client::test_server::Script;
use serde_json::Value;

use crate::support::qapi;

fn entries(name: &str) -> Value {
    let path = format!(
        "{}/tests/schemas/answers/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).expect("it can be read");
    let mut answer: Value = serde_json::from_str(&text).expect("it is JSON");
    match answer.get_mut("return") {
        Some(entries) => entries.take(),
        None => answer,
    }
}

#[test]
fn a_server_is_asked_what_it_has() {
    let server = Script::new().on("query-qmp-schema", entries("new")).start();
    let socket = server.path().to_str().expect("it is text");
    let run = qapi(&["diff", "answers/old.json", socket]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    let by_file = qapi(&["diff", "answers/old.json", "answers/new.json"]).stdout;
    let behind_title = |text: &str| text.split_once('\n').map(|(_, rest)| rest.to_owned());
    assert_eq!(behind_title(&run.stdout), behind_title(&by_file));
}

#[test]
fn a_server_that_does_not_say_is_trouble() {
    let server = Script::new()
        .on_error("query-qmp-schema", "CommandNotFound", "not for you")
        .start();
    let socket = server.path().to_str().expect("it is text");
    let run = qapi(&["diff", "answers/old.json", socket]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    let message = format!("error: '{socket}' does not say what it has: ");
    assert!(run.stderr.starts_with(&message), "{}", run.stderr);
    assert!(run.stderr.contains("not for you"), "{}", run.stderr);
}

#[test]
fn a_server_that_is_not_there_is_trouble() {
    // Nobody listens at the first port.
    let run = qapi(&["diff", "answers/old.json", "127.0.0.1:1"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(run.stderr.contains("127.0.0.1:1"), "{}", run.stderr);
}
