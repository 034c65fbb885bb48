//! Events, also while commands run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use qapi_client::{Client, ConnectOptions, ConnectionError, EventError, Events, WaitError};
use qapi_protocol::EventMessage;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{Event, commands, events};
use tokio::task::JoinSet;

use crate::support::{SHORT, SOON, add_ram, assert_ram, assert_usable, get_ram, soon};

/// How often the machine is resumed and stopped.
const ROUNDS: u64 = 50;

/// How many events a subscriber may have unread.
const QUEUE: u64 = 16;

/// Counts RESUME and STOP, which have to take turns, until it was as often as it shall be.
async fn count(mut events: Events<EventMessage<Event>>) -> u64 {
    let mut running = false;
    let mut count = 0;
    while count < 2 * ROUNDS {
        match events.recv().await.unwrap().event {
            Event::Resume(_) if !running => {}
            Event::Stop(_) if running => {}
            other => panic!("running: {running}, {other:?}"),
        }
        running = !running;
        count += 1;
    }
    count
}

/// Asks all the time, until it is told to stop.
async fn ask(client: Client, number: u64, stop: Arc<AtomicBool>, answers: Arc<AtomicU64>) {
    while !stop.load(Ordering::Relaxed) {
        assert_ram(number, &client.execute(get_ram(number)).await.unwrap());
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

async fn load_and_events() {
    let qemu = Qemu::q35(&[]);
    let options = ConnectOptions::new().event_queue(QUEUE as usize);
    let client = qemu.client_with(&options).await;
    let (stop, answers) = (Arc::default(), Arc::default());
    let mut asking = JoinSet::new();
    for number in 0..8 {
        client.execute(add_ram(number)).await.unwrap();
        let (stop, answers) = (Arc::clone(&stop), Arc::clone(&answers));
        asking.spawn(ask(client.clone(), number, stop, answers));
    }

    let all = tokio::spawn(count(client.events::<Event>()));
    let mut slow = client.events::<Event>();
    let mut resumed = client.events_of::<events::Resume>();
    let mut stopped = client.events_of::<events::Stop>();
    let mut never = client.events_of::<events::DeviceDeleted>();
    let mut last = None;
    for _ in 0..ROUNDS {
        client.execute(commands::Cont::new()).await.unwrap();
        let resumed = soon(resumed.recv()).await.unwrap();
        client.execute(commands::Stop::new()).await.unwrap();
        let stopped = soon(stopped.recv()).await.unwrap();
        assert!(last <= Some(resumed.timestamp) && resumed.timestamp <= stopped.timestamp);
        last = Some(stopped.timestamp);
    }
    assert_eq!(soon(all).await.unwrap(), 2 * ROUNDS);

    // Who did not read has missed the oldest ones, and knows how many; nobody waited for it.
    match soon(slow.recv()).await {
        Err(EventError::Missed { count, .. }) => assert_eq!(count, 2 * ROUNDS - QUEUE),
        other => panic!("{other:?}"),
    }
    for number in 0..QUEUE {
        let event = soon(slow.recv()).await.unwrap().event;
        assert_eq!(matches!(event, Event::Stop(_)), number % 2 == 1);
    }
    let nothing = never.wait_for(SHORT, |_| true).await;
    assert!(matches!(nothing, Err(EventError::Timeout { .. })));

    stop.store(true, Ordering::Relaxed);
    soon(asking.join_all()).await;
    assert!(answers.load(Ordering::Relaxed) > 2 * ROUNDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_come_in_order_while_commands_run_on_many_threads() {
    load_and_events().await;
}

#[tokio::test]
async fn they_come_in_order_while_commands_run_on_one_thread() {
    load_and_events().await;
}

#[tokio::test]
async fn a_subscriber_hears_what_comes_after_it_asked() {
    let qemu = Qemu::q35(&[]);
    let client = qemu.client().await;
    client.execute(commands::Cont::new()).await.unwrap();
    let mut events = client.events::<Event>();
    // Nobody reads yet.
    client.execute(commands::Stop::new()).await.unwrap();
    assert_usable(&client).await;
    let event = soon(events.recv()).await.unwrap().event;
    assert!(matches!(event, Event::Stop(_)), "{event:?}");
}

#[tokio::test]
async fn a_device_is_gone_when_its_event_says_so() {
    let qemu = Qemu::q35(&["-device", "virtio-scsi-pci,id=scsi0"]);
    let client = qemu.client().await;
    let mut all = client.events::<Event>();
    for _ in 0..20 {
        let disk = commands::DeviceAdd::new("scsi-cd").id("cd0").bus("scsi0.0");
        client.execute(disk).await.unwrap();
        let (_, deleted) = client
            .execute_and_wait(
                commands::DeviceDel::new("cd0"),
                SOON,
                |gone: &events::DeviceDeleted| gone.device.as_deref() == Some("cd0"),
            )
            .await
            .unwrap();
        assert_eq!(deleted.event.path, "/machine/peripheral/cd0");
        // Others have heard it, too.
        let event = soon(all.recv()).await.unwrap().event;
        assert!(matches!(event, Event::DeviceDeleted(_)), "{event:?}");
    }
}

#[test]
fn a_device_is_gone_when_its_event_says_so_to_a_program_that_blocks() {
    let qemu = Qemu::q35(&["-device", "virtio-scsi-pci,id=scsi0"]);
    let mut client = qemu.connect();
    for _ in 0..20 {
        let disk = commands::DeviceAdd::new("scsi-cd").id("cd0").bus("scsi0.0");
        client.execute(disk).unwrap();
        let delete = commands::DeviceDel::new("cd0");
        let (_, deleted) = client
            .execute_and_wait(delete, SOON, |gone: &events::DeviceDeleted| {
                gone.device.as_deref() == Some("cd0")
            })
            .unwrap();
        assert_eq!(deleted.event.path, "/machine/peripheral/cd0");
    }
}

#[tokio::test]
async fn no_event_tells_that_an_object_is_gone() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    client.execute(add_ram(0)).await.unwrap();
    let mut all = client.events::<Event>();
    let delete = commands::ObjectDel::new("ram0");
    let waited = client.execute_and_wait(delete, SHORT, |_: &events::DeviceDeleted| true);
    match waited.await {
        Err(WaitError::Event(EventError::Timeout { missed: 0, .. })) => {}
        other => panic!("{other:?}"),
    }
    // It was gone when the command was answered.
    client.execute(add_ram(0)).await.unwrap();
    let nothing = all.wait_for(SHORT, |_| true).await;
    assert!(matches!(
        nothing,
        Err(EventError::Timeout { missed: 0, .. })
    ));
}

#[tokio::test]
async fn what_came_before_the_end_is_read_before_it() {
    let mut qemu = Qemu::none();
    let client = qemu.client().await;
    let mut events = client.events::<Event>();
    client.execute(commands::Quit::new()).await.unwrap();
    assert!(qemu.wait(SOON).success());
    let event = soon(events.recv()).await.unwrap().event;
    assert!(matches!(event, Event::Shutdown(_)), "{event:?}");
    for _ in 0..2 {
        match soon(events.recv()).await {
            Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
            other => panic!("{other:?}"),
        }
    }
    // Who asks too late is told the same.
    match soon(client.raw_events().recv()).await {
        Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
}
