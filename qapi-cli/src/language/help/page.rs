//! A page of help, as it grows.

use qapi_protocol::VersionRange;
use qapi_protocol::introspection::{Features, TypeKind};

use super::Look;
use super::table::{Row, lay_out, wrap};
use crate::language::tree::Entry;
use crate::language::typed::object::chosen;
use crate::output::Printable;
use crate::vocabulary::{Manual, Member, Type};

/// How many values of an enumeration are shown at a member.
const MAX_VALUES: usize = 8;

/// How many branches have their members shown without being asked for.
const MAX_BRANCHES: usize = 6;

/// Which members are marked: of what people send, those that they must, of what they receive, those
/// that may not come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Marked {
    Required,
    Optional,
}

/// A page of help.
pub(super) struct Page {
    look: Look,
    manual: Option<Manual>,
    out: String,
}

impl Page {
    pub(super) fn new(look: Look, manual: Option<Manual>) -> Self {
        Page {
            look,
            manual,
            out: String::new(),
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A line, with an empty one in front.
    pub(super) fn paragraph(&mut self, line: &str) {
        self.out.push('\n');
        self.line(line);
    }

    pub(super) fn title(
        &mut self,
        what: &str,
        name: &str,
        features: Features<'_>,
        versions: Option<VersionRange>,
    ) {
        let name = self.look.bold(name);
        let features = features.iter().map(str::to_owned);
        let facts: Vec<_> = features.chain(versions.map(|it| it.to_string())).collect();
        if facts.is_empty() {
            self.line(&format!("{name}: {what}"));
        } else {
            let facts = facts.join("; ");
            self.line(&format!("{name}: {what}; {}", Printable(&facts)));
        }
    }

    /// The members of an object, with those of its branches, or of the branches that are chosen.
    pub(super) fn members(&mut self, ty: Type<'_>, entries: &[Entry], marked: Marked) {
        let parts = chosen(ty, entries);
        let mut rows = Vec::new();
        for part in &parts {
            add_members(*part, 1, true, marked, &mut rows);
        }
        self.out.push('\n');
        self.table(&rows);
        if let Some((union, tag)) = parts.last().and_then(|it| Some((*it, it.tag()?))) {
            self.branches(union, tag, marked);
        }
    }

    fn branches(&mut self, union: Type<'_>, tag: &str, marked: Marked) {
        let branches: Vec<_> = union.branches().filter(|(_, it)| !it.is_empty()).collect();
        if branches.len() <= MAX_BRANCHES {
            for (case, branch) in branches {
                let case = self.look.bold(&format!("{tag}={case}"));
                self.paragraph(&format!("  with {case}"));
                let mut rows = Vec::new();
                add_members(branch, 2, false, marked, &mut rows);
                self.table(&rows);
            }
        } else if let Some((first, _)) = branches.first() {
            let names: Vec<_> = branches.iter().map(|(case, _)| *case).collect();
            let example = self.look.bold(&format!("{tag}={first}"));
            let message =
                format!("  More members, which help shows with {example} behind it, go with");
            self.paragraph(&message);
            let text = wrap(&names.join(", "), 4, 4, self.look.width);
            self.line(&Printable(&text).to_string());
        }
    }

    fn table(&mut self, rows: &[Row]) {
        self.out.push_str(&lay_out(rows, self.look));
    }

    /// What a command returns.
    pub(super) fn returns(&mut self, ty: Type<'_>) {
        if ty.kind() == TypeKind::Object && ty.is_empty() {
            return self.paragraph("Returns nothing.");
        }
        self.paragraph(&format!("Returns {}", Printable(&ty.to_string())));
        let mut rows = Vec::new();
        let inner = ty.element().unwrap_or(ty);
        add_members(inner, 1, false, Marked::Optional, &mut rows);
        self.table(&rows);
    }

    /// Where QEMU's documentation has it.
    pub(super) fn link(
        &mut self,
        what: &str,
        module: Option<&str>,
        name: &str,
        versions: Option<VersionRange>,
    ) {
        let manual = self.manual.zip(module);
        if let Some(link) = manual.and_then(|(it, module)| it.link(what, module, name, versions)) {
            self.paragraph(&link);
        }
    }

    pub(super) fn about_type(mut self, ty: Type<'_>, entries: &[Entry]) -> String {
        let name = ty.to_string();
        let what = match ty.kind() {
            TypeKind::Enum => "enum",
            TypeKind::Alternate => "alternate",
            TypeKind::Builtin => "built-in type",
            _ => "object",
        };
        self.title(what, &name, ty.features(), ty.versions());
        match ty.kind() {
            TypeKind::Enum => {
                let values = ty.values();
                let rows =
                    values.map(|it| Row::word(it.name(), facts(it.features(), it.versions())));
                self.words(rows.collect());
            }
            TypeKind::Alternate => {
                let alternatives = ty.alternatives();
                let rows =
                    alternatives.map(|it| Row::word(&it.to_string(), Vec::from_iter(values(it))));
                self.words(rows.collect());
            }
            _ => self.members(ty, entries, Marked::Required),
        }
        self.link(what, ty.module(), &name, ty.versions());
        self.finish()
    }

    fn words(&mut self, rows: Vec<Row>) {
        self.out.push('\n');
        self.table(&rows);
    }
}

/// Adds the members of an object, and those of the objects in it, if they are simple.
fn add_members(ty: Type<'_>, depth: usize, is_nested: bool, marked: Marked, rows: &mut Vec<Row>) {
    let mut members: Vec<_> = ty.members().collect();
    members.sort_by_key(|member| (member.features().has("deprecated"), member.is_optional()));
    for member in members {
        rows.push(row(member, depth, marked));
        let inner = member.ty();
        let inner = inner.element().unwrap_or(inner);
        if is_nested && inner.kind() == TypeKind::Object && inner.tag().is_none() {
            add_members(inner, depth + 1, false, marked, rows);
        }
    }
}

fn row(member: Member<'_>, depth: usize, marked: Marked) -> Row {
    let mark = match (marked, member.is_optional()) {
        (Marked::Required, false) => Some("required".to_owned()),
        (Marked::Optional, true) => Some("optional".to_owned()),
        _ => None,
    };
    let mut notes = Vec::from_iter(mark);
    notes.extend(values(member.ty()));
    notes.extend(facts(member.features(), member.versions()));
    Row {
        depth,
        name: member.name().to_owned(),
        ty: member.ty().to_string(),
        notes,
    }
}

/// What values of a type can be, if that is quickly said, or cannot be asked for by a name.
fn values(ty: Type<'_>) -> Option<String> {
    let values: Vec<_> = match ty.kind() {
        TypeKind::Enum => ty.values().map(|value| value.name().to_owned()).collect(),
        TypeKind::Alternate => ty.alternatives().map(alternative).collect(),
        _ => return None,
    };
    (values.len() <= MAX_VALUES || !ty.has_name()).then(|| values.join(" | "))
}

fn alternative(ty: Type<'_>) -> String {
    let values = values(ty).filter(|_| !ty.has_name());
    values.unwrap_or_else(|| ty.to_string())
}

fn facts(features: Features<'_>, versions: Option<VersionRange>) -> Vec<String> {
    let features = features.iter().map(str::to_owned);
    features.chain(versions.map(|it| it.to_string())).collect()
}
