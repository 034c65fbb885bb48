//! The machine as a whole: what it is, runs, and its end.

use std::time::{Duration, SystemTime};

use qapi_client::{ConnectionError, EventError};
use qapi_protocol::Version;
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{
    CpuInfoFastBranch, Event, RunState, ShutdownCause, SysEmuTarget, VersionTriple, commands,
};

#[test]
fn its_version_is_that_of_the_greeting() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let version = client.execute(commands::QueryVersion::new()).unwrap();
    let greeting = &client.greeting().version;
    let Version {
        major,
        minor,
        micro,
    } = greeting.qemu;
    assert_eq!(
        version.qemu,
        VersionTriple::new(major.into(), minor.into(), micro.into())
    );
    assert_eq!(version.package, greeting.package);
}

#[test]
fn it_is_what_the_command_line_says() {
    let uuid = "8bd9f9a2-7d0f-4ef6-8c3e-3d8a4b4d1c11";
    let qemu = Qemu::q35(&["-name", "vm0", "-uuid", uuid, "-smp", "2"]);
    let mut client = qemu.connect();

    let name = client.execute(commands::QueryName::new()).unwrap();
    assert_eq!(name.name.as_deref(), Some("vm0"));
    assert_eq!(
        client.execute(commands::QueryUuid::new()).unwrap().uuid,
        uuid
    );
    assert!(!client.execute(commands::QueryKvm::new()).unwrap().enabled);
    let target = client.execute(commands::QueryTarget::new()).unwrap();
    assert_eq!(target.arch, SysEmuTarget::X8664);
    let memory = client
        .execute(commands::QueryMemorySizeSummary::new())
        .unwrap();
    assert_eq!(
        (memory.base_memory, memory.plugged_memory),
        (32 << 20, Some(0))
    );

    let cpus = client.execute(commands::QueryCpusFast::new()).unwrap();
    let indices: Vec<_> = cpus.iter().map(|cpu| cpu.cpu_index).collect();
    assert_eq!(indices, [0, 1]);
    assert!(
        cpus.iter()
            .all(|cpu| cpu.target == CpuInfoFastBranch::X8664)
    );
    // Since 10.1, and then always.
    let has_type = client.greeting().version.qemu >= Version::new(10, 1, 0);
    for cpu in &cpus {
        let ty = cpu.qom_type.as_deref();
        assert_eq!(
            ty.map(|ty| ty.ends_with("-x86_64-cpu")),
            has_type.then_some(true)
        );
    }
}

#[test]
fn events_tell_when_it_runs_and_when_it_stops() {
    let qemu = Qemu::q35(&[]);
    let mut client = qemu.connect();
    let status = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!(
        (status.running, status.status),
        (false, RunState::Prelaunch)
    );

    client.execute(commands::Cont::new()).unwrap();
    let ((), resumed) = expect::event(&mut client, |event| {
        matches!(event, Event::Resume(_)).then_some(())
    });
    let status = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!((status.running, status.status), (true, RunState::Running));

    client.execute(commands::Stop::new()).unwrap();
    let ((), stopped) = expect::event(&mut client, |event| {
        matches!(event, Event::Stop(_)).then_some(())
    });
    let status = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!((status.running, status.status), (false, RunState::Paused));

    assert!(resumed <= stopped, "{resumed:?}, then {stopped:?}");
    // Both clocks are the host's, which may be set meanwhile, but hardly that far.
    let stopped = stopped.to_system_time().unwrap();
    let now = SystemTime::now();
    let apart = now
        .duration_since(stopped)
        .or_else(|_| stopped.duration_since(now));
    assert!(
        apart.unwrap() < Duration::from_secs(3600),
        "{stopped:?}, now {now:?}"
    );
}

#[test]
fn after_quit_it_says_why_and_ends() {
    let mut qemu = Qemu::none();
    let mut client = qemu.connect();
    client.execute(commands::Quit::new()).unwrap();
    let (shutdown, _) = expect::event(&mut client, |event| match event {
        Event::Shutdown(shutdown) => Some(shutdown),
        _ => None,
    });
    assert_eq!(
        (shutdown.guest, shutdown.reason),
        (false, ShutdownCause::HostQmpQuit)
    );
    match client.next_event::<Event>(Duration::from_secs(30)) {
        Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    assert!(qemu.wait(Duration::from_secs(30)).success());
}
