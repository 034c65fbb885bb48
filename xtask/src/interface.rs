//! The interfaces of a QEMU, each with a schema and a module of `qapi-types`.

/// An interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Interface {
    /// QEMU
    #[default]
    Qmp,
    /// The guest agent
    Qga,
    /// The storage daemon
    Qsd,
}

impl Interface {
    pub(crate) const ALL: [Interface; 3] = [Interface::Qmp, Interface::Qga, Interface::Qsd];

    /// What it is called in options and in `qapi-types`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Interface::Qmp => "qmp",
            Interface::Qga => "qga",
            Interface::Qsd => "qsd",
        }
    }

    /// The root file of its schema in a source tree, and in the folder of a version.
    pub(crate) fn root(self) -> &'static str {
        match self {
            Interface::Qmp => "qapi/qapi-schema.json",
            Interface::Qga => "qga/qapi-schema.json",
            Interface::Qsd => "storage-daemon/qapi/qapi-schema.json",
        }
    }
}
