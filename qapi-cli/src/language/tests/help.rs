//! What `help` says.

use std::fmt::Write as _;

use super::zoo;
use qapi_protocol::decode;

use crate::language::{Look, help, parse};
use crate::vocabulary::Vocabulary;

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

#[test]
fn names_of_a_server_that_means_no_good_do_nothing_to_the_terminal() {
    let members = r#"[{"name": "m\u001b[2J", "type": "e"}, {"name": "x\u001b[2J", "type": "int", "default": null}]"#;
    let live = format!(
        r#"[{{"name": "int", "meta-type": "builtin", "json-type": "int"}},
            {{"name": "e", "meta-type": "enum", "values": ["v\u001b[2J", "w"]}},
            {{"name": "o", "meta-type": "object", "members": {members}}},
            {{"name": "do", "meta-type": "command", "arg-type": "o", "ret-type": "o"}},
            {{"name": "do\u001b[2J", "meta-type": "command", "arg-type": "o", "ret-type": "o"}}]"#
    );
    let vocabulary = Vocabulary::new(decode(live).unwrap(), None);
    let is_harmless = |text: &str| !text.contains(|c: char| c.is_control() && c != '\n');
    for topic in ["", "do", "do\u{1b}[2J", "o", "e"] {
        let page = help(topic, &vocabulary, PLAIN).unwrap();
        assert!(is_harmless(&page), "{page:?}");
        assert!(topic == "o" || page.contains("\\u{1b}[2J"), "{page:?}");
    }
    for line in ["do", "do x=1", "do x", "d\u{1b}[2J", "do m\u{1b}[2J=v"] {
        let mistake = parse(line, Some(&vocabulary)).unwrap_err();
        let text = mistake.render(line, false);
        assert!(
            is_harmless(&text) && text.contains("\\u{1b}[2J"),
            "{text:?}"
        );
    }
}
