//! Looks into a guest through its agent.
//!
//! ```sh
//! cargo run -p qapi-examples --bin guest_agent -- /run/vm/qga.sock
//! ```
//!
//! The socket is that of a QEMU which was started with
//!
//! ```text
//! -chardev socket,path=/run/vm/qga.sock,server=on,wait=off,id=qga
//! -device virtio-serial -device virtserialport,chardev=qga,name=org.qemu.guest_agent.0
//! ```

use std::env;
use std::time::Duration;

use anyhow::Context;
use qapi_client::{Agent, Call, ConnectOptions};
use qapi_types::qga::commands::{
    GuestGetFsinfo, GuestGetHostName, GuestGetOsinfo, GuestNetworkGetInterfaces,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let socket = env::args_os().nth(1).context("usage: guest_agent SOCKET")?;
    // Also an agent answers only when its guest has booted.
    let options = ConnectOptions::new().connect_timeout(Duration::from_secs(60));
    let guest = Agent::connect_unix(socket, &options).await?;

    let host = guest.execute(GuestGetHostName::new()).await?.host_name;
    let system = guest.execute(GuestGetOsinfo::new()).await?;
    let name = system.pretty_name.unwrap_or_default();
    println!(
        "{host}: {name}, kernel {}",
        system.kernel_release.unwrap_or_default()
    );

    // What the agent can do depends on its release, and on its configuration.
    let agent = guest.info().await?;
    println!(
        "agent {}: {} commands",
        agent.version(),
        agent.commands().names().count()
    );

    if agent.commands().supports::<GuestNetworkGetInterfaces>() {
        for interface in guest.execute(GuestNetworkGetInterfaces::new()).await? {
            let addresses = interface.ip_addresses.unwrap_or_default();
            let addresses: Vec<String> = addresses
                .iter()
                .map(|it| format!("{}/{}", it.ip_address, it.prefix))
                .collect();
            println!("{}: {}", interface.name, addresses.join(", "));
        }
    }

    if agent.commands().supports::<GuestGetFsinfo>() {
        // A network file system may keep a guest waiting. This connection can be used on.
        let call = Call::new(GuestGetFsinfo::new()).timeout(Duration::from_secs(5));
        match guest.execute(call).await {
            Ok(systems) => {
                for system in systems {
                    let used = system.used_bytes.unwrap_or_default() >> 20;
                    println!("{}: {}, {used} MiB used", system.mountpoint, system.r#type);
                }
            }
            Err(error) => println!("file systems: {error}"),
        }
    }
    guest.close().await?;
    Ok(())
}
