//! Types for the commands and events of QEMU.
