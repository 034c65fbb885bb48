//! What Tab offers, and what is shown behind the line.

use super::zoo;
use crate::language::complete::Completions;
use crate::language::{Mode, complete, hint};

const SHELL: [&str; 2] = ["help", "quit"];

/// The candidates on a line at `|`, with what is in front of what they replace.
#[track_caller]
fn offered(line: &str, mode: Mode) -> (String, Vec<String>) {
    let (before, behind) = line.split_once('|').unwrap();
    let text = format!("{before}{behind}");
    let completions = complete(&text, before.len(), mode, &zoo(), &SHELL);
    let Completions { start, candidates } = completions;
    let kept = text[..start].to_owned();
    (kept, candidates.into_iter().map(|it| it.text).collect())
}

#[test]
fn tab_offers_what_may_come() {
    for (line, kept, expected) in [
        // Commands, those that are deprecated or unstable behind.
        (
            "|",
            "",
            "block_resize blockdev-add blockdev-reopen device_add migrate-pause query-status transaction sample old-sample help quit",
        ),
        ("block|", "", "block_resize blockdev-add blockdev-reopen"),
        ("  block-|", "  ", "block_resize"),
        ("BLOCK_R|", "", "block_resize"),
        ("q|", "", "query-status quit"),
        ("exec-oob |", "exec-oob ", "migrate-pause"),
        ("help qu|", "help ", "query-status"),
        ("help S|", "help ", "STOP StatusInfo"),
        ("help runs|", "help ", "RunState"),
        ("  help RunS|", "  help ", "RunState"),
        ("help blockdev-add dri|", "help blockdev-add ", "driver="),
        (
            "help blockdev-add driver=q|",
            "help blockdev-add driver=",
            "qcow2",
        ),
        ("helpx |", "", ""),
        // Members: required, optional, deprecated.
        (
            "block_resize |",
            "block_resize ",
            "size= node-name= device=",
        ),
        ("block_resize n|", "block_resize ", "node-name="),
        (
            "block_resize size=1 |",
            "block_resize size=1 ",
            "node-name= device=",
        ),
        (
            "block_resize | size=1",
            "block_resize ",
            "node-name= device=",
        ),
        ("block_resize no|de size=1", "block_resize ", "node-name="),
        ("block_resize size=|", "block_resize size=", ""),
        ("query-status |", "query-status ", ""),
        ("unheard-of |", "unheard-of ", ""),
        // Unions.
        (
            "blockdev-add |",
            "blockdev-add ",
            "driver= node-name= read-only=",
        ),
        (
            "blockdev-add driver=|",
            "blockdev-add driver=",
            "file raw qcow2 null-co",
        ),
        ("blockdev-add driver=q|", "blockdev-add driver=", "qcow2"),
        ("blockdev-add driver=\"q|", "blockdev-add driver=", "qcow2"),
        (
            "blockdev-add driver=file |",
            "blockdev-add driver=file ",
            "filename= node-name= read-only= aio=",
        ),
        (
            "blockdev-add | driver=raw",
            "blockdev-add ",
            "file= file. node-name= read-only= offset= size=",
        ),
        (
            "blockdev-add read-only=|",
            "blockdev-add read-only=",
            "true false",
        ),
        (
            "blockdev-add driver=raw file.|",
            "blockdev-add driver=raw file.",
            "driver= node-name= read-only=",
        ),
        (
            "blockdev-add driver=raw file.driver=file file.f|",
            "blockdev-add driver=raw file.driver=file file.",
            "filename=",
        ),
        (
            "blockdev-add driver=raw file.driver=file f|",
            "blockdev-add driver=raw file.driver=file ",
            "file.",
        ),
        (
            "blockdev-add driver=raw file.driver=file file.aio=n|",
            "blockdev-add driver=raw file.driver=file file.aio=",
            "native",
        ),
        (
            "blockdev-add driver=qcow2 file=a backing=|",
            "blockdev-add driver=qcow2 file=a backing=",
            "null",
        ),
        // Lists.
        ("sample nodes|", "sample ", "nodes."),
        ("sample nodes.|", "sample nodes.", "0="),
        ("sample nodes.0=a nodes.|", "sample nodes.0=a nodes.", "1="),
        (
            "blockdev-reopen options.|",
            "blockdev-reopen options.",
            "0.",
        ),
        (
            "blockdev-reopen options.0.driver=file options.|",
            "blockdev-reopen options.0.driver=file options.",
            "0. 1.",
        ),
        (
            "blockdev-reopen options.0.driver=file options.0.fi|",
            "blockdev-reopen options.0.driver=file options.0.",
            "filename=",
        ),
        // Alternates.
        ("sample whence=|", "sample whence=", "set cur end"),
        ("sample lazy=|", "sample lazy=", "true false auto"),
        ("sample nam|", "sample ", "names= names."),
        // Transactions.
        ("transaction |", "transaction ", "actions."),
        (
            "transaction actions.0.type=|",
            "transaction actions.0.type=",
            "abort blockdev-snapshot",
        ),
        (
            "transaction actions.0.type=blockdev-snapshot actions.0.data.|",
            "transaction actions.0.type=blockdev-snapshot actions.0.data.",
            "node= overlay=",
        ),
        ("transaction( block|", "transaction( ", "blockdev-snapshot"),
        (
            "transaction( blockdev-snapshot node=a |",
            "transaction( blockdev-snapshot node=a ",
            "overlay=",
        ),
        // What is quoted or JSON is left alone.
        ("sample text='a |", "sample text=", ""),
        ("sample text={'a': |", "sample text=", ""),
        ("{\"exec|", "", ""),
    ] {
        let (start, candidates) = offered(line, Mode::Commands);
        assert_eq!(candidates.join(" "), expected, "{line}");
        if !expected.is_empty() {
            assert_eq!(start, kept, "{line}");
        }
    }
    for (line, expected) in [
        ("|", "abort blockdev-snapshot"),
        ("blockdev-snapshot |", "node= overlay="),
        ("blockdev-snapshot overlay=x n|", "node="),
        ("abort |", ""),
    ] {
        assert_eq!(offered(line, Mode::Actions).1.join(" "), expected, "{line}");
    }
}

