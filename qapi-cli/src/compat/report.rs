//! What is to be said about a comparison, and in which order.

use std::collections::BTreeMap;

use qapi_protocol::VersionRange;

use super::lookup::Lookup;
use super::reason::Reason;
use super::reference::Reference;
use super::server::{Says, Server};
use super::thing::{Facts, Kind, Thing};
use super::used::Used;
use super::walk::{self, Comparison, Deprecation};
use serde::Serialize;

/// All that is to be said.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) counts: BTreeMap<Kind, Count>,
    /// Sorted.
    pub(super) findings: Vec<Finding>,
}

/// How many of how many things there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    pub(super) here: usize,
    pub(super) known: usize,
}

/// One thing, and what is to be said of it.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) thing: Thing,
    pub(super) versions: Option<VersionRange>,
    pub(super) condition: Option<String>,
    /// The commands and events that need it; none for those themselves, and their own members.
    pub(super) roots: Vec<String>,
    /// What may have been meant by a name that nobody has.
    pub(super) meant: Option<String>,
}

/// What is to be said of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// The program uses it, and it is missing.
    UsedMissing(Reason),
    /// The program uses it, and the server calls it deprecated.
    UsedDeprecated,
    /// The server lacks it.
    Missing(Reason),
    /// The server has it, and calls it deprecated.
    Deprecated,
    /// The server has it, and only other releases call it deprecated.
    DeprecatedElsewhere,
    /// The server has it, and the reference does not know it.
    Extra,
}

impl Verdict {
    /// Whether the program has a problem with this server.
    pub(super) fn is_bad(self) -> bool {
        matches!(self, Verdict::UsedMissing(_) | Verdict::UsedDeprecated)
    }
}

/// Compares a server with the reference.
pub(super) fn report(reference: &Reference, server: &Server, used: Option<&Used>) -> Report {
    let is_wanted = |name: &str| used.is_none_or(|used| used.has(name));
    let Comparison {
        known,
        missing,
        extra,
        deprecated,
    } = match &server.says {
        Says::Schema(theirs) => walk::compare(&reference.schema, theirs, is_wanted),
        Says::Commands(theirs) => walk::compare_commands(&reference.schema, theirs, is_wanted),
    };
    let mut counts: BTreeMap<Kind, Count> = BTreeMap::new();
    for thing in &known {
        let count = counts.entry(thing.kind).or_default();
        count.known += 1;
        count.here += usize::from(!missing.contains_key(thing));
    }
    let newest = reference.newest;
    let is_used = |thing: &Thing| {
        let is_root = matches!(thing.kind, Kind::Command | Kind::Event);
        used.is_some() && is_root && is_wanted(&thing.name)
    };
    let roots_of = |facts: &Facts, thing: &Thing| -> Vec<String> {
        let all = facts.inside.iter().flat_map(|ty| reference.reach.roots(ty));
        let own = |root: &str| {
            let rest = thing.name.strip_prefix(root);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        all.filter(|root| is_wanted(root) && !own(root))
            .cloned()
            .collect()
    };
    let finding = |verdict: Verdict, thing: Thing, facts: Facts| Finding {
        verdict,
        roots: roots_of(&facts, &thing),
        thing,
        versions: facts.versions,
        condition: facts.condition,
        meant: None,
    };
    let mut findings = Vec::new();
    for (thing, facts) in missing {
        let reason = Reason::of(&facts, server.version, newest);
        let verdict = match is_used(&thing) {
            true => Verdict::UsedMissing(reason),
            false => Verdict::Missing(reason),
        };
        findings.push(finding(verdict, thing, facts));
    }
    for (thing, Deprecation { here, facts }) in deprecated {
        let verdict = match (here, is_used(&thing)) {
            (true, true) => Verdict::UsedDeprecated,
            (true, false) => Verdict::Deprecated,
            (false, _) => Verdict::DeprecatedElsewhere,
        };
        findings.push(finding(verdict, thing, facts));
    }
    for (thing, facts) in extra {
        findings.push(finding(Verdict::Extra, thing, facts));
    }
    if let Some(used) = used {
        let lookup = Lookup { reference, server };
        findings.extend(used.names.iter().filter_map(|name| lookup.unknown(name)));
        findings.extend(used.paths.iter().filter_map(|path| lookup.path(path)));
    }
    findings.sort_by(|a, b| (a.verdict, &a.thing).cmp(&(b.verdict, &b.thing)));
    Report { counts, findings }
}
