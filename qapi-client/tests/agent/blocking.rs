//! How the blocking client comes about.

use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc;
use std::thread;

use qapi_client::blocking::{Agent, Listener};
use qapi_client::{ConnectError, ConnectOptions};

use crate::guest::{Guest, options};
use crate::peer::{LONG, Peer, SHORT, restarting, serve};

#[test]
fn an_agent_is_waited_for_that_has_not_made_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let error = Agent::connect_unix(&path, &options().retry(false)).unwrap_err();
    assert!(matches!(error, ConnectError::Connect { .. }), "{error:?}");

    let there = path.clone();
    let client = thread::spawn(move || Agent::connect_unix(there, &options()));
    let listener = UnixListener::bind(&path).unwrap();
    Peer::new(listener.accept().unwrap().0).sync();
    client.join().unwrap().unwrap();
}

#[test]
fn an_agent_that_goes_before_it_answers_may_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let server = restarting(&path);
    Agent::connect_unix(&path, &options()).unwrap();
    server.join().unwrap();
}

#[test]
fn a_socket_for_which_others_wait_is_in_use() {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, listen, socket};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let listener = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
    listen(&listener, 1).unwrap();
    for _ in 0..4 {
        let options = options().connect_timeout(SHORT);
        let error = Agent::connect_unix(&path, &options).unwrap_err();
        assert!(matches!(error, ConnectError::NoAgent { .. }), "{error:?}");
    }
}

#[test]
fn an_agent_may_be_reached_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stream, server) = serve(|peer| {
        peer.sync();
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    thread::spawn(move || relay(listener.accept().unwrap().0, stream));
    let mut guest = Agent::connect_tcp(address, &options()).unwrap();
    assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "{}");
    server.join();
}

/// Copies what comes on either side to the other one.
fn relay(tcp: std::net::TcpStream, unix: UnixStream) {
    let (mut from, mut to) = (tcp.try_clone().unwrap(), unix.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let (mut from, mut to) = (unix, tcp);
    let _ = std::io::copy(&mut from, &mut to);
}

#[test]
fn an_agent_may_connect_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qga.sock");
    let listener = Listener::bind_unix(&path).unwrap();
    let (done, wait) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        let mut peer = Peer::new(UnixStream::connect(path).unwrap());
        peer.sync();
        wait.recv().unwrap_err();
    });
    let guest = listener.accept_agent(&options()).unwrap();
    drop(done);
    server.join().unwrap();
    drop(guest);

    let options = ConnectOptions::new().connect_timeout(SHORT);
    let error = listener.accept_agent(&options).unwrap_err();
    assert!(
        matches!(error, ConnectError::NobodyConnected { .. }),
        "{error:?}"
    );
}
