//! Look-ups in what real QEMUs answered to `query-qmp-schema`, compared with a search of the
//! plain JSON.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::collections::{HashMap, HashSet};

use qapi_protocol::introspection::{
    CommandList, GuestAgentInfo, GuestInfo, QueryCommands, QueryQmpSchema, Schema, TypeKind,
};
use qapi_protocol::{CommandSet, CommandVisitor, QapiCommand, VersionRange, decode};
use serde_json::Value;

/// The answer to the command `C` in a recording.
fn recorded<C: QapiCommand>(file: &str) -> Value {
    let path = format!("{}/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let recording = std::fs::read_to_string(path).unwrap();
    let mut id = None;
    for line in recording.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let message = &mut line["msg"];
        if message["execute"] == C::NAME {
            id = Some(message["id"].take());
        } else if id.as_ref() == message.get("id") && message.get("return").is_some() {
            return message["return"].take();
        }
    }
    panic!("{file} has no answer to {}", C::NAME);
}

/// The same schema as a QEMU before 6.2 tells it: enumerations have no `members`.
fn before_6_2(mut answer: Value) -> Value {
    for entry in answer.as_array_mut().unwrap() {
        if entry["meta-type"] == "enum" {
            entry.as_object_mut().unwrap().remove("members").unwrap();
        }
    }
    answer
}

fn schema(answer: &Value) -> Schema {
    decode(answer.to_string()).unwrap()
}

/// A search of the plain JSON, one entry at a time, as libvirt does it.
struct Plain<'a>(HashMap<&'a str, &'a Value>);

impl<'a> Plain<'a> {
    fn new(answer: &'a Value) -> Self {
        let entries = answer.as_array().unwrap().iter();
        Plain(entries.map(|it| (text(&it["name"]), it)).collect())
    }

    fn has(&self, path: &str) -> bool {
        let parts: Vec<_> = path.split('/').collect();
        self.leads(parts[0], &parts[1..])
    }

    /// Whether `parts` lead on from the entry `name`.
    fn leads(&self, name: &str, parts: &[&str]) -> bool {
        let (Some(entry), Some((part, rest))) = (self.0.get(name), parts.split_first()) else {
            return self.0.contains_key(name);
        };
        let (sign, word) = match part.chars().next().unwrap() {
            first if first.is_ascii_alphabetic() => (' ', *part),
            sign => (sign, &part[1..]),
        };
        match (text(&entry["meta-type"]), sign) {
            ("array", _) => self.leads(text(&entry["element-type"]), parts),
            ("alternate", _) => list(&entry["members"])
                .iter()
                .any(|alternative| self.leads(text(&alternative["type"]), parts)),
            ("command" | "event" | "object", '$') => features(entry).contains(&word),
            ("command" | "event", ' ') => {
                entry.get(word).is_some_and(|ty| self.leads(text(ty), rest))
            }
            ("object", '+') => list(&entry["variants"])
                .iter()
                .filter(|variant| variant["case"] == word)
                .any(|variant| self.leads(text(&variant["type"]), rest)),
            ("object", ' ' | '*') => list(&entry["members"])
                .iter()
                .filter(|member| member["name"] == word)
                .filter(|member| sign == ' ' || member.get("default").is_some())
                .any(|member| match rest {
                    // What libvirt does not know: a feature of the member.
                    [feature] if feature.starts_with('$') => {
                        features(member).contains(&&feature[1..])
                            || self.leads(text(&member["type"]), rest)
                    }
                    _ => self.leads(text(&member["type"]), rest),
                }),
            ("enum", '^') => match (list(&entry["members"]), rest) {
                (members, [feature]) => members.iter().any(|member| {
                    member["name"] == word && features(member).contains(&&feature[1..])
                }),
                ([], _) => list(&entry["values"]).iter().any(|value| value == word),
                (members, _) => members.iter().any(|member| member["name"] == word),
            },
            ("builtin", '!') => entry["json-type"] == word,
            _ => false,
        }
    }

