//! The parts of the benchmark, each of which can be measured alone.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A part of the benchmark.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Part {
    /// How long programs take to build, and how large they are
    Compile,
    /// How fast messages are read and written
    Decode,
    /// How fast schemas are loaded, and code is generated
    Generate,
    /// How fast commands are executed
    RoundTrip,
    /// What many connections at once cost
    Connections,
    /// How soon the command `qapi` has done what it is asked for
    Command,
}

impl Part {
    pub(super) const ALL: [Part; 6] = [
        Part::Compile,
        Part::Decode,
        Part::Generate,
        Part::RoundTrip,
        Part::Connections,
        Part::Command,
    ];

    /// The heading of the part, and what there is to know of it.
    pub(super) fn description(self) -> (&'static str, &'static str) {
        match self {
            Part::Compile => ("Compile", COMPILE),
            Part::Decode => ("Decode and encode", DECODE),
            Part::Generate => ("Generate", GENERATE),
            Part::RoundTrip => ("Round trip", ROUND_TRIP),
            Part::Connections => ("Many connections", CONNECTIONS),
            Part::Command => ("The command", COMMAND),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Compile => "compile",
            Part::Decode => "decode",
            Part::Generate => "generate",
            Part::RoundTrip => "round-trip",
            Part::Connections => "connections",
            Part::Command => "command",
        })
    }
}

const COMPILE: &str = "\
Two programs that do the same with five commands: `bench/minimal-ours` and `bench/minimal-peer`. \
Each connects, executes `query-status`, `query-block`, `blockdev-add`, `cont` and `blockdev-del`, \
and prints events. Profiles are cargo's defaults. A clean build starts with an empty target \
folder, and includes all dependencies; nothing is downloaded. A rebuild follows a change of \
`main.rs`. Memory is that of the largest process, which is a compiler or a linker.";

const DECODE: &str = "\
The messages of `tests/transcripts/`, by kind. Decoding is from the bytes of a message, its \
envelope included, to the type of what the command returns or the event carries, and includes \
freeing it. Encoding is from such a value (for an answer: what was returned) to bytes in new \
memory. MB/s are 10^6 bytes of the recorded messages in a second; answers of 1 kB and more are \
not small.

- *peer*: the crate's `Response<T>` and `Event`, where it is known which of both a message is: \
the fastest that its API has. The targets are about this one.
- *peer's client*: its `QmpMessage<T>`, which its client reads every message as.
- *peer's types*: its types of answers and events in a plain envelope, which is not its own: what \
could be had without its untagged enums.
- *Value*, *RawValue*, *IgnoredAny*: serde_json alone, which knows nothing of types.

All are one program, so that serde_json has the features that our crates ask for. What one of \
both cannot read is left out for all; the requests among that were refused by QEMU, too.";

const GENERATE: &str = "\
QEMU 10.2's QMP schema: the facts in `schema/10.2`, and QEMU's own files with all of their \
documentation. Each measurement is a process of its own (*again*: what loading the schema once \
more takes there, the mean of five); its start does not count, except for `qapi-gen.py`, which is \
run as QEMU's build does. Our generation loads, checks, generates and formats; the peer's, \
`qapi-codegen` 0.11, does not check and not format. A schema that is 10 or 100 times larger has \
every definition that often, under other names; the largest is measured in the first round only.";

const ROUND_TRIP: &str = "\
Blocking clients on a Unix socket, which execute one command after the other: a small one, \
`query-version`, and a larger one, `query-named-block-nodes`. The server is \
`qemu-storage-daemon` with 8 block nodes, or a stand-in that answers at once with what \
`tests/transcripts/` has. It is a process of its own; CPU time is that of the client, its system \
calls included. *peer, buffered* is the peer's client on a socket with a `BufWriter` around it, \
which its users have to know of: it writes a command piece by piece.";

const CONNECTIONS: &str = "\
One process with many connections over Unix sockets, all on one tokio runtime with two threads, \
beside its server: `qemu-storage-daemon`s with 25 monitors each, or a stand-in that answers at \
once. *Peer* is the peer's client for tokio, whose calls have no deadline; *ours, blocking* has a \
single connection, and is there for comparison. A connection that is active executes \
`query-version`, again and again, one after the other. When all are active, they wait for each \
other and for the server, which has the same processors; CPU time is that of the clients' process, \
its system calls included.

What a connection holds is measured when it has executed ten commands and nothing happens, and \
again after the answer to `query-qmp-schema`, which has more than 100 kB. *Heap* is what is \
allocated for each connection, to the byte, in a program of its own with a single thread; \
*resident* is by how much the memory of the process has grown for each. What the kernel holds for \
a socket is in neither.";

const COMMAND: &str = "\
The command `qapi`, built for release, with a QEMU that listens already. Each figure is the median \
of 20 processes. `qapi exec` is measured to its end; with an argument, it asks QEMU for its whole \
schema first, and checks the argument with it. `qapi shell` is measured to the moment in which its \
prompt is on the screen, which is a pseudo-terminal of `script`, whose own start is included.";
