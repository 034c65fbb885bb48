//! What `help` says.

use std::fmt::Write as _;

use super::zoo;
use crate::language::{Look, help};

const PLAIN: Look = Look {
    width: 72,
    is_colored: false,
};

#[test]
fn help_says_what_is_known() {
    let zoo = zoo();
    let mut all = String::new();
    for topic in [
        "commands",
        "events",
        "query-status",
        "block_resize",
        "blockdev-add",
        "blockdev-add driver=raw",
        "blockdev-reopen",
        "device_add",
        "old-sample",
        "migrate-pause",
        "transaction",
        "STOP",
        "RESIZED",
        "RunState",
        "BlockdevDriver",
        "BlockdevRefOrNull",
        "BlockdevOptionsFile",
    ] {
        let text = help(topic, &zoo, PLAIN).unwrap();
        writeln!(all, "> help {topic}\n{text}").unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn help_knows_what_was_meant() {
    let mistake = help("block-resize", &zoo(), PLAIN).unwrap_err();
    insta::assert_snapshot!(mistake.render("block-resize", false));
}

#[test]
fn names_are_bold_in_terminals() {
    let look = Look {
        is_colored: true,
        ..PLAIN
    };
    let text = help("migrate-pause", &zoo(), look).unwrap();
    assert!(text.starts_with("\x1b[1mmigrate-pause\x1b[0m: command\n"));
}
