//! The lines that were typed before, kept in a file.
//!
//! A line of the file is a line that was typed, in which `\n` stands for a line break and `\\` for
//! a backslash. Any number of shells may use it: each adds to its end, and who shortens it replaces
//! it, both with the file locked.

use std::env;
use std::fmt::Display;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use super::secrets::may_hold_secret;

/// How many lines are remembered.
pub(super) const MAX_ENTRIES: usize = 1000;

/// How many bytes of the file are read, from its end; and from which size on it is shortened.
const MAX_BYTES: u64 = 1 << 20;

/// From how many lines on the file is shortened.
const MAX_LINES: usize = 2 * MAX_ENTRIES;

/// The file of the lines that were typed before.
pub(super) struct HistoryFile(PathBuf);

/// Whether `line` is to be remembered: not if it begins with a blank, or may hold a secret.
pub(super) fn is_to_be_kept(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with(char::is_whitespace) && !may_hold_secret(line)
}

impl HistoryFile {
    /// The file `name` in the folder of the state of programs, unless the environment names none.
    pub(super) fn named(name: &str) -> Option<Self> {
        let folder = |variable: &str| {
            let path = PathBuf::from(env::var_os(variable)?);
            path.is_absolute().then_some(path)
        };
        let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
        Some(HistoryFile(state?.join("qapi").join(name)))
    }

    /// Where it is.
    pub(super) fn path(&self) -> impl Display {
        self.0.display()
    }

    /// The lines that were kept, oldest first. A file that has grown too long is shortened.
    pub(super) fn load(&self) -> io::Result<Vec<String>> {
        let mut file = match File::open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            file => file?,
        };
        let (text, is_long) = read_end(&mut file)?;
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        let kept = lines.get(lines.len().saturating_sub(MAX_ENTRIES)..);
        let kept = kept.unwrap_or_default();
        if is_long || lines.len() > MAX_LINES {
            // Who cannot write may still read.
            let _ = self.shorten();
        }
        Ok(kept.iter().map(|line| unescape(line)).collect())
    }

    /// Adds a line.
    pub(super) fn append(&self, line: &str) -> io::Result<()> {
        let mut file = self.open_locked()?;
        // In one piece, also for who does not lock.
        file.write_all(format!("{}\n", escape(line)).as_bytes())
    }

    /// Leaves the newest lines only.
    fn shorten(&self) -> io::Result<()> {
        let mut file = self.open_locked()?;
        let (text, _) = read_end(&mut file)?;
        let lines: Vec<&str> = text.lines().collect();
        let kept = lines.get(lines.len().saturating_sub(MAX_ENTRIES)..);
        let mut text = kept.unwrap_or_default().join("\n");
        text.push('\n');
        // Where it is a link, it stays one.
        let path = fs::canonicalize(&self.0)?;
        let new = path.with_extension("new");
        // What an interrupted shell may have left.
        let _ = fs::remove_file(&new);
        private()
            .create_new(true)
            .write(true)
            .open(&new)?
            .write_all(text.as_bytes())?;
        fs::rename(&new, &path)
    }

    /// The file, which is made if need be, and which nobody else has locked until it is closed.
    fn open_locked(&self) -> io::Result<File> {
        if let Some(folder) = self.0.parent() {
            private_folder().create(folder)?;
        }
        let open = || private().create(true).append(true).read(true).open(&self.0);
        let file = lock::acquire(&self.0, open)?;
        hide(&file)?;
        Ok(file)
    }
}

/// Has only its owner look at a file, whoever made it. What is no file is everybody's: those who
/// want no history have a link to `/dev/null` there.
#[cfg(unix)]
fn hide(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let found = file.metadata()?;
    let mut permissions = found.permissions();
    if !found.is_file() || permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    permissions.set_mode(0o600);
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn hide(_: &File) -> io::Result<()> {
    Ok(())
}

/// A folder that only its owner may look into, as the XDG specification asks for.
fn private_folder() -> DirBuilder {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
}

/// A file that only its owner may look at.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The last [`MAX_BYTES`] of a file, from a line's beginning; and whether it has more.
fn read_end(file: &mut File) -> io::Result<(String, bool)> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(MAX_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if start > 0 {
        text = text
            .split_once('\n')
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or_default();
    }
    Ok((text, start > 0))
}

fn escape(line: &str) -> String {
    line.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            c => text.push(c),
        }
    }
    text
}

#[cfg(unix)]
mod lock {
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::Path;
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::fs::{FlockOperation, flock};

    /// How long to wait for another shell, which needs the file for a moment only.
    const WAIT: Duration = Duration::from_secs(1);

    /// How often to look.
    const PAUSE: Duration = Duration::from_millis(2);

