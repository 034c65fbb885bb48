//! Commands and their answers, over a socket.

mod server;

use std::hint::black_box;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use peer::qmp::{QmpCommand, query_named_block_nodes, query_version};
use peer::{Qmp, Stream};
use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;
use qapi_types::qmp::commands::{QueryNamedBlockNodes, QueryVersion};

pub use self::server::serve;
use crate::Outcome;
use crate::usage::{self, Cost};

/// Executes a command again and again, and says what all of that costs this process.
///
/// # Errors
///
/// When there is no such client or command, or one fails.
pub fn run(client: &str, socket: &Path, command: &str, count: usize) -> Outcome<Cost> {
    match client {
        "ours" => {
            let mut client = Client::connect_unix(socket, &ConnectOptions::new())?;
            match command {
                "query-version" => repeat(count, || Ok(client.execute(QueryVersion::new())?)),
                "query-named-block-nodes" => {
                    repeat(count, || Ok(client.execute(QueryNamedBlockNodes::new())?))
                }
                _ => Err(format!("no command {command}").into()),
            }
        }
        "peer" => {
            let stream = UnixStream::connect(socket)?;
            theirs(Qmp::from_stream(&stream), command, count)
        }
        // What its users can do, but its documentation does not: one write for each command.
        "peer, buffered" => {
            let stream = UnixStream::connect(socket)?;
            let stream = Stream::new(BufReader::new(&stream), BufWriter::new(&stream));
            theirs(Qmp::new(stream), command, count)
        }
        _ => Err(format!("no client {client}").into()),
    }
}

fn theirs<R: Read, W: Write>(
    mut client: Qmp<Stream<BufReader<R>, W>>,
    command: &str,
    count: usize,
) -> Outcome<Cost> {
    client.handshake()?;
    match command {
        "query-version" => repeat(count, || execute(&mut client, &query_version {})),
        "query-named-block-nodes" => {
            let command = query_named_block_nodes { flat: None };
            repeat(count, || execute(&mut client, &command))
        }
        _ => Err(format!("no command {command}").into()),
    }
}

fn execute<R: Read, W: Write, C: QmpCommand>(
    client: &mut Qmp<Stream<BufReader<R>, W>>,
    command: &C,
) -> Outcome<C::Ok> {
    Ok(client.execute(command)?)
}

fn repeat<T>(count: usize, mut act: impl FnMut() -> Outcome<T>) -> Outcome<Cost> {
    act()?;
    let ((), cost) = usage::of_work(|| {
        for _ in 0..count {
            black_box(act()?);
        }
        Ok(())
    })?;
    Ok(cost)
}
