//! A real terminal, as a person has it: tmux, without anybody looking at it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take to be on the screen.
const LIMIT: Duration = Duration::from_secs(60);

/// How often to look.
const PAUSE: Duration = Duration::from_millis(10);

/// What a terminal is like: programs that end leave their screen, and nothing of the person who
/// runs the tests matters.
///
/// Whether a program has ended is not asked of tmux, which misses the end of some.
const SETTINGS: &str = "\
set -g remain-on-exit on
set -g history-limit 10000
set -g status off
set -g default-terminal screen-256color
set -sg escape-time 0
";

/// Runs its arguments, and leaves the exit status in the file that the first one names. It lives on
/// when Ctrl-C is pressed, which reaches all who run in the terminal.
const KEEP_STATUS: &str = r#"trap : INT; status=$1; shift; "$@"; echo $? > "$status""#;

/// What the shell says when a line has to wait.
pub(crate) const WAITING: &str = "(waiting for the server to say what it has)";

/// A terminal in which the command runs.
pub(crate) struct Terminal {
    folder: TempDir,
}

impl Terminal {
    /// Starts `qapi shell` with `arguments` in a terminal.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// The same, with more in its environment.
    pub(crate) fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("qapi-tmux-").tempdir();
        let terminal = Terminal {
            folder: folder.expect("a temporary folder"),
        };
        let settings = terminal.folder.path().join("settings");
        fs::write(&settings, SETTINGS).expect("a file");
        let state = terminal.state().display().to_string();
        let variables = [("XDG_STATE_HOME", state.as_str())];
        let variables = variables.iter().chain(environment);
        let mut command = terminal.tmux();
        command
            .arg("-f")
            .arg(settings)
            .args(["new-session", "-d", "-x", "100", "-y", "50"]);
        command
            .args(["sh", "-c", KEEP_STATUS, "sh"])
            .arg(terminal.status());
        command.args(["env", "-u", "NO_COLOR"]);
        command.args(variables.map(|(name, value)| format!("{name}={value}")));
        command
            .arg(env!("CARGO_BIN_EXE_qapi"))
            .arg("shell")
            .args(arguments);
        run(&mut command);
        terminal
    }

    /// The folder in which the shell keeps its state.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// What the shell remembers, in the file `history` of that folder.
    pub(crate) fn history(&self) -> PathBuf {
        self.state().join("qapi/history")
    }

    /// Where its exit status is left.
    fn status(&self) -> PathBuf {
        self.folder.path().join("status")
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command
            .arg("-S")
            .arg(self.folder.path().join("socket"))
            .env_remove("TMUX");
        command
    }

    /// Types text.
    pub(crate) fn type_in(&self, text: &str) {
        run(self.tmux().args(["send-keys", "-l", "--", text]));
    }

    /// Presses a key, such as `Enter`, `Tab` or `C-c`.
    pub(crate) fn press(&self, key: &str) {
        run(self.tmux().args(["send-keys", key]));
    }

    /// Pastes text, as one piece.
    pub(crate) fn paste(&self, text: &str) {
        let mut load = self.tmux();
        load.args(["load-buffer", "-"]).stdin(Stdio::piped());
        let mut child = load.spawn().expect("tmux");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(text.as_bytes()).expect("tmux reads it");
        drop(stdin);
        assert!(child.wait().expect("tmux ends").success());
        run(self.tmux().args(["paste-buffer", "-p", "-r"]));
    }

    /// All that is, and was, on the screen, without colours.
    pub(crate) fn screen(&self) -> String {
        self.capture(&["-J"])
    }

    /// All that is, and was, on the screen, with the escape sequences of its colours.
    pub(crate) fn colored_screen(&self) -> String {
        self.capture(&["-e", "-J"])
    }

    fn capture(&self, how: &[&str]) -> String {
        let capture = ["capture-pane", "-p", "-S", "-"];
        let text = run(self.tmux().args(capture).args(how));
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Waits until what is on the screen is as `wanted`; it.
    pub(crate) fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begin = Instant::now();
        loop {
            let screen = self.screen();
            if wanted(&screen) {
                return screen;
            }
            assert!(
                begin.elapsed() < LIMIT,
                "no {what} on the screen:\n{screen}"
            );
            thread::sleep(PAUSE);
        }
    }

    /// Waits until `text` is on the screen; all that is there.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Waits until the last line is `line`.
    pub(crate) fn wait_for_line(&self, line: &str) -> String {
        self.wait(line, |screen| {
            screen.lines().last() == Some(line.trim_end())
        })
    }

    /// Types a line, and waits until the prompt is there again; what came in between.
    pub(crate) fn run(&self, prompt: &str, line: &str) -> String {
        self.run_to(prompt, line, prompt)
    }

    /// The same, where the prompt becomes another.
    pub(crate) fn run_to(&self, prompt: &str, line: &str, next: &str) -> String {
        self.wait_for_line(prompt);
        self.type_in(line);
        let typed = format!("{prompt}{line}");
        self.wait("line", |screen| {
            let last = screen.rsplit('\n').next();
            // A hint may stand behind it.
            last.is_some_and(|last| last.starts_with(typed.trim_end()))
        });
        self.press("Enter");
        let answer = |screen: &str| {
            let (_, answer) = screen.rsplit_once(&format!("{}\n", typed.trim_end()))?;
            let answer = answer.strip_suffix(next.trim_end())?;
            // On a busy machine, the server takes its time.
            Some(answer.replace(&format!("{WAITING}\n"), ""))
        };
        let screen = self.wait("answer", |screen| answer(screen).is_some());
        answer(&screen).expect("it was there")
    }

    /// Waits until the shell has ended; its exit status.
    pub(crate) fn end(&self) -> i32 {
        let begin = Instant::now();
        loop {
            let status = fs::read_to_string(self.status()).unwrap_or_default();
            if let Some(status) = status.strip_suffix('\n') {
                return status.parse().expect("a number");
            }
            assert!(begin.elapsed() < LIMIT, "it goes on:\n{}", self.screen());
            thread::sleep(PAUSE);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- the terminal:\n{}\n---", self.screen());
        }
        // Its end is that of the shell in it.
        let _ = self.tmux().arg("kill-server").output();
    }
}

/// Runs `command` to its end; what it writes.
fn run(command: &mut Command) -> String {
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => panic!(
            "cannot run tmux ({error}); install it with `cargo xtask test --install-qemu`, or, on \
             Debian and Ubuntu, with `apt-get install tmux`"
        ),
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).expect("text")
}

/// The path of a socket, as an argument.
pub(crate) fn path(socket: impl AsRef<Path>) -> String {
    socket.as_ref().display().to_string()
}
