//! Whether documentation says of what there is what it has to say, and nothing of what there
//! is not.
//!
//! A documentation block describes the features of its definition and of their members, the
//! values of an enumeration, the members of a structure, those of a union's inline base, the
//! alternatives of an alternate, and the inline arguments of a command or an event. The members
//! that come from a type with a name are described there, the branches of a union too.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use super::errors::Errors;
use super::names::{Branch, Declaration, Kind, Names, TypeName};
use super::times::Moment;
use crate::diagnostic::{Code, Diagnostic, list, short};
use crate::doc::{Doc, Section, SectionKind};
use crate::load::Rules;
use crate::missing::Missing;
use crate::schema::{EnumValue, Feature, Part, SPECIAL_FEATURES};
use crate::small_map::SmallMap;
use crate::source::{Span, Spanned};
use crate::suggest::nearest;

/// How many descriptions of nothing an error names, and how many of them the name of something
/// without description is compared with.
const MAX_CANDIDATES: usize = 20;

/// How many names of one definition are compared with others.
const MAX_SEARCHES: usize = 100;

/// Reports what is not described to `errors`, and gives what is described and not there: QEMU's
/// frontend looks for that when everything else is right. Blocks that `known` errors are in are
/// left out, they may lack anything, and those of definitions that such errors are in.
pub(super) fn check(
    names: &Names,
    rules: &Rules,
    missing: &Missing,
    known: &[Diagnostic],
    errors: &mut Errors,
) -> Vec<Diagnostic> {
    if rules.is_lenient() {
        return Vec::new();
    }
    let broken = known.iter().filter(|error| error.code == Code::InvalidDoc);
    let broken = broken.filter_map(Diagnostic::span);
    let mut broken: Vec<_> = broken.map(|span| (span.file, span.start)).collect();
    broken.sort_unstable();
    let is_broken = |doc: &Doc| {
        let (start, end) = (
            (doc.span.file, doc.span.start),
            (doc.span.file, doc.span.end),
        );
        let first = broken.get(broken.partition_point(|place| *place < start));
        first.is_some_and(|place| *place < end)
    };
    let faulty: HashSet<Span> = known.iter().filter_map(|error| error.anchor).collect();
    let mut strangers = Vec::new();
    for declaration in &names.all {
        let Some(doc) = &declaration.head.doc else {
            continue;
        };
        let Some(symbol) = &doc.symbol else { continue };
        let origin = declaration.origin.as_ref();
        let is_faulty = origin.is_some_and(|origin| faulty.contains(&origin.span.to_start()));
        if symbol.value != declaration.head.name || is_broken(doc) || is_faulty {
            continue;
        }
        let coverage = Coverage {
            declaration,
            parts: parts(names, declaration),
            are_known: are_known(names, declaration),
            doc,
            symbol,
        };
        let exceptions = &rules.pragmas.documentation_exceptions;
        let is_exempt = missing.pragmas || exceptions.contains(&symbol.value);
        strangers.extend(coverage.check(is_exempt, errors));
    }
    strangers
}

/// A block, and what it is about.
struct Coverage<'a> {
    declaration: &'a Declaration,
    parts: Vec<Described<'a>>,
    /// Whether these are all.
    are_known: bool,
    doc: &'a Doc,
    symbol: &'a Spanned<SmolStr>,
}

/// What a block has to describe.
struct Described<'a> {
    role: &'static str,
    name: &'a str,
    part: &'a Part,
}

