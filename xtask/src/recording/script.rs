//! What is played.

use std::time::Duration;

/// A step of the script.
pub(super) enum Step {
    /// A person types.
    Type(&'static str),
    /// A person presses a key, as tmux calls it.
    Press(&'static str),
    /// Text appears at the end of what is on the screen, and is looked at.
    Wait(&'static str),
    /// Something else is done to the machine: `qapi exec` with these arguments.
    Elsewhere(&'static [&'static str]),
}

use Step::{Elsewhere, Press, Type, Wait};

impl Step {
    /// How long what it shows is left to be seen.
    pub(super) fn pause(&self) -> Duration {
        Duration::from_millis(match self {
            Type(_) => 70,
            Wait(_) => 1400,
            Press(_) | Elsewhere(_) => 0,
        })
    }
}

/// From a shell into ours, and back.
pub(super) const SCRIPT: &[Step] = &[
    Wait("$"),
    Type("qapi shell qmp.sock"),
    Press("Enter"),
    Wait("web1>"),
    // A command, completed and executed.
    Type("query-stat"),
    Press("Tab"),
    Wait("query-stat"),
    Type("us"),
    Press("Enter"),
    Wait("}\nweb1>"),
    // What is needed is shown behind the line, and what is wrong is not sent.
    Type("block_resize "),
    Wait("[node-name=<str>]"),
    Type("node-name=disk0 sise=20G"),
    Press("Enter"),
    Wait("web1>"),
    Press("Up"),
    Wait("20G"),
    Press("BSpace"),
    Press("BSpace"),
    Press("BSpace"),
    Press("BSpace"),
    Press("BSpace"),
    Press("BSpace"),
    Type("ze=20G"),
    Press("Enter"),
    Wait("{}\nweb1>"),
    // What happens meanwhile does not tear the line.
    Type("blockdev-add driver=q"),
    Elsewhere(&["cont"]),
    Wait("blockdev-add driver=q ..."),
    Press("Tab"),
    Wait("blockdev-add driver=q ..."),
    Press("C-c"),
    Wait("web1>"),
    Type("help block_resize"),
    Press("Enter"),
    Wait("Returns nothing.\nweb1>"),
    Type("exit"),
    Press("Enter"),
    Wait("$"),
];
