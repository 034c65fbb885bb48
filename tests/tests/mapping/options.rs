//! What the options of the generator change.

use qapi_protocol::{CommandSet, EventSet, QapiCommand, decode, encode};
use serde_json::json;

use crate::paint::{Paint, Rgb};
use crate::{attributes, extern_path, prefix, roots, round_trip, union_};

#[test]
fn traits_are_derived_and_attributes_hold() {
    use attributes::{Engine, Gear, Vehicle, VehicleBranch, commands::Drive, events::Stalled};
    fn assert_eq_is_derived<T: Eq>(value: T) -> T {
        value
    }
    assert_eq!(Gear::default(), Gear::First);
    assert!(Gear::First < Gear::Reverse);
    let engine = Engine::new(Gear::default());
    let vehicle = Vehicle::new(VehicleBranch::Car(engine.clone()), "beetle");
    let drive = assert_eq_is_derived(Drive::new(vehicle));
    assert_eq!(
        round_trip::<Drive>(json!({
            "vehicle": { "kind": "car", "name": "beetle", "gear": "first" }
        })),
        drive
    );
    assert_eq_is_derived(Stalled(engine));
}

#[test]
fn types_that_the_user_has_written_are_members_arguments_and_answers() {
    use extern_path::{Color, Job, commands};
    let red: Color = Rgb(255, 0, 0);
    let job: Job = decode(r#"{"paint": {"shade": "dull"}, "colors": ["red", "green"]}"#).unwrap();
    assert_eq!(job.colors, [red, Rgb(0, 255, 0)]);
    let paint: Paint = job.paint;
    let command = commands::Paint::from(paint);
    assert_eq!(encode(&command), r#"{"shade":"dull"}"#);
    let error = decode::<Job>(r#"{"paint": {}, "colors": ["blue"]}"#).unwrap_err();
    assert_eq!(error.to_string(), "at $.colors[0]: no colour");
    let job = <commands::Paint as QapiCommand>::Response::new(command.0, [Rgb(0, 255, 0)]);
    assert_eq!(job.colors.len(), 1);
}

#[test]
fn the_enums_over_all_messages_are_over_those_that_are_wanted() {
    use roots::{Car, Command, Event, Wheel};
    assert_eq!(Command::NAMES, ["query-cars"]);
    assert_eq!(Event::NAMES, ["CAR_GONE"]);
    let car: Car = round_trip(json!({
        "name": "a",
        "trailer": { "name": "b", "wheels": [] },
        "wheels": [{ "size": 15 }],
    }));
    assert_eq!(car.wheels, [Wheel::new(15)]);
    let gone = Event::decode("BOAT_GONE", None).unwrap();
    assert!(matches!(gone, Event::Unknown(_)), "{gone:?}");
}

#[test]
fn a_part_of_a_large_schema_is_complete() {
    use crate::blockdev_add::{BlockdevOptions, Command, Event, commands::BlockdevAdd};
    assert_eq!(Command::NAMES, ["query-status", "blockdev-add"]);
    assert_eq!(Event::NAMES, ["BLOCK_IO_ERROR"]);
    let disk: BlockdevOptions = round_trip(json!({
        "driver": "qcow2",
        "node-name": "disk0",
        "file": { "driver": "file", "filename": "a", "aio": "io_uring" },
        "backing": null,
    }));
    let command = Command::BlockdevAdd(BlockdevAdd::from(disk));
    assert_eq!(command.name(), "blockdev-add");
}

#[test]
fn what_has_a_prefix_meets_what_has_none() {
    // As in a program, where the code of several schemas is to be in one module.
    mod all {
        pub(crate) mod commands {
            pub(crate) use crate::prefix::commands::*;
            pub(crate) use crate::roots::commands::*;
        }
        pub(crate) use crate::prefix::*;
        pub(crate) use crate::roots::*;
    }
    use all::{Command, Event, GarageCommand, GarageEvent, GarageVehicle, GarageVehicleBranch};
    let node = prefix::Node::new(union_::NodeBranch::Null, true);
    let branch = GarageVehicleBranch::Start(union_::FileOptions::new("a"));
    let vehicle = GarageVehicle::new(branch, "beetle");
    let drive = all::commands::GarageDrive::new(vehicle, node);
    let command = GarageCommand::Drive(drive.clone());
    assert_eq!(command.name(), "drive");
    assert_eq!(
        serde_json::to_value(&command).unwrap(),
        json!({ "execute": "drive", "arguments": serde_json::to_value(&drive).unwrap() })
    );
    let query = Command::QueryCars(all::commands::QueryCars::new());
    assert_eq!(query.name(), "query-cars");
    assert_eq!(GarageCommand::NAMES, ["node-add", "drive"]);
    assert_eq!(GarageEvent::NAMES, ["STALLED"]);
    assert_eq!(Event::NAMES, ["CAR_GONE"]);
    let stalled = GarageEvent::decode("STALLED", None).unwrap();
    assert_eq!(
        stalled,
        GarageEvent::Stalled(prefix::events::GarageStalled::new())
    );
}
