//! A real storage daemon.

use qapi_tests::server::StorageDaemon;

use super::{exec, printed};

#[test]
fn it_executes_commands_and_says_what_it_has_not() {
    let daemon = StorageDaemon::start();
    daemon.connect().close().unwrap();
    let socket = daemon.socket();
    assert_eq!(printed(exec(&socket, &["query-block-exports"])), "[]\n");
    let add = ["blockdev-add", "driver=null-co", "node-name=n0", "size=1M"];
    assert_eq!(printed(exec(&socket, &add)), "{}\n");
    let resize = [
        "block_resize",
        "node-name=n0",
        "size=2M",
        "--wait-event",
        "SHUTDOWN",
    ];
    let run = exec(&socket, &resize);
    assert_eq!((run.status, &*run.stdout), (1, ""), "{}", run.stderr);

    let run = exec(&socket, &["query-kvm"]);
    assert_eq!((run.status, &*run.stdout), (1, ""));
    assert!(run.stderr.contains("CommandNotFound"), "{}", run.stderr);
    assert!(run.stderr.contains("storage daemon"), "{}", run.stderr);
}
