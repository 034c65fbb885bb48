//! Connections to QEMU.
