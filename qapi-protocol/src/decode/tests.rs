//! Where errors are found to be, for each way in which types refuse what they read.

mod random;
mod types;

use serde_json::Value;

use self::types::{Alternate, Even, Object, Required};
use super::{DecodeError, MAX_ERROR_MESSAGE, decode};
use crate::codec::Decode;

fn error<T: Decode>(json: &str) -> (String, String) {
    match decode::<T>(json) {
        Ok(_) => panic!("`{json}` was accepted"),
        Err(DecodeError { path, message }) => (path, message),
    }
}

fn path<T: Decode>(json: &str) -> String {
    error::<T>(json).0
}

#[test]
fn what_is_right_is_read() {
    assert_eq!(
        decode::<Vec<i64>>(" [1, 9007199254740993]\r\n"),
        Ok(vec![1, 9007199254740993])
    );
    assert_eq!(
        decode::<String>(b"\"a\\u00e9\"".as_slice()),
        Ok("aé".to_owned())
    );
}

#[test]
fn messages_have_no_position_in_them() {
    assert_eq!(
        error::<Object>(r#"{"n": "x"}"#),
        (
            "$.n".into(),
            "invalid type: string \"x\", expected i64".into()
        )
    );
    assert_eq!(
        error::<Object>(r#"{"lr": [{"n": 1}, {}]}"#),
        ("$.lr[1]".into(), "missing field `n`".into())
    );
    assert_eq!(
        error::<Object>("{\n\"n\": 1\n"),
        ("$".into(), "EOF while parsing an object".into())
    );
}

#[test]
fn a_long_text_is_not_all_shown() {
    for text in [
        "x".repeat(1 << 20),
        "é".repeat(1 << 20),
        "x".repeat(MAX_ERROR_MESSAGE),
    ] {
        let (path, message) = error::<Vec<bool>>(&format!("[true, \"{text}\"]"));
        assert_eq!(path, "$[1]");
        assert!(
            message.len() <= MAX_ERROR_MESSAGE,
            "{} bytes",
            message.len()
        );
        assert!(
            message.len() > MAX_ERROR_MESSAGE - 8,
            "{} bytes",
            message.len()
        );
        assert!(message.starts_with(&format!("invalid type: string \"{}", &text[..200])));
        assert!(message.ends_with(&format!("{}\", expected a boolean", &text[..200])));
    }
}

#[test]
fn a_wrong_leaf_is_found_whatever_it_is() {
    // `true` is no string, and all others are no boolean.
    for wrong in [
        "1",
        "-1.5",
        "1e3",
        "\"\"",
        "\"a\\\"b\\\\\"",
        "[]",
        "[true]",
        "[[true]]",
        "{}",
        "{\"b\":1}",
        "[{}]",
    ] {
        for blank in ["", " ", "\n", " \r\n\t"] {
            for (before, after, at) in [
                ("", "", "$"),
                ("[", "]", "$[0]"),
                ("[true,", "]", "$[1]"),
                ("[", ",true]", "$[0]"),
                ("[false,", ",true,2]", "$[1]"),
            ] {
                let json = format!("{before}{blank}{wrong}{blank}{after}");
                let found = match at {
                    "$" => path::<bool>(&json),
                    _ => path::<Vec<bool>>(&json),
                };
                assert_eq!(found, at, "{json}");
            }
            for (before, after) in [
                ("{\"b\":", "}"),
                ("{\"n\":1,\"b\" :", ",\"o\":{}}"),
                ("{\"o\":{},\"b\":", ",\"n\":[]}"),
            ] {
                let json = format!("{before}{blank}{wrong}{blank}{after}");
                assert_eq!(path::<Object>(&json), "$.b", "{json}");
            }
        }
    }
    for (json, at) in [
        (r#"{"s":true}"#, "$.s"),
        (r#"{"s":null}"#, "$.s"),
        (r#"{"z":false}"#, "$.z"),
        (r#"{"o":1}"#, "$.o"),
        (r#"{"o":[{}]}"#, "$.o"),
        (r#"{"r":[{}]}"#, "$.r"),
        (r#"{"r":[[]]}"#, "$.r"),
        (r#"{"lo":{"a":1}}"#, "$.lo"),
        (r#"{"lo":[{},{"o":{"n":[]}}]}"#, "$.lo[1].o.n"),
        (r#"{"lln":[[1],[2,[3]]]}"#, "$.lln[1][1]"),
        (r#"{"lln":[[1],2]}"#, "$.lln[1]"),
        (r#"{"f":"x"}"#, "$.f"),
    ] {
        assert_eq!(path::<Object>(json), at, "{json}");
    }
    assert_eq!(path::<Vec<u8>>("[1,2,256]"), "$[2]");
    assert_eq!(path::<Vec<u8>>("[1,-2,3]"), "$[1]");
    assert_eq!(path::<Vec<i64>>("[9223372036854775808]"), "$[0]");
    assert_eq!(path::<Vec<i64>>("[1.0]"), "$[0]");
}

#[test]
fn a_choice_by_type_is_refused_where_the_value_begins() {
    for wrong in [
        "[]",
        "[1]",
        "[[1]]",
        "[[]]",
        "[{}]",
        "[\"a\"]",
        "{}",
        "{\"a\":1}",
        "{\"a\":[1]}",
        "null",
        "1.5",
    ] {
        assert_eq!(path::<Alternate>(wrong), "$", "{wrong}");
        for blank in ["", "\n  "] {
            let json = format!("{{\"a\":{wrong}{blank}}}");
            assert_eq!(path::<Object>(&json), "$.a", "{json}");
            let json = format!("{{\"la\":[1,{blank}{wrong}{blank},2]}}");
            assert_eq!(path::<Object>(&json), "$.la[1]", "{json}");
            let json = format!("{{\"la\":[{blank}{wrong}{blank}]}}");
            assert_eq!(path::<Object>(&json), "$.la[0]", "{json}");
            let json = format!("{{\"lla\":[[{wrong}]]}}");
            assert_eq!(path::<Object>(&json), "$.lla[0][0]", "{json}");
        }
    }
}

#[test]
fn a_missing_member_is_missed_by_its_object() {
    for (json, at) in [
        ("{}", "$"),
        (" { } ", "$"),
        ("{\"s\":\"}\",\"b\":true\n}", "$"),
        ("{\"o\":{\"n\":1}}", "$"),
    ] {
        assert_eq!(path::<Required>(json), at, "{json}");
    }
    for (json, at) in [
        (r#"{"r":{}}"#, "$.r"),
        (r#"{"r":{"o":{"n":1},"ln":[]},"n":1}"#, "$.r"),
        (r#"{"lr":[{"n":0},{"e":2},{"n":1}]}"#, "$.lr[1]"),
        (r#"{"o":{"lr":[{"n":0} , {"r":{"n":1}}]}}"#, "$.o.lr[1]"),
    ] {
        assert_eq!(path::<Object>(json), at, "{json}");
        assert_eq!(error::<Object>(json).1, "missing field `n`", "{json}");
    }
}

#[test]
fn a_late_complaint_is_about_the_value_just_read() {
    for blank in ["", " "] {
        for (json, at) in [
            ("{\"e\":1_}", "$.e"),
            ("{\"e\":1_,_\"n\":1}", "$.e"),
            ("{\"n\":1,\"e\":3_}", "$.e"),
            ("{\"le\":[1_]}", "$.le[0]"),
            ("{\"le\":[2,3_]}", "$.le[1]"),
            ("{\"le\":[2,3_,_4]}", "$.le[1]"),
            ("{\"o\":{\"e\":1_}}", "$.o.e"),
        ] {
            let json = json.replace('_', blank);
            assert_eq!(error::<Object>(&json), (at.into(), "odd".into()), "{json}");
        }
    }
    assert_eq!(path::<Even>(" 3 "), "$");
}

#[test]
fn odd_names_are_quoted() {
    assert_eq!(
        path::<Object>(r#"{"o..":{"n 1":"x"}}"#),
        r#"$["o.."]["n 1"]"#
    );
    assert_eq!(
        path::<Object>(r#"{"o\n\u00e9":{"n-1":"x"}}"#),
        r#"$["o\né"].n-1"#
    );
}

#[test]
fn text_that_is_not_json_is_found_where_it_stops_being_json() {
    for (json, at) in [
        ("", "$"),
        ("  ", "$"),
        ("x", "$"),
        ("{", "$"),
        ("{\"n", "$.n"),
        ("{\"n\"", "$.n"),
        ("{\"n\":", "$.n"),
        ("{\"n\":1", "$.n"),
        ("{\"n\":1 ", "$"),
        ("{\"n\":1,", "$"),
        ("{\"n\":-", "$.n"),
        ("{\"n\":01}", "$.n"),
        ("{\"n\":x}", "$.n"),
        ("{\"n\" 1}", "$.n"),
        ("{n:1}", "$"),
        ("{\"s\":\"a", "$.s"),
        ("{\"s\":\"a\\x\"}", "$.s"),
        ("{\"s\":\"a\nb\"}", "$.s"),
        ("{\"b\":tru}", "$.b"),
        ("{\"b\":tr", "$.b"),
        ("{\"ln\":[1,\n2", "$.ln[1]"),
        ("{\"ln\":[1,\n2 ", "$.ln"),
        ("{\"ln\":[1,", "$.ln[1]"),
        ("{\"ln\":[1 2]}", "$.ln"),
        ("{\"ln\":[1,]}", "$.ln[1]"),
        ("{\"ln\":[1}", "$.ln[0]"),
        ("{\"n\":1} x", "$"),
        ("{\"n\":1}{}", "$"),
        ("{\"n\":1 \"s\":2}", "$"),
        ("{\"f\":1e999}", "$.f"),
        ("{\"x\":[{\"y\":[nul]}]}", "$.x[0].y[0]"),
    ] {
        assert_eq!(path::<Object>(json), at, "{json}");
    }
    assert_eq!(
        decode::<Object>(b"{\"s\":\"\xff\"}")
            .map(|_| ())
            .unwrap_err()
            .path,
        "$.s"
    );
}

#[test]
fn nesting_beyond_the_limit_is_an_error() {
    let deep = format!("{{\"v\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let error = decode::<Value>(&deep).unwrap_err();
    assert_eq!(error.message, "recursion limit exceeded");
    assert_eq!(error.path, format!("$.v{}", "[0]".repeat(126)));
    // Values that nobody wants are skipped at any depth.
    assert!(decode::<Object>(&deep).is_ok());
    assert!(path::<Object>(&deep[..150_000]).starts_with("$.v[0][0]"));
}
