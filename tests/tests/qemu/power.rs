//! Power: the button, reset, and sleep.

use std::time::Duration;

use qapi_protocol::ErrorClass;
use qapi_tests::expect;
use qapi_tests::server::{Guest, Qemu};
use qapi_types::qmp::{Event, RunState, ShutdownCause, commands};

#[test]
fn a_guest_is_asked_to_power_off_and_does() {
    let mut qemu = Qemu::booting(Guest::PowersOff);
    let mut client = qemu.connect();
    client.execute(commands::Cont::new()).unwrap();
    expect::event(&mut client, |event| {
        matches!(event, Event::RtcChange(_)).then_some(())
    });

    client.execute(commands::SystemPowerdown::new()).unwrap();
    expect::event(&mut client, |event| {
        matches!(event, Event::Powerdown(_)).then_some(())
    });
    let (shutdown, _) = expect::event(&mut client, |event| match event {
        Event::Shutdown(shutdown) => Some(shutdown),
        _ => None,
    });
    assert_eq!(
        (shutdown.guest, shutdown.reason),
        (true, ShutdownCause::GuestShutdown)
    );
    assert!(qemu.wait(Duration::from_secs(30)).success());
}

#[test]
fn a_reset_starts_the_guest_anew() {
    let qemu = Qemu::booting(Guest::PowersOff);
    let mut client = qemu.connect();
    let ready = |event| matches!(event, Event::RtcChange(_)).then_some(());
    client.execute(commands::Cont::new()).unwrap();
    expect::event(&mut client, ready);

    client.execute(commands::SystemReset::new()).unwrap();
    let (reset, _) = expect::event(&mut client, |event| match event {
        Event::Reset(reset) => Some(reset),
        _ => None,
    });
    assert_eq!(
        (reset.guest, reset.reason),
        (false, ShutdownCause::HostQmpSystemReset)
    );
    expect::event(&mut client, ready);
}

#[test]
fn a_guest_that_sleeps_can_be_woken_and_one_that_does_not_cannot() {
    let qemu = Qemu::booting(Guest::Suspends);
    let mut client = qemu.connect();
    let error = expect::refusal(&mut client, commands::SystemWakeup::new());
    assert_eq!(error.class, ErrorClass::GenericError);

    client.execute(commands::Cont::new()).unwrap();
    expect::event(&mut client, |event| {
        matches!(event, Event::Suspend(_)).then_some(())
    });
    let status = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!(status.status, RunState::Suspended);

    client.execute(commands::SystemWakeup::new()).unwrap();
    expect::event(&mut client, |event| {
        matches!(event, Event::Wakeup(_)).then_some(())
    });
}
