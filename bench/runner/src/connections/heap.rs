//! What connections hold, to the byte.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use tokio::runtime::Builder;
use tokio::time::sleep;

use super::clients::{Client, Ours, Peer};
use super::{IDLE, connect, open_files, use_all};
use crate::Outcome;

/// What is allocated and not freed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Heap {
    /// How many allocations there are.
    pub allocations: f64,
    /// How many bytes they have.
    pub bytes: f64,
}

/// What an idle connection holds.
#[derive(Debug, Serialize)]
pub struct Idle {
    /// After small answers.
    idle: Heap,
    /// After a large answer.
    idle_after_large: Heap,
}

/// Makes `count` connections to `sockets`, in turns, and says what each holds. `held` says what
/// this thread, all of whose allocations are counted, has allocated by what it is given and not
/// freed, for which it needs an allocator of its own.
///
/// # Errors
///
/// When there is no such client, or a connection fails.
pub fn heap(
    client: &str,
    count: usize,
    sockets: &[PathBuf],
    held: impl Fn(&mut dyn FnMut()) -> Heap,
) -> Outcome<Idle> {
    open_files()?;
    match client {
        "ours" => measure::<Ours>(count, sockets, held),
        "peer" => measure::<Peer>(count, sockets, held),
        _ => Err(format!("no client {client}").into()),
    }
}

fn measure<C: Client>(
    count: usize,
    sockets: &[PathBuf],
    held: impl Fn(&mut dyn FnMut()) -> Heap,
) -> Outcome<Idle> {
    // All in this thread.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut clients: Vec<Arc<C>> = runtime.block_on(connect(1, sockets))?;
    runtime.block_on(use_all(&clients))?;
    clients.clear();
    runtime.block_on(async { sleep(IDLE).await });

    let mut result: Outcome<()> = Ok(());
    let connected = held(&mut || {
        result = runtime.block_on(async {
            clients = connect(count, sockets).await?;
            use_all(&clients).await?;
            sleep(IDLE).await;
            Ok(())
        });
    });
    result?;
    let mut result: Outcome<()> = Ok(());
    let more = held(&mut || {
        result = runtime.block_on(async {
            for client in &clients {
                client.large().await?;
            }
            sleep(IDLE).await;
            Ok(())
        });
    });
    result?;
    let each = |allocations: f64, bytes: f64| Heap {
        allocations: allocations / count as f64,
        bytes: bytes / count as f64,
    };
    Ok(Idle {
        idle: each(connected.allocations, connected.bytes),
        idle_after_large: each(
            connected.allocations + more.allocations,
            connected.bytes + more.bytes,
        ),
    })
}
