//! QEMU's guest agent.

use std::path::{Path, PathBuf};

use qapi_client::{Agent, ConnectOptions, blocking};
use rustix::process::Signal;

use super::process::Process;
use super::program;

/// What tests must not do to the host that they run on.
const BLOCKED: &[&str] = &[
    "guest-exec",
    "guest-fsfreeze-freeze",
    "guest-fsfreeze-freeze-list",
    "guest-fstrim",
    "guest-set-memory-blocks",
    "guest-set-time",
    "guest-set-user-password",
    "guest-set-vcpus",
    "guest-shutdown",
    "guest-ssh-add-authorized-keys",
    "guest-ssh-remove-authorized-keys",
    "guest-suspend-disk",
    "guest-suspend-hybrid",
    "guest-suspend-ram",
];

/// A guest agent whose guest is the host that the tests run on. What would do harm there is
/// disabled.
pub struct GuestAgent(Process);

impl GuestAgent {
    /// Starts one.
    pub fn start() -> Self {
        program::require("qemu-ga");
        // A guest's init system has services ignore the signal, and the agent counts on it:
        // otherwise it is killed by a client that does not wait for its answers.
        GuestAgent(Process::start("env", |socket| {
            let path = |name: &str| socket.with_file_name(name).display().to_string();
            [
                "--ignore-signal=PIPE".to_owned(),
                "qemu-ga".to_owned(),
                "--method=unix-listen".to_owned(),
                format!("--path={}", socket.display()),
                format!("--statedir={}", path("")),
                format!("--pidfile={}", path("pid")),
                // What later releases call `--block-rpcs`.
                format!("-b{}", BLOCKED.join(",")),
            ]
            .to_vec()
        }))
    }

    /// A client of it. There can be one at a time.
    ///
    /// # Panics
    ///
    /// When the agent does not start, or does not answer.
    pub fn connect(&self, options: &ConnectOptions) -> blocking::Agent {
        match blocking::Agent::connect_unix(self.socket(), options) {
            Ok(agent) => agent,
            Err(error) => panic!("cannot connect to qemu-ga: {error:?}"),
        }
    }

    /// As [`connect`](Self::connect), for programs that use tokio.
    ///
    /// # Panics
    ///
    /// As [`connect`](Self::connect).
    pub async fn client(&self, options: &ConnectOptions) -> Agent {
        match Agent::connect_unix(self.socket(), options).await {
            Ok(agent) => agent,
            Err(error) => panic!("cannot connect to qemu-ga: {error:?}"),
        }
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.0.socket()
    }

    /// A folder for files, removed with it.
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// Has it do nothing, as in a guest that is paused, until it is [woken](Self::wake).
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn freeze(&self) {
        self.0.signal(Signal::STOP);
    }

    /// Has it go on after [`freeze`](Self::freeze).
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn wake(&self) {
        self.0.signal(Signal::CONT);
    }

    /// Ends it at once, as the end of its guest would.
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn kill(&self) {
        self.0.signal(Signal::KILL);
    }
}
