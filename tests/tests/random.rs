//! Random values of every command and event, made from the schema: what is read is written
//! again as it was.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use qapi_parser::{Loader, Schema, Strictness};
use qapi_protocol::{
    CommandSet, CommandVisitor, DecodeError, EventSet, QapiCommand, RawValue, decode,
};
use qapi_tests::random::Random;
use qapi_tests::replay::differences;
use qapi_types::qmp;
use serde::Serialize;
use serde_json::Value;

fn schema() -> Schema {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/10.2/qapi/qapi-schema.json");
    let loader = Loader::new().strictness(Strictness::Lenient);
    loader.load(root).expect("the schema is one")
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
fn member(message: &impl Serialize, name: &str) -> String {
    let message = serde_json::to_value(message).expect("generated types are JSON");
    message[name].to_string()
}

/// Reads what a command returns, and writes it again.
struct Response<'a>(&'a str);

impl CommandVisitor for Response<'_> {
    type Output = Result<String, DecodeError>;

    fn visit<C: QapiCommand>(self) -> Self::Output {
        let response: C::Response = decode(self.0)?;
        Ok(serde_json::to_string(&response).expect("generated types are JSON"))
    }
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("it is JSON")
}

/// Makes a value of every command and event of bytes, and sends it both ways.
fn round_trip(schema: &Schema, bytes: &[u8]) -> TestCaseResult {
    let mut random = Random::new(schema, bytes);
    for (_, command) in schema.commands() {
        let name = command.head.name.as_str();
        let arguments = match command.arguments {
            Some(id) if command.generate => random.value(id),
            Some(id) => random.with_extra(id),
            None => "{}".to_owned(),
        };
        let read = qmp::Command::decode(name, Some(&raw(&arguments)));
        let read = read.expect("every command has a type");
        let written = read.map(|command| member(&command, "arguments"));
        check(name, &arguments, written)?;

        let returned = match command.returns {
            Some(id) => random.value(id),
            None => "{}".to_owned(),
        };
        let written = qmp::Command::visit(name, Response(&returned));
        check(name, &returned, written.expect("every command has a type"))?;
    }
    for (_, event) in schema.events() {
        let name = event.head.name.as_str();
        let data = event.data.map_or("{}".to_owned(), |id| random.value(id));
        let read = qmp::Event::decode(name, Some(&raw(&data)));
        check(name, &data, read.map(|event| member(&event, "data")))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn everything_of_the_schema_round_trips(
        bytes in prop::collection::vec(any::<u8>(), 0..20_000),
    ) {
        thread_local!(static SCHEMA: Schema = schema());
        SCHEMA.with(|schema| round_trip(schema, &bytes))?;
    }
}
