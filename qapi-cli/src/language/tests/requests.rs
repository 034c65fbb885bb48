//! What lines become.

use super::zoo;
use crate::language::{Progress, Transaction, arguments, is_complete, parse};
use crate::vocabulary::Vocabulary;

/// The arguments that a line has.
#[track_caller]
fn sent(line: &str, vocabulary: Option<&Vocabulary>) -> String {
    match parse(line, vocabulary) {
        Ok(request) => request
            .arguments
            .map_or(String::new(), |it| it.get().to_owned()),
        Err(mistake) => panic!("{}", mistake.render(line, false)),
    }
}

#[test]
fn values_become_what_their_members_take() {
    let zoo = zoo();
    for (line, expected) in [
        ("query-status", ""),
        ("  query-status  ", ""),
        ("block_resize size=5", r#"{"size": 5}"#),
        (
            "block_resize device=5 size=0x10",
            r#"{"device": "5", "size": 16}"#,
        ),
        (
            "block_resize node-name= size=1.5G",
            r#"{"node-name": "", "size": 1610612736}"#,
        ),
        (
            r#"block_resize node-name="a \"b\" \u00e4" size="5""#,
            r#"{"node-name": "a \"b\" ä", "size": 5}"#,
        ),
        (
            r#"block_resize node-name='a "b" \n' size='1k'"#,
            r#"{"node-name": "a \"b\" \\n", "size": 1024}"#,
        ),
        (
            r#"block_resize device=C:\temp\"x" size=1"#,
            r#"{"device": "C:\\temp\\\"x\"", "size": 1}"#,
        ),
        ("sample text={'a': 1}", r#"{"text": "{'a': 1}"}"#),
        ("sample text=[::1]:4444", r#"{"text": "[::1]:4444"}"#),
        (
            "sample text=json:{\"driver\":\"nbd\"}",
            r#"{"text": "json:{\"driver\":\"nbd\"}"}"#,
        ),
        ("sample text=a=b", r#"{"text": "a=b"}"#),
        ("sample ratio=0.25", r#"{"ratio": 0.25}"#),
        ("sample ratio=-1e3", r#"{"ratio": -1e3}"#),
        ("sample flag", r#"{"flag": true}"#),
        ("sample flag=True", r#"{"flag": true}"#),
        ("sample flag=false", r#"{"flag": false}"#),
        ("sample byte=0xff", r#"{"byte": 255}"#),
        ("sample nothing=null", r#"{"nothing": null}"#),
        ("sample whatever=5", r#"{"whatever": 5}"#),
        ("sample whatever='5'", r#"{"whatever": "5"}"#),
        (
            "sample whatever.a.b=5 whatever.a.c=x",
            r#"{"whatever": {"a": {"b": 5, "c": "x"}}}"#,
        ),
        ("sample nodes.0=a nodes.1=5", r#"{"nodes": ["a", "5"]}"#),
        ("sample nodes.1=b nodes.0=a", r#"{"nodes": ["a", "b"]}"#),
        ("sample nodes=['a', \"b\"]", r#"{"nodes": ["a", "b"]}"#),
        ("sample nodes='[\"a\"]'", r#"{"nodes": ["a"]}"#),
        ("sample nodes=[]", r#"{"nodes": []}"#),
        (
            "sample numbers.0=1k numbers.1=2",
            r#"{"numbers": [1024, 2]}"#,
        ),
        ("sample whence=5", r#"{"whence": 5}"#),
        ("sample whence=cur", r#"{"whence": "cur"}"#),
        ("sample whence=\"end\"", r#"{"whence": "end"}"#),
        ("sample lazy", r#"{"lazy": true}"#),
        ("sample lazy=auto", r#"{"lazy": "auto"}"#),
        ("sample names=null", r#"{"names": null}"#),
        ("sample names='null'", r#"{"names": "null"}"#),
        ("sample names=['a']", r#"{"names": ["a"]}"#),
        ("sample names.0=a", r#"{"names": ["a"]}"#),
        (
            "sample __com.example_drive=a",
            r#"{"__com.example_drive": "a"}"#,
        ),
        // The tag may come last.
        (
            "blockdev-add filename=a aio=native driver=file",
            r#"{"filename": "a", "aio": "native", "driver": "file"}"#,
        ),
        (
            "blockdev-add driver=raw file=disk0",
            r#"{"driver": "raw", "file": "disk0"}"#,
        ),
        (
            "blockdev-add driver=raw file.driver=file file.filename=a",
            r#"{"driver": "raw", "file": {"driver": "file", "filename": "a"}}"#,
        ),
        (
            "blockdev-add driver=raw file.filename=a file.driver=file size=1M",
            r#"{"driver": "raw", "file": {"filename": "a", "driver": "file"}, "size": 1048576}"#,
        ),
        (
            "blockdev-add driver=raw file={'driver': 'file', 'filename': 'a b',}",
            r#"{"driver": "raw", "file": {"driver": "file", "filename": "a b"}}"#,
        ),
        (
            "blockdev-add driver=qcow2 file=a backing=null",
            r#"{"driver": "qcow2", "file": "a", "backing": null}"#,
        ),
        (
            "blockdev-reopen options.0.driver=raw options.0.file=a",
            r#"{"options": [{"driver": "raw", "file": "a"}]}"#,
        ),
        (
            "device_add driver=virtio-blk id=5 share-rw=True addr=5 a.0=x a.1=y",
            r#"{"driver": "virtio-blk", "id": "5", "share-rw": true, "addr": 5, "a": ["x", "y"]}"#,
        ),
    ] {
        assert_eq!(sent(line, Some(&zoo)), expected, "{line}");
    }
}

#[test]
fn without_a_schema_values_are_those_of_qmp_shell() {
    for (line, expected) in [
        ("a b=5", r#"{"b": 5}"#),
        ("a b=-5", r#"{"b": -5}"#),
        ("a b=0x5", r#"{"b": "0x5"}"#),
        ("a b=1.5", r#"{"b": "1.5"}"#),
        ("a b=1k", r#"{"b": "1k"}"#),
        ("a b=TRUE c=false", r#"{"b": true, "c": false}"#),
        ("a b=null", r#"{"b": "null"}"#),
        ("a b='5' c=\"true\"", r#"{"b": "5", "c": "true"}"#),
        (
            "a b={'c': [1, True, None]}",
            r#"{"b": {"c": [1, true, null]}}"#,
        ),
        ("a b.c=1 b.d=x", r#"{"b": {"c": 1, "d": "x"}}"#),
        ("a b.1=x b.0=y", r#"{"b": ["y", "x"]}"#),
        ("a b", r#"{"b": true}"#),
        ("a b=", r#"{"b": ""}"#),
    ] {
        assert_eq!(sent(line, None), expected, "{line}");
    }
}

#[test]
fn arguments_of_a_program_are_taken_without_quotes() {
    let zoo = zoo();
    let words = ["node-name=a 'b' \"", "size=1k"].map(str::to_owned);
    let request = arguments("block_resize", &words, Some(&zoo)).unwrap();
    assert_eq!(request.command, "block_resize");
    let json = request.arguments.unwrap();
    assert_eq!(json.get(), r#"{"node-name": "a 'b' \"", "size": 1024}"#);

    let words = ["driver=raw", r#"file={"driver": "file", "filename": "a"}"#].map(str::to_owned);
    let request = arguments("blockdev-add", &words, Some(&zoo)).unwrap();
    let json = request.arguments.unwrap();
    assert_eq!(
        json.get(),
        r#"{"driver": "raw", "file": {"driver": "file", "filename": "a"}}"#
    );
}

#[test]
fn requests_are_sent_as_they_are_pasted() {
    let zoo = zoo();
    let request = parse(
        " {\"execute\":\"block_resize\",\n \"arguments\": {\"size\":  1.0e3}, \"id\": [7]}\n",
        Some(&zoo),
    );
    let request = request.unwrap();
    assert_eq!(
        (request.command.as_str(), request.oob),
        ("block_resize", false)
    );
    assert_eq!(request.arguments.unwrap().get(), "{\"size\":  1.0e3}");
    assert_eq!(request.id.unwrap().get(), "[7]");
    assert!(request.warning.is_some());

    let request = parse(r#"{"exec-oob": "unheard-of"}"#, Some(&zoo)).unwrap();
    assert!(request.oob && request.arguments.is_none() && request.id.is_none());
    assert_eq!(
        request.warning.unwrap().message,
        "there is no command `unheard-of`"
    );

    let request = parse("{'execute': 'query-status', 'arguments': {}}", Some(&zoo)).unwrap();
    assert_eq!(request.arguments.unwrap().get(), "{}");
    assert_eq!(request.warning, None);
}

#[test]
fn commands_are_executed_out_of_band() {
    let zoo = zoo();
    let request = parse("exec-oob migrate-pause", Some(&zoo)).unwrap();
    assert!(request.oob && request.command == "migrate-pause");
    assert!(parse("exec-oob query-status", Some(&zoo)).is_err());
    assert!(parse("exec-oob query-status", None).unwrap().oob);
}

#[test]
fn transactions_are_made_of_lines() {
    let zoo = zoo();
    assert!(Transaction::is_opened_by(" transaction( abort"));
    assert!(!Transaction::is_opened_by("transaction actions=[]"));

    let mut transaction = Transaction::default();
    assert!(
        transaction
            .add("transaction(", Some(&zoo))
            .unwrap()
            .is_none()
    );
    assert!(transaction.add("abort", Some(&zoo)).unwrap().is_none());
    assert!(transaction.add("", Some(&zoo)).unwrap().is_none());
    assert!(transaction.add("abrot )", Some(&zoo)).is_err() && transaction.is_open());
    let action = r#"{'type': "abort", 'data': {}}"#;
    assert!(transaction.add(action, Some(&zoo)).unwrap().is_none());
    let line = "blockdev-snapshot node=5 overlay='a )' )";
    let request = transaction.add(line, Some(&zoo)).unwrap().unwrap();
    assert_eq!(
        request.arguments.unwrap().get(),
        r#"{"actions": [{"type": "abort", "data": {}}, {"type": "abort", "data": {}}, {"type": "blockdev-snapshot", "data": {"node": "5", "overlay": "a )"}}]}"#
    );

    assert!(!transaction.is_open());

    // What comes behind a mistake is no command.
    let mut transaction = Transaction::default();
    assert!(transaction.add("transaction( abrot", Some(&zoo)).is_err() && transaction.is_open());
    let mut transaction = Transaction::default();
    assert!(transaction.add("transaction( abrot )", Some(&zoo)).is_err() && !transaction.is_open());

    let mut transaction = Transaction::default();
    let request = transaction.add("transaction( abort )", None).unwrap();
    assert_eq!(
        request.unwrap().arguments.unwrap().get(),
        r#"{"actions": [{"type": "abort", "data": {}}]}"#
    );
}

#[test]
fn open_brackets_want_more_lines() {
    for (text, complete) in [
        ("", true),
        ("query-status", true),
        ("{", false),
        ("{\"execute\":\n", false),
        ("{\"execute\": \"}\"\n", false),
        ("{\"execute\": \"stop\"}", true),
        ("{\n\n", true),
        ("a b={", false),
        ("a b={'c':\n 1}", true),
        ("a b=[x d=5", false),
        ("a b='[", true),
        ("a b=x[", true),
        ("a b=[\n\n", true),
        ("# a b=[", true),
    ] {
        assert_eq!(is_complete(text), complete, "{text:?}");
    }
}

#[test]
fn a_line_has_only_so_many_words() {
    let line = |count: usize| (0..count).fold("a".to_owned(), |line, at| format!("{line} b{at}"));
    assert!(parse(&line(4096), None).is_ok());
    let mistake = parse(&line(4097), None).unwrap_err();
    assert_eq!(mistake.message, "there are more than 4096 members");
}

#[test]
fn what_comes_line_by_line_is_complete_when_all_of_it_is() {
    for (text, lines) in [
        ("{\n \"a\\\n}\": [\n]\n}\nstop", 5),
        ("a b={\n'}\n':[\n]} c=[\n1\n] d=5\nstop", 6),
        ("{\n\n\nstop", 2),
        ("stop\ncont", 1),
    ] {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let mut progress = Progress::default();
        let mut seen = 0;
        for end in ends {
            seen += 1;
            let begun = &text[..end];
            let is_whole = progress.is_complete(begun);
            assert_eq!(is_whole, is_complete(begun), "{begun:?}");
            if is_whole {
                break;
            }
        }
        assert_eq!(seen, lines, "{text:?}");
    }
}
