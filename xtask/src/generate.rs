//! `cargo xtask gen`: the generated crate, from `schema/`.

mod overrides;
mod shared;
pub(crate) mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use anyhow::{Context, bail};
use qapi_codegen::{Config, Layout, Output};
use qapi_parser::Schema;
use qapi_parser::schema::TypeKind;

use crate::interface::Interface;
use overrides::BySchema;

/// Options of `cargo xtask gen`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing, and fail when the code differs from what the schema gives
    #[arg(long)]
    pub(crate) check: bool,
}

/// An interface that becomes a module of `qapi-types`.
pub(crate) struct Target {
    interface: Interface,
    /// Its page in QEMU's documentation.
    reference: &'static str,
    /// The namespace of the page's anchors.
    namespace: &'static str,
}

impl Target {
    /// The name of the module.
    pub(crate) fn module(&self) -> &'static str {
        self.interface.name()
    }
}

const TARGETS: [Target; 3] = [
    Target {
        interface: Interface::Qmp,
        reference: "https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html",
        namespace: "QMP",
    },
    Target {
        interface: Interface::Qga,
        reference: "https://www.qemu.org/docs/master/interop/qemu-ga-ref.html",
        namespace: "QGA",
    },
    Target {
        interface: Interface::Qsd,
        reference: "https://www.qemu.org/docs/master/interop/qemu-storage-daemon-qmp-ref.html",
        namespace: "QSD",
    },
];

/// Writes the generated modules of `qapi-types`, or checks them.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let interfaces = Interfaces::merge(&workspace.join("schema"))?;
    let mut is_current = true;
    for (target, output) in interfaces.generate()? {
        let dir = workspace.join("qapi-types/src").join(target.module());
        if options.check {
            for drift in output.drift(&dir)? {
                eprintln!("qapi-types/src/{}/{drift}", target.module());
                is_current = false;
            }
        } else {
            output.sync(&dir)?;
        }
        let summary = Summary::of(interfaces.schema(target));
        match interfaces.shared(target).len() {
            0 => println!("{}: {summary}", target.module()),
            count => println!("{}: {summary}; {count} are those of qmp", target.module()),
        }
    }
    if !is_current {
        bail!("the generated code is not what the schema gives; run `cargo xtask gen`");
    }
    Ok(())
}

/// The code of each target.
pub(crate) type Code = Vec<(&'static Target, Output)>;

/// The schemas of all interfaces, of which all versions are one, and what is settled for them.
pub(crate) struct Interfaces {
    overrides: BySchema,
    schemas: BTreeMap<Interface, Schema>,
    /// The definitions of the storage daemon that are those of QMP.
    shared: BTreeSet<String>,
}

impl Interfaces {
    /// Merges what is in a folder like `schema/`.
    pub(crate) fn merge(folder: &Path) -> anyhow::Result<Self> {
        let names = Interface::ALL.map(Interface::name);
        let overrides = overrides::read(&folder.join("overrides.toml"), &names)?;
        let mut schemas = BTreeMap::new();
        for interface in Interface::ALL {
            let settled = &overrides[interface.name()].types;
            let schema = versions::merge(folder, interface.root(), settled);
            schemas.insert(interface, schema.with_context(|| interface.name())?);
        }
        let shared = shared::shared(&schemas[&Interface::Qmp], &schemas[&Interface::Qsd]);
        check_shared(&overrides, &shared)?;
        Ok(Interfaces {
            overrides,
            schemas,
            shared,
        })
    }

    /// Takes the documentation of these schemas, each for its interface.
    pub(crate) fn describe(&mut self, described: &[(Interface, Schema)]) {
        for (interface, described) in described {
            if let Some(schema) = self.schemas.remove(interface) {
                self.schemas
                    .insert(*interface, schema.described_by(described));
            }
        }
    }

    /// The code of each target.
    pub(crate) fn generate(&self) -> anyhow::Result<Code> {
        let generate = |target: &'static Target| {
            let base64 = &self.overrides[target.module()].base64;
            let output = generate(target, self.schema(target), base64, self.shared(target));
            Ok((target, output.with_context(|| target.module())?))
        };
        TARGETS.iter().map(generate).collect()
    }

    fn schema(&self, target: &Target) -> &Schema {
        &self.schemas[&target.interface]
    }

    /// The definitions of a target that are those of QMP.
    fn shared(&self, target: &Target) -> &BTreeSet<String> {
        const NONE: &BTreeSet<String> = &BTreeSet::new();
        match target.interface {
            Interface::Qsd => &self.shared,
            Interface::Qmp | Interface::Qga => NONE,
        }
    }
}

/// Fails where QMP and the storage daemon share a definition, and disagree on what is base64.
fn check_shared(overrides: &BySchema, shared: &BTreeSet<String>) -> anyhow::Result<()> {
    let of = |interface: Interface| -> BTreeSet<&String> {
        let places = overrides[interface.name()].base64.iter();
        places.filter(|place| is_of(place, shared)).collect()
    };
    let (qmp, qsd) = (of(Interface::Qmp), of(Interface::Qsd));
    match qmp.symmetric_difference(&qsd).next() {
        Some(place) => bail!(
            "schema/overrides.toml: '{place}' is of a definition that qmp and qsd share: its entry \
             has to be for both"
        ),
        None => Ok(()),
    }
}

/// Whether a place is of one of these definitions.
fn is_of(place: &str, definitions: &BTreeSet<String>) -> bool {
    let definition = place.split('.').next();
    definition.is_some_and(|name| definitions.contains(name))
}

fn generate(
    target: &Target,
    schema: &Schema,
    base64: &BTreeSet<String>,
    shared: &BTreeSet<String>,
) -> anyhow::Result<Output> {
    let own = base64.iter().filter(|place| !is_of(place, shared));
    let config = Config::new()
        .layout(Layout::FilePerModule)
        .header("@generated by `cargo xtask gen` from schema/. Do not edit.")
        .reference(target.reference, target.namespace)
        .descriptor_path("descriptor.json")
        .base64(own)
        .extern_module(shared, "crate::qmp");
    Ok(config.generate(schema, "mod.rs")?)
}

/// How much a schema defines by name.
struct Summary {
    commands: usize,
    events: usize,
    structs: usize,
    enums: usize,
    unions: usize,
    alternates: usize,
}

impl Summary {
    fn of(schema: &Schema) -> Self {
        let mut summary = Summary {
            commands: schema.commands().count(),
            events: schema.events().count(),
            structs: 0,
            enums: 0,
            unions: 0,
            alternates: 0,
        };
        for (_, ty) in schema.types().filter(|(_, ty)| !ty.is_implicit()) {
            match ty.kind {
                TypeKind::Struct(_) => summary.structs += 1,
                TypeKind::Enum(_) => summary.enums += 1,
                TypeKind::Union(_) => summary.unions += 1,
                TypeKind::Alternate(_) => summary.alternates += 1,
                TypeKind::Builtin(_) | TypeKind::Array(_) => {}
            }
        }
        summary
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary {
            commands,
            events,
            structs,
            enums,
            unions,
            alternates,
        } = self;
        write!(
            f,
            "{commands} commands, {events} events, {structs} structs, {enums} enums, \
             {unions} unions, {alternates} alternates"
        )
    }
}
