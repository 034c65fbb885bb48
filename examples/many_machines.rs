//! Asks any number of machines how they do, some at a time.
//!
//! ```sh
//! for n in 1 2 3; do
//!     qemu-system-x86_64 -machine none -display none -name vm$n \
//!         -qmp unix:/tmp/vm$n.sock,server=on,wait=off &
//! done
//! cargo run -p qapi-examples --bin many_machines -- /tmp/vm*.sock
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{env, process};

use anyhow::Context;
use qapi_client::{Client, ConnectOptions};
use qapi_types::qmp::commands::{QueryName, QueryStatus};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many machines are asked at the same time.
const AT_A_TIME: usize = 64;

/// What a machine says of itself, in a line.
async fn ask(socket: &Path) -> anyhow::Result<String> {
    // One that hangs, or that somebody else talks to, does not hold up the others for long.
    let options = ConnectOptions::new()
        .connect_timeout(Duration::from_secs(2))
        .command_timeout(Duration::from_secs(5));
    let vm = Client::connect_unix(socket, &options).await?;
    let name = vm.execute(QueryName::new()).await?.name;
    let status = vm.execute(QueryStatus::new()).await?.status;
    vm.close().await?;
    Ok(format!(
        "{}: {status}",
        name.as_deref().unwrap_or("no name")
    ))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sockets: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    sockets.first().context("usage: many_machines SOCKET...")?;

    let count = sockets.len();
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut asking = JoinSet::new();
    for socket in sockets {
        let turns = turns.clone();
        asking.spawn(async move {
            let _turn = turns.acquire().await;
            (ask(&socket).await, socket)
        });
    }
    let mut failed = 0;
    while let Some(asked) = asking.join_next().await {
        match asked? {
            (Ok(answer), socket) => println!("{}: {answer}", socket.display()),
            (Err(error), socket) => {
                failed += 1;
                println!("{}: {error:#}", socket.display());
            }
        }
    }
    if failed > 0 {
        eprintln!("{failed} of {count} did not answer");
        process::exit(1);
    }
    Ok(())
}
