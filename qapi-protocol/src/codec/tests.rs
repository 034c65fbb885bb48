//! The reader and the writer, compared with those of serde_json.

use proptest::prelude::*;
use serde_core::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::reader::Number;
use super::{Branches, Object, Reader, Result, Shape, TAG_ONLY, Writer};
use crate::{RawValue, UnknownBranch, decode, encode};

/// Any value, with numbers at the edges of their ranges.
fn value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            json!(0),
            json!(-0.0),
            json!(i64::MIN),
            json!(u64::MAX)
        ]),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        "(\\PC|[\"\\\\\u{0}-\u{1f}\u{7f}😀]){0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("\\PC{0,12}", inner), 0..6)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// Text that is almost JSON.
fn damaged() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d83d", "\\ude00", "\\u0041", "0", "01",
        "-", ".5", "e", "E+3", "1e999", "true", "nul", "null", " ", "\n", "\u{1}", "é", "\"a\":",
        "\u{feff}", "/*",
    ]);
    (
        value(),
        any::<bool>(),
        prop::collection::vec((any::<prop::sample::Index>(), 0..4usize, piece), 0..4),
    )
        .prop_map(|(value, pretty, edits)| {
            let mut text = if pretty {
                format!("{value:#}")
            } else {
                value.to_string()
            };
            for (at, cut, piece) in edits {
                let boundaries: Vec<_> = text
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([text.len()])
                    .collect();
                let first = at.index(boundaries.len());
                let last = (first + cut).min(boundaries.len() - 1);
                text.replace_range(boundaries[first]..boundaries[last], piece);
            }
            text
        })
}

proptest! {
    #[test]
    fn what_is_written_is_what_serde_json_reads(value in value()) {
        let text = encode(&value);
        prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &value);
        prop_assert_eq!(&decode::<Value>(&text).unwrap(), &value);
    }

    #[test]
    fn a_text_is_read_as_serde_json_reads_it(text in damaged()) {
        let theirs = serde_json::from_str::<Value>(&text);
        match (decode::<Value>(&text), &theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(&ours, theirs),
            (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(false, "{text}: {ours:?}, {theirs:?}"),
        }
        let skipped = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        prop_assert_eq!(RawValue::parse(&text).is_ok(), skipped, "{}", text);
    }

    #[test]
    fn the_outline_of_a_value_ends_where_the_value_does(value in value(), rest in "[]},]( .*)?") {
        let text = format!("{value}{rest}");
        let object = format!(r#"{{"a": {text}, "t": "x"}}"#);
        let mut reader = Reader::new(&text);
        reader.skip().unwrap();
        let end = text.len() - rest.len();
        prop_assert_eq!(super::reader::outline(text.as_bytes(), 0).unwrap(), end);
        // A bracket that closes too much is found by who reads on.
        let _ = Reader::new(&object).look_up("t");
    }

    #[test]
    fn a_value_survives_formats_of_serde(value in value()) {
        let tree = serde_json::to_value(Through(value.clone())).unwrap();
        prop_assert_eq!(&tree, &value);
        let Through(again) = serde_json::from_value(tree).unwrap();
        prop_assert_eq!(again, value);
    }
}

/// Any value, in the way that generated types take.
struct Through(Value);

crate::codec::implement!(newtype Through(Value));

#[test]
fn numbers_are_as_exact_as_their_text() {
    for (text, number) in [
        ("0", Number::Unsigned(0)),
        ("18446744073709551615", Number::Unsigned(u64::MAX)),
        (
            "18446744073709551616",
            Number::Float(18446744073709551616.0),
        ),
        ("-1", Number::Signed(-1)),
        ("-9223372036854775808", Number::Signed(i64::MIN)),
        (
            "-9223372036854775809",
            Number::Float(-9223372036854775809.0),
        ),
        ("-0", Number::Float(-0.0)),
        ("1.0", Number::Float(1.0)),
        ("5e-324", Number::Float(5e-324)),
    ] {
        assert_eq!(Reader::new(text).number("").unwrap(), number, "{text}");
    }
    assert_eq!(encode(&f64::INFINITY), "null");
    assert_eq!(encode(&1e21), "1e21");
    assert_eq!(encode(&1.0), "1.0");
}

/// An object with 200 members `m0` to `m199`, of which the last is required.
struct Wide(Vec<u64>);

impl Object for Wide {
    fn shape(&self) -> &'static Shape {
        static NAMES: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
            let name = |index| &*Box::leak(format!("m{index}").into_boxed_str());
            (0..200).map(name).collect()
        });
        static SHAPE: std::sync::LazyLock<Shape> = std::sync::LazyLock::new(|| Shape {
            name: "Wide",
            members: &NAMES,
            required: &[63, 64, 199],
        });
        &SHAPE
    }

    fn blank() -> Self {
        Wide(vec![0; 200])
    }

    fn read(&mut self, member: usize, reader: &mut Reader<'_>) -> Result<()> {
        reader.read(&mut self.0[member])
    }

    fn write(&self, _: &mut Writer) {}
}

