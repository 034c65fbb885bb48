//! Shows what happens to a machine, until it ends.
//!
//! ```sh
//! qemu-system-x86_64 -machine q35 -display none -qmp unix:/tmp/vm0.sock,server=on,wait=off &
//! cargo run -p qapi-examples --bin events -- /tmp/vm0.sock &
//! kill %1
//! ```

use std::env;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use qapi_client::{Client, ConnectOptions, EventError};
use qapi_types::qmp::Event;
use qapi_types::qmp::commands::QueryStatus;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let socket = env::args_os().nth(1).context("usage: events SOCKET")?;
    let vm = Client::connect_unix(socket, &ConnectOptions::new()).await?;

    // First listen, then ask: what happens between the two is not missed.
    let mut events = vm.events::<Event>();
    let status = vm.execute(QueryStatus::new()).await?;
    println!("now: {}", status.status);

    loop {
        let message = match events.recv().await {
            Ok(message) => message,
            Err(EventError::Connection(cause)) => {
                println!("the end: {cause}");
                return Ok(());
            }
            // Some were missed, or one cannot be read; the next one may be fine.
            Err(error) => {
                println!("{error}");
                continue;
            }
        };
        let time = message.timestamp.to_system_time();
        let age = time.and_then(|time| SystemTime::now().duration_since(time).ok());
        let age = age.unwrap_or(Duration::ZERO).as_millis();
        match message.event {
            Event::Resume(_) => println!("{age} ms ago: it runs"),
            Event::Stop(_) => println!("{age} ms ago: it stands still"),
            Event::Shutdown(shutdown) => {
                println!("{age} ms ago: it shuts down: {}", shutdown.reason);
            }
            event => println!("{age} ms ago: {event:?}"),
        }
    }
}
