//! What is said of devices: the few commands that the check takes, without their schema.

use qapi_protocol::codec::{self, Object, Reader, Shape, Writer};
use qapi_protocol::{QapiCommand, RawValue, Version, VersionRange};

/// `device-list-properties`: what can be set of a kind of device.
pub(crate) struct DeviceListProperties {
    typename: String,
}

/// A property of a device.
pub(crate) struct Property {
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) default: Option<RawValue<'static>>,
}

/// `qom-list-types`: which kinds of something there are.
pub(crate) struct QomListTypes {
    implements: String,
    is_abstract: bool,
}

/// A kind of something.
pub(crate) struct TypeInfo {
    pub(super) name: String,
    is_abstract: Option<bool>,
}

qapi_protocol::members!(DeviceListProperties { "typename" => typename, });
qapi_protocol::members!(Property {
    "name" => name,
    "type" => ty,
    ? "default-value" => default,
});
qapi_protocol::members!(QomListTypes {
    "implements" => implements,
    "abstract" => is_abstract,
});
qapi_protocol::members!(TypeInfo {
    "name" => name,
    ? "abstract" => is_abstract,
});

impl DeviceListProperties {
    pub(super) fn new(typename: &str) -> Self {
        DeviceListProperties {
            typename: typename.to_owned(),
        }
    }
}

impl QomListTypes {
    /// Asks for all kinds of devices, those included that there can be none of.
    pub(super) fn devices() -> Self {
        QomListTypes {
            implements: "device".to_owned(),
            is_abstract: true,
        }
    }
}

impl TypeInfo {
    pub(super) fn is_abstract(&self) -> bool {
        self.is_abstract == Some(true)
    }
}

impl QapiCommand for DeviceListProperties {
    type Response = Vec<Property>;
    const NAME: &'static str = "device-list-properties";
    const VERSIONS: VersionRange = VersionRange::since(Version::new(1, 2, 0));
}

impl QapiCommand for QomListTypes {
    type Response = Vec<TypeInfo>;
    const NAME: &'static str = "qom-list-types";
    const VERSIONS: VersionRange = VersionRange::since(Version::new(1, 1, 0));
}

/// The arguments of a command, whatever they are.
pub(super) struct Arguments(pub(super) Vec<(String, RawValue<'static>)>);

impl Object for Arguments {
    fn shape(&self) -> &'static Shape {
        &Shape {
            name: "the arguments",
            members: &[],
            required: &[],
        }
    }

    fn blank() -> Self {
        Arguments(Vec::new())
    }

    fn read(&mut self, _member: usize, reader: &mut Reader<'_>) -> codec::Result<()> {
        reader.skip()
    }

    fn read_other(&mut self, name: &str, reader: &mut Reader<'_>) -> codec::Result<()> {
        let mut value = RawValue::new(&());
        reader.read(&mut value)?;
        self.0.push((name.to_owned(), value));
        Ok(())
    }

    fn write(&self, to: &mut Writer) {
        for (name, value) in &self.0 {
            to.member(name, value);
        }
    }
}
