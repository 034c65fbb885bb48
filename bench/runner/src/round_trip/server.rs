//! A server that answers at once: with what a recording has.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Outcome;
use crate::connections::open_files;
use crate::recording::{self, Content};

const GREETING: &[u8] = br#"{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 10}, "package": ""}, "capabilities": ["oob"]}}
"#;

#[derive(Deserialize)]
struct Request<'a> {
    execute: &'a str,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "return")]
    returned: Option<Box<RawValue>>,
}

/// Serves clients, each on a thread of its own, without an end. Each command gets the largest answer that
/// the recording has for it.
///
/// # Errors
///
/// When the recording cannot be read, or the socket cannot be made.
pub fn serve(socket: &Path, recording: &Path) -> Outcome<()> {
    let mut answers: HashMap<String, String> = HashMap::new();
    for message in recording::read(&[recording])? {
        let Content::Answer { command } = message.content else {
            continue;
        };
        let answer: Answer = serde_json::from_slice(&message.bytes)?;
        if let Some(returned) = answer.returned {
            let largest = answers.entry(command).or_default();
            if returned.get().len() > largest.len() {
                *largest = returned.get().to_owned();
            }
        }
    }
    open_files()?;
    let answers = &answers;
    thread::scope(|threads| {
        for client in UnixListener::bind(socket)?.incoming() {
            let client = client?;
            threads.spawn(move || {
                if let Err(error) = answer(&client, answers) {
                    eprintln!("a client is gone: {error}");
                }
            });
        }
        Ok(())
    })
}

fn answer(mut client: &UnixStream, answers: &HashMap<String, String>) -> Outcome<()> {
    client.write_all(GREETING)?;
    let mut requests = BufReader::new(client);
    let mut line = Vec::new();
    let mut text = Vec::new();
    while requests.read_until(b'\n', &mut line)? > 0 {
        let request: Request<'_> = serde_json::from_slice(&line)?;
        let answer = answers.get(request.execute);
        let answer = answer.ok_or_else(|| format!("no answer to {}", request.execute))?;
        text.extend_from_slice(br#"{"return": "#);
        text.extend_from_slice(answer.as_bytes());
        if let Some(id) = request.id {
            text.extend_from_slice(br#", "id": "#);
            text.extend_from_slice(id.get().as_bytes());
        }
        text.extend_from_slice(b"}\r\n");
        client.write_all(&text)?;
        text.clear();
        line.clear();
    }
    Ok(())
}
