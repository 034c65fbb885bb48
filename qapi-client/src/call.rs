//! Commands, with what is particular to one call of them.

use std::fmt;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::time::Duration;

use qapi_protocol::codec::{Decode, Encode};
use qapi_protocol::{Empty, QapiCommand, RawRequest, RawValue, Request, VersionRange};

use self::sealed::Sealed;
use crate::descriptor::Descriptor;

/// What a client can execute: every [`QapiCommand`], and [`RawCommand`].
///
/// # Examples
///
/// ```
/// use qapi_client::{Command, RawCommand};
///
/// fn announce(command: &impl Command) {
///     println!("executing {}", command.name());
/// }
///
/// announce(&RawCommand::new("query-status"));
/// ```
pub trait Command: Sealed {
    /// What the command returns.
    type Response: Decode;

    /// Whether the command may be executed out of band, as far as that is known here.
    const OUT_OF_BAND: bool;

    /// Whether success may be answered.
    const ANSWERS: bool;

    /// Whether success may be left without an answer.
    const SILENT: bool;

    /// The releases that have the command.
    const VERSIONS: VersionRange;

    /// The name on the wire.
    fn name(&self) -> &str;
}

mod sealed {
    use qapi_protocol::RawValue;

    #[doc(hidden)]
    pub trait Sealed {
        /// The message that issues the command, without a line end.
        fn message(&self, oob: bool, id: Option<u64>) -> String;

        /// The arguments, an object if they are what they should be.
        fn arguments(&self) -> RawValue<'static>;
    }
}

impl<C: QapiCommand> Sealed for C {
    fn message(&self, oob: bool, id: Option<u64>) -> String {
        qapi_protocol::encode(&Request {
            command: self,
            oob,
            id,
        })
    }

    fn arguments(&self) -> RawValue<'static> {
        RawValue::new(self)
    }
}

impl<C: QapiCommand> Command for C {
    type Response = C::Response;
    const OUT_OF_BAND: bool = C::ALLOW_OOB;
    const ANSWERS: bool = C::SUCCESS_RESPONSE;
    const SILENT: bool = !C::SUCCESS_RESPONSE;
    const VERSIONS: VersionRange = C::VERSIONS;

    fn name(&self) -> &str {
        C::NAME
    }
}

/// A command that is known by name only; what it returns is handed on as it is.
///
/// Whether it exists, what it takes and whether it may be executed out of band is for the
/// server to say.
///
/// # Examples
///
/// ```
/// use qapi_client::{ExecuteError, RawCommand, blocking::Client};
/// use serde_json::json;
///
/// fn resize(vm: &mut Client) -> Result<(), ExecuteError> {
///     let resize = RawCommand::new("block_resize")
///         .arguments(json!({"device": "disk0", "size": 1 << 30}));
///     println!("{}", vm.execute(resize)?);
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct RawCommand {
    name: String,
    arguments: Option<RawValue<'static>>,
}

impl RawCommand {
    /// The command `name` without arguments.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::RawCommand;
    ///
    /// let stop = RawCommand::new("stop");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        RawCommand {
            name: name.into(),
            arguments: None,
        }
    }

    /// Gives it arguments: what is written as an object.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::RawCommand;
    /// use serde_json::json;
    ///
    /// let cancel = RawCommand::new("job-cancel").arguments(json!({"id": "backup0"}));
    /// ```
    #[must_use]
    pub fn arguments(mut self, arguments: impl Encode) -> Self {
        self.arguments = Some(RawValue::new(&arguments));
        self
    }
}

/// Shows no arguments, which may be secret.
impl fmt::Debug for RawCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawCommand")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Sealed for RawCommand {
    fn message(&self, oob: bool, id: Option<u64>) -> String {
        qapi_protocol::encode(&RawRequest {
            command: self.name.as_str().into(),
            oob,
            arguments: self.arguments.clone(),
            id: id.map(|id| RawValue::new(&id)),
        })
    }

    fn arguments(&self) -> RawValue<'static> {
        let none = || RawValue::new(&Empty);
        self.arguments.clone().unwrap_or_else(none)
    }
}

impl Command for RawCommand {
    type Response = RawValue<'static>;
    const OUT_OF_BAND: bool = true;
    const ANSWERS: bool = true;
    const SILENT: bool = true;
    const VERSIONS: VersionRange = VersionRange::ALL;

    fn name(&self) -> &str {
        &self.name
    }
}

/// A command, with what is particular to one call of it.
///
/// Clients take a command as it is, or in a `Call` that says more.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use qapi_client::{Call, ExecuteError, RawCommand, blocking::Client};
///
/// fn patient(vm: &mut Client) -> Result<(), ExecuteError> {
///     let dump = RawCommand::new("query-dump");
///     vm.execute(Call::new(dump).timeout(Duration::from_secs(600)))?;
///     Ok(())
/// }
/// ```
pub struct Call<C> {
    pub(crate) command: C,
    pub(crate) timeout: Option<Duration>,
    pub(crate) descriptor: Option<Descriptor>,
}

impl<C> Call<C> {
    /// A call like any other.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Call, RawCommand};
    ///
    /// let call = Call::new(RawCommand::new("query-status"));
    /// ```
    pub fn new(command: C) -> Self {
        Call {
            command,
            timeout: None,
            descriptor: None,
        }
    }

    /// Waits this long for the answer, and not as long as
    /// [`ConnectOptions::command_timeout`](crate::ConnectOptions::command_timeout) says.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{Call, RawCommand};
    ///
    /// let call = Call::new(RawCommand::new("query-status")).timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Passes this file descriptor to the server together with the command: for `getfd`,
    /// `add-fd` and `add_client`. It works over Unix sockets only.
    ///
    /// The server gets a copy; this one is closed when it was sent. To keep it, pass the result
    /// of `try_clone`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs::File;
    ///
    /// use qapi_client::{Call, RawCommand};
    /// use serde_json::json;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let disk = File::open("/dev/null")?;
    /// let add = RawCommand::new("add-fd").arguments(json!({"fdset-id": 1}));
    /// let call = Call::new(add).descriptor(disk);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    #[must_use]
    pub fn descriptor(mut self, descriptor: impl Into<OwnedFd>) -> Self {
        self.descriptor = Some(descriptor.into());
        self
    }
}

/// The line that issues `command`.
pub(crate) fn line(command: &impl Command, oob: bool, id: impl Into<Option<u64>>) -> Vec<u8> {
    let mut line = command.message(oob, id.into()).into_bytes();
    line.push(b'\n');
    line
}

/// The same line, which has no id, with this one.
#[cfg(feature = "tokio")]
pub(crate) fn with_id(mut line: Vec<u8>, id: u64) -> Vec<u8> {
    // A message is an object, and so ends with a bracket.
    line.truncate(line.len().saturating_sub("}\n".len()));
    line.extend_from_slice(format!(",\"id\":{id}}}\n").as_bytes());
    line
}

/// Shows no arguments, which may be secret.
impl<C: Command> fmt::Debug for Call<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("command", &self.command.name())
            .field("timeout", &self.timeout)
            .field("descriptor", &self.descriptor)
            .finish()
    }
}

impl<C: Command> From<C> for Call<C> {
    fn from(command: C) -> Self {
        Call::new(command)
    }
}
