//! What is wrong with a device that somebody wants to add.

use std::error::Error;
use std::fmt;

use crate::ExecuteError;

/// Why QEMU would not add a device as asked for, or why that could not be checked.
///
/// Its `Display` names all problems, one a line.
///
/// # Examples
///
/// ```
/// use qapi_client::DeviceError;
///
/// fn report(error: &DeviceError) {
///     match error {
///         DeviceError::Rejected { problems, .. } => {
///             for problem in problems {
///                 println!("{problem}");
///             }
///         }
///         other => println!("not checked: {other}"),
///     }
/// }
/// # let _ = report;
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceError {
    /// The command is none that adds a device.
    #[non_exhaustive]
    NotDeviceAdd {
        /// The name of the command.
        command: String,
    },
    /// QEMU would refuse the command, or overlook a part of it.
    #[non_exhaustive]
    Rejected {
        /// The driver that it names, if any.
        driver: Option<String>,
        /// All that is wrong.
        problems: Vec<DeviceProblem>,
    },
    /// QEMU did not say what can be set of the device.
    Execute(Box<ExecuteError>),
}

/// Something that is wrong with a device that somebody wants to add.
///
/// # Examples
///
/// ```
/// use qapi_client::DeviceProblem;
///
/// fn correction(problem: &DeviceProblem) -> Option<&str> {
///     match problem {
///         DeviceProblem::UnknownProperty { suggestion, .. } => suggestion.as_deref(),
///         DeviceProblem::WrongType { instead, .. } => instead.as_deref(),
///         _ => None,
///     }
/// }
/// # let _ = correction;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceProblem {
    /// The command names no driver.
    NoDriver,
    /// QEMU has no such device.
    #[non_exhaustive]
    UnknownDriver {
        /// The driver.
        driver: String,
        /// The one of QEMU's devices that may be meant.
        suggestion: Option<String>,
    },
    /// There are only devices of kinds that are special cases of this one.
    #[non_exhaustive]
    AbstractDriver {
        /// The driver.
        driver: String,
    },
    /// The device has no such property.
    #[non_exhaustive]
    UnknownProperty {
        /// The name.
        property: String,
        /// The one that may be meant.
        suggestion: Option<String>,
    },
    /// The property is of a type that nothing can be set to.
    #[non_exhaustive]
    NotSettable {
        /// The property.
        property: String,
        /// Its type, as QEMU names it.
        ty: String,
    },
    /// The value is not of the property's type. QEMU has refused it since 9.2, and made of it
    /// what it could before; of an `id` or a `bus` that is not a string it has made nothing.
    #[non_exhaustive]
    WrongType {
        /// The property.
        property: String,
        /// Its type, as QEMU names it.
        ty: String,
        /// What has to be there, for people.
        wanted: String,
        /// What is there, for people.
        found: String,
        /// What to write instead, as JSON, where that is clear.
        instead: Option<String>,
    },
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeviceError::NotDeviceAdd { command } => {
                write!(f, "`{command}` is not `device_add`, and cannot be checked")
            }
            DeviceError::Rejected { driver, problems } => {
                match driver {
                    Some(driver) => write!(f, "the device `{driver}` cannot be added as it is")?,
                    None => f.write_str("the device cannot be added as it is")?,
                }
                for (index, problem) in problems.iter().enumerate() {
                    let before = if index == 0 { ":" } else { ";" };
                    write!(f, "{before}\n  {problem}")?;
                }
                Ok(())
            }
            DeviceError::Execute(error) => {
                write!(f, "what can be set of the device is not known: {error}")
            }
        }
    }
}

impl Error for DeviceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // Its text is in the one of this.
            DeviceError::Execute(error) => error.source(),
            DeviceError::NotDeviceAdd { .. } | DeviceError::Rejected { .. } => None,
        }
    }
}

impl From<ExecuteError> for DeviceError {
    fn from(error: ExecuteError) -> Self {
        DeviceError::Execute(Box::new(error))
    }
}

impl fmt::Display for DeviceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let did_you_mean =
            |f: &mut fmt::Formatter<'_>, suggestion: &Option<String>| match suggestion {
                Some(suggestion) => write!(f, " (did you mean `{suggestion}`?)"),
                None => Ok(()),
            };
        match self {
            DeviceProblem::NoDriver => {
                f.write_str("`driver`: it has to be there, and to name a device")
            }
            DeviceProblem::UnknownDriver { driver, suggestion } => {
                write!(f, "`driver`: QEMU has no device `{driver}`")?;
                did_you_mean(f, suggestion)
            }
            DeviceProblem::AbstractDriver { driver } => write!(
                f,
                "`driver`: `{driver}` is only what several devices have in common; name one of them"
            ),
            DeviceProblem::UnknownProperty {
                property,
                suggestion,
            } => {
                write!(f, "`{property}`: the device has no such property")?;
                did_you_mean(f, suggestion)
            }
            DeviceProblem::NotSettable { property, ty } => {
                write!(f, "`{property}`: it is `{ty}`, and cannot be set")
            }
            DeviceProblem::WrongType {
                property,
                ty,
                wanted,
                found,
                instead,
            } => {
                write!(f, "`{property}`: expected {wanted} (`{ty}`), found {found}")?;
                match instead {
                    Some(instead) => write!(f, "; write `{instead}`"),
                    None => Ok(()),
                }
            }
        }
    }
}
