//! Random values of every command, event and type of every version in `schema/`, made from that
//! version's schema: what is read is written again as it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};
use qapi_parser::schema::Version;
use qapi_parser::{Loader, Schema, Strictness};
use qapi_protocol::codec::{Decode, Encode};
use qapi_protocol::{
    CommandSet, CommandVisitor, DecodeError, EventSet, QapiCommand, RawValue, UnknownEvent, decode,
    encode,
};
use qapi_tests::random::{Facts, Random};
use qapi_tests::replay::differences;
use qapi_types::{qga, qmp, qsd};
use serde_json::Value;

include!(concat!(env!("OUT_DIR"), "/types.rs"));

fn again<T: Encode + Decode>(json: &str) -> Result<String, DecodeError> {
    let value: T = decode(json)?;
    Ok(encode(&value))
}

/// The folder `schema/`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

/// The schemas of all versions that have one at `root`, the oldest first.
fn schemas(root: &str) -> (Vec<Version>, Vec<Schema>) {
    let entries = fs::read_dir(folder()).expect("it is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name());
    let versions = names.filter_map(|name| Version::parse(name.to_str()?));
    let mut versions: Vec<Version> = versions.collect();
    versions.sort();
    let load = |version: &Version| {
        let loader = Loader::new().strictness(Strictness::Lenient);
        let schema = loader.load(folder().join(version.to_string()).join(root));
        schema.expect("the schema is one")
    };
    let schemas = versions.iter().map(load).collect();
    (versions, schemas)
}

/// The places that are base64 in the schema of a module.
fn base64(module: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(folder().join("overrides.toml")).expect("it is there");
    let table: toml::Table = text.parse().expect("it is TOML");
    let strings = |value: &toml::Value| -> Vec<String> {
        let values = value.as_array().expect("it is a list");
        let strings = values.iter().map(|it| it.as_str().expect("it is a string"));
        strings.map(str::to_owned).collect()
    };
    let entries = table["base64"].as_array().expect("it is a list");
    let of_module = entries.iter().filter(|entry| {
        let schemas = strings(&entry["schemas"]);
        schemas.iter().any(|it| it == module)
    });
    of_module.flat_map(|entry| strings(&entry["at"])).collect()
}

/// Fails unless `text`, of the message `name`, was read and written as it was.
fn check(name: &str, text: &str, written: Result<String, DecodeError>) -> TestCaseResult {
    let value = |text| serde_json::from_str::<Value>(text).expect("it is JSON");
    match written {
        Err(error) => Err(TestCaseError::fail(format!("{name}: {error}: {text}"))),
        Ok(written) => {
            let lost = differences(&value(text), &value(&written));
            prop_assert!(lost.is_empty(), "{name}: {lost:?}: {text}");
            Ok(())
        }
    }
}

/// The member `name` of a message.
fn member(message: &impl Encode, name: &str) -> String {
    let message: Value = serde_json::from_str(&encode(message)).expect("what is written is JSON");
    message[name].to_string()
}

/// Reads what a command returns, and writes it again.
struct Response<'a>(&'a str);

impl CommandVisitor for Response<'_> {
    type Output = Result<String, DecodeError>;

    fn visit<C: QapiCommand>(self) -> Self::Output {
        let response: C::Response = decode(self.0)?;
        Ok(encode(&response))
    }
}

fn raw(text: &str) -> RawValue<'_> {
    RawValue::parse(text).expect("it is JSON")
}

/// Makes a value of every command, event and type of bytes, and sends it both ways.
fn round_trip<C, E>(module: &str, facts: Facts<'_>, bytes: &[u8]) -> TestCaseResult
where
    C: CommandSet + Encode,
    E: EventSet + Encode,
{
    let schema = facts.schema;
    let mut random = Random::new(facts, bytes);
    for (_, command) in schema.commands() {
        let name = command.head.name.as_str();
        let arguments = match command.arguments {
            Some(id) if command.generate => random.value(id),
            Some(id) => random.with_extra(id),
            None => "{}".to_owned(),
        };
        let read = C::decode(name, Some(&raw(&arguments)));
        let read = read.expect("every command has a type");
        let written = read.map(|command| member(&command, "arguments"));
        check(name, &arguments, written)?;

        let returned = match command.returns {
            Some(id) => random.value(id),
            None => "{}".to_owned(),
        };
        let written = C::visit(name, Response(&returned));
        check(name, &returned, written.expect("every command has a type"))?;
    }
    for (_, event) in schema.events() {
        let name = event.head.name.as_str();
        let data = event.data.map_or("{}".to_owned(), |id| random.value(id));
        prop_assert!(E::NAMES.contains(&name), "{name} has no type");
        let read = E::decode(name, Some(&raw(&data)));
        check(name, &data, read.map(|event| member(&event, "data")))?;
    }
    for (id, ty) in schema.types().filter(|(_, ty)| !ty.is_implicit()) {
        let name = ty.head.name.as_str();
        let json = random.value(id);
        let written = round_trip_as(module, name, &json);
        check(name, &json, written.expect("every type has a name"))?;
    }
    Ok(())
}

/// Everything of all versions of a schema.
fn every_version<C, E>(module: &str, root: &str)
where
    C: CommandSet + Encode,
    E: EventSet + Encode,
{
    let (versions, schemas) = schemas(root);
    let base64 = base64(module);
    assert!(versions.len() >= 2, "there are several versions");
    for (index, version) in versions.iter().enumerate() {
        let facts = Facts {
            schema: &schemas[index],
            later: &schemas[index + 1..],
            base64: &base64,
        };
        let config = ProptestConfig {
            cases: 24,
            ..ProptestConfig::default()
        };
        let bytes = prop::collection::vec(any::<u8>(), 0..30_000);
        let result =
            TestRunner::new(config).run(&bytes, |bytes| round_trip::<C, E>(module, facts, &bytes));
        if let Err(error) = result {
            panic!("{module} of QEMU {version}: {error}");
        }
    }
}

#[test]
fn everything_of_every_qemu_round_trips() {
    every_version::<qmp::Command, qmp::Event>("qmp", "qapi/qapi-schema.json");
}

#[test]
fn everything_of_every_guest_agent_round_trips() {
    every_version::<qga::Command, UnknownEvent>("qga", "qga/qapi-schema.json");
}

#[test]
fn everything_of_every_storage_daemon_round_trips() {
    every_version::<qsd::Command, qsd::Event>("qsd", "storage-daemon/qapi/qapi-schema.json");
}
