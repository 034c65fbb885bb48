//! The program, run as people run it.

use std::process::{Command, Output};

use qapi_client::test_server::TestServer;
use serde_json::json;

fn hello_world(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hello-world"));
    command.args(arguments).output().expect("it starts")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("it is text")
}

#[test]
fn it_says_what_its_readme_shows() {
    let readme = include_str!("../README.md");
    let (_, shown) = readme
        .split_once("$ cargo run -p hello-world\n")
        .expect("it is shown");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let output = hello_world(&[]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), shown);
    assert!(output.status.success());
}

#[test]
fn it_talks_to_the_machine_that_it_is_given() {
    let server = TestServer::start(|peer| {
        peer.greet();
        for (count, arguments) in [(7, json!({})), (8, json!({ "message": "Good morning!" }))] {
            let request = peer.expect("hello-world");
            assert_eq!(request.arguments, arguments);
            let greeting = json!({ "text": "Moin!", "author": "machine" });
            peer.event("GREETED", json!({ "greeting": greeting, "count": count }));
            peer.answer(&request, json!({}));
        }
        let request = peer.expect("query-greetings");
        peer.answer(&request, json!([]));
        peer.wait_for_close();
    });
    let socket = server.path().to_str().expect("it is UTF-8").to_owned();
    let output = hello_world(&[&socket]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "7: Moin!\n8: Moin!\n");
    server.join();
}

#[test]
fn a_machine_without_the_command_is_told_apart() {
    let server = TestServer::start(|peer| {
        peer.greet();
        let request = peer.expect("hello-world");
        peer.fail(
            &request,
            "CommandNotFound",
            "The command has not been found",
        );
        peer.wait_for_close();
    });
    let socket = server.path().to_str().expect("it is UTF-8").to_owned();
    let output = hello_world(&[&socket]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""));
    let error = text(&output.stderr);
    assert!(error.contains("hello-world"), "{error}");
    assert!(error.contains("The command has not been found"), "{error}");
    server.join();
}
