//! What the shell says of itself.

/// What is said first.
pub(super) const FIRST_WORDS: &str =
    "`help` says what can be typed, Tab completes, Ctrl-D leaves: the server goes on.";

/// What can be typed.
pub(super) const OVERVIEW: &str = "\
Commands of the server:
  query-status
  block_resize node-name=disk0 size=20G          members as NAME=VALUE, sizes with suffixes
  blockdev-add driver=qcow2 node-name=disk0 file.driver=file file.filename='a b.qcow2'
                                                 members of members, and quotes
  migrate-set-capabilities capabilities.0.capability=events capabilities.0.state=true
                                                 lists, by index
  device_add driver=virtio-net-pci netdev=net0
  blockdev-add {\"driver\": \"null-co\", \"node-name\": \"n0\"}
  {\"execute\": \"query-status\"}                    requests as they are on the wire, also pasted
                                                 over several lines
  transaction(                                   each line is an action, up to `)`

Words of the shell:
  help COMMAND    what a command takes and returns; also an event, or a type
  help commands   the names of all commands; `help events`, those of events
  reconnect       connects again, after the server has gone
  exit, Ctrl-D    leaves the shell: the server goes on. (`quit` is a command that ends it.)

Keys: Tab completes; Up, Down and Ctrl-R look for lines that were typed before; Ctrl-C drops the
line, or stops waiting for an answer. A line that begins with a blank is not remembered, nor is one
that may hold a secret.";
