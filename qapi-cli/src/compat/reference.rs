//! What a server is compared with.

use std::path::Path;

use qapi_codegen::introspection::Introspection;
use qapi_protocol::introspection::Schema;
use qapi_protocol::{DecodeError, Version, decode};

use super::reach::Reach;
use super::server::ServerKind;

/// A schema that a server is compared with.
pub(super) struct Reference {
    /// The file that it was read from, if it is not what this program knows.
    pub(super) file: Option<String>,
    pub(super) schema: Schema,
    pub(super) reach: Reach,
    /// The newest release that it knows.
    pub(super) newest: Option<Version>,
}

impl Reference {
    /// All that this program knows of a kind of server.
    pub(super) fn known(kind: ServerKind) -> Result<Self, DecodeError> {
        let schema: Schema = decode(kind.descriptor())?;
        let reach = Reach::of(&schema);
        // All are of the same releases, but not each of them has something new in each release.
        let newest = match kind {
            ServerKind::Qemu => reach.newest,
            ServerKind::StorageDaemon | ServerKind::GuestAgent => {
                Reach::of(&decode(ServerKind::Qemu.descriptor())?).newest
            }
        };
        Ok(Reference {
            file: None,
            schema,
            reach,
            newest,
        })
    }

    /// A schema that was read from a file.
    pub(super) fn given(schema: &qapi_parser::Schema, path: &Path) -> Result<Self, DecodeError> {
        let schema: Schema = decode(Introspection::descriptor(schema).to_string())?;
        let reach = Reach::of(&schema);
        Ok(Reference {
            file: Some(path.display().to_string()),
            newest: reach.newest,
            schema,
            reach,
        })
    }

    /// What people call it.
    pub(super) fn name(&self) -> String {
        match (&self.file, self.newest) {
            (Some(file), _) => file.clone(),
            (None, Some(newest)) => format!("what is known up to QEMU {newest}"),
            (None, None) => "what is known".to_owned(),
        }
    }
}