#[test]
fn candidates_say_what_they_are() {
    let zoo = zoo();
    let notes = |line: &str| {
        let completions = complete(line, line.len(), Mode::Commands, &zoo, &SHELL);
        let candidates = completions.candidates.into_iter();
        let notes: Vec<_> = candidates
            .map(|it| (it.text, it.note, it.is_final))
            .collect();
        notes
    };
    let notes_of = |line: &str| {
        let all = notes(line).into_iter();
        all.map(|(text, note, _)| format!("{text} {note}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        notes_of("block_resize "),
        [
            "size= size, required",
            "node-name= str",
            "device= str, deprecated"
        ]
    );
    assert_eq!(
        notes_of("blockdev-add driver=qcow2 b"),
        ["backing= str or null", "backing. BlockdevOptions"]
    );
    assert_eq!(notes_of("old"), ["old-sample deprecated"]);
    assert_eq!(notes_of("qui"), ["quit of the shell"]);
    assert_eq!(notes_of("blockdev-add driver=n"), ["null-co deprecated"]);
    assert!(notes("blockdev-add driver=n").iter().all(|it| it.2));
    assert!(notes("blockdev-add ").iter().all(|it| !it.2));
}

#[test]
fn hints_say_what_is_missing() {
    let zoo = zoo();
    for (line, expected) in [
        ("", None),
        ("block", None),
        ("query-status", None),
        ("block_resize", Some(" size=<size> [node-name=<str>]")),
        ("block_resize ", Some("size=<size> [node-name=<str>]")),
        ("block_resize s", Some("ize=<size> [node-name=<str>]")),
        ("block_resize size", Some("=<size> [node-name=<str>]")),
        ("block_resize size=", Some("<size> [node-name=<str>]")),
        ("block_resize size=1", Some(" [node-name=<str>]")),
        ("block_resize size=1 ", Some("[node-name=<str>]")),
        ("block_resize size=1 node-name=a", None),
        ("block_resize x", None),
        ("block_resize x=", None),
        ("block_resize node-name='a b", Some(" size=<size>")),
        ("blockdev-add ", Some("driver=<file|raw|qcow2|null-co> ...")),
        ("blockdev-add driver=", Some("<file|raw|qcow2|null-co> ...")),
        ("blockdev-add driver=f", Some(" ...")),
        (
            "blockdev-add driver=file",
            Some(
                " filename=<str> [node-name=<str>] [read-only=<bool>] [aio=<threads|native|io_uring>]",
            ),
        ),
        ("blockdev-add driver=raw", Some(" file=<BlockdevRef>")),
        (
            "blockdev-add driver=raw file.driver=file ",
            Some("file.filename=<str>"),
        ),
        (
            "blockdev-reopen options.0.driver=raw ",
            Some("options.0.file=<BlockdevRef>"),
        ),
        ("transaction", Some(" actions.0=<TransactionAction>")),
        (
            "transaction( blockdev-snapshot",
            Some(" node=<str> overlay=<str>"),
        ),
        ("sample ", None),
        ("{", None),
    ] {
        assert_eq!(
            hint(line, Mode::Commands, &zoo).as_deref(),
            expected,
            "{line}"
        );
    }
    let action = hint("blockdev-snapshot node=x", Mode::Actions, &zoo);
    assert_eq!(action.as_deref(), Some(" overlay=<str>"));
}
