//! All changes as a report: how many there are, and then what breaks first.

use std::fmt::{self, Display, Formatter};

use super::style::Style;
use super::{Path, Text};
use crate::diff::{Change, DefinitionKind, Diff, Effect, What};

impl Display for Diff {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}",
            Report {
                diff: self,
                color: false
            }
        )
    }
}

impl Diff {
    /// The same as `Display` writes, coloured for a terminal if `color`.
    pub fn render(&self, color: bool) -> String {
        Report { diff: self, color }.to_string()
    }
}

/// What people see of a [`Diff`].
struct Report<'a> {
    diff: &'a Diff,
    color: bool,
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        summary(f, self.diff)?;
        for group in GROUPS {
            let changes = group.changes(self.diff);
            if !changes.is_empty() {
                let title = self.styled(group.style(), group.title());
                writeln!(f, "\n{title}:")?;
                match group {
                    Group::TypesAdded | Group::TypesRemoved => list(f, &changes)?,
                    _ => self.table(f, &changes)?,
                }
            }
        }
        Ok(())
    }
}

/// Groups of changes, in the order in which people want to know of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Breaking,
    Deprecated,
    Changed,
    Added,
    TypesAdded,
    TypesRemoved,
    Invisible,
}

const GROUPS: [Group; 7] = [
    Group::Breaking,
    Group::Deprecated,
    Group::Changed,
    Group::Added,
    Group::TypesAdded,
    Group::TypesRemoved,
    Group::Invisible,
];

impl Group {
    fn of(change: &Change) -> Self {
        let is_type = !matches!(
            change.definition.kind,
            DefinitionKind::Command | DefinitionKind::Event
        );
        match change.what {
            _ if change.is_breaking() => Group::Breaking,
            What::Added { .. } if is_type && change.path.is_empty() => Group::TypesAdded,
            What::Removed { .. } if is_type && change.path.is_empty() => Group::TypesRemoved,
            _ if change.send.or(change.read).is_none() => Group::Invisible,
            What::Deprecated => Group::Deprecated,
            What::Added { .. } => Group::Added,
            _ => Group::Changed,
        }
    }

    fn changes(self, diff: &Diff) -> Vec<&Change> {
        let changes = diff.changes().iter();
        changes.filter(|it| Group::of(it) == self).collect()
    }

    fn title(self) -> &'static str {
        match self {
            Group::Breaking => "Breaking",
            Group::Deprecated => "Deprecated",
            Group::Changed => "Changed, but compatible",
            Group::Added => "Added",
            Group::TypesAdded => "Types added",
            Group::TypesRemoved => "Types removed",
            Group::Invisible => "Not visible to clients",
        }
    }

    fn style(self) -> Style {
        match self {
            Group::Breaking => Style::Bad,
            Group::Deprecated => Style::Warning,
            Group::Added | Group::TypesAdded => Style::Good,
            Group::Changed | Group::TypesRemoved | Group::Invisible => Style::Title,
        }
    }
}

/// The longest cell that others are aligned with.
const MAX_ALIGNED: usize = 60;

/// How many commands and events are named.
const MAX_NAMED: usize = 3;

/// What the cells of a line look like: whom it concerns, the kind of the definition, the place,
/// what changed, and where it is used.
const CELLS: [Style; 5] = [
    Style::Aside,
    Style::Aside,
    Style::Name,
    Style::Plain,
    Style::Aside,
];

impl Report<'_> {
    fn styled(&self, style: Style, text: &str) -> String {
        if self.color {
            style.paint(text)
        } else {
            text.to_owned()
        }
    }

    /// A line for each change.
    fn table(&self, f: &mut Formatter<'_>, changes: &[&Change]) -> fmt::Result {
        let rows: Vec<[String; 5]> = changes.iter().map(|change| row(change)).collect();
        let mut widths = [0; 5];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                if cell.len() <= MAX_ALIGNED {
                    *width = cell.len().max(*width);
                }
            }
        }
        for row in rows {
            let mut line = String::new();
            // Spaces are written when something comes behind them.
            let mut spaces = 0;
            for ((cell, width), style) in row.iter().zip(widths).zip(CELLS) {
                if width > 0 {
                    spaces += 2;
                }
                if !cell.is_empty() {
                    line.extend(std::iter::repeat_n(' ', spaces));
                    line.push_str(&self.styled(style, cell));
                    spaces = 0;
                }
                spaces += width.saturating_sub(cell.len());
            }
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

fn row(change: &Change) -> [String; 5] {
    let is_breaking = change.is_breaking();
    let concerns = |effect: Option<Effect>| match effect {
        None => false,
        Some(effect) => effect == Effect::Breaking || !is_breaking,
    };
    let (sends, reads) = (concerns(change.send), concerns(change.read));
    let who = match (sends, reads) {
        (true, true) => "send, read",
        (true, false) => "send",
        (false, true) => "read",
        (false, false) => "",
    };
    let senders = change.senders.iter().filter(|_| sends);
    let readers = change.readers.iter().filter(|_| reads);
    let mut names: Vec<&str> = senders.chain(readers).map(|it| it.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    // A command need not be told where it is.
    names.retain(|name| *name != change.definition.name);
    [
        who.to_owned(),
        change.definition.kind.name().to_owned(),
        Path(change).to_string(),
        Text(change).to_string(),
        named(&names),
    ]
}

/// The commands and events that have to do with a change.
fn named(names: &[&str]) -> String {
    let (shown, others) = names.split_at(names.len().min(MAX_NAMED));
    match (shown, others.len()) {
        ([], _) => String::new(),
        (shown, 0) => format!("in {}", shown.join(", ")),
        (shown, others) => format!("in {} and {others} more", shown.join(", ")),
    }
}

/// Where lines of names are broken.
const WIDTH: usize = 100;

/// The names of what changed.
fn list(f: &mut Formatter<'_>, changes: &[&Change]) -> fmt::Result {
    let mut line = String::new();
    for (index, change) in changes.iter().enumerate() {
        let name = &change.definition.name;
        if !line.is_empty() && line.len() + name.len() > WIDTH {
            writeln!(f, " {}", line)?;
            line.clear();
        }
        line.push(' ');
        line.push_str(name);
        if index + 1 < changes.len() {
            line.push(',');
        }
    }
    writeln!(f, " {line}")
}

fn summary(f: &mut Formatter<'_>, diff: &Diff) -> fmt::Result {
    if diff.is_empty() {
        return writeln!(f, "No changes.");
    }
    let breaking = Group::Breaking.changes(diff);
    let expected = breaking.iter().filter(|it| it.notice.is_some()).count();
    write!(f, "{} breaking", breaking.len())?;
    if expected > 0 {
        write!(f, " ({expected} of what was deprecated or unstable)")?;
    }
    let counted = [
        (Group::Deprecated, "deprecated", "deprecated"),
        (Group::Changed, "changed", "changed"),
        (Group::Added, "added", "added"),
        (Group::TypesAdded, "type added", "types added"),
        (Group::TypesRemoved, "type removed", "types removed"),
        (Group::Invisible, "not visible", "not visible"),
    ];
    for (group, one, many) in counted {
        match group.changes(diff).len() {
            0 => {}
            1 => write!(f, ", 1 {one}")?,
            count => write!(f, ", {count} {many}")?,
        }
    }
    writeln!(f)
}
