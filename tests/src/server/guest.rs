//! Guests of a few bytes: what a machine needs to run for commands to do what they are for.

use std::fs;
use std::path::Path;

/// What runs in a machine: a boot sector, started by the machine's firmware.
///
/// The ports are those of the machine `pc`: from 0x600 on, the power management of its PIIX4, as
/// the firmware places it. The names of registers and bits are those of ACPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guest {
    /// Suspends to RAM at once, and again when it is woken: the firmware has nowhere to go on,
    /// and boots again.
    Suspends,
    /// Switches the machine off when its power button is pressed, as `system_powerdown` does.
    /// Sets the clock when it is ready for that, which the event `RTC_CHANGE` tells.
    PowersOff,
}

/// 16-bit code that suspends.
const SUSPENDS: &[u8] = &[
    0xfa, // cli
    0xba, 0x04, 0x06, // mov dx, 0x604    ; PM1a_CNT
    0xb8, 0x00, 0x24, // mov ax, 0x2400   ; SLP_EN, SLP_TYP 1: suspend to RAM
    0xef, // out dx, ax
    0xf4, // halt: hlt
    0xeb, 0xfd, // jmp halt
];

/// 16-bit code that waits for the power button.
const POWERS_OFF: &[u8] = &[
    0xba, 0x02, 0x06, // mov dx, 0x602    ; PM1a_EN
    0xb8, 0x00, 0x01, // mov ax, 0x100    ; PWRBTN_EN
    0xef, // out dx, ax
    0xb0, 0x00, // mov al, 0        ; the clock's seconds ...
    0xe6, 0x70, // out 0x70, al
    0xe6, 0x71, // out 0x71, al     ; ... are set to 0
    0xba, 0x00, 0x06, // mov dx, 0x600    ; PM1a_STS
    0xfb, // wait: sti
    0xf4, // hlt              ; until the next tick of the timer
    0xed, // in ax, dx
    0xf6, 0xc4, 0x01, // test ah, 1       ; PWRBTN_STS
    0x74, 0xf8, // jz wait
    0xba, 0x04, 0x06, // mov dx, 0x604    ; PM1a_CNT
    0xb8, 0x00, 0x20, // mov ax, 0x2000   ; SLP_EN, SLP_TYP 0: off
    0xef, // out dx, ax
    0xf4, // halt: hlt
    0xeb, 0xfd, // jmp halt
];

/// How large a sector is, and what stands at the end of one that can be booted.
const SECTOR: usize = 512;
const SIGNATURE: [u8; 2] = [0x55, 0xaa];

impl Guest {
    /// Writes the disk that it is booted from.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub(super) fn write(self, path: &Path) {
        let mut sector = match self {
            Guest::Suspends => SUSPENDS.to_vec(),
            Guest::PowersOff => POWERS_OFF.to_vec(),
        };
        sector.resize(SECTOR - SIGNATURE.len(), 0);
        sector.extend(SIGNATURE);
        fs::write(path, sector).expect("a disk for the guest");
    }
}