impl<'a> Coverage<'a> {
    /// Reports what is not described; gives the errors about what is described only.
    fn check(&self, is_exempt: bool, errors: &mut Errors) -> Vec<Diagnostic> {
        let members = self.parts.iter().map(|part| (part.name, ())).collect();
        let features = self.features().map(|feature| (feature.name.as_str(), ()));
        let features = features.collect();
        let (described_members, odd_members) = self.described(&members, |kind| match kind {
            SectionKind::Member(name) => Some(name),
            _ => None,
        });
        let (described_features, odd_features) = self.described(&features, |kind| match kind {
            SectionKind::Feature(name) => Some(name),
            _ => None,
        });

        let mut odd = Odd {
            members: odd_members,
            features: odd_features,
        };

        // That types do not support them was reported.
        let is_type = self.declaration.type_id().is_some();
        let own = self.declaration.head.features.iter();
        let own = own.map(|feature| (feature.name.as_str(), ()));
        let unsupported = own.filter(|(name, ())| is_type && SPECIAL_FEATURES.contains(name));
        let mut reported: SmallMap<&str, ()> = unsupported.collect();
        let mut features_of = |features: &'a [Feature], odd: &mut Odd<'a>, errors: &mut Errors| {
            for feature in features {
                let name = feature.name.as_str();
                if !described_features.contains(&name) && !reported.contains(&name) {
                    reported.add(name, ());
                    self.missing("feature", name, feature.span, odd, errors);
                }
            }
        };
        features_of(&self.declaration.head.features, &mut odd, errors);
        for Described { role, name, part } in &self.parts {
            if !is_exempt && !described_members.contains(name) {
                self.missing(role, name, part.span, &mut odd, errors);
            }
            features_of(&part.features, &mut odd, errors);
        }
        let members = self.strangers("member", &odd.members);
        let members = members.filter(|_| self.are_known);
        let features = self.strangers("feature", &odd.features);
        members.into_iter().chain(features).collect()
    }

    fn features(&self) -> impl Iterator<Item = &'a Feature> {
        let parts = self.parts.iter().flat_map(|part| &part.part.features);
        self.declaration.head.features.iter().chain(parts)
    }

    /// Of the descriptions of one kind, those of what is there, and the others.
    fn described(
        &self,
        there: &SmallMap<&str, ()>,
        name: impl Fn(&'a SectionKind) -> Option<&'a SmolStr>,
    ) -> (SmallMap<&'a str, ()>, Strangers<'a>) {
        let mut described = SmallMap::default();
        let mut others = Strangers::default();
        for section in &self.doc.sections {
            let Some(name) = name(&section.kind).map(SmolStr::as_str) else {
                continue;
            };
            if there.contains(&name) {
                described.add(name, ());
            } else {
                others.push(name, tag(section, name));
            }
        }
        (described, others)
    }

    /// Reports something without description. What may be its description under a wrong name, or
    /// at the wrong place, is not reported by itself.
    fn missing(&self, role: &str, name: &str, span: Span, odd: &mut Odd<'a>, errors: &mut Errors) {
        let message = format!("{role} '{}' lacks documentation", short(name));
        let error = Diagnostic::new(Code::UndocumentedMember, span, message);
        let (same, other) = match role {
            "feature" => (&mut odd.features, &mut odd.members),
            _ => (&mut odd.members, &mut odd.features),
        };
        let error = if let Some(span) = same.take_near(name) {
            error.with_label(span, "is this about it?")
        } else if let Some(span) = other.take(name) {
            let label = match role {
                "feature" => "features are described behind a line 'Features:'",
                _ => "only features are described behind the line 'Features:'",
            };
            error.with_label(span, label)
        } else {
            error.with_label(self.symbol.span, "this is the documentation")
        };
        errors.push(self.declaration, Moment::Documentation, error);
    }

    /// The error about descriptions of what is not there.
    fn strangers(&self, role: &str, strangers: &Strangers<'_>) -> Option<Diagnostic> {
        let strangers: Vec<(&str, Span)> = strangers.left().collect();
        let ((name, span), others) = strangers.split_first()?;
        let names: Vec<&str> = strangers.iter().map(|(name, _)| *name).collect();
        let names = list(role, &names, MAX_CANDIDATES);
        let does = if others.is_empty() { "does" } else { "do" };
        let message = format!("documented {names} {does} not exist");
        let mut error = Diagnostic::new(Code::UnknownInDoc, *span, message)
            .with_context(self.declaration.context());
        for (_, span) in others.iter().take(MAX_CANDIDATES) {
            error = error.with_label(*span, "this one neither");
        }
        match self.home(name).filter(|_| role == "member") {
            Some(help) => Some(error.with_help(help)),
            None => Some(error),
        }
    }

    /// Where a description of that name may belong.
    fn home(&self, name: &str) -> Option<String> {
        let elsewhere = match &self.declaration.kind {
            Kind::Union { branches, .. } if branches.iter().any(|branch| branch.name == name) => {
                return Some("branches of a union are described at their types".to_owned());
            }
            Kind::Union { base, .. } => Some(base),
            Kind::Struct { base, .. } => base.as_ref(),
            Kind::Command { arguments, .. } => arguments.as_ref(),
            Kind::Event { data, .. } => data.as_ref(),
            _ => None,
        };
        let elsewhere = elsewhere.filter(|name| !is_implicit(name));
        elsewhere.map(|name| format!("members of '{}' are described there", short(&name.value)))
    }
}

