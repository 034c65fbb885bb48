//! Rust identifiers for names of the schema.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// The field or setter of a member: `read-only` becomes `read_only`, `type` becomes `r#type`.
pub(crate) fn field(wire: &str) -> String {
    escape(&wire.to_snake_case(), false)
}

/// The variant of an enumeration's value, a branch or an alternative: `qcow2` becomes
/// `Qcow2`, `0` becomes `_0`.
pub(crate) fn variant(wire: &str) -> String {
    match escape(&wire.to_upper_camel_case(), true) {
        // Those variants have their names everywhere.
        taken if taken == UNKNOWN || taken == UNTAGGED => format!("{taken}_"),
        other => other,
    }
}

/// The variant that holds what the schema does not know.
pub(crate) const UNKNOWN: &str = "Unknown";

/// The variant of a union that stands for the absence of its tag.
pub(crate) const UNTAGGED: &str = "Untagged";

/// The type of a command or an event: `block-commit` becomes `BlockCommit`,
/// `BLOCK_JOB_READY` becomes `BlockJobReady`. The user's prefix stands in front of it.
pub(crate) fn message(prefix: &str, wire: &str) -> String {
    escape(&format!("{prefix}{}", wire.to_upper_camel_case()), true)
}

/// A type: its own name, verbatim, because people search for it, behind the user's prefix.
///
/// Only what Rust forbids changes: `__com.example_Foo` becomes `__com_example_Foo`. A wrapper
/// that QEMU's frontend makes, `q_obj_str-wrapper`, becomes `StrWrapper`.
pub(crate) fn ty(prefix: &str, wire: &str) -> String {
    match wire.strip_prefix("q_obj_") {
        Some(implicit) => escape(&format!("{prefix}{}", implicit.to_upper_camel_case()), true),
        None => escape(&format!("{prefix}{wire}"), true),
    }
}

/// The enum of the branches of a union that has more than a tag.
pub(crate) fn branches(ident: &str) -> String {
    let name = ident.strip_prefix("r#").unwrap_or(ident);
    format!("{name}Branch")
}

/// The Rust module of a schema module: `block-core.json` becomes `block_core`,
/// `../qapi/block.json` becomes `qapi_block`.
pub(crate) fn module(path: &str) -> String {
    let stem = path.strip_suffix(".json").unwrap_or(path);
    let ident = escape(&stem.to_snake_case(), false);
    match ident.as_str() {
        // Those are modules of the generated code already.
        "commands" | "events" | SETS => format!("{ident}_"),
        // Its file would be the root of the generated code.
        "r#mod" => "mod_".to_owned(),
        _ => ident,
    }
}

/// The Rust module of the enums over all commands and over all events.
pub(crate) const SETS: &str = "messages";

/// What stands in generated code under its bare name, so that a definition of that name would
/// change its meaning.
pub(crate) const USED_BY_GENERATED_CODE: &[&str] = &[
    "Box", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Some", "String", "Vec",
];

/// The enums over all commands and over all events, behind the user's prefix.
pub(crate) const COMMAND_SET: &str = "Command";
pub(crate) const EVENT_SET: &str = "Event";

/// What else stands beside the types.
pub(crate) const USED_BESIDE_TYPES: &[&str] = &[
    "codec",
    "commands",
    "events",
    "qapi_protocol",
    "serde_json",
    "std",
    // Primitive types, and what stands for them.
    "bool",
    "f64",
    "i16",
    "i32",
    "i64",
    "i8",
    "str",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// Makes an identifier of any text: what Rust does not allow in one becomes an underscore.
fn escape(name: &str, type_like: bool) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(allowed).collect();
    if name.chars().all(|c| c == '_') {
        return format!("{}{name}", if type_like { 'V' } else { 'v' });
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{name}");
    }
    if matches!(name.as_str(), "self" | "Self" | "super" | "crate") {
        // These have no raw form.
        return format!("{name}_");
    }
    // All others are lowercase letters. `gen` is a keyword since edition 2024, which syn does not ask
    // for.
    let is_word = name.bytes().all(|byte| byte.is_ascii_lowercase());
    if name == "gen" || (is_word && syn::parse_str::<syn::Ident>(&name).is_err()) {
        return format!("r#{name}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_become_snake_case() {
        for (wire, rust) in [
            ("read-only", "read_only"),
            ("iops_rd", "iops_rd"),
            ("UUID", "uuid"),
            ("cache-type", "cache_type"),
            ("__com.example_thing", "com_example_thing"),
        ] {
            assert_eq!(field(wire), rust);
        }
    }

    #[test]
    fn keywords_become_raw_identifiers_or_get_an_underscore() {
        assert_eq!(field("type"), "r#type");
        assert_eq!(field("async"), "r#async");
        assert_eq!(field("gen"), "r#gen");
        assert_eq!(field("self"), "self_");
        assert_eq!(variant("self"), "Self_");
    }

    #[test]
    fn variants_are_camel_case_and_never_start_with_a_digit() {
        assert_eq!(variant("block-node"), "BlockNode");
        assert_eq!(variant("0"), "_0");
        assert_eq!(variant("none"), "None");
        assert_eq!(variant("+"), "V");
        assert_eq!(variant("unknown"), "Unknown_");
        assert_eq!(variant("untagged"), "Untagged_");
    }

    #[test]
    fn messages_are_camel_case_and_types_stay_as_they_are() {
        assert_eq!(message("", "x-blockdev-change"), "XBlockdevChange");
        assert_eq!(message("", "BLOCK_JOB_READY"), "BlockJobReady");
        assert_eq!(ty("", "QCryptoTLSCreds"), "QCryptoTLSCreds");
        assert_eq!(ty("", "__com.example_Foo"), "__com_example_Foo");
        assert_eq!(ty("", "q_obj_str-wrapper"), "StrWrapper");
    }

    #[test]
    fn a_prefix_stands_in_front_of_types_and_messages() {
        assert_eq!(message("Garage", "car-add"), "GarageCarAdd");
        assert_eq!(message("Garage", "0"), "Garage0");
        assert_eq!(ty("Garage", "type"), "Garagetype");
        assert_eq!(ty("Garage", "q_obj_str-wrapper"), "GarageStrWrapper");
    }

    #[test]
    fn modules_keep_clear_of_the_generated_ones() {
        assert_eq!(module("block-core.json"), "block_core");
        assert_eq!(module("../qapi/block.json"), "qapi_block");
        assert_eq!(module("events.json"), "events_");
        assert_eq!(module("trait.json"), "r#trait");
        assert_eq!(module("mod.json"), "mod_");
    }

    proptest::proptest! {
        #[test]
        fn any_name_becomes_an_identifier(wire in ".*") {
            for name in [
                field(&wire),
                variant(&wire),
                message("", &wire),
                message("Garage", &wire),
                ty("", &wire),
                ty("Garage", &wire),
                module(&wire),
            ] {
                quote::format_ident!("{}", name);
                // Rust keeps this one for itself, too.
                proptest::prop_assert_ne!(name, "_");
            }
        }
    }
}
