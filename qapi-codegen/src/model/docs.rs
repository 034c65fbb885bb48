//! What the rustdoc of generated items says.

mod versions;

use qapi_parser::doc::{Section, SectionKind};
use qapi_parser::schema::{Alias, Condition, Feature, Head, Member, Part, VersionRange};

use qapi_parser::Schema;

use super::RustType;
use super::rustdoc::Rustdoc;
use crate::prose;

/// Where the online reference of a schema's definitions is.
///
/// QEMU's documentation of its own schemas gives every definition an anchor: see
/// "The Sphinx QAPI Domain" in QEMU's documentation.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The page.
    pub(crate) page: String,
    /// The namespace of its anchors: `QMP`, `QGA`, `QSD`.
    pub(crate) namespace: String,
}

/// What kind of definition it is, in the words of the schema language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Struct,
    Enum,
    Union,
    Alternate,
    Command,
    Event,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Struct => "struct",
            Kind::Enum => "enum",
            Kind::Union => "union",
            Kind::Alternate => "alternate",
            Kind::Command => "command",
            Kind::Event => "event",
        }
    }

    /// The word in the anchors of QEMU's reference, which calls structs and unions objects.
    fn anchor(self) -> &'static str {
        match self {
            Kind::Struct | Kind::Union => "object",
            other => other.word(),
        }
    }
}

/// What the documentation of some definitions says, and that of others does not.
#[derive(Default)]
pub(super) struct Notes {
    /// What a command [returns].
    pub(super) returned: Option<String>,
    pub(super) others: Rustdoc,
}

/// The documentation of a definition: its prose when the schema has any, what it is on the
/// wire, the notes, and the facts.
pub(super) fn definition(
    kind: Kind,
    head: &Head,
    module: &str,
    notes: Notes,
    reference: Option<&Reference>,
) -> Rustdoc {
    let mut returned = notes.returned;
    let mut paragraphs = Rustdoc::about(&head.name);
    let module = module_name(module);
    let what = format!("QAPI {} `{}` of module `{module}`.", kind.word(), head.name);
    let sections = head.doc.iter().flat_map(|doc| &doc.sections);
    let mut sections = sections.peekable();
    if let Some(overview) = sections.next_if(|section| section.kind == SectionKind::Plain) {
        paragraphs.push_prose(overview.text());
    }
    paragraphs.push(what);
    for section in sections {
        match section.kind {
            SectionKind::Plain => {}
            // A paragraph of its own: the text may start with a list.
            SectionKind::Returns => match returned.take() {
                Some(value) => paragraphs.push(format!("**Returns** {value}")),
                None => paragraphs.push("**Returns**".to_owned()),
            },
            SectionKind::Errors => paragraphs.push("**Errors**".to_owned()),
            // Those of the members stand at the members; the others are facts or notes to self.
            SectionKind::Member(_)
            | SectionKind::Feature(_)
            | SectionKind::Since
            | SectionKind::Todo => continue,
        }
        paragraphs.push_prose(section.text());
    }
    paragraphs.extend(returned.map(|value| format!("Returns {value}.")));
    paragraphs.append(notes.others);
    paragraphs.extend(versions::sentence(head.versions));
    paragraphs.extend(condition(head.condition.as_ref()));
    features(&head.features, &mut paragraphs);
    // The reference has what the newest release has.
    let reference = reference.filter(|_| head.versions.last.is_none());
    if let Some(Reference { page, namespace }) = reference {
        let anchor = format!("{}-{namespace}-{module}.{}", kind.anchor(), head.name);
        paragraphs.push(format!("[QEMU's reference]({page}#{anchor})"));
    }
    paragraphs
}

/// What a schema says of itself: its free-form blocks, without those that are just headings for
/// what follows them there.
pub(super) fn introduction(schema: &Schema) -> Rustdoc {
    let mut paragraphs = Rustdoc::default();
    let blocks = schema.docs().filter(|(_, of)| of.is_none());
    for section in blocks.flat_map(|(doc, _)| &doc.sections) {
        if !prose::is_heading(&section.text()) {
            paragraphs.push_prose(section.text());
        }
    }
    paragraphs
}

/// The documentation of a value, a branch or an alternative of a type.
pub(super) fn part(what: &str, name: &str, part: &Part, of: &Head) -> Rustdoc {
    let versions = [versions::sentence_in(of.versions, part.versions), None];
    described(part, of, format!("{what} `{name}`."), versions)
}

/// The documentation of a member of a definition, which has the type `ty` here.
pub(super) fn member(member: &Member, of: &Head, sent: bool, ty: &RustType) -> Rustdoc {
    let mut what = format!("Member `{}`.", member.name);
    if ty.is_base64() {
        what.push_str(" In base64 on the wire.");
    }
    let range = member.part.versions;
    let versions = match member.required {
        Some(required) if required == range && range.first.is_some() => {
            let all = if sent {
                ", which require it"
            } else {
                ", which always send it"
            };
            [versions::sentence_about(range, all), None]
        }
        required => {
            let what = if sent { "Required" } else { "Always sent" };
            let releases = required.and_then(versions::releases);
            let required = releases.map(|it| format!("{what} by {it}."));
            [versions::sentence_in(of.versions, range), required]
        }
    };
    described(&member.part, of, what, versions)
}

/// What a schema says of the tag of a union that has no other member in common, which is no field
/// then.
pub(super) fn tag(tag: &Member, of: &Head) -> Rustdoc {
    let mut paragraphs = Rustdoc::default();
    // Older releases have unions whose tag stands nowhere but in their documentation.
    let section = of.doc.as_ref().and_then(|doc| doc.member(&tag.name));
    let section = section.map(Section::text);
    let text = tag.part.doc.as_deref().or(section.as_deref());
    if let Some(text) = description(text) {
        paragraphs.push(format!("**Member `{}`**", tag.name));
        paragraphs.push_prose(text);
    }
    paragraphs
}