/// Descriptions of what is not there.
struct Odd<'a> {
    members: Strangers<'a>,
    features: Strangers<'a>,
}

/// Those of one kind.
#[derive(Default)]
struct Strangers<'a> {
    /// The names, and where they stand.
    all: Vec<(&'a str, Span)>,
    places: HashMap<&'a str, Span>,
    /// Those that were found to be about something else.
    taken: HashSet<&'a str>,
    searches: usize,
}

impl<'a> Strangers<'a> {
    fn push(&mut self, name: &'a str, span: Span) {
        self.all.push((name, span));
        self.places.entry(name).or_insert(span);
    }

    /// Takes the description of that name.
    fn take(&mut self, name: &str) -> Option<Span> {
        let (name, span) = self.places.remove_entry(name)?;
        self.taken.insert(name);
        Some(span)
    }

    /// Takes the description whose name is nearest to a name.
    fn take_near(&mut self, name: &str) -> Option<Span> {
        self.searches += 1;
        if self.searches > MAX_SEARCHES {
            return None;
        }
        let near = nearest(name, self.left().take(MAX_CANDIDATES).map(|(name, _)| name))?;
        self.take(near)
    }

    fn left(&self) -> impl Iterator<Item = (&'a str, Span)> {
        let left = |(name, _): &(&str, Span)| !self.taken.contains(name);
        self.all.iter().copied().filter(left)
    }
}

/// What the documentation of a definition has to describe.
fn parts<'a>(names: &'a Names, declaration: &'a Declaration) -> Vec<Described<'a>> {
    let implicit = |name: Option<&TypeName>| {
        let name = name.filter(|name| is_implicit(name))?;
        match &names.of(name)?.1.kind {
            Kind::Struct { members, .. } => Some(members),
            _ => None,
        }
    };
    let (inline, own) = match &declaration.kind {
        Kind::Enum { values, .. } => {
            let part = |value: &'a EnumValue| Described {
                role: "value",
                name: &value.name,
                part: &value.part,
            };
            return values.iter().map(part).collect();
        }
        Kind::Alternate { alternatives } => {
            let part = |branch: &'a Branch| Described {
                role: "branch",
                name: &branch.name,
                part: &branch.part,
            };
            return alternatives.iter().map(part).collect();
        }
        Kind::Struct { base, members, .. } => (implicit(base.as_ref()), Some(members)),
        Kind::Union { base, .. } => (implicit(Some(base)), None),
        Kind::Command { arguments, .. } => (implicit(arguments.as_ref()), None),
        Kind::Event { data, .. } => (implicit(data.as_ref()), None),
        Kind::Missing | Kind::Builtin(_) | Kind::Array(..) | Kind::BuiltinArray(..) => {
            return Vec::new();
        }
    };
    let members = inline.into_iter().chain(own).flatten();
    let members = members.map(|member| Described {
        role: "member",
        name: &member.name,
        part: &member.part,
    });
    members.collect()
}

/// Whether it is known what a block has to describe: not where the arguments of a command or the
/// data of an event are of no type that they can be of, and may have been meant to be inline.
fn are_known(names: &Names, declaration: &Declaration) -> bool {
    let name = match &declaration.kind {
        Kind::Command { arguments, .. } => arguments,
        Kind::Event { data, .. } => data,
        _ => return true,
    };
    let ty = name.as_ref().map(|name| names.of(name));
    ty.is_none_or(|ty| ty.is_some_and(|(_, ty)| ty.is_object()))
}

/// Whether the type of that name is written inline.
fn is_implicit(name: &TypeName) -> bool {
    name.value.starts_with("q_")
}

/// Where `@NAME` stands, with which a section starts.
fn tag(section: &Section, name: &str) -> Span {
    let start = section.span.start;
    Span {
        end: start + 1 + name.len() as u32,
        ..section.span
    }
}
