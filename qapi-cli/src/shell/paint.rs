//! What the shell writes, and in which colours.

use std::fmt::Display;
use std::time::Duration;

use qapi_client::ExecuteError;
use qapi_protocol::{RawEvent, RawValue, Timestamp};

use super::learn::HUMAN_COMMAND;
use crate::json::{Json, Layout, Style};
use crate::output::Printable;

/// From how long on it is said how long a command took.
const SLOW: Duration = Duration::from_millis(500);

/// Writes for people, in colour or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) colored: bool,
}

impl Paint {
    /// What is good to know, and not what was asked for.
    pub(super) fn dim(self, text: impl Display) -> String {
        self.styled("2", text)
    }

    pub(super) fn bold(self, text: impl Display) -> String {
        self.styled("1", text)
    }

    fn styled(self, code: &str, text: impl Display) -> String {
        if self.colored {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }

    /// `text`, as the prompt.
    pub(super) fn prompt(self, text: &str) -> String {
        self.styled("1;32", text)
    }

    /// What went wrong on this side.
    pub(super) fn trouble(self, what: impl Display) -> String {
        let what = what.to_string();
        format!("{} {}", self.styled("1;31", "error:"), Printable(&what))
    }

    /// What the command `name` returned.
    pub(super) fn returned(self, name: &str, returned: &RawValue<'_>) -> String {
        let text = human_text(name, returned);
        text.unwrap_or_else(|| self.json(returned.get(), Layout::Pretty))
    }

    /// Why a command returned nothing. An error of the server begins with its class, and not as
    /// what is wrong here.
    pub(super) fn failure(self, error: &ExecuteError) -> String {
        let ExecuteError::Qemu {
            error, unsupported, ..
        } = error
        else {
            return self.trouble(error);
        };
        let class = error.class.to_string();
        let class = self.styled("1;31", format_args!("{}:", Printable(&class)));
        let reason = unsupported
            .as_ref()
            .map(|it| self.dim(format_args!(" ({it})")));
        format!(
            "{class} {}{}",
            Printable(&error.desc),
            reason.unwrap_or_default()
        )
    }

    fn json(self, text: &str, layout: Layout) -> String {
        let style = Style {
            layout,
            colored: self.colored,
        };
        Json { text, style }.to_string()
    }

    /// How long a command took, if that was long.
    pub(super) fn duration(self, duration: Duration) -> Option<String> {
        (duration >= SLOW).then(|| self.dim(format_args!("({:.1} s)", duration.as_secs_f64())))
    }

    /// An event: when, which, and with what.
    pub(super) fn event(self, event: &RawEvent<'_>) -> String {
        let time = time_of_day(event.timestamp);
        let name = self.styled("2;36", Printable(&event.event));
        let plain = Paint { colored: false };
        let data = event
            .data
            .as_ref()
            .map(|data| plain.json(data.get(), Layout::Compact));
        let data = data.filter(|data| data != "{}").unwrap_or_default();
        format!("{} {name} {}", self.dim(time), self.dim(data))
            .trim_end()
            .to_owned()
    }
}

/// What the human monitor said, which is text.
fn human_text(name: &str, returned: &RawValue<'_>) -> Option<String> {
    if name != HUMAN_COMMAND {
        return None;
    }
    let text: String = returned.decode().ok()?;
    Some(Printable(&text.replace("\r\n", "\n")).to_string())
}

/// The time of day, in UTC as in the messages of QEMU itself.
fn time_of_day(timestamp: Timestamp) -> String {
    const DAY: i64 = 24 * 60 * 60;
    let Timestamp {
        seconds,
        microseconds,
    } = timestamp;
    if seconds < 0 || microseconds < 0 {
        return "--:--:--.---Z".to_owned();
    }
    let second = seconds % DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let millisecond = microseconds / 1000 % 1000;
    format!("{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use qapi_protocol::{Message, RawEvent, RawValue};

    use super::Paint;

    const PLAIN: Paint = Paint { colored: false };

    fn event(json: &str) -> RawEvent<'_> {
        match Message::parse(json.as_bytes()) {
            Ok(Message::Event(event)) => event,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn events_have_time_name_and_data() {
        let reset = event(
            r#"{"event": "RESET", "data": {"guest": false, "reason": "host-qmp"},
                "timestamp": {"seconds": 1700000000, "microseconds": 42999}}"#,
        );
        assert_eq!(
            PLAIN.event(&reset),
            r#"22:13:20.042Z RESET {"guest":false,"reason":"host-qmp"}"#
        );
        let odd = event(
            r#"{"event": "A\u001b[2J", "data": {}, "timestamp": {"seconds": -1, "microseconds": -1}}"#,
        );
        assert_eq!(PLAIN.event(&odd), "--:--:--.---Z A\\u{1b}[2J");
        let far = event(
            r#"{"event": "A", "timestamp": {"seconds": 9223372036854775807, "microseconds": 9223372036854775807}}"#,
        );
        assert!(PLAIN.event(&far).ends_with(" A"));
    }

    #[test]
    fn colours_are_around_the_same_text() {
        let stop = event(r#"{"event": "STOP", "timestamp": {"seconds": 0, "microseconds": 0}}"#);
        let colored = Paint { colored: true }.event(&stop);
        assert!(colored.contains("\x1b[2;36mSTOP\x1b[0m"), "{colored:?}");
        assert_eq!(PLAIN.event(&stop), "00:00:00.000Z STOP");
    }

    #[test]
    fn what_a_server_says_of_an_error_does_not_control_the_terminal() {
        assert_eq!(
            PLAIN.trouble("no \x1b]0;x\x07"),
            "error: no \\u{1b}]0;x\\u{7}"
        );
        let said = RawValue::parse(r#""a\r\nb\u001b[2J\n""#).unwrap();
        assert_eq!(
            PLAIN.returned("human-monitor-command", &said),
            "a\nb\\u{1b}[2J\n"
        );
        assert_eq!(PLAIN.returned("other", &said), said.get());
    }

    #[test]
    fn only_slow_commands_say_how_long_they_took() {
        assert_eq!(PLAIN.duration(Duration::from_millis(499)), None);
        assert_eq!(
            PLAIN.duration(Duration::from_millis(1240)).unwrap(),
            "(1.2 s)"
        );
    }
}
