//! The commands that everybody needs first, each seen to do what it is for.

use std::time::Duration;

use qapi_tests::server::{Guest, Qemu};

use super::{exec, printed};

/// Events that are sure to come.
const WAIT: [&str; 2] = ["--timeout", "30"];

#[test]
fn what_a_machine_is_asked() {
    let qemu = Qemu::q35(&["-object", "memory-backend-ram,id=ram0,size=8M"]);
    qemu.connect().close().unwrap();
    let returned = |words: &[&str]| printed(exec(qemu.socket(), words));
    assert!(returned(&["query-status"]).contains("\"status\":\"prelaunch\""));
    assert!(returned(&["query-memdev"]).contains("\"id\":\"ram0\""));
    assert!(returned(&["query-commands"]).contains("{\"name\":\"query-commands\"}"));
    assert!(returned(&["query-kvm"]).contains("\"enabled\":false"));
    assert!(returned(&["query-memory-size-summary"]).contains("\"base-memory\":33554432"));
    let text = returned(&["human-monitor-command", "command-line=info name"]);
    assert!(text.starts_with('"') && text.ends_with("\"\n"), "{text}");
}

#[test]
fn system_powerdown_has_the_guest_power_off() {
    let mut qemu = Qemu::booting(Guest::PowersOff);
    qemu.connect().close().unwrap();
    let run = |words: &[&str]| printed(exec(qemu.socket(), &[words, &WAIT].concat()));
    let ready = run(&["cont", "--wait-event", "RTC_CHANGE"]);
    assert!(
        ready.starts_with("{}\n{\"event\":\"RTC_CHANGE\",\"data\":{"),
        "{ready}"
    );

    let end = run(&["system_powerdown", "-e", "SHUTDOWN", "-m", "guest=true"]);
    assert!(end.contains("\"reason\":\"guest-shutdown\""), "{end}");
    assert!(qemu.wait(Duration::from_secs(30)).success());
}

#[test]
fn system_reset_starts_the_guest_anew() {
    let qemu = Qemu::booting(Guest::PowersOff);
    qemu.connect().close().unwrap();
    let run = |words: &[&str]| printed(exec(qemu.socket(), &[words, &WAIT].concat()));
    run(&["cont", "-e", "RTC_CHANGE"]);
    let reset = run(&["system_reset", "-e", "RESET"]);
    assert!(
        reset.contains("\"reason\":\"host-qmp-system-reset\""),
        "{reset}"
    );
}

#[test]
fn system_wakeup_wakes_a_guest_that_sleeps() {
    let qemu = Qemu::booting(Guest::Suspends);
    qemu.connect().close().unwrap();
    let early = exec(qemu.socket(), &["system_wakeup"]);
    assert_eq!((early.status, &*early.stdout), (1, ""));

    let run = |words: &[&str]| printed(exec(qemu.socket(), &[words, &WAIT].concat()));
    run(&["cont", "--wait-event", "SUSPEND"]);
    assert!(run(&["query-status"]).contains("\"status\":\"suspended\""));
    let awake = run(&["system_wakeup", "--wait-event", "WAKEUP"]);
    assert!(awake.starts_with("{}\n{\"event\":\"WAKEUP\""), "{awake}");
}
