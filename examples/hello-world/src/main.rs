//! Greets a machine: the one at the socket that is given, or a stand-in for it.

mod stand_in;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use hello_world::commands::{HelloWorld, QueryGreetings};
use hello_world::events::Greeted;
use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;

fn main() -> ExitCode {
    let result = match env::args_os().nth(1) {
        Some(socket) => greet(socket.as_ref()),
        None => greet(stand_in::start().path()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn greet(socket: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let mut machine = Client::connect_unix(socket, &ConnectOptions::new())?;

    // The message is optional: `new` takes the required members, and there is a setter for each
    // that is optional.
    for hello in [
        HelloWorld::new(),
        HelloWorld::new().message("Good morning!"),
    ] {
        let soon = Duration::from_secs(10);
        let (_, greeted) = machine.execute_and_wait(hello, soon, |_: &Greeted| true)?;
        let Greeted {
            greeting, count, ..
        } = greeted.event;
        println!("{count}: {}", greeting.text);
    }

    for greeting in machine.execute(QueryGreetings::new())? {
        println!("{} was chosen by the {}", greeting.text, greeting.author);
    }
    machine.close()?;
    Ok(())
}
