//! A machine for those who have none.

use hello_world::commands::HelloWorld;
use hello_world::events::Greeted;
use hello_world::{Author, Greeting};
use qapi_client::test_server::TestServer;
use serde_json::json;

/// Starts a machine that can be greeted.
pub fn start() -> TestServer {
    TestServer::start(|peer| {
        peer.greet();
        let mut greetings = Vec::new();
        while let Some(request) = peer.receive() {
            match request.command.as_str() {
                "hello-world" => {
                    let arguments = serde_json::from_value(request.arguments.clone());
                    let arguments: HelloWorld = arguments.expect("it is typed");
                    let greeting = match arguments.message {
                        Some(text) => Greeting::new(text, Author::Client),
                        None => Greeting::new("Hello, world!", Author::Machine),
                    };
                    greetings.push(greeting.clone());
                    let count = i64::try_from(greetings.len()).unwrap_or(i64::MAX);
                    peer.answer(&request, json!({}));
                    peer.event("GREETED", json!(Greeted::new(greeting, count)));
                }
                "query-greetings" => {
                    peer.answer(&request, json!(greetings));
                }
                other => {
                    let message = format!("The command {other} has not been found");
                    peer.fail(&request, "CommandNotFound", &message);
                }
            }
        }
    })
}
