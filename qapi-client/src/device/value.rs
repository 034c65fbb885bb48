//! JSON values, and whether they fit the types that QEMU names.

use qapi_protocol::RawValue;

/// How much of a value an error shows.
const EXCERPT: usize = 40;

/// A JSON value, as far as it matters here.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// A number that is written as an integer.
    Integer(i128),
    /// Another number.
    Number(String),
    String(String),
    List,
    Object,
}

/// What QEMU takes for a property.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    Bool,
    /// An integer from the one to the other, with whether it counts bytes.
    Integer {
        from: i128,
        to: i128,
        bytes: bool,
    },
    Number,
    String,
    List,
    /// A PCI address: the integer, or a string such as `1f.7`.
    Address,
    /// Nothing: it cannot be set.
    Nothing,
    /// What is not known here.
    Anything,
}

impl Value {
    pub(super) fn of(raw: &RawValue<'_>) -> Self {
        let text = raw.get();
        match text.bytes().next() {
            Some(b'n') => Value::Null,
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'"') => Value::String(raw.decode().unwrap_or_default()),
            Some(b'[') => Value::List,
            Some(b'{') => Value::Object,
            _ => match text.parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) => Value::Number(text.to_owned()),
            },
        }
    }

    /// The value, for people.
    pub(super) fn describe(&self) -> String {
        match self {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => format!("the boolean `{value}`"),
            Value::Integer(value) => format!("the integer `{value}`"),
            Value::Number(text) => format!("the number `{}`", excerpt(text)),
            Value::String(text) => format!("the string `\"{}\"`", excerpt(text)),
            Value::List => "a list".to_owned(),
            Value::Object => "an object".to_owned(),
        }
    }
}

fn excerpt(text: &str) -> String {
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(EXCERPT).collect();
    match letters.next() {
        Some(_) => shown + "…",
        None => shown,
    }
}

impl Wanted {
    /// What QEMU takes for the property `name` of the type `ty`, which has this default.
    pub(super) fn of(name: &str, ty: &str, default: Option<&Value>) -> Self {
        let signed = |bits: u32| Wanted::integer(-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
        let unsigned = |bits: u32| Wanted::integer(0, (1 << bits) - 1);
        match ty {
            // Named `str` since QEMU 10.2, and `int32` before.
            "str" | "int32" if name == "addr" => Wanted::Address,
            "bool" => Wanted::Bool,
            "int8" => signed(8),
            "int16" => signed(16),
            "int32" => signed(32),
            "int" | "int64" => signed(64),
            "uint4" => unsigned(4),
            "uint8" => unsigned(8),
            "uint16" => unsigned(16),
            "uint32" => unsigned(32),
            // Of this size, QEMU takes negative ones for what they are in two's complement.
            "uint" | "uint64" | "usize" => Wanted::integer(i64::MIN.into(), u64::MAX.into()),
            "size" => Wanted::Integer {
                from: i64::MIN.into(),
                to: u64::MAX.into(),
                bytes: true,
            },
            "number" | "double" => Wanted::Number,
            "str" | "string" | "OnOffAuto" | "QemuUUID" => Wanted::String,
            "list" => Wanted::List,
            _ if ty.starts_with("link<") => Wanted::String,
            _ if ty.starts_with("child<") => Wanted::Nothing,
            _ if ty.ends_with("List") => Wanted::List,
            // An enumeration.
            _ if matches!(default, Some(Value::String(_))) && ty != "StrOrNull" => Wanted::String,
            _ => Wanted::Anything,
        }
    }

    fn integer(from: i128, to: i128) -> Self {
        let bytes = false;
        Wanted::Integer { from, to, bytes }
    }

    /// Whether QEMU takes `value`.
    pub(super) fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Wanted::Anything, _)
            | (Wanted::Bool, Value::Bool(_))
            | (Wanted::Number, Value::Integer(_) | Value::Number(_))
            | (Wanted::String | Wanted::Address, Value::String(_))
            | (Wanted::List, Value::List) => true,
            (Wanted::Integer { from, to, .. }, Value::Integer(value)) => {
                (from..=to).contains(&value)
            }
            (Wanted::Address, Value::Integer(value)) => (-1..=255).contains(value),
            _ => false,
        }
    }

    /// What is wanted, for people.
    pub(super) fn describe(&self) -> String {
        match self {
            Wanted::Bool => "a boolean".to_owned(),
            // Nobody should write the others.
            Wanted::Integer { from, to, .. } if *from == i128::from(i64::MIN) && *to > -*from => {
                format!("an integer from 0 to {to}")
            }
            Wanted::Integer { from, to, .. } => format!("an integer from {from} to {to}"),
            Wanted::Number => "a number".to_owned(),
            Wanted::String => "a string".to_owned(),
            Wanted::List => "a list".to_owned(),
            Wanted::Address => {
                "a string such as `\"1f.7\"`, or an integer from -1 to 255".to_owned()
            }
            Wanted::Nothing => "nothing".to_owned(),
            Wanted::Anything => "anything".to_owned(),
        }
    }

    /// What to write instead of `value`, where that is clear.
    pub(super) fn instead_of(&self, value: &Value) -> Option<String> {
        let instead = match (self, value) {
            (Wanted::Bool, Value::String(text)) => Value::Bool(truth(text)?),
            (Wanted::Bool, Value::Integer(0)) => Value::Bool(false),
            (Wanted::Bool, Value::Integer(1)) => Value::Bool(true),
            (Wanted::Integer { bytes, .. }, Value::String(text)) => {
                Value::Integer(integer(text, *bytes)?)
            }
            (Wanted::Integer { .. }, Value::Number(text)) => Value::Integer(whole(text)?),
            (Wanted::Number, Value::String(text)) => {
                text.parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite())?;
                Value::Number(text.clone())
            }
            (Wanted::String, Value::Integer(value)) => Value::String(value.to_string()),
            (Wanted::String, Value::Bool(true)) => Value::String("on".to_owned()),
            (Wanted::String, Value::Bool(false)) => Value::String("off".to_owned()),
            _ => return None,
        };
        if !self.fits(&instead) {
            return None;
        }
        Some(match instead {
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Number(text) => text,
            Value::String(text) => format!("\"{text}\""),
            Value::Null | Value::List | Value::Object => return None,
        })
    }
}