    /// The file at `path` that `open` gives, locked.
    pub(super) fn acquire(path: &Path, open: impl Fn() -> io::Result<File>) -> io::Result<File> {
        let begin = Instant::now();
        loop {
            let file = open()?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                // Who had it locked may have put another file in its place.
                Ok(()) if file.metadata()?.ino() == fs::metadata(path)?.ino() => return Ok(file),
                Ok(()) => {}
                Err(error) if begin.elapsed() > WAIT => return Err(error.into()),
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

#[cfg(not(unix))]
mod lock {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn acquire(_: &Path, open: impl Fn() -> io::Result<File>) -> io::Result<File> {
        open()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use super::{HistoryFile, MAX_BYTES, MAX_ENTRIES, MAX_LINES, is_to_be_kept};

    fn in_folder(folder: &tempfile::TempDir) -> HistoryFile {
        HistoryFile(folder.path().join("state/qapi/history"))
    }

    #[test]
    fn what_was_added_is_there_with_its_line_breaks_and_backslashes() {
        let folder = tempfile::tempdir().unwrap();
        let file = in_folder(&folder);
        assert!(file.load().unwrap().is_empty());
        let lines = [
            "query-status",
            "{\n  \"execute\": \"stop\"\n}",
            r"a \n \\ b\",
        ];
        for line in lines {
            file.append(line).unwrap();
        }
        assert_eq!(file.load().unwrap(), lines);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_look_at_it_also_when_it_was_shortened() {
        use std::os::unix::fs::PermissionsExt as _;
        use std::path::Path;

        let folder = tempfile::tempdir().unwrap();
        let file = in_folder(&folder);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        file.append("query-status").unwrap();
        assert_eq!(mode(&file.0), 0o600);
        assert_eq!(mode(file.0.parent().unwrap()), 0o700);
        file.shorten().unwrap();
        assert_eq!(mode(&file.0), 0o600);
        fs::set_permissions(&file.0, fs::Permissions::from_mode(0o644)).unwrap();
        file.append("query-status").unwrap();
        assert_eq!(mode(&file.0), 0o600);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_no_file_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let pipe = HistoryFile(folder.path().join("pipe"));
        let made = std::process::Command::new("mkfifo").arg(&pipe.0).status();
        assert!(made.unwrap().success());
        fs::set_permissions(&pipe.0, fs::Permissions::from_mode(0o644)).unwrap();
        pipe.append("stop").unwrap();
        let mode = fs::metadata(&pipe.0).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o644);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_it_stays_one_when_it_is_shortened() {
        let folder = tempfile::tempdir().unwrap();
        let target = HistoryFile(folder.path().join("target"));
        let link = HistoryFile(folder.path().join("link"));
        std::os::unix::fs::symlink(&target.0, &link.0).unwrap();
        link.append("stop").unwrap();
        link.shorten().unwrap();
        link.append("cont").unwrap();
        assert!(fs::symlink_metadata(&link.0).unwrap().is_symlink());
        assert_eq!(target.load().unwrap(), ["stop", "cont"]);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = in_folder(&folder);
        file.append("first").unwrap();
        let many: String = (0..=MAX_LINES)
            .map(|number| format!("line-{number}\n"))
            .collect();
        fs::write(&file.0, many).unwrap();
        let lines = file.load().unwrap();
        assert_eq!(lines.len(), MAX_ENTRIES);
        assert_eq!(lines.last().unwrap(), &format!("line-{MAX_LINES}"));
        let text = fs::read_to_string(&file.0).unwrap();
        assert_eq!(text.lines().count(), MAX_ENTRIES);
        assert_eq!(file.load().unwrap(), lines);

        let huge = "x".repeat(usize::try_from(MAX_BYTES).unwrap());
        fs::write(&file.0, format!("{huge}\nlast\n")).unwrap();
        assert_eq!(file.load().unwrap(), ["last"]);
        assert_eq!(fs::read_to_string(&file.0).unwrap(), "last\n");
    }

    #[test]
    fn shells_that_add_and_shorten_at_the_same_time_lose_nothing() {
        const EACH: usize = 100;
        const SHELLS: usize = 4;

        let folder = tempfile::tempdir().unwrap();
        let file = &in_folder(&folder);
        thread::scope(|scope| {
            for shell in 0..SHELLS {
                scope.spawn(move || {
                    for number in 0..EACH {
                        file.append(&format!("{shell}-{number}")).unwrap();
                        if number % 10 == 0 {
                            file.shorten().unwrap();
                        }
                    }
                });
            }
        });
        let lines = file.load().unwrap();
        assert_eq!(lines.len(), SHELLS * EACH);
        for shell in 0..SHELLS {
            let own = lines
                .iter()
                .filter(|line| line.starts_with(&format!("{shell}-")));
            let expected: Vec<_> = (0..EACH)
                .map(|number| format!("{shell}-{number}"))
                .collect();
            assert!(own.eq(&expected), "{lines:?}");
        }
    }

    #[test]
    fn what_is_no_text_does_not_lose_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = in_folder(&folder);
        file.append("stop").unwrap();
        fs::write(&file.0, b"\xff\xfe\nstop\n").unwrap();
        assert_eq!(file.load().unwrap().last().unwrap(), "stop");
    }

    #[test]
    fn blanks_at_the_start_and_secrets_are_not_kept() {
        assert!(is_to_be_kept("query-status"));
        for line in [
            "",
            "  ",
            " query-status",
            "\tstop",
            "set_password password=x",
        ] {
            assert!(!is_to_be_kept(line), "{line:?}");
        }
    }
}