/// What a command returns, as seen from the module of the commands; none for nothing.
pub(super) fn returns(response: &RustType) -> Option<String> {
    fn describe(ty: &RustType) -> String {
        match ty {
            RustType::Plain(name) => format!("`{name}`"),
            RustType::String => "a string".to_owned(),
            RustType::Bytes => "bytes".to_owned(),
            RustType::Any => "any value".to_owned(),
            RustType::Null => "`null`".to_owned(),
            RustType::Empty => "nothing".to_owned(),
            RustType::Named(name) => format!("[`{name}`](type@super::{name})"),
            RustType::Vec(element) => format!("an array of {}", describe(element)),
        }
    }
    (*response != RustType::Empty).then(|| describe(response))
}

/// The documentation of what stands in place of a branch where `tag` is absent.
pub(super) fn untagged(tag: &Member) -> String {
    match tag.part.versions.first {
        // Not all of them need be known.
        Some(first) => format!(
            "Without `{}`, which releases before QEMU {first} may lack.",
            tag.name
        ),
        None => format!("Without `{}`.", tag.name),
    }
}

/// The documentation of another name of the type `target`.
pub(super) fn alias(alias: &Alias, target: &str, module: &str) -> String {
    let during = versions::during(alias.versions).map(|during| format!(" {during}"));
    let during = during.unwrap_or_default();
    let module = module_name(module);
    format!(
        "The name of [`{target}`](type@{target}){during}.\n\nQAPI type `{}` of module `{module}`.",
        alias.name
    )
}

/// The documentation of another name of the type `target`, which holds the branches of a union
/// that has another name, too.
pub(super) fn alias_of_branches(union: &str, target: &str) -> String {
    format!("The branches of [`{union}`](type@{union}): [`{target}`](type@{target}).")
}

/// The prose about a part, and then the facts.
fn described(part: &Part, of: &Head, what: String, versions: [Option<String>; 2]) -> Rustdoc {
    let mut paragraphs = Rustdoc::about(&of.name);
    if let Some(text) = description(part.doc.as_deref()) {
        paragraphs.push_prose(text);
    }
    let [versions, required] = versions;
    let condition = condition(part.condition.as_ref());
    paragraphs.push(join([Some(what), versions, required, condition]));
    features(&part.features, &mut paragraphs);
    paragraphs
}

/// What a schema says of a part, besides its release: facts-only schemas say no more than that.
fn description(doc: Option<&str>) -> Option<String> {
    doc.map(prose::without_since)
        .filter(|text| !text.is_empty())
}

/// A schema module by the name that QEMU's reference has for it.
fn module_name(path: &str) -> &str {
    path.strip_suffix(".json").unwrap_or(path)
}

/// What a condition means to the one who reads the answer.
fn condition(condition: Option<&Condition>) -> Option<String> {
    condition.map(|condition| match condition {
        Condition::Not(without) => format!("Only where QEMU was built without `{without}`."),
        with => format!("Only where QEMU was built with `{with}`."),
    })
}

/// Adds what features mean, but for a `deprecated` that still holds: rustdoc shows its attribute.
fn features(features: &[Feature], paragraphs: &mut Rustdoc) {
    for feature in features {
        let range = feature.versions;
        let during = versions::during(range).map(|during| format!(" {during}"));
        let during = during.unwrap_or_default();
        let what = match (feature.name.as_str(), range.last) {
            (DEPRECATED, None) => continue,
            (DEPRECATED, Some(_)) => format!("Deprecated{during}."),
            (UNSTABLE, Some(_)) => format!("Unstable{during}."),
            (UNSTABLE, None) => {
                format!("**Unstable**{during}: QEMU may change or remove it without notice.")
            }
            (name, _) => join([
                Some(format!("Feature `{name}`.")),
                versions::sentence(range),
            ]),
        };
        paragraphs.push(join([Some(what), condition(feature.condition.as_ref())]));
        if let Some(text) = description(feature.doc.as_deref()) {
            paragraphs.push_prose(text);
        }
    }
}

/// The feature that says that QEMU will remove something.
const DEPRECATED: &str = "deprecated";

/// The feature that says that QEMU may change something.
const UNSTABLE: &str = "unstable";

/// The note of `#[deprecated]`, for what has that feature in the newest release that has it.
/// The releases of the whole are `range`.
pub(super) fn deprecated(features: &[Feature], range: VersionRange) -> Option<String> {
    let mut features = features.iter();
    let deprecated = features.find(|it| it.name == DEPRECATED && it.versions.last.is_none())?;
    let mut note = match description(deprecated.doc.as_deref()) {
        Some(text) => {
            // Plain text, in one line: `@NAME` is markup.
            let words = text.split_whitespace();
            let words = words.map(|word| word.strip_prefix('@').unwrap_or(word));
            words.collect::<Vec<_>>().join(" ")
        }
        None => match range.last {
            Some(last) => format!("removed after QEMU {last}"),
            None => "QEMU will remove it".to_owned(),
        },
    };
    if let Some(first) = deprecated.versions.first {
        // The first that is known to: of the releases before it, not all need be known.
        let sentence = note.strip_suffix('.').unwrap_or(&note);
        note = format!("{sentence} (deprecated in QEMU {first})");
    }
    Some(note)
}

/// Sentences as a paragraph.
fn join<const N: usize>(sentences: [Option<String>; N]) -> String {
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}