    /// All paths from commands and events with this many steps, and some that lead nowhere.
    fn paths(&self, steps: usize) -> HashSet<String> {
        let mut paths = HashSet::new();
        for (name, entry) in &self.0 {
            if matches!(text(&entry["meta-type"]), "command" | "event") {
                paths.insert((*name).to_owned());
                paths.insert(format!("{name}-gone"));
                paths.insert(format!("{name}/$unstable"));
                for attribute in ["arg-type", "ret-type"] {
                    let path = format!("{name}/{attribute}");
                    if let Some(ty) = entry.get(attribute) {
                        self.extend(&mut paths, &path, text(ty), steps);
                    }
                    paths.insert(path);
                }
            }
        }
        paths
    }

    /// Adds the paths that lead on from the entry `name`, to which `path` leads.
    fn extend(&self, paths: &mut HashSet<String>, path: &str, name: &str, steps: usize) {
        let entry = self.0[name];
        let mut add = |step: String| paths.insert(format!("{path}/{step}"));
        for step in [
            "none",
            "*none",
            "+none",
            "^none",
            "$none",
            "$deprecated",
            "!string",
            "!int",
        ] {
            add(step.to_owned());
        }
        match text(&entry["meta-type"]) {
            "enum" => {
                for value in list(&entry["values"]) {
                    add(format!("^{}", text(value)));
                    add(format!("^{}/$unstable", text(value)));
                    add(format!("^{}/$deprecated", text(value)));
                }
            }
            "array" => self.extend(paths, path, text(&entry["element-type"]), steps),
            "alternate" => {
                for alternative in list(&entry["members"]) {
                    self.extend(paths, path, text(&alternative["type"]), steps);
                }
            }
            "object" => {
                for member in list(&entry["members"]) {
                    let (name, ty) = (text(&member["name"]), text(&member["type"]));
                    let to = format!("{path}/{name}");
                    paths.insert(format!("{path}/*{name}"));
                    paths.insert(format!("{path}/+{name}"));
                    paths.insert(format!("{path}/^{name}"));
                    if steps > 0 {
                        self.extend(paths, &to, ty, steps - 1);
                    }
                    paths.insert(to);
                }
                for variant in list(&entry["variants"]) {
                    let to = format!("{path}/+{}", text(&variant["case"]));
                    if steps > 0 {
                        self.extend(paths, &to, text(&variant["type"]), steps - 1);
                    }
                    paths.insert(to);
                }
            }
            _ => {}
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn features(value: &Value) -> Vec<&str> {
    list(&value["features"]).iter().map(text).collect()
}

/// What libvirt asks, and a few more: the path, and whether it leads anywhere in the recorded
/// QEMU 7.2 and in 10.0.
const ASKED: &[(&str, bool, bool)] = &[
    ("block-commit/arg-type/*top", true, true),
    ("block-commit/arg-type/*device", false, false),
    (
        "blockdev-add/arg-type/options/+gluster/debug-level",
        false,
        false,
    ),
    ("blockdev-add/arg-type/+vxhs", false, false),
    ("blockdev-add/arg-type/+file/drop-cache", true, true),
    (
        "blockdev-add/arg-type/+file/$dynamic-auto-read-only",
        true,
        true,
    ),
    ("blockdev-add/arg-type/+nvme", true, true),
    ("blockdev-add/arg-type/+file/aio/^io_uring", true, true),
    (
        "blockdev-add/arg-type/+file/aio/^io_uring/$deprecated",
        false,
        false,
    ),
    ("blockdev-add/arg-type/+nbd/tls-hostname", true, true),
    (
        "blockdev-add/arg-type/+qcow2/encrypt/+luks/key-secret",
        true,
        true,
    ),
    ("blockdev-add/arg-type/+qcow2/discard-no-unref", false, true),
    (
        "blockdev-add/arg-type/+qcow2/*discard-no-unref",
        false,
        true,
    ),
    (
        "blockdev-add/arg-type/+qcow2/discard-no-unref/!boolean",
        false,
        true,
    ),
    ("blockdev-add/arg-type/discard-no-unref", false, false),
    ("blockdev-add/arg-type/+qcow2/node-name", false, false),
    ("blockdev-add/arg-type/node-name", true, true),
    (
        "blockdev-add/arg-type/driver/^gluster/$deprecated",
        false,
        true,
    ),
    ("blockdev-add/arg-type/+qcow2/backing/!null", true, true),
    ("blockdev-add/arg-type/+qcow2/backing/!string", true, true),
    (
        "blockdev-add/arg-type/+qcow2/backing/+file/filename",
        true,
        true,
    ),
    (
        "blockdev-add/arg-type/+virtio-blk-vhost-vdpa/$fdset",
        false,
        true,
    ),
    ("blockdev-snapshot/$allow-write-only-overlay", true, true),
    (
        "chardev-add/arg-type/backend/+socket/data/reconnect",
        true,
        true,
    ),
    ("chardev-add/arg-type/backend/+qemu-vdagent", true, true),
    ("device_add/$json-cli-hotplug", true, true),
    (
        "migrate-set-parameters/arg-type/block-bitmap-mapping/bitmaps/transform",
        true,
        true,
    ),
    ("nbd-server-start/arg-type/tls-creds", true, true),
    ("nbd-server-add/arg-type/bitmap", true, true),
    ("netdev_add/arg-type/+stream", true, true),
    ("netdev_add/arg-type/+stream/reconnect-ms", false, true),
    ("netdev_add/arg-type/type/^dgram", true, true),
    ("object-add/arg-type/qom-type/^secret", true, true),
    (
        "object-add/arg-type/qom-type/^x-remote-object/$unstable",
        true,
        true,
    ),
    ("object-add/arg-type/+sev-guest/kernel-hashes", true, true),
    ("object-add/arg-type/+iothread/thread-pool-max", true, true),
    (
        "query-display-options/ret-type/+egl-headless/rendernode",
        true,
        true,
    ),
    ("query-display-options/ret-type/+sdl", true, true),
    ("query-hotpluggable-cpus/ret-type/props/die-id", true, true),
    ("query-named-block-nodes/arg-type/flat", true, true),
    ("query-cpus", false, false),
    ("cpu-add", false, false),
    ("screendump/arg-type/format/^png", true, true),
    ("set-numa-node/arg-type/+hmat-lb", true, true),
    ("calc-dirty-rate/arg-type/mode", true, true),
    ("query-migrate/ret-type/blocked-reasons", true, true),
    ("BLOCK_JOB_READY/arg-type/type/^commit", true, true),
    ("block-commit/arg-type/base/$deprecated", true, true),
    ("block-commit/arg-type/base-node/$deprecated", false, false),
];

#[test]
fn what_libvirt_asks_is_answered_as_libvirt_answers() {
    let answers = ["qemu-7.2.jsonl", "qemu-10.0.jsonl"].map(recorded::<QueryQmpSchema>);
    for (index, answer) in answers.iter().enumerate() {
        let (schema, plain) = (schema(answer), Plain::new(answer));
        for &(path, in_7_2, in_10_0) in ASKED {
            let expected = [in_7_2, in_10_0][index];
            assert_eq!(plain.has(path), expected, "{path}, in plain JSON");
            assert_eq!(schema.has(path).unwrap(), expected, "{path}");
        }
    }
}

#[test]
fn any_short_path_leads_where_it_leads_in_plain_json() {
    let old = before_6_2(recorded::<QueryQmpSchema>("qemu-7.2.jsonl"));
    for answer in [old, recorded::<QueryQmpSchema>("qemu-10.0.jsonl")] {
        let (schema, plain) = (schema(&answer), Plain::new(&answer));
        let paths = plain.paths(2);
        let mut there = 0;
        for path in &paths {
            let expected = plain.has(path);
            assert_eq!(schema.has(path).unwrap(), expected, "{path}");
            there += usize::from(expected);
        }
        assert!(there > 5_000 && paths.len() - there > 5_000);
    }
}

#[test]
fn what_was_recorded_is_written_again_as_it_was() {
    for file in ["qemu-7.2.jsonl", "qemu-10.0.jsonl", "qsd-10.0.jsonl"] {
        let answer = recorded::<QueryQmpSchema>(file);
        for answer in [before_6_2(answer.clone()), answer] {
            assert_eq!(serde_json::to_value(schema(&answer)).unwrap(), answer);
        }
        let answer = recorded::<QueryCommands>(file);
        let list: CommandList = decode(answer.to_string()).unwrap();
        assert_eq!(serde_json::to_value(list).unwrap(), answer);
    }
    let answer = recorded::<GuestInfo>("qga-10.0.jsonl");
    let agent: GuestAgentInfo = decode(answer.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&agent).unwrap(), answer);
    assert!(agent.commands().supports::<GuestInfo>());
}

#[test]
fn a_program_needs_no_names_of_types() {
    for (file, there) in [("qemu-7.2.jsonl", false), ("qemu-10.0.jsonl", true)] {
        let schema = schema(&recorded::<QueryQmpSchema>(file));
        let arguments = schema.command("blockdev-add").unwrap().arguments();
        assert_eq!(arguments.tag(), Some("driver"));
        let qcow2 = arguments.branch("qcow2").unwrap();
        let member = qcow2.member("discard-no-unref");
        assert_eq!(member.is_some_and(|member| member.is_optional()), there);
        let backing = qcow2.member("backing").unwrap();
        assert_eq!(backing.ty().kind(), TypeKind::Alternate);
        let aio = arguments.branch("file").unwrap().member("aio").unwrap();
        let values: Vec<_> = aio.ty().values().map(|value| value.name()).collect();
        assert_eq!(values, ["threads", "native", "io_uring"]);
    }
}

#[test]
fn the_schema_and_the_list_have_the_same_commands() {
    for file in ["qemu-7.2.jsonl", "qemu-10.0.jsonl"] {
        let schema = schema(&recorded::<QueryQmpSchema>(file));
        let list: CommandList = decode(recorded::<QueryCommands>(file).to_string()).unwrap();
        let described: HashSet<_> = schema.commands().map(|command| command.name()).collect();
        assert_eq!(list.names().collect::<HashSet<_>>(), described);
        assert!(list.supports::<QueryQmpSchema>() && !list.has("cpu-add"));
        assert!(schema.events().count() > 50);
    }
}

/// What the type of a command says of it.
struct OfType;

impl CommandVisitor for OfType {
    type Output = (VersionRange, bool);

    fn visit<C: QapiCommand>(self) -> Self::Output {
        (C::VERSIONS, C::ALLOW_OOB)
    }
}

/// Compares a descriptor with the types that were generated with it.
fn compare<C: CommandSet>(descriptor: &str) {
    let schema: Schema = decode(descriptor).unwrap();
    let names: HashSet<_> = schema.commands().map(|it| it.name()).collect();
    assert_eq!(names, C::NAMES.iter().copied().collect());
    for command in schema.commands() {
        let versions = command.versions().unwrap_or(VersionRange::ALL);
        let of_type = C::visit(command.name(), OfType).unwrap();
        assert_eq!(
            (versions, command.allows_oob()),
            of_type,
            "{}",
            command.name()
        );
    }

    // Every type that is named is there.
    let commands = schema.commands();
    let mut todo: Vec<_> = commands
        .flat_map(|it| [it.arguments(), it.returns()])
        .collect();
    todo.extend(schema.events().map(|it| it.data()));
    let mut seen = HashSet::new();
    while let Some(ty) = todo.pop() {
        if !seen.insert(ty.name()) {
            continue;
        }
        assert_ne!(ty.kind(), TypeKind::Unknown, "{}", ty.name());
        todo.extend(ty.members().map(|it| it.ty()));
        todo.extend(ty.branches().map(|(_, it)| it));
        todo.extend(ty.alternatives());
        todo.extend(ty.element());
    }
    assert!(seen.len() > 50, "{}", seen.len());
}

#[test]
fn descriptors_say_what_the_types_say() {
    compare::<qapi_types::qmp::Command>(qapi_types::qmp::DESCRIPTOR);
    compare::<qapi_types::qga::Command>(qapi_types::qga::DESCRIPTOR);
    compare::<qapi_types::qsd::Command>(qapi_types::qsd::DESCRIPTOR);
}