/// What people write who are used to QEMU's command line.
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "yes" | "y" | "true" | "1" => Some(true),
        "off" | "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The integer that `text` stands for on QEMU's command line.
fn integer(text: &str, bytes: bool) -> Option<i128> {
    let (digits, factor) = match text.bytes().last()?.to_ascii_uppercase() {
        suffix @ (b'B' | b'K' | b'M' | b'G' | b'T' | b'P' | b'E')
            if bytes && !text.starts_with("0x") =>
        {
            let exponent = b"BKMGTPE".iter().position(|known| *known == suffix)?;
            (text.get(..text.len() - 1)?, 1 << (10 * exponent))
        }
        _ => (text, 1),
    };
    let value = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?.into(),
        None => digits.parse::<i128>().ok()?,
    };
    value.checked_mul(factor)
}

/// The integer that a number is which is not written as one.
fn whole(text: &str) -> Option<i128> {
    let number: f64 = text.parse().ok()?;
    // Larger ones have lost digits.
    let is_exact = number.fract() == 0.0 && number.abs() < (1_u64 << 53) as f64;
    is_exact.then_some(number as i128)
}

#[cfg(test)]
mod tests {
    use qapi_protocol::RawValue;

    use super::{EXCERPT, Value, Wanted};

    fn value(json: &str) -> Value {
        Value::of(&RawValue::parse(json).unwrap())
    }

    fn wanted(ty: &str) -> Wanted {
        Wanted::of("p", ty, None)
    }

    fn fits(ty: &str, json: &str) -> bool {
        wanted(ty).fits(&value(json))
    }

    fn instead(ty: &str, json: &str) -> Option<String> {
        wanted(ty).instead_of(&value(json))
    }