#[test]
fn an_object_may_have_more_members_than_a_word_has_bits() {
    let read = |text: &str| decode::<Wide>(text).map(|wide| wide.0[199]);
    assert_eq!(read(r#"{"m199": 5, "m64": 1, "m63": 2}"#), Ok(5));
    for (text, missing) in [
        (r#"{"m64": 5, "m199": 1}"#, "m63"),
        (r#"{"m63": 5, "m199": 1}"#, "m64"),
        (r#"{"m64": 5, "m63": 1, "m198": 1, "m127": 3}"#, "m199"),
    ] {
        let message = format!("missing field `{missing}`");
        assert_eq!(read(text).unwrap_err().message, message, "{text}");
    }
}

#[test]
fn of_repeated_members_the_last_counts_and_leaves_nothing_of_the_first() {
    struct Outer(UnknownObject);
    crate::codec::implement!(newtype Outer(UnknownObject));
    let read =
        |text: &str| decode::<Vec<Outer>>(text).map(|mut all| all.remove(0).0.branch.members);
    let members = read(r#"[{"tag": "a", "x": 1, "x": {"y": 2}}]"#).unwrap();
    assert_eq!(Value::from(members), json!({"x": {"y": 2}}));

    struct Pair {
        inner: Option<u8>,
        other: Vec<u8>,
    }
    crate::members!(Pair {
        "other" => other,
        ? "inner" => inner,
    });
    struct Twice {
        pair: Pair,
    }
    crate::members!(Twice { "pair" => pair, });
    let twice: Twice =
        decode(r#"{"pair": {"inner": 1, "other": [1, 2]}, "pair": {"other": [3]}}"#).unwrap();
    assert_eq!((twice.pair.inner, twice.pair.other), (None, vec![3]));
}

/// A union that knows no branch.
struct UnknownObject {
    branch: UnknownBranch,
}

impl Object for UnknownObject {
    fn shape(&self) -> &'static Shape {
        &TAG_ONLY
    }

    fn blank() -> Self {
        UnknownObject {
            branch: Object::blank(),
        }
    }

    fn read(&mut self, _: usize, reader: &mut Reader<'_>) -> Result<()> {
        reader.skip()
    }

    fn branches(&mut self) -> Option<&mut dyn Branches> {
        Some(self)
    }

    fn write(&self, _: &mut Writer) {}
}

impl Branches for UnknownObject {
    fn blank() -> Self {
        Object::blank()
    }

    fn tag_name(&self) -> &'static str {
        "tag"
    }

    fn tag(&self) -> Option<&str> {
        Some(&self.branch.tag)
    }

    fn choose(&mut self, tag: Option<&str>) -> bool {
        self.branch = super::unknown_branch(tag.unwrap_or("none"));
        true
    }

    fn branch(&mut self) -> Option<&mut dyn Object> {
        Some(&mut self.branch)
    }

    fn write(&self, _: &mut Writer) {}
}

#[test]
fn what_is_wrong_in_front_of_a_tag_is_found_at_its_place() {
    let error = |text: &str| match decode::<Vec<UnknownObject>>(text) {
        Ok(_) => panic!("{text}"),
        Err(error) => (error.path, error.message),
    };
    let at = |path: &str, message: &str| (path.to_owned(), message.to_owned());
    for (text, place) in [
        (
            r#"[{"a": [1,], "tag": "x"}]"#,
            at("$[0].a[1]", "trailing comma"),
        ),
        (
            r#"[{"a": [1}, "tag": "x"}]"#,
            at("$[0].a[0]", "expected `,` or `]`"),
        ),
        (
            r#"[{"a": tru, "tag": "x"}]"#,
            at("$[0].a", "expected ident"),
        ),
        (
            r#"[{"a": 1, "tag": 5}]"#,
            at("$[0].tag", "invalid type: integer `5`, expected a string"),
        ),
        (
            r#"[{"a": {"b": "#,
            at("$[0].a.b", "EOF while parsing a value"),
        ),
    ] {
        assert_eq!(error(text), place, "{text}");
    }
}
