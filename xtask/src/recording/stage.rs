//! Where it is played: a machine, and a terminal.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context, bail};
use tempfile::TempDir;

/// How wide and how high the terminal is.
pub(super) const COLUMNS: usize = 88;
pub(super) const ROWS: usize = 26;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(30);

/// How often to look.
const PAUSE: Duration = Duration::from_millis(10);

/// How long the screen must stay as it is to count as drawn.
const STILL: Duration = Duration::from_millis(150);

/// A machine and a terminal, gone when they are dropped.
pub(super) struct Stage {
    folder: TempDir,
    path: OsString,
    machine: Child,
}

impl Stage {
    /// Starts both; `programs` has the command.
    pub(super) fn set(programs: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder")?;
        let mut path = OsString::from(programs);
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let machine = start_machine(folder.path())?;
        let stage = Stage {
            folder,
            path,
            machine,
        };
        stage.wait(|| {
            Ok(["qmp.sock", "second.sock"]
                .iter()
                .all(|it| stage.is_socket(it)))
        })?;
        let size = [("-x", COLUMNS), ("-y", ROWS)].map(|(name, value)| (name, value.to_string()));
        let mut start = stage.tmux();
        start.args(["-f", "/dev/null", "new-session", "-d"]);
        start.args(
            size.iter()
                .flat_map(|(name, value)| [*name, value.as_str()]),
        );
        // What is typed is remembered nowhere else.
        let state = format!("XDG_STATE_HOME={}", stage.folder.path().display());
        start.args(["env", "PS1=$ ", &state, "TERM=screen-256color", "sh"]);
        stage.run(&mut start)?;
        stage.run(stage.tmux().args(["set", "-g", "status", "off"]))?;
        Ok(stage)
    }

    fn is_socket(&self, name: &str) -> bool {
        let data = fs::metadata(self.folder.path().join(name));
        data.is_ok_and(|data| data.file_type().is_socket())
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command
            .arg("-S")
            .arg(self.folder.path().join("tmux.sock"))
            .env_remove("TMUX")
            .env_remove("NO_COLOR")
            .env("PATH", &self.path)
            .current_dir(self.folder.path());
        command
    }

    fn run(&self, command: &mut Command) -> anyhow::Result<String> {
        let output = command
            .output()
            .with_context(|| format!("cannot run {command:?}"))?;
        if !output.status.success() {
            bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Types a character, and waits until it is there.
    pub(super) fn type_in(&self, c: char) -> anyhow::Result<()> {
        self.send(&["-l", "--", &c.to_string()])
    }

    pub(super) fn press(&self, key: &str) -> anyhow::Result<()> {
        self.send(&[key])
    }

    /// Sends keys, and waits until something has changed and nothing does any more.
    fn send(&self, keys: &[&str]) -> anyhow::Result<()> {
        let before = self.text()?;
        self.run(self.tmux().arg("send-keys").args(keys))?;
        let mut last = String::new();
        self.wait(|| {
            let now = self.text()?;
            let is_drawn = now != before && now == last;
            last = now;
            Ok(is_drawn)
        })
    }

    /// Waits until the screen ends with `text`, and nothing changes any more.
    pub(super) fn wait_for(&self, text: &str) -> anyhow::Result<()> {
        let mut last = String::new();
        let mut since = Instant::now();
        self.wait(|| {
            let now = self.text()?;
            if now != last {
                last = now;
                since = Instant::now();
            }
            let (shown, _) = last.rsplit_once('\0').unwrap_or((&last, ""));
            let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
            Ok(lines.join("\n").trim_end().ends_with(text) && since.elapsed() > STILL)
        })
        .with_context(|| format!("waiting for {text:?}, there is:\n{last}"))
    }

    /// Executes a command at the machine's other monitor.
    pub(super) fn elsewhere(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new("qapi");
        command
            .env("PATH", &self.path)
            .current_dir(self.folder.path());
        self.run(command.args(["exec", "second.sock"]).args(arguments))?;
        Ok(())
    }

    /// What is on the screen, with colours, and where the cursor is.
    pub(super) fn screen(&self) -> anyhow::Result<(String, (usize, usize))> {
        let text = self.run(self.tmux().args(["capture-pane", "-p", "-e"]))?;
        Ok((text, self.cursor()?))
    }

    fn cursor(&self) -> anyhow::Result<(usize, usize)> {
        let format = "#{cursor_x} #{cursor_y}";
        let place = self.run(self.tmux().args(["display-message", "-p", format]))?;
        let (column, row) = place.trim().split_once(' ').context("no cursor")?;
        Ok((column.parse()?, row.parse()?))
    }

    /// All that there is to see.
    fn text(&self) -> anyhow::Result<String> {
        let text = self.run(self.tmux().args(["capture-pane", "-p"]))?;
        Ok(format!("{text}\0{:?}", self.cursor()?))
    }

    fn wait(&self, mut is_done: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let begin = Instant::now();
        while !is_done()? {
            if begin.elapsed() > LIMIT {
                bail!("it took too long");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").output();
        let _ = self.machine.kill();
        let _ = self.machine.wait();
    }
}

/// A machine that is stopped before its first instruction, with a disk.
fn start_machine(folder: &Path) -> anyhow::Result<Child> {
    let disk = fs::File::create(folder.join("disk.img"));
    disk.and_then(|disk| disk.set_len(1 << 30))
        .context("cannot make a disk")?;
    let monitor = |name: &str| format!("unix:{name},server=on,wait=off");
    let mut command = Command::new("qemu-system-x86_64");
    command
        .args(["-name", "web1", "-machine", "q35", "-m", "128", "-S"])
        .args(["-accel", "tcg", "-display", "none", "-nodefaults"])
        .args(["-blockdev", "driver=file,filename=disk.img,node-name=disk0"])
        .args([
            "-qmp",
            &monitor("qmp.sock"),
            "-qmp",
            &monitor("second.sock"),
        ])
        .current_dir(folder)
        .stdin(Stdio::null());
    match command.spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("there is no qemu-system-x86_64: `cargo xtask test --install-qemu` installs it")
        }
        child => child.context("cannot start qemu-system-x86_64"),
    }
}
