//! Commands on connections.

use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use tokio::task::JoinSet;

use super::clients::Client;
use crate::Outcome;
use crate::usage::{Cost, Meter};

/// How many commands are executed on the one connection that is active, one after the other.
const ON_ONE: usize = 5_000;

/// How many commands are executed when all are active, on all together, if they are many.
const ON_ALL: usize = 50_000;

/// How many commands each connection executes at most when all are active.
const ON_EACH: usize = 5_000;

/// How commands went.
#[derive(Debug, Serialize)]
pub(super) struct Load {
    commands: usize,
    #[serde(flatten)]
    cost: Cost,
    /// How long the one in the middle took, of all in the order of how long they took.
    median_seconds: f64,
    /// How long the one took that one of a hundred was slower than.
    p99_seconds: f64,
}

impl Load {
    fn new(mut latencies: Vec<f64>, cost: Cost) -> Outcome<Self> {
        latencies.sort_by(f64::total_cmp);
        let percentile = |percent: usize| {
            let index = latencies.len() * percent / 100;
            latencies.get(index).copied().ok_or("no command")
        };
        Ok(Load {
            commands: latencies.len(),
            cost,
            median_seconds: percentile(50)?,
            p99_seconds: percentile(99)?,
        })
    }
}

/// Commands on one connection.
pub(super) async fn one<C: Client>(client: &Arc<C>) -> Outcome<Load> {
    let meter = Meter::start()?;
    let latencies = commands(client.clone(), ON_ONE).await?;
    Load::new(latencies, meter.stop()?)
}

/// Commands on all connections at once.
pub(super) async fn all<C: Client>(clients: &[Arc<C>]) -> Outcome<Load> {
    let each = ON_EACH.min(ON_ALL / clients.len().max(1)).max(1);
    let meter = Meter::start()?;
    let mut tasks = JoinSet::new();
    for client in clients {
        tasks.spawn(commands(client.clone(), each));
    }
    let mut latencies = Vec::with_capacity(clients.len() * each);
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    Load::new(latencies, meter.stop()?)
}

async fn commands<C: Client>(client: Arc<C>, count: usize) -> Outcome<Vec<f64>> {
    let mut latencies = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        client.small().await?;
        latencies.push(start.elapsed().as_secs_f64());
    }
    Ok(latencies)
}
