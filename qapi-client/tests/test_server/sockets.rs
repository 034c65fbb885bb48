//! Where servers are, and who they serve.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc;

use std::io::{IoSlice, Read, Write};
use std::mem::MaybeUninit;

use qapi_client::test_server::{Script, TestServer};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use serde_json::json;

use crate::wire::{LONG, Wire};

#[test]
fn a_unix_socket_is_removed_with_its_server() {
    let server = TestServer::start(|_| {});
    let path = server.path().to_owned();
    let other = TestServer::start(|_| {});
    assert_ne!(other.path(), path);
    assert!(path.exists());
    server.join();
    assert!(!path.exists() && !path.parent().unwrap().exists());
    assert!(other.path().exists());
}

#[test]
fn a_tcp_server_speaks_as_one_on_a_unix_socket_does() {
    let server = TestServer::start_tcp(|peer| {
        peer.say("hello");
        assert_eq!(peer.receive().unwrap().command, "stop");
    });
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream.write_all(b"{\"execute\": \"stop\"}\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello\r\n");
    server.join();
}

#[test]
fn clients_are_served_one_after_the_other() {
    let server = TestServer::start(|peer| {
        for number in 0..3 {
            peer.accept();
            peer.say(&number.to_string());
            peer.wait_for_close();
        }
    });
    // All are connected from the beginning.
    let clients: Vec<_> = (0..3).map(|_| Wire::connect(&server)).collect();
    for (number, mut client) in clients.into_iter().enumerate() {
        assert_eq!(client.line(), format!("{number}\r\n").as_bytes());
    }
    server.join();
}

#[test]
fn a_server_that_is_down_refuses_connections_until_it_is_up() {
    let (down, is_down) = mpsc::channel();
    let (up, is_to_come_up) = mpsc::channel();
    let server = TestServer::start(move |peer| {
        peer.say("first");
        peer.go_down();
        down.send(()).unwrap();
        is_to_come_up.recv_timeout(LONG).unwrap();
        peer.come_up();
        peer.say("second");
    });
    let mut client = Wire::connect(&server);
    assert_eq!(client.rest(), b"first\r\n");
    is_down.recv_timeout(LONG).unwrap();
    let error = UnixStream::connect(server.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(server.path().exists());
    up.send(()).unwrap();
    let mut client = loop {
        match UnixStream::connect(server.path()) {
            Ok(stream) => break Wire::new(stream),
            // The file of the socket is made anew.
            Err(error) => assert!(
                matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused | ErrorKind::NotFound
                ),
                "{error:?}"
            ),
        }
        std::thread::yield_now();
    };
    assert_eq!(client.line(), b"second\r\n");
    server.join();
}

#[test]
fn a_tcp_server_comes_up_at_the_same_address() {
    let server = TestServer::start_tcp(|peer| {
        for _ in 0..3 {
            peer.say("here");
            peer.go_down();
            peer.come_up();
        }
        peer.say("here");
    });
    let mut connected = 0;
    while connected < 4 {
        let Ok(mut stream) = TcpStream::connect(server.address()) else {
            std::thread::yield_now();
            continue;
        };
        let mut text = String::new();
        // One that was in the queue when the server went down is reset.
        if stream.read_to_string(&mut text).is_ok() && text == "here\r\n" {
            connected += 1;
        }
    }
    server.join();
}

/// Sends `text` and descriptors in one write.
fn send_with(stream: &UnixStream, text: &str, descriptors: &[OwnedFd]) {
    let descriptors: Vec<_> = descriptors.iter().map(AsFd::as_fd).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    assert!(ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)));
    let parts = [IoSlice::new(text.as_bytes())];
    let sent = sendmsg(stream, &parts, &mut ancillary, SendFlags::empty()).unwrap();
    assert_eq!(sent, text.len());
}

#[test]
fn descriptors_belong_to_the_command_that_they_came_with() {
    let (sent, all_are_sent) = mpsc::channel();
    let (stream, server) = TestServer::pair(move |peer| {
        all_are_sent.recv_timeout(LONG).unwrap();
        let counts = ["a", "b", "c", "d", "e"].map(|name| {
            let request = peer.expect(name);
            for descriptor in &request.descriptors {
                let mut pipe = std::fs::File::from(descriptor.try_clone().unwrap());
                pipe.write_all(name.as_bytes()).unwrap();
            }
            request.descriptors.len()
        });
        assert_eq!(counts, [0, 1, 2, 0, 1]);
    });
    let (mut read, write) = std::io::pipe().unwrap();
    let write = OwnedFd::from(write);
    let copy = || write.try_clone().unwrap();
    (&stream).write_all(b"{\"execute\": \"a\"}\n").unwrap();
    send_with(&stream, "{\"execute\": \"b\"}\n", &[copy()]);
    send_with(&stream, "{\"execute\": \"c\"}", &[copy(), copy()]);
    (&stream).write_all(b"{\"execute\": \"d\"}\n").unwrap();
    // With the first part of a command.
    send_with(&stream, "{\"execute\":", &[copy()]);
    (&stream).write_all(b" \"e\"}\n").unwrap();
    drop(write);
    sent.send(()).unwrap();
    let mut written = String::new();
    read.read_to_string(&mut written).unwrap();
    assert_eq!(written, "bcce");
    server.join();
}

#[test]
fn many_servers_run_at_once() {
    let servers: Vec<_> = (0..100)
        .map(|number| {
            Script::new()
                .on("query-name", json!({"name": number}))
                .start()
        })
        .collect();
    let mut clients: Vec<_> = servers.iter().map(Wire::ready).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        let answer = client.ask(r#"{"execute": "query-name"}"#);
        assert_eq!(answer, json!({"return": {"name": number}}));
    }
}
