//! What is said of lines that are wrong.

use std::fmt::Write as _;

use super::zoo;
use crate::language::{Transaction, arguments, line_of, parse};

#[test]
fn mistakes_are_explained() {
    let zoo = zoo();
    let mut all = String::new();
    for line in [
        "",
        "exec-oob",
        "blockresize",
        "exec-oob query-status",
        "query-status x=1",
        "block_resize device=a",
        "block_resize size=1G sise=1",
        "block_resize nodename=a size=1",
        "block_resize size=1 size=2",
        "block_resize size=1GB",
        "block_resize size=1.5MiB",
        "block_resize size=big",
        "block_resize size=0.1G",
        "block_resize size=1.5",
        "block_resize size=17E",
        "block_resize size=-1",
        "block_resize size",
        "block_resize size=",
        "block_resize size=[1]",
        "block_resize size.x=1",
        "block_resize size=1 =5",
        "block_resize size = 1",
        "block_resize size=1 node-name='a",
        "block_resize size=1 node-name=\"a\\x\"",
        "block_resize size=1 node-name=\"a\"b",
        "block_resize size=1 node-name=[a",
        "sample byte=256",
        "sample byte=1k",
        "sample byte=x",
        "sample flag=on",
        "sample flag=ture",
        "sample ratio=x",
        "sample nothing=1",
        "sample nodes=a",
        "sample nodes.a=b",
        "sample nodes.1=b",
        "sample nodes.00=b",
        "sample nodes=[1]",
        "sample nodes=[a]",
        "sample nodes=['a' 'b']",
        "sample nodes=['a']x",
        "sample text.a=b",
        "sample text=a text.a=b",
        "sample text.a=b text=a",
        "sample whence=ende",
        "sample whence=true",
        "sample whence={}",
        "sample lazy=maybe",
        "sample numbers=[1.5]",
        "blockdev-add",
        "blockdev-add driver=fil filename=a",
        "blockdev-add filename=a",
        "blockdev-add fliename=a",
        "blockdev-add driver=file file=a",
        "blockdev-add driver=file",
        "blockdev-add driver=raw file=a aio=native",
        "blockdev-add driver=raw file.driver=file",
        "blockdev-add driver=raw file.driver=file file.fliename=a",
        "blockdev-add driver=raw file={'driver': 'file'}",
        "blockdev-add driver=raw file={'driver': 'file', 'filename': 5}",
        "blockdev-add driver=raw file={'driver' 'file'}",
        "blockdev-add driver=raw file={driver: 'file'}",
        "blockdev-add driver=raw file",
        "blockdev-add driver=raw file..x=1",
        "blockdev-add driver=日本 node-name=x",
        "{\"execute\": \"query-status\", \"args\": {}}",
        "{\"arguments\": {}}",
        "{\"execute\": \"query-status\"} x",
        "{\n  \"execute\": query-status\n}",
        "{\"execute\": \"a\", \"execute\": \"b\"}",
    ] {
        let mistake = match parse(line, Some(&zoo)) {
            Err(mistake) => mistake,
            Ok(request) => panic!("{line}: {request:?}"),
        };
        writeln!(all, "{}\n", mistake.render(line, false)).unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn what_is_pasted_gets_warnings() {
    let zoo = zoo();
    let mut all = String::new();
    for line in [
        r#"{"execute": "query-stats"}"#,
        r#"{"execute": "query-status", "arguments": {"x": 1}}"#,
        r#"{"execute": "block_resize"}"#,
        r#"{"execute": "block_resize", "arguments": {"size": "1G"}}"#,
        r#"{"execute": "block_resize", "arguments": []}"#,
    ] {
        let warning = parse(line, Some(&zoo)).unwrap().warning.unwrap();
        writeln!(all, "{}\n", warning.render_warning(line, false)).unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn mistakes_in_arguments_of_a_program_have_a_place() {
    let zoo = zoo();
    let words = ["node-name=a b", "sise=5"].map(str::to_owned);
    let mistake = arguments("block_resize", &words, Some(&zoo)).unwrap_err();
    let line = line_of("block_resize", &words);
    insta::assert_snapshot!(mistake.render(&line, false));
}

#[test]
fn mistakes_in_transactions_have_a_place() {
    let zoo = zoo();
    let mut all = String::new();
    for line in [
        "transaction( abrot",
        "  blockdev-snapshot node=a )",
        "blockdev-snapshot nod=a",
        "abort x=1",
        "{'type': abort}",
    ] {
        let mistake = Transaction::default().add(line, Some(&zoo)).unwrap_err();
        writeln!(all, "{}\n", mistake.render(line, false)).unwrap();
    }
    insta::assert_snapshot!(all);
}
