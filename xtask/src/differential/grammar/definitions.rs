//! Random definitions: right ones, mostly, but for what they refer to.

use std::fmt::{self, Display, Formatter};

use crate::differential::random::Random;

/// A definition, and what its documentation has to describe.
pub(super) struct Definition {
    kind: &'static str,
    pub(super) name: &'static str,
    /// What follows its name.
    rest: String,
    pub(super) members: Vec<String>,
    pub(super) features: Vec<&'static str>,
}

const STRUCTS: [&str; 3] = ["Foo", "Bar", "Baz"];
const ENUMS: [&str; 2] = ["Color", "Shade"];
const UNIONS: [&str; 2] = ["Shape", "Solid"];
const ALTERNATES: [&str; 2] = ["Either", "Other"];
const COMMANDS: [&str; 4] = ["one", "two", "query-three", "fo_ur"];
const EVENTS: [&str; 2] = ["ONE", "T_WO"];

/// The types that schemas define.
const DEFINED: [&str; 9] = [
    "Foo", "Bar", "Baz", "Color", "Shade", "Shape", "Solid", "Either", "Other",
];

/// Types that are always there.
const BUILT_IN: [&str; 6] = ["int", "str", "bool", "number", "null", "any"];

/// Names that are types, but not everywhere, and some that are none.
const ODD: [&str; 16] = [
    "",
    "size",
    "uint8",
    "QType",
    "q_empty",
    "intList",
    "FooList",
    "ColorList",
    "q_obj_Shape-base",
    "q_obj_one-arg",
    "q_obj_ONE-arg",
    "Nope",
    "one",
    "ONE",
    "foo",
    "u",
];

const MEMBERS: [&str; 6] = ["a", "b", "c", "t", "a-b", "kind"];
const ODD_MEMBERS: [&str; 12] = [
    "a_b", "u", "has-a", "A", "q-a", "unix", "type", "class", "name", "x-a", "1", "",
];

const VALUES: [&str; 6] = ["red", "blue", "dark", "on", "a-b", "1x"];
const BRANCHES: [&str; 3] = ["red", "blue", "dark"];

const FEATURES: [&str; 6] = ["one", "two", "x-three", "deprecated", "unstable", "fo_ur"];

const CONDITIONS: [&str; 6] = [
    "'A'",
    "'B'",
    "{ 'not': 'A' }",
    "{ 'all': [ 'A', 'B' ] }",
    "{ 'any': [ { 'not': 'A' }, 'B' ] }",
    "{ 'not': { 'not': 'A' } }",
];
const ODD_CONDITIONS: [&str; 6] = ["{ }", "[ ]", "'a'", "''", "{ 'all': [ ] }", "false"];

/// Flags of commands with the value that each may have.
const FLAGS: [(&str, &str); 5] = [
    ("gen", "false"),
    ("success-response", "false"),
    ("allow-oob", "true"),
    ("allow-preconfig", "true"),
    ("coroutine", "true"),
];

impl Definition {
    /// One from its kind, its name, what follows, and its members.
    pub(super) fn right(
        (kind, name, rest, members): (&'static str, &'static str, &str, &[&str]),
    ) -> Self {
        Definition {
            kind,
            name,
            rest: format!(", {rest}"),
            members: members.iter().map(|&name| name.to_owned()).collect(),
            features: Vec::new(),
        }
    }
}

impl Display for Definition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{{ '{}': '{}'{} }}\n", self.kind, self.name, self.rest)
    }
}

/// A definition of any kind.
pub(super) fn any(random: &mut Random) -> Definition {
    let kinds = [
        an_enum,
        a_struct,
        a_struct,
        a_struct,
        a_union,
        a_union,
        an_alternate,
        a_command,
        a_command,
        an_event,
    ];
    let mut definition = random.one(&kinds)(random);
    if random.percent(12) {
        let condition = condition(random);
        definition.rest += &format!(", 'if': {condition}");
    }
    if random.percent(15) {
        let (names, list) = features(random);
        definition.rest += &format!(", 'features': {list}");
        definition.features = names;
    }
    definition
}

fn an_enum(random: &mut Random) -> Definition {
    let mut values = Vec::new();
    let mut list = Vec::new();
    for _ in 0..random.below(4) {
        let name = random.one(&VALUES);
        values.push(name.to_owned());
        list.push(match random.below(10) {
            0 => format!("{{ 'name': '{name}', 'if': {} }}", condition(random)),
            1 => format!("{{ 'name': '{name}', 'features': {} }}", features(random).1),
            _ => format!("'{name}'"),
        });
    }
    let prefix = random.one(&["", "", "", "", ", 'prefix': 'P'", ", 'prefix': ''"]);
    Definition {
        kind: "enum",
        name: random.one(&ENUMS),
        rest: format!("{prefix}, 'data': [ {} ]", list.join(", ")),
        members: values,
        features: Vec::new(),
    }
}

fn a_struct(random: &mut Random) -> Definition {
    let base = match random.percent(35) {
        true => format!(", 'base': {}", object_name(random)),
        false => String::new(),
    };
    let (members, data) = members(random, &[]);
    Definition {
        kind: "struct",
        name: random.one(&STRUCTS),
        rest: format!("{base}, 'data': {data}"),
        members,
        features: Vec::new(),
    }
}

