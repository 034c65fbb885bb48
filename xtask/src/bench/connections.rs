//! What many connections at once cost.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::TempDir;

use super::report::{Figures, Unit};
use super::runner::{Cost, Runner};
use super::server::{Server, stand_in, storage_daemon};
use super::{CONTESTANTS, Context, in_turn};

/// Who has a single connection.
const ALONE: [&str; 3] = ["ours", "peer", "ours, blocking"];

/// How many monitors a storage daemon has: with more of them, each command takes it longer.
const MONITORS: usize = 25;

/// How many times as many rounds there are with the stand-in: they are short, and who comes first
/// when all are active is chance.
const MORE: usize = 5;

/// What connections cost, as the runner says it.
#[derive(Deserialize)]
struct Connections {
    connect_seconds: f64,
    idle_bytes: f64,
    one: Load,
    all: Load,
    idle_after_large_bytes: f64,
}

/// How commands went.
#[derive(Deserialize)]
struct Load {
    commands: u32,
    #[serde(flatten)]
    cost: Cost,
    median_seconds: f64,
    p99_seconds: f64,
}

/// What idle connections have allocated, as the runner says it.
#[derive(Deserialize)]
struct Idle {
    idle: Heap,
    idle_after_large: Heap,
}

#[derive(Deserialize)]
struct Heap {
    allocations: f64,
    bytes: f64,
}

/// Who listens on some sockets.
struct Servers {
    name: &'static str,
    sockets: Vec<PathBuf>,
    /// How many times as many rounds there are.
    times: usize,
    /// Which end with the value.
    _servers: Vec<Server>,
}

pub(super) fn measure(context: &Context<'_>, runner: &Runner) -> anyhow::Result<Figures> {
    let scratch = TempDir::with_prefix("qapi-bench-")?;
    let mut figures = Figures::default();
    let note = format!("Many connections are {} here.", context.connections);
    figures.notes.push(note);
    let stand_in = Servers::new(vec![stand_in(context, runner, scratch.path())?], MORE);
    // To the byte, and so the same each time.
    for client in CONTESTANTS {
        heap(&mut figures, context, runner, client, &stand_in)?;
    }
    let mut all = vec![stand_in];
    match storage_daemons(context.connections, scratch.path()) {
        Ok(servers) => all.push(servers),
        Err(error) => {
            let note = format!("Not measured with storage daemons: {error:#}.");
            figures.notes.push(note);
        }
    }
    for servers in &all {
        for round in 0..context.rounds * servers.times {
            eprintln!("round {}: {}", round + 1, servers.name);
            for client in in_turn(CONTESTANTS, round) {
                many(&mut figures, context, runner, client, servers)?;
            }
            for client in in_turn(ALONE, round) {
                let measured: Connections =
                    runner.json("runner", &arguments(&["connections"], client, 1, servers))?;
                let row = format!("{}, a single connection", servers.name);
                measured.one.add(&mut figures, &row, client);
            }
        }
    }
    Ok(figures)
}

fn heap(
    figures: &mut Figures,
    context: &Context<'_>,
    runner: &Runner,
    client: &str,
    servers: &Servers,
) -> anyhow::Result<()> {
    let arguments = arguments(&[], client, context.connections, servers);
    let held: Idle = runner.json("heap", &arguments)?;
    for (row, heap) in [
        ("idle", held.idle),
        ("idle, after a large answer", held.idle_after_large),
    ] {
        let (bytes, allocations) = ("Heap of a connection", "Allocations of a connection");
        figures.add((bytes, row, client), Unit::Bytes, heap.bytes);
        figures.add((allocations, row, client), Unit::Count, heap.allocations);
    }
    Ok(())
}

fn many(
    figures: &mut Figures,
    context: &Context<'_>,
    runner: &Runner,
    client: &str,
    servers: &Servers,
) -> anyhow::Result<()> {
    let arguments = arguments(&["connections"], client, context.connections, servers);
    let measured: Connections = runner.json("runner", &arguments)?;
    let name = servers.name;

    let table = "Resident memory of a connection";
    for (row, bytes) in [
        ("idle", measured.idle_bytes),
        (
            "idle, after a large answer",
            measured.idle_after_large_bytes,
        ),
    ] {
        figures.add(
            (table, &format!("{name}, {row}"), client),
            Unit::Bytes,
            bytes,
        );
    }
    let connect = ("Time to connect", name, client);
    figures.add(connect, Unit::Seconds, measured.connect_seconds);
    for (active, load) in [("one", &measured.one), ("all", &measured.all)] {
        let row = format!("{name}, {active} active");
        load.add(figures, &row, client);
    }
    Ok(())
}

impl Load {
    fn add(&self, figures: &mut Figures, row: &str, client: &str) {
        let count = f64::from(self.commands);
        for (table, unit, value) in [
            (
                "Time of a command, median",
                Unit::Seconds,
                self.median_seconds,
            ),
            (
                "Time of a command, 99th percentile",
                Unit::Seconds,
                self.p99_seconds,
            ),
            (
                "Commands per second",
                Unit::PerSecond,
                count / self.cost.seconds,
            ),
            (
                "CPU time per command",
                Unit::Seconds,
                self.cost.cpu_seconds / count,
            ),
        ] {
            figures.add((table, row, client), unit, value);
        }
    }
}

fn arguments<'a>(
    command: &[&'a str],
    client: &'a str,
    count: usize,
    servers: &'a Servers,
) -> Vec<OsString> {
    let count = count.to_string();
    let words = command.iter().copied().chain([client, &count]);
    let words = words.map(OsString::from);
    words
        .chain(servers.sockets.iter().map(OsString::from))
        .collect()
}

fn storage_daemons(monitors: usize, folder: &Path) -> anyhow::Result<Servers> {
    let sockets: Vec<PathBuf> = (0..monitors)
        .map(|monitor| folder.join(format!("{monitor}.sock")))
        .collect();
    let servers = sockets
        .chunks(MONITORS)
        .map(|sockets| storage_daemon(sockets.to_vec(), []))
        .collect::<anyhow::Result<_>>()?;
    Ok(Servers::new(servers, 1))
}

impl Servers {
    fn new(servers: Vec<Server>, times: usize) -> Self {
        Servers {
            name: servers.first().map_or("", |server| server.name),
            sockets: servers.iter().flat_map(Server::sockets).cloned().collect(),
            times,
            _servers: servers,
        }
    }
}
