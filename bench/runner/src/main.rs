//! Measures one thing, and prints the figures as JSON.

use std::env;
use std::path::{Path, PathBuf};

use runner::{Outcome, codec, connections, print, round_trip, schema, usage};

const USAGE: &str = "usage: runner COMMAND, which is one of
  codec ROUNDS RECORDING...
  program PROGRAM ARGUMENT...
  load ROOT
  load-again ROOT COUNT
  generate ours ROOT FOLDER
  generate peer FOLDER FILE
  grow ROOT TIMES FOLDER
  round-trip CLIENT SOCKET COMMAND COUNT
  serve SOCKET RECORDING
  connections CLIENT COUNT SOCKET...";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let cost = match arguments.as_slice() {
        ["codec", rounds, recordings @ ..] => {
            let recordings: Vec<PathBuf> = recordings.iter().map(PathBuf::from).collect();
            return print(&codec::times(rounds.parse()?, &recordings)?);
        }
        ["grow", root, times, folder] => {
            return schema::grow(Path::new(root), times.parse()?, Path::new(folder));
        }
        ["serve", socket, recording] => {
            return round_trip::serve(Path::new(socket), Path::new(recording));
        }
        ["connections", client, count, sockets @ ..] => {
            let sockets: Vec<PathBuf> = sockets.iter().map(PathBuf::from).collect();
            return print(&connections::run(client, count.parse()?, &sockets)?);
        }
        ["program", program, arguments @ ..] => usage::of_program(program, arguments)?,
        ["load", root] => schema::load(Path::new(root))?,
        ["load-again", root, count] => schema::load_again(Path::new(root), count.parse()?)?,
        ["generate", "ours", root, folder] => schema::generate(Path::new(root), Path::new(folder))?,
        ["generate", "peer", folder, file] => {
            schema::generate_theirs(Path::new(folder), Path::new(file))?
        }
        ["round-trip", client, socket, command, count] => {
            round_trip::run(client, Path::new(socket), command, count.parse()?)?
        }
        _ => return Err(USAGE.into()),
    };
    print(&cost)
}
