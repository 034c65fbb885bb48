//! Which commands a server has.

use crate::codec::{self, Decode, Encode, Reader, Writer};
use crate::{QapiCommand, Version, VersionRange};

command! {
    /// `query-commands`: asks QEMU, or its storage daemon, which commands it has.
    QueryCommands = "query-commands" -> CommandList, VersionRange::since(Version::new(0, 14, 0));

    /// `guest-info`: asks the guest agent of which release it is, and which commands it has.
    GuestInfo = "guest-info" -> GuestAgentInfo, VersionRange::since(Version::new(0, 15, 0));
}

/// The commands that a server says it has: the answer to [`QueryCommands`], and a part of the
/// answer to [`GuestInfo`].
///
/// # Examples
///
/// ```
/// use qapi_protocol::decode;
/// use qapi_protocol::introspection::CommandList;
///
/// let commands: CommandList = decode(r#"[{"name": "stop"}, {"name": "cont"}]"#)?;
/// assert!(commands.has("stop"));
/// assert!(!commands.has("cpu-add"));
/// # Ok::<_, qapi_protocol::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandList(Vec<CommandInfo>);

object! {
    /// What the guest agent answers to [`GuestInfo`].
    pub struct GuestAgentInfo {
        "version" => version: String,
        "supported_commands" => commands: CommandList,
    }

    /// QEMU says no more than the name.
    struct CommandInfo {
        "name" => name: String,
        ? "enabled" => enabled: bool,
        ? "success-response" => success_response: bool,
    }
}

impl CommandList {
    /// Whether the server has the command `name`. One that the administrator of a guest has
    /// disabled counts as one that its agent does not have.
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Whether the server has the command `C`; see [`has`](Self::has).
    pub fn supports<C: QapiCommand>(&self) -> bool {
        self.has(C::NAME)
    }

    /// The names of the commands, in the order of the answer; without those that are disabled.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let enabled = self.0.iter().filter(|info| info.enabled != Some(false));
        enabled.map(|info| info.name.as_str())
    }

    /// The names of the commands that the administrator of a guest has disabled.
    pub fn disabled(&self) -> impl Iterator<Item = &str> {
        let disabled = self.0.iter().filter(|info| info.enabled == Some(false));
        disabled.map(|info| info.name.as_str())
    }
}

impl GuestAgentInfo {
    /// The release of the agent, as it writes it: `10.0.13`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The commands that the agent has.
    pub fn commands(&self) -> &CommandList {
        &self.commands
    }
}

impl Encode for CommandList {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }
}

impl Decode for CommandList {
    fn blank() -> Self {
        CommandList(Vec::new())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> codec::Result<()> {
        self.0.read(reader)
    }
}

codec::implement!(serde CommandList);

#[cfg(test)]
mod tests {
    use super::{CommandList, GuestAgentInfo, GuestInfo, QueryCommands};
    use crate::decode;

    #[test]
    fn the_list_of_qemu_has_names_and_perhaps_more() {
        let json = r#"[{"name":"query-commands"},{"later":[{}],"name":"stop"}]"#;
        let list: CommandList = decode(json).unwrap();
        assert!(list.supports::<QueryCommands>() && list.has("stop"));
        assert!(!list.supports::<GuestInfo>() && !list.has("sto") && !list.has(""));
        assert_eq!(
            serde_json::to_string(&list).unwrap(),
            r#"[{"name":"query-commands"},{"name":"stop"}]"#
        );

        let error = decode::<CommandList>(r#"[{"name": "stop"}, {"name": 1}]"#).unwrap_err();
        assert_eq!(error.path, "$[1].name");
    }

    #[test]
    fn what_is_disabled_in_the_agent_is_not_there() {
        let json = concat!(
            r#"{"version":"10.0.13","supported_commands":["#,
            r#"{"name":"guest-info","enabled":true,"success-response":true},"#,
            r#"{"name":"guest-exec","enabled":false,"success-response":true},"#,
            r#"{"name":"guest-shutdown","enabled":true,"success-response":false}]}"#
        );
        let info: GuestAgentInfo = decode(json).unwrap();
        assert_eq!(info.version(), "10.0.13");
        assert!(info.commands().supports::<GuestInfo>());
        let names: Vec<_> = info.commands().names().collect();
        assert_eq!(names, ["guest-info", "guest-shutdown"]);
        assert!(info.commands().disabled().eq(["guest-exec"]));
        assert_eq!(serde_json::to_string(&info).unwrap(), json);
    }
}