    #[test]
    fn a_value_fits_the_types_that_qemu_takes_it_for() {
        for (ty, good, bad) in [
            (
                "bool",
                vec!["true", "false"],
                vec!["\"on\"", "1", "null", "[]"],
            ),
            ("uint4", vec!["0", "15"], vec!["16", "-1"]),
            (
                "uint8",
                vec!["0", "255"],
                vec!["256", "-1", "\"4\"", "4.0", "4e0"],
            ),
            ("uint16", vec!["65535"], vec!["65536"]),
            ("uint32", vec!["4294967295"], vec!["4294967296", "-1"]),
            (
                "uint64",
                vec!["18446744073709551615", "-4"],
                vec!["18446744073709551616", "-9223372036854775809", "1e3"],
            ),
            ("size", vec!["1024"], vec!["\"1K\"", "null"]),
            ("int8", vec!["-128", "127"], vec!["128"]),
            ("int32", vec!["-2147483648"], vec!["2147483648"]),
            (
                "int",
                vec!["9223372036854775807"],
                vec!["9223372036854775808"],
            ),
            ("number", vec!["1", "1.5"], vec!["\"1\""]),
            (
                "str",
                vec!["\"\"", "\"a\""],
                vec!["1", "true", "null", "{}"],
            ),
            ("OnOffAuto", vec!["\"auto\""], vec!["true"]),
            ("link<rng-backend>", vec!["\"rng0\""], vec!["1"]),
            ("list", vec!["[1]"], vec!["1", "\"1\""]),
            ("IOThreadVirtQueueMappingList", vec!["[{}]"], vec!["{}"]),
            ("SocketAddress", vec!["{}", "\"a\"", "1", "null"], vec![]),
            ("child<irq>", vec![], vec!["{}", "\"a\""]),
        ] {
            for json in good {
                assert!(fits(ty, json), "{ty} {json}");
            }
            for json in bad {
                assert!(!fits(ty, json), "{ty} {json}");
            }
        }
    }

    #[test]
    fn an_enumeration_is_known_by_its_default() {
        let ty = "PCIELinkSpeed";
        assert_eq!(Wanted::of("x-speed", ty, None), Wanted::Anything);
        let default = Value::String("16".to_owned());
        let wanted = Wanted::of("x-speed", ty, Some(&default));
        assert_eq!(wanted, Wanted::String);
        assert_eq!(wanted.instead_of(&value("16")).as_deref(), Some("\"16\""));
        let wanted = Wanted::of("tls-creds", "StrOrNull", Some(&default));
        assert!(wanted.fits(&Value::Null));
    }

    #[test]
    fn the_address_of_a_pci_device_may_be_written_in_two_ways() {
        for ty in ["str", "int32"] {
            let wanted = Wanted::of("addr", ty, None);
            for good in ["\"1f.7\"", "248", "-1"] {
                assert!(wanted.fits(&value(good)), "{good}");
            }
            for bad in ["256", "true", "1.0"] {
                assert!(!wanted.fits(&value(bad)), "{bad}");
            }
        }
        assert!(!Wanted::of("addr", "uint64", None).fits(&value("\"1f.7\"")));
    }

    #[test]
    fn what_to_write_instead_is_said_where_it_is_clear() {
        for (ty, json, expected) in [
            ("bool", "\"on\"", Some("true")),
            ("bool", "\"No\"", Some("false")),
            ("bool", "1", Some("true")),
            ("bool", "2", None),
            ("bool", "\"auto\"", None),
            ("uint32", "\"4\"", Some("4")),
            ("uint32", "\"0x10\"", Some("16")),
            ("uint32", "\"4K\"", None),
            ("uint32", "\"four\"", None),
            ("uint8", "\"256\"", None),
            ("uint8", "4.0", Some("4")),
            ("uint8", "4.5", None),
            ("uint64", "1e400", None),
            ("size", "\"1k\"", Some("1024")),
            ("size", "\"2G\"", Some("2147483648")),
            ("size", "\"16E\"", None),
            ("size", "\"0x1E\"", Some("30")),
            ("size", "\"\"", None),
            ("str", "4", Some("\"4\"")),
            ("OnOffAuto", "true", Some("\"on\"")),
            ("str", "[]", None),
            ("number", "\"1.5\"", Some("1.5")),
            ("number", "\"inf\"", None),
            ("list", "1", None),
        ] {
            assert_eq!(instead(ty, json).as_deref(), expected, "{ty} {json}");
        }
    }

    #[test]
    fn of_a_long_value_only_the_beginning_is_shown() {
        let long = Value::String("é".repeat(1000));
        let shown = long.describe();
        assert!(shown.chars().count() < EXCERPT + 20, "{shown}");
        assert_eq!(value("4.0").describe(), "the number `4.0`");
        assert_eq!(value("\"on\"").describe(), "the string `\"on\"`");
    }
}
