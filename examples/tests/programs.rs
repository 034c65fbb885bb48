//! The examples, run as their users run them.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;
use qapi_tests::server::{GuestAgent, Qemu, create_image};
use qapi_types::qmp::commands;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(30);

/// The example `name`, which cargo builds for the tests of its package.
fn example(name: &str) -> Command {
    let test = env::current_exe().unwrap();
    let mut command = Command::new(test.ancestors().nth(2).unwrap().join(name));
    command.env("RUST_BACKTRACE", "0").stdin(Stdio::null());
    command
}

/// What an example says that ends as it should.
#[track_caller]
fn run(name: &str, arguments: &[&OsStr]) -> String {
    let output = example(name).args(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{name}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// What an example says on both of its outputs that fails.
#[track_caller]
fn fail(name: &str, arguments: &[&OsStr]) -> String {
    let output = example(name).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{name}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The socket of the machine, as soon as it is there and nobody uses it.
fn socket(qemu: &Qemu) -> PathBuf {
    qemu.connect().close().unwrap();
    qemu.socket().as_ref().to_owned()
}

#[test]
fn each_says_what_it_needs() {
    let mut count = 0;
    for file in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let source = file.unwrap().path();
        if source.extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let name = source.file_stem().unwrap().to_str().unwrap();
        let said = fail(name, &[]);
        assert!(said.contains(&format!("usage: {name} SOCKET")), "{said}");
        count += 1;
    }
    assert!(count >= 7);
}

#[test]
fn status_is_that_of_the_machine() {
    let qemu = Qemu::q35(&[
        "-name",
        "vm0",
        "-smp",
        "2",
        "-blockdev",
        "null-co,node-name=disk0,size=1073741824",
        "-device",
        "virtio-blk-pci,drive=disk0,id=disk0",
    ]);
    let said = run("status", &[socket(&qemu).as_os_str()]);
    let lines: Vec<_> = said.lines().collect();
    let [version, name, status, cpus, memory, disk] = lines.as_slice() else {
        panic!("{said}");
    };
    let greeted = qemu.connect().greeting().version.qemu;
    assert_eq!(*version, format!("QEMU {greeted}"));
    assert_eq!(
        [*name, *status, *cpus, *memory],
        [
            "name: vm0",
            "status: prelaunch",
            "CPUs: 2",
            "memory: 32 MiB"
        ]
    );
    assert!(
        disk.contains("disk0") && disk.contains("1024 MiB"),
        "{disk}"
    );
}

#[test]
fn events_are_shown_until_the_end() {
    // One monitor for the example, one for the test, in the folder that the machine runs in.
    let qemu = Qemu::q35(&["-qmp", "unix:second.sock,server=on,wait=off"]);
    let second = qemu.folder().join("second.sock");
    let mut child = example("events")
        .arg(socket(&qemu))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
    assert_eq!(line(), "now: prelaunch");
    let options = ConnectOptions::new().connect_timeout(SOON);
    let mut client = Client::connect_unix(second, &options).unwrap();
    client.execute(commands::Cont::new()).unwrap();
    assert!(line().ends_with(" ms ago: it runs"));
    client.execute(commands::Stop::new()).unwrap();
    assert!(line().ends_with(" ms ago: it stands still"));
    client.execute(commands::Quit::new()).unwrap();
    assert!(line().ends_with(" ms ago: it shuts down: host-qmp-quit"));
    assert_eq!(line(), "the end: the server closed the connection");
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_disk_is_plugged_and_unplugged() {
    let qemu = Qemu::q35(&["-device", "virtio-scsi-pci,id=scsi0"]);
    let socket = socket(&qemu);
    let image = qemu.folder().join("disk1.qcow2");
    create_image(&image, "qcow2", 64 << 20);
    // It leaves the machine as it was, so that it works twice.
    for _ in 0..2 {
        let said = run("hotplug", &[socket.as_os_str(), image.as_os_str()]);
        let (plugged, unplugged) = said.trim_end().split_once('\n').unwrap();
        assert_eq!(plugged, format!("plugged: 64 MiB, {}", image.display()));
        assert_eq!(unplugged, "unplugged: it was /machine/peripheral/disk1");
    }
}

#[test]
fn a_disk_that_cannot_be_plugged_leaves_nothing_behind() {
    let qemu = Qemu::q35(&[]);
    let socket = socket(&qemu);
    let image = qemu.folder().join("disk1.qcow2");
    create_image(&image, "qcow2", 64 << 20);
    for _ in 0..2 {
        let said = fail("hotplug", &[socket.as_os_str(), image.as_os_str()]);
        assert!(said.contains("scsi0.0"), "{said}");
    }
}

#[test]
fn a_descriptor_is_passed() {
    let qemu = Qemu::none();
    let socket = socket(&qemu);
    let image = qemu.folder().join("disk2.img");
    create_image(&image, "raw", 64 << 20);
    for _ in 0..2 {
        let said = run("pass_descriptor", &[socket.as_os_str(), image.as_os_str()]);
        assert!(said.starts_with("QEMU has it as descriptor "), "{said}");
        assert!(said.ends_with("/dev/fdset/0: 64 MiB\n"), "{said}");
    }
}

#[test]
fn a_backup_is_a_copy() {
    let folder = TempDir::new().unwrap();
    let disk = folder.path().join("disk0.img");
    let data: Vec<u8> = (0..4u32 << 20).map(|n| (n % 251) as u8).collect();
    fs::write(&disk, data).unwrap();
    let node = format!("file,node-name=disk0,filename={}", disk.display());
    let qemu = Qemu::q35(&["-blockdev", &node, "-device", "virtio-blk-pci,drive=disk0"]);
    let socket = socket(&qemu);
    for name in ["monday.qcow2", "tuesday.qcow2"] {
        let image = folder.path().join(name);
        let arguments = [socket.as_os_str(), "disk0".as_ref(), image.as_os_str()];
        let said = run("live_backup", &arguments);
        let done = format!("100 %\ndisk0 is copied to {}\n", image.display());
        assert!(said.ends_with(&done), "{said}");
        let mut compare = Command::new("qemu-img");
        compare.args(["compare", "-q", "-U", "-f", "raw", "-F", "qcow2"]);
        assert!(compare.args([&disk, &image]).status().unwrap().success());
    }
    let nobody = [socket.as_os_str(), "absent".as_ref(), "x".as_ref()];
    assert!(fail("live_backup", &nobody).contains("there is no such node"));
}

#[test]
fn a_guest_is_looked_into() {
    // It runs on this host, and is only asked what there is.
    let guest = GuestAgent::start();
    let said = run("guest_agent", &[guest.socket().as_os_str()]);
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert!(
        said.starts_with(&format!("{}: ", host.trim_end())),
        "{said}"
    );
    assert!(
        said.contains("\nagent ") && said.contains(" commands\n"),
        "{said}"
    );
    assert!(said.contains("\nlo: "), "{said}");
}

#[test]
fn each_of_many_machines_answers_for_itself() {
    let machines = [Qemu::none(), Qemu::none(), Qemu::none()];
    let sockets: Vec<_> = machines.iter().map(socket).collect();
    let mut arguments: Vec<_> = sockets.iter().map(|socket| socket.as_os_str()).collect();
    let said = run("many_machines", &arguments);
    assert_eq!(said.matches(": no name: running\n").count(), 3, "{said}");

    arguments.push("/absent/vm.sock".as_ref());
    let said = fail("many_machines", &arguments);
    assert_eq!(said.matches(": no name: running\n").count(), 3, "{said}");
    assert!(
        said.contains("/absent/vm.sock: cannot connect to"),
        "{said}"
    );
    assert!(said.ends_with("1 of 4 did not answer\n"), "{said}");
}
