//! How the client checks devices before they are added.

use super::Client;
use crate::device::{Ask, Check};
use crate::{Command, DeviceError};

impl Client {
    /// Checks a `device_add` before it is executed: asks QEMU what can be set of the device, and
    /// names all that is not there or of another type.
    ///
    /// Since 9.2 QEMU takes each value in its own type only: neither `"on"` for a boolean nor
    /// `"4"` for a number. The check is as strict, whichever release QEMU is. It knows neither
    /// what values an enumeration has, nor what is there for the device to be connected to, nor
    /// whether the machine takes it: QEMU may refuse also what passes.
    ///
    /// To answer, QEMU makes such a device, and drops it. QEMU 7.2 was seen to abort at this when the
    /// module of the device was not installed, as that of `virtio-gpu-gl-device` may be.
    ///
    /// # Errors
    ///
    /// When there is a problem, or QEMU does not answer; see [`DeviceError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, RawCommand};
    /// use serde_json::json;
    ///
    /// async fn plug(vm: &Client) -> Result<(), Box<dyn std::error::Error>> {
    ///     let add = RawCommand::new("device_add").arguments(json!({
    ///         "driver": "virtio-blk-pci", "id": "disk1", "drive": "node1",
    ///         "num-queues": "4", "share-raw": true,
    ///     }));
    ///     // `num-queues`: expected an integer from 0 to 65535 (`uint16`), found the string
    ///     // `"4"`; write `4`;
    ///     // `share-raw`: the device has no such property (did you mean `share-rw`?)
    ///     vm.check_device(&add).await?;
    ///     vm.execute(add).await?;
    ///     Ok(())
    /// }
    /// ```
    pub async fn check_device(&self, command: &impl Command) -> Result<(), DeviceError> {
        let mut check = Check::new(command)?;
        loop {
            match check.next() {
                Ask::Properties(ask) => check.properties(self.execute(ask).await),
                Ask::Types(ask) => check.types(self.execute(ask).await),
                Ask::Done(result) => return result,
            }
        }
    }
}