fn a_union(random: &mut Random) -> Definition {
    let (members, base) = match random.percent(40) {
        true => (Vec::new(), object_name(random)),
        false => {
            let tag = random.one(&[
                "'Color'", "'Color'", "'Color'", "'Shade'", "'QType'", "'int'",
            ]);
            members(random, &[("t", tag)])
        }
    };
    let tag = random.one(&["t", "t", "t", "t", "t", "t", "a", "kind", "*t", ""]);
    let branches = entries(random, &BRANCHES, object_name);
    Definition {
        kind: "union",
        name: random.one(&UNIONS),
        rest: format!(", 'base': {base}, 'discriminator': '{tag}', 'data': {branches}"),
        members,
        features: Vec::new(),
    }
}

fn an_alternate(random: &mut Random) -> Definition {
    let names = ["a", "b", "c", "a-b"];
    Definition {
        kind: "alternate",
        name: random.one(&ALTERNATES),
        rest: format!(", 'data': {}", entries(random, &names, type_or_list)),
        members: names.map(str::to_owned).to_vec(),
        features: Vec::new(),
    }
}

fn a_command(random: &mut Random) -> Definition {
    let (members, mut rest) = arguments(random);
    if random.percent(40) {
        rest += &format!(", 'returns': {}", type_or_list(random));
    }
    for (flag, value) in FLAGS {
        if random.percent(6) {
            rest += &format!(", '{flag}': {value}");
        }
    }
    Definition {
        kind: "command",
        name: random.one(&COMMANDS),
        rest,
        members,
        features: Vec::new(),
    }
}

fn an_event(random: &mut Random) -> Definition {
    let (members, rest) = arguments(random);
    Definition {
        kind: "event",
        name: random.one(&EVENTS),
        rest,
        members,
        features: Vec::new(),
    }
}

/// Arguments of a command or data of an event.
fn arguments(random: &mut Random) -> (Vec<String>, String) {
    match random.below(10) {
        0 | 1 => (Vec::new(), String::new()),
        2..=4 => (Vec::new(), format!(", 'data': {}", object_name(random))),
        5 | 6 => {
            let data = object_name(random);
            (Vec::new(), format!(", 'boxed': true, 'data': {data}"))
        }
        _ => {
            let (members, data) = members(random, &[]);
            (members, format!(", 'data': {data}"))
        }
    }
}

/// Some members behind those that are given, without the names of which there is one.
fn members(random: &mut Random, given: &[(&str, &str)]) -> (Vec<String>, String) {
    let mut names: Vec<String> = given.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut list: Vec<String> = given
        .iter()
        .map(|(name, ty)| format!("'{name}': {ty}"))
        .collect();
    for _ in 0..random.below(4) {
        let name = match random.percent(92) {
            true => random.one(&MEMBERS),
            false => random.one(&ODD_MEMBERS),
        };
        if names.iter().any(|other| other == name) {
            continue;
        }
        let star = random.one(&["", "", "*"]);
        let ty = type_or_list(random);
        list.push(format!("'{star}{name}': {}", member(random, &ty)));
        names.push(name.to_owned());
    }
    (names, format!("{{ {} }}", list.join(", ")))
}

/// Branches or alternatives of some of the names, each of a type like those of `ty`.
fn entries(random: &mut Random, names: &[&str], ty: fn(&mut Random) -> String) -> String {
    let mut list = Vec::new();
    for name in names {
        if random.percent(40) {
            let ty = ty(random);
            list.push(format!("'{name}': {}", member(random, &ty)));
        }
    }
    format!("{{ {} }}", list.join(", "))
}

/// What a member of a type is.
fn member(random: &mut Random, ty: &str) -> String {
    match random.below(12) {
        0 => format!("{{ 'type': {ty}, 'if': {} }}", condition(random)),
        1 => format!("{{ 'type': {ty}, 'features': {} }}", features(random).1),
        _ => ty.to_owned(),
    }
}

fn type_or_list(random: &mut Random) -> String {
    let ty = type_name(random);
    match random.percent(20) {
        true => format!("[ {ty} ]"),
        false => ty,
    }
}

fn type_name(random: &mut Random) -> String {
    let name = match random.below(100) {
        0..60 => random.one(&DEFINED),
        60..97 => random.one(&BUILT_IN),
        _ => random.one(&ODD),
    };
    format!("'{name}'")
}

/// The name of a type that can be a base or a branch, mostly.
fn object_name(random: &mut Random) -> String {
    match random.percent(75) {
        true => format!("'{}'", random.one(&["Foo", "Bar", "Baz", "Baz"])),
        false => type_name(random),
    }
}

fn condition(random: &mut Random) -> &'static str {
    match random.percent(85) {
        true => random.one(&CONDITIONS),
        false => random.one(&ODD_CONDITIONS),
    }
}

/// Names of features, and the list of them.
fn features(random: &mut Random) -> (Vec<&'static str>, String) {
    let names: Vec<&str> = (0..random.below(3))
        .map(|_| random.one(&FEATURES))
        .collect();
    let mut list = Vec::new();
    for name in &names {
        list.push(match random.percent(20) {
            true => format!("{{ 'name': '{name}', 'if': {} }}", condition(random)),
            false => format!("'{name}'"),
        });
    }
    (names, format!("[ {} ]", list.join(", ")))
}
