//! From a greeting to command mode.

use qapi_protocol::{Capability, Empty, Greeting, QapiCommand};

use crate::ConnectError;

/// Checks that the server offers all of `wanted`.
pub(crate) fn check(greeting: &Greeting, wanted: &[Capability]) -> Result<(), ConnectError> {
    tracing::debug!(version = %greeting.version.qemu, "greeting");
    let missing = |wanted: &&Capability| !greeting.capabilities.contains(wanted);
    match wanted.iter().find(missing) {
        None => Ok(()),
        Some(missing) => Err(ConnectError::MissingCapability {
            capability: missing.clone(),
        }),
    }
}

/// The command that ends capabilities negotiation. Servers before QEMU 2.12 know it without
/// arguments only.
pub(crate) struct QmpCapabilities {
    enable: Option<Vec<Capability>>,
}

impl QmpCapabilities {
    /// With the capabilities that it enables.
    pub(crate) fn new(wanted: &[Capability]) -> Self {
        QmpCapabilities {
            enable: (!wanted.is_empty()).then(|| wanted.to_vec()),
        }
    }
}

impl QapiCommand for QmpCapabilities {
    type Response = Empty;
    const NAME: &'static str = "qmp_capabilities";
}

qapi_protocol::members!(QmpCapabilities {
    ? "enable" => enable,
});
