//! The programs that tests run.

use std::io::ErrorKind;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often to look whether a process has ended.
const PAUSE: Duration = Duration::from_millis(10);

/// How long a process may take to be gone that was killed.
const REAP: Duration = Duration::from_secs(10);

/// Starts `command`; a test that cannot have its program fails and says how to get it.
pub(super) fn spawn(command: &mut Command) -> Child {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("{}", how_to_install(&program)),
        Err(error) => panic!("cannot start {program}: {error}"),
    }
}

/// Fails, and says how to get it, if `program` is not there.
pub(super) fn require(program: &str) {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null());
    assert!(kill(&mut spawn(&mut command)), "{program} cannot be killed");
}

/// Waits until `child` has ended, for `timeout` at most.
pub(super) fn wait(child: &mut Child, timeout: Duration) -> Option<ExitStatus> {
    let begin = Instant::now();
    loop {
        match child.try_wait().expect("the state of a child") {
            None if begin.elapsed() < timeout => thread::sleep(PAUSE),
            status => return status,
        }
    }
}

/// Kills `child`, unless it has ended, and reaps it; whether it is gone.
pub(super) fn kill(child: &mut Child) -> bool {
    // Fails for a process that has ended, as it should.
    let _ = child.kill();
    wait(child, REAP).is_some()
}

fn how_to_install(program: &str) -> String {
    format!(
        "`{program}` is not installed. Tests run against real servers. Install them with\n\
         \n    cargo xtask test --install-qemu\n\
         \nor, on Debian and Ubuntu, with\n\
         \n    . /etc/os-release && apt-get install -y --no-install-recommends --allow-downgrades \
         qemu-system-x86 qemu-guest-agent qemu-utils/$VERSION_CODENAME\n"
    )
}

#[cfg(test)]
mod tests {
    use std::panic;
    use std::process::Command;

    use super::spawn;

    #[test]
    fn a_missing_program_is_an_error_that_says_how_to_get_it() {
        let outcome = panic::catch_unwind(|| spawn(&mut Command::new("qemu-system-absent")));
        let Err(message) = outcome else {
            panic!("it was started");
        };
        let message = message.downcast_ref::<String>().unwrap();
        assert!(message.contains("qemu-system-absent"));
        assert!(message.contains("cargo xtask test --install-qemu"));
        assert!(message.contains("apt-get install"));
    }
}
