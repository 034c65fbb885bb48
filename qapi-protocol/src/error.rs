//! Errors that servers answer with.

use std::fmt;

use crate::codec::{self, Enumeration};

/// Why a server refused a command, or failed to execute it: the `error` of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// What kind of error it is.
    pub class: ErrorClass,
    /// What went wrong, for people. QEMU changes such texts at will.
    pub desc: String,
}

impl Error {
    /// An error of `class`, described by `desc`.
    pub fn new(class: ErrorClass, desc: impl Into<String>) -> Self {
        Error {
            class,
            desc: desc.into(),
        }
    }
}

/// Writes `CLASS: DESC`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.desc)
    }
}

impl std::error::Error for Error {}

/// The kind of an [`Error`].
///
/// QEMU's `QapiErrorClass` lists them. Made from its name with `From<&str>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// `GenericError`: all errors that are none of the others.
    GenericError,
    /// `CommandNotFound`: the server does not know the command, or does not allow it now.
    CommandNotFound,
    /// `DeviceNotActive`: a device is not in the state that the command needs.
    DeviceNotActive,
    /// `DeviceNotFound`: no such device, node or job.
    DeviceNotFound,
    /// `KVMMissingCap`: the host's KVM lacks what the command needs.
    KVMMissingCap,
    /// One that this version of the crate does not know.
    Unknown(Box<str>),
}

impl Enumeration for ErrorClass {
    const VALUES: &'static [(&'static str, Self)] = &[
        ("GenericError", ErrorClass::GenericError),
        ("CommandNotFound", ErrorClass::CommandNotFound),
        ("DeviceNotActive", ErrorClass::DeviceNotActive),
        ("DeviceNotFound", ErrorClass::DeviceNotFound),
        ("KVMMissingCap", ErrorClass::KVMMissingCap),
    ];

    fn unknown(value: Box<str>) -> Self {
        ErrorClass::Unknown(value)
    }

    fn as_unknown(&self) -> Option<&str> {
        match self {
            ErrorClass::Unknown(value) => Some(value),
            _ => None,
        }
    }
}

members!(Error {
    "class" => class,
    "desc" => desc,
});

codec::implement!(enumeration ErrorClass);

#[cfg(test)]
mod tests {
    use super::{Error, ErrorClass};
    use crate::decode;

    #[test]
    fn every_class_survives_the_wire() {
        for class in [
            "GenericError",
            "CommandNotFound",
            "DeviceNotActive",
            "DeviceNotFound",
            "KVMMissingCap",
            "__com.example_Odd",
        ] {
            let json = format!(r#"{{"class":"{class}","desc":"d"}}"#);
            let error: Error = decode(&json).unwrap();
            assert_eq!(error.class.to_string(), class);
            assert_eq!(
                matches!(error.class, ErrorClass::Unknown(_)),
                class.starts_with("__")
            );
            assert_eq!(error.to_string(), format!("{class}: d"));
            assert_eq!(serde_json::to_string(&error).unwrap(), json);
        }
    }
}
