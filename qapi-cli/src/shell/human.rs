//! The commands of the human monitor, as far as its own `help` tells them.

/// How many of its commands are looked at.
const MAX_COMMANDS: usize = 10_000;

/// The commands that a human monitor has.
#[derive(Debug, Default)]
pub(super) struct HumanCommands(Vec<HumanCommand>);

/// One of them, under one of its names.
#[derive(Debug, PartialEq, Eq)]
struct HumanCommand {
    /// Its name: `block_resize`, `info block`.
    name: String,
    /// What it takes, in the monitor's own notation.
    usage: String,
}

impl HumanCommands {
    /// Those that the answer to `help` lists, and below them those that the answer to `help info`
    /// does.
    pub(super) fn read(help: &str, help_info: &str) -> Self {
        let lines = help.lines().chain(help_info.lines());
        let mut commands: Vec<_> = lines.flat_map(read_line).take(MAX_COMMANDS).collect();
        commands.sort_by(|a, b| a.name.cmp(&b.name));
        commands.dedup();
        HumanCommands(commands)
    }

    /// The names that begin as `line` does, up to their next word: what to write in place of the
    /// whole of it.
    pub(super) fn complete(&self, line: &str) -> Vec<String> {
        let begun = line.trim_start();
        let names = self.0.iter().filter_map(|it| {
            let rest = it.name.strip_prefix(begun)?;
            let end = rest.find(' ').unwrap_or(rest.len());
            Some(format!("{begun}{}", rest.get(..end)?))
        });
        let mut names: Vec<_> = names.filter(|name| name != begun).collect();
        names.dedup();
        names
    }

    /// What can follow `line`, which names a command and nothing else.
    pub(super) fn hint(&self, line: &str) -> Option<String> {
        let name = line.strip_suffix(' ')?;
        let command = self.0.iter().find(|it| it.name == name)?;
        (!command.usage.is_empty()).then(|| command.usage.clone())
    }
}

/// The commands that a line of the help is about: `NAME|ALIAS USAGE -- DESCRIPTION`.
fn read_line(line: &str) -> Vec<HumanCommand> {
    let (command, _) = line.split_once(" -- ").unwrap_or((line, ""));
    let command = command.trim_end();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "|_-.".contains(c);
    let (prefix, rest) = match command.strip_prefix("info ") {
        // `info [subcommand]` is about none.
        Some(rest) if rest.starts_with(is_name) => ("info ", rest),
        _ => ("", command),
    };
    let (names, usage) = rest.split_once(' ').unwrap_or((rest, ""));
    // Descriptions go on in lines of their own.
    if names.is_empty() || !names.chars().all(is_name) {
        return Vec::new();
    }
    let usage = usage.trim();
    let of = |name| HumanCommand {
        name: format!("{prefix}{name}"),
        usage: usage.chars().filter(|c| !c.is_control()).collect(),
    };
    let names = names.split('|').filter(|name| !name.is_empty());
    names.map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::HumanCommands;

    fn commands() -> HumanCommands {
        let help = "block_resize device size -- resize a block image\r\n\
                    block_job_cancel [-f] device -- stop an active operation (use -f\r\n\
                    \t\t\t if you want to abort)\r\n\
                    c|cont  -- resume emulation\r\n\
                    drive_add [-n] [[<domain>:]<bus>:]<slot>\r\n\
                    [file=file][,if=type] -- add drive\r\n\
                    info [subcommand] -- show various information\r\n\
                    evil\x1b[2J  -- no name\r\n";
        let info = "info block [-n] [-v] [device] -- show info of one block device\r\n\
                    info block-jobs  -- show progress\r\n\
                    info version  -- show the version of QEMU\r\n";
        HumanCommands::read(help, info)
    }

    #[test]
    fn names_are_completed_word_by_word() {
        let commands = commands();
        assert_eq!(commands.complete("block_r"), ["block_resize"]);
        assert_eq!(commands.complete("c"), ["cont"]);
        assert_eq!(commands.complete("in"), ["info"]);
        assert_eq!(
            commands.complete("info b"),
            ["info block", "info block-jobs"]
        );
        assert_eq!(commands.complete("info v"), ["info version"]);
        assert!(commands.complete("nope").is_empty());
        assert!(commands.complete("evil").is_empty());
        let all = commands.complete("");
        assert_eq!(
            all,
            [
                "block_job_cancel",
                "block_resize",
                "c",
                "cont",
                "drive_add",
                "info"
            ]
        );
    }

    #[test]
    fn a_hint_is_what_the_command_takes() {
        let commands = commands();
        assert_eq!(
            commands.hint("block_resize ").as_deref(),
            Some("device size")
        );
        assert_eq!(
            commands.hint("info block ").as_deref(),
            Some("[-n] [-v] [device]")
        );
        for line in ["block_resize", "block_resize d0 ", "cont ", "nope "] {
            assert_eq!(commands.hint(line), None, "{line:?}");
        }
    }
}
