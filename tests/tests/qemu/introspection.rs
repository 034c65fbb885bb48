//! What QEMU says about its own interface.

use std::collections::HashMap;

use qapi_protocol::introspection::{self, QueryQmpSchema};
use qapi_protocol::{CommandSet, EventSet};
use qapi_tests::server::Qemu;
use qapi_types::qmp::{Command, Event, SchemaInfo, SchemaInfoBranch, commands};

#[test]
fn it_describes_its_schema() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let schema = client.execute(commands::QueryQmpSchema::new()).unwrap();
    assert!(schema.len() > 1000, "{} entries", schema.len());
    for SchemaInfo {
        name, meta_type, ..
    } in &schema
    {
        let known = !matches!(meta_type, SchemaInfoBranch::Unknown(_));
        assert!(known, "{name}: {meta_type:?}");
    }
    let entries: HashMap<_, _> = schema
        .iter()
        .map(|entry| (entry.name.as_str(), &entry.meta_type))
        .collect();

    // From the command, over what it returns, to the type of a member.
    let Some(SchemaInfoBranch::Command(query_status)) = entries.get("query-status") else {
        panic!("no command query-status");
    };
    assert_eq!(query_status.allow_oob, None);
    let Some(SchemaInfoBranch::Object(info)) = entries.get(query_status.ret_type.as_str()) else {
        panic!("query-status returns no object");
    };
    let running = info.members.iter().find(|member| member.name == "running");
    assert_eq!(running.unwrap().r#type, "bool");
    let Some(SchemaInfoBranch::Builtin(_)) = entries.get("bool") else {
        panic!("bool is not builtin");
    };

    // The types have most of it; not what releases between this one's and theirs removed, or
    // what later ones added.
    let count = |wanted: fn(&SchemaInfo) -> bool| schema.iter().filter(|it| wanted(it)).count();
    let commands = count(|it| {
        let name = it.name.as_str();
        matches!(it.meta_type, SchemaInfoBranch::Command(_)) && Command::NAMES.contains(&name)
    });
    let events = count(|it| {
        let name = it.name.as_str();
        matches!(it.meta_type, SchemaInfoBranch::Event(_)) && Event::NAMES.contains(&name)
    });
    assert!(commands > 150, "{commands} of its commands are known");
    assert!(events > 40, "{events} of its events are known");
}

#[test]
#[expect(deprecated)]
fn what_it_was_told_to_hide_is_not_missed() {
    // Since 6.2, `values` of an enumeration is deprecated.
    let hidden = "deprecated-output=hide,unstable-output=hide";
    let qemu = Qemu::q35(&["-compat", hidden]);
    let mut client = qemu.connect();
    let schema = client.execute(commands::QueryQmpSchema::new()).unwrap();
    let enums = schema.iter().filter_map(|entry| match &entry.meta_type {
        SchemaInfoBranch::Enum(it) => Some(it),
        _ => None,
    });
    let enums: Vec<_> = enums.collect();
    assert!(enums.len() > 50, "{} enumerations", enums.len());
    assert!(
        enums
            .iter()
            .all(|it| it.values.is_none() && it.members.is_some())
    );

    let view = client.execute(QueryQmpSchema).unwrap();
    assert!(view.has("query-status/ret-type/status/^running").unwrap());
}

#[test]
fn it_lists_its_commands() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let listed = client.execute(commands::QueryCommands::new()).unwrap();
    let schema = client.execute(commands::QueryQmpSchema::new()).unwrap();
    for command in &listed {
        let entry = schema.iter().find(|entry| entry.name == command.name);
        let meta_type = &entry.unwrap().meta_type;
        assert!(
            matches!(meta_type, SchemaInfoBranch::Command(_)),
            "{}: {meta_type:?}",
            command.name
        );
    }
    assert!(
        listed
            .iter()
            .any(|command| command.name == "query-commands")
    );
}

#[test]
fn it_says_what_it_takes() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let schema = client.execute(QueryQmpSchema).unwrap();

    let arguments = schema.command("blockdev-add").unwrap().arguments();
    let qcow2 = arguments.branch("qcow2").unwrap();
    let lazy = qcow2.member("lazy-refcounts").unwrap();
    assert!(lazy.is_optional());
    assert_eq!(lazy.ty().json_type(), Some("boolean"));
    for (path, there) in [
        (
            "blockdev-add/arg-type/+qcow2/*lazy-refcounts/!boolean",
            true,
        ),
        ("blockdev-add/arg-type/+file/aio/^threads", true),
        ("blockdev-add/arg-type/+qcow2/x-no-such-member", false),
        ("query-block/ret-type/inserted/image/filename", true),
        ("BLOCK_JOB_COMPLETED/arg-type/type/^mirror", true),
    ] {
        assert_eq!(schema.has(path).unwrap(), there, "{path}");
    }
    // All that is named is there.
    for command in schema.commands() {
        for ty in [command.arguments(), command.returns()] {
            assert_ne!(
                ty.kind(),
                introspection::TypeKind::Unknown,
                "{}",
                command.name()
            );
        }
    }
}

#[test]
fn it_is_asked_which_commands_it_has() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    assert!(client.supports::<commands::QueryStatus>().unwrap());
    assert!(client.greeting().supports::<commands::QueryStatus>());
    // A command of the guest agent's.
    assert!(!client.supports::<introspection::GuestInfo>().unwrap());
}
