//! The source tree of a QEMU.

use std::fmt;
use std::path::PathBuf;

use anyhow::bail;
use qapi_parser::{Schema, Strictness};

use crate::color::Color;
use crate::input;

/// An interface of QEMU that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Interface {
    /// QEMU
    Qmp,
    /// The guest agent
    Qga,
    /// The storage daemon
    Qsd,
}

impl Interface {
    pub(super) const ALL: [Interface; 3] = [Interface::Qmp, Interface::Qga, Interface::Qsd];

    /// What it is called in options and in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Interface::Qmp => "qmp",
            Interface::Qga => "qga",
            Interface::Qsd => "qsd",
        }
    }

    /// The root file of its schema.
    fn root(self) -> &'static str {
        match self {
            Interface::Qmp => "qapi/qapi-schema.json",
            Interface::Qga => "qga/qapi-schema.json",
            Interface::Qsd => "storage-daemon/qapi/qapi-schema.json",
        }
    }
}

/// A folder with the schema of one interface at least, where QEMU's source has it.
pub(super) struct Tree(PathBuf);

impl Tree {
    pub(super) fn open(folder: PathBuf) -> anyhow::Result<Self> {
        let tree = Tree(folder);
        if !Interface::ALL.into_iter().any(|it| tree.has(it)) {
            let roots = Interface::ALL.map(Interface::root).join(", ");
            bail!("'{tree}' is no source tree of QEMU: it has none of {roots}");
        }
        Ok(tree)
    }

    pub(super) fn has(&self, interface: Interface) -> bool {
        self.0.join(interface.root()).is_file()
    }

    /// The schema of an interface.
    pub(super) fn load(&self, interface: Interface, color: Color) -> anyhow::Result<Schema> {
        let path = self.0.join(interface.root());
        input::load(&path, Strictness::Lenient).map_err(|failure| failure.shown(&path, color))
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
