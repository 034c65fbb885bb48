//! Servers that no person wants to meet.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;

use crate::terminal::{Terminal, WAITING, path};

const GREETING: &str = r#"{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 10}, "package": "\u001b[31mred"}, "capabilities": []}}"#;

/// What is in the answer of an agent that is in step.
const SYNCHRONIZED: &str = "\"sync\"";

/// A server at `socket` that answers a request with the lines that come with what is in it, and
/// others not at all.
fn serve(socket: &Path, greeting: &'static str, answers: &'static [(&'static str, &'static str)]) {
    let listener = UnixListener::bind(socket).expect("a socket");
    thread::spawn(move || {
        for stream in listener.incoming() {
            talk(stream.expect("a client"), greeting, answers);
        }
    });
}

fn talk(mut stream: UnixStream, greeting: &str, answers: &[(&str, &str)]) {
    let send = |stream: &mut UnixStream, line: &str| {
        // What is no text: agents set apart by it what is old from what is new.
        let mut bytes = if line.contains(SYNCHRONIZED) {
            vec![0xff]
        } else {
            vec![]
        };
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        // Who has gone needs no answer.
        let _ = stream.write_all(&bytes);
    };
    if !greeting.is_empty() {
        send(&mut stream, greeting);
    }
    let lines = BufReader::new(stream.try_clone().expect("a copy")).split(b'\n');
    for line in lines.map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        let (_, id) = line.split_once("\"id\":").unwrap_or_default();
        let id = id.trim_end_matches('}');
        for (_, answer) in answers.iter().filter(|(request, _)| line.contains(request)) {
            let answer = match id {
                "" => answer.replace(", \"id\": ID", ""),
                id => answer.replace("ID", id),
            };
            send(&mut stream, &answer);
        }
    }
}

#[test]
fn a_server_does_not_control_the_terminal_and_its_silence_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("socket");
    serve(
        &socket,
        GREETING,
        &[
            ("qmp_capabilities", r#"{"return": {}, "id": ID}"#),
            (
                "query-name",
                r#"{"return": {"name": "\u001b]0;title\u0007vm\r"}, "id": ID}"#,
            ),
            (
                "query-status",
                r#"{"error": {"class": "No\u001b[2J", "desc": "way\u009b2J"}, "id": ID}"#,
            ),
            (
                "query-kvm",
                r#"{"event": "E\u001b[2J", "data": {"x": "\u001b[2J"}, "timestamp": {"seconds": 0, "microseconds": 0}}"#,
            ),
            (
                "query-kvm",
                "{\"return\": \"\u{9b}2J\\u001b[2J\", \"id\": ID}",
            ),
            (
                "human-monitor-command",
                r#"{"return": "a\u001b[2Jb\r\nc", "id": ID}"#,
            ),
        ],
    );
    // The escape sequences that are sent to the terminal are on the screen if they are none.
    let terminal = Terminal::start(&[&path(&socket), "--color", "never"]);
    let prompt = "]0;titlevm> ";
    let greeting = terminal.wait_for_line(prompt);
    assert!(greeting.contains(r"(\u{1b}[31mred)"), "{greeting}");

    // It has not said what it has: nobody waits for it longer than wanted, and what is typed meanwhile
    // is not sent behind the person's back.
    terminal.type_in("query-kvm");
    terminal.wait_for_line("]0;titlevm> query-kvm");
    terminal.press("Enter");
    terminal.wait_for(WAITING);
    terminal.press("C-c");
    terminal.wait_for("(dropped, and nothing was sent)");

    let answer = |line: &str| terminal.run(prompt, line);
    let said = answer("query-kvm");
    // Which of the two is shown first is for chance to say.
    for line in [
        r#"00:00:00.000Z E\u{1b}[2J {"x":"\u001b[2J"}"#,
        r#""\u009b2J\u001b[2J""#,
    ] {
        assert!(said.lines().any(|it| it == line), "{said}");
    }
    assert_eq!(answer("query-status"), "No\\u{1b}[2J: way\\u{9b}2J\n");
    assert_eq!(
        answer("human-monitor-command command-line=x"),
        "a\\u{1b}[2Jb\nc\n"
    );
}

#[test]
fn a_guest_that_is_shut_down_does_not_answer_and_that_is_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("socket");
    serve(
        &socket,
        "",
        &[
            ("guest-sync-delimited", r#"{"return": ID, "sync": 1}"#),
            (
                "guest-info",
                r#"{"return": {"version": "9.9", "supported_commands": [{"name": "guest-shutdown", "enabled": true, "success-response": false}]}, "id": ID}"#,
            ),
        ],
    );
    let terminal = Terminal::start(&["--qga", &path(&socket)]);
    let greeting = terminal.wait_for_line("guest> ");
    assert!(greeting.contains("Guest agent 9.9"), "{greeting}");
    let answer = terminal.run("guest> ", "guest-shutdown mode=powerdown");
    assert_eq!(
        answer,
        "(no error; `guest-shutdown` answers nothing else)\n"
    );
}
