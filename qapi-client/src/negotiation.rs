//! From a greeting to command mode.

use qapi_protocol::{Capability, Greeting};
use serde_json::json;

use crate::ConnectError;

/// The command that ends capabilities negotiation.
pub(crate) const QMP_CAPABILITIES: &str = "qmp_capabilities";

/// Checks that the server offers all of `wanted`.
pub(crate) fn check(greeting: &Greeting, wanted: &[Capability]) -> Result<(), ConnectError> {
    let missing = |wanted: &&Capability| !greeting.capabilities.contains(wanted);
    match wanted.iter().find(missing) {
        None => Ok(()),
        Some(missing) => Err(ConnectError::MissingCapability {
            capability: missing.clone(),
        }),
    }
}

/// The message that enables `wanted`.
pub(crate) fn request(wanted: &[Capability], id: u64) -> Vec<u8> {
    let mut request = json!({ "execute": QMP_CAPABILITIES, "id": id });
    // Servers before QEMU 2.12 know the command without arguments only.
    if !wanted.is_empty() {
        let names: Vec<_> = wanted.iter().map(Capability::to_string).collect();
        request["arguments"] = json!({ "enable": names });
    }
    format!("{request}\n").into_bytes()
}
