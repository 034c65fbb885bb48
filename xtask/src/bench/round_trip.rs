//! How fast commands are executed.

use std::path::Path;

use tempfile::TempDir;

use super::report::{Figures, Unit};
use super::runner::Runner;
use super::server::{Server, stand_in, storage_daemon};
use super::{Context, in_turn};

const CLIENTS: [&str; 3] = ["ours", "peer", "peer, buffered"];

const COMMANDS: [&str; 2] = ["query-version", "query-named-block-nodes"];

/// How often a command is executed for one figure.
const COUNT: u32 = 10_000;

/// How many block nodes the storage daemon has.
const NODES: usize = 8;

pub(super) fn measure(context: &Context<'_>, runner: &Runner) -> anyhow::Result<Figures> {
    let scratch = TempDir::with_prefix("qapi-bench-")?;
    let mut figures = Figures::default();
    let mut servers = vec![stand_in(context, runner, scratch.path())?];
    match with_nodes(scratch.path()) {
        Ok(server) => servers.push(server),
        Err(error) => {
            let note = format!("Not measured with a storage daemon: {error:#}.");
            figures.notes.push(note);
        }
    }
    for round in 0..context.rounds {
        for server in &servers {
            for command in COMMANDS {
                eprintln!("round {}: {}, {command}", round + 1, server.name);
                for client in in_turn(CLIENTS, round) {
                    let count = COUNT.to_string();
                    let cost = runner.cost(&[
                        "round-trip".as_ref(),
                        client.as_ref(),
                        server.socket().as_os_str(),
                        command.as_ref(),
                        count.as_ref(),
                    ])?;
                    let (row, count) = (format!("{}, `{command}`", server.name), f64::from(COUNT));
                    let often = ("Commands per second", &*row, client);
                    figures.add(often, Unit::PerSecond, count / cost.seconds);
                    let cpu = ("CPU time per command", &*row, client);
                    figures.add(cpu, Unit::Seconds, cost.cpu_seconds / count);
                }
            }
        }
    }
    Ok(figures)
}

fn with_nodes(folder: &Path) -> anyhow::Result<Server> {
    let nodes = (0..NODES).flat_map(|node| {
        let node = format!("null-co,node-name=node{node},size=1048576,read-zeroes=on");
        ["--blockdev".to_owned(), node]
    });
    storage_daemon(vec![folder.join("storage-daemon.sock")], nodes)
}
