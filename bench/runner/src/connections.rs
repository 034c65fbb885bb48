//! Many connections at once, in one process.

mod clients;
mod heap;
mod load;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

use self::clients::{Client, Ours, OursBlocking, Peer};
pub use self::heap::{Heap, heap};
use self::load::Load;
use crate::Outcome;

/// How many commands a connection has executed before it is idle.
const USED: usize = 10;

/// How long connections are idle before it is looked what they hold.
const IDLE: Duration = Duration::from_millis(200);

/// How many processors' work the clients may do.
const WORKERS: usize = 2;

/// What connections cost.
#[derive(Debug, Serialize)]
pub struct Connections {
    /// How long it took to make one.
    connect_seconds: f64,
    /// The memory of the process that one holds which has executed small commands, and is idle.
    idle_bytes: f64,
    /// Commands on one of them, while the others are idle.
    one: Load,
    /// Commands on all of them at once.
    all: Load,
    /// The memory of the process that one holds which has had a large answer, and is idle.
    idle_after_large_bytes: f64,
}

/// Makes `count` connections to `sockets`, in turns, and says what they cost.
///
/// # Errors
///
/// When there is no such client, or a connection fails.
pub fn run(client: &str, count: usize, sockets: &[PathBuf]) -> Outcome<Connections> {
    open_files()?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    match client {
        "ours" => measure::<Ours>(&runtime, count, sockets),
        "ours, blocking" => measure::<OursBlocking>(&runtime, count, sockets),
        "peer" => measure::<Peer>(&runtime, count, sockets),
        _ => Err(format!("no client {client}").into()),
    }
}

fn measure<C: Client>(
    runtime: &Runtime,
    count: usize,
    sockets: &[PathBuf],
) -> Outcome<Connections> {
    // A task on a worker, as programs have them, and not the thread that waits for it.
    let sockets = sockets.to_vec();
    let measured = runtime.spawn(async move {
        // What is there only once, however many connections there are.
        let first = connect::<C>(1, &sockets).await?;
        use_all(&first).await?;
        drop(first);
        sleep(IDLE).await;
        let before = resident()?;
        let each = |after: f64| (after - before) / count as f64;

        let start = Instant::now();
        let clients = connect::<C>(count, &sockets).await?;
        let connect_seconds = start.elapsed().as_secs_f64() / count as f64;
        use_all(&clients).await?;
        sleep(IDLE).await;
        let idle_bytes = each(resident()?);
        let one = load::one(clients.first().ok_or("no connection")?).await?;
        let all = load::all(&clients).await?;
        for client in &clients {
            client.large().await?;
        }
        sleep(IDLE).await;
        Ok(Connections {
            connect_seconds,
            idle_bytes,
            one,
            all,
            idle_after_large_bytes: each(resident()?),
        })
    });
    runtime.block_on(measured)?
}

async fn connect<C: Client>(count: usize, sockets: &[PathBuf]) -> Outcome<Vec<Arc<C>>> {
    let mut clients = Vec::with_capacity(count);
    for socket in sockets.iter().cycle().take(count) {
        clients.push(Arc::new(C::connect(socket).await?));
    }
    Ok(clients)
}

/// Executes some commands on each connection.
async fn use_all<C: Client>(clients: &[Arc<C>]) -> Outcome<()> {
    for client in clients {
        for _ in 0..USED {
            client.small().await?;
        }
    }
    Ok(())
}

/// The memory that this process has, in bytes.
fn resident() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kilobytes: f64 = size.ok_or("/proc/self/status has no VmRSS")?.parse()?;
    Ok(kilobytes * 1024.0)
}

/// Lets this process have as many connections as the system allows.
///
/// # Errors
///
/// When the system cannot be asked.
pub fn open_files() -> Outcome<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}
