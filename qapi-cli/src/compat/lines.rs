//! The report for programs: a JSON object a line.

use std::io::{self, Write};

use qapi_protocol::VersionRange;
use serde::Serialize;

use super::reference::Reference;
use super::report::{Count, Finding, Report, Verdict};
use super::server::Server;
use super::thing::Kind;

/// The first line.
#[derive(Serialize)]
struct Summary<'a> {
    status: &'static str,
    server: &'static str,
    release: &'a str,
    version: Option<String>,
    schema: Option<&'a str>,
    newest: Option<String>,
    commands: Count,
    events: Count,
    members: Count,
    values: Count,
    features: Count,
}

/// Each other line.
#[derive(Serialize)]
struct Line<'a> {
    status: &'static str,
    kind: Kind,
    name: &'a str,
    used: bool,
    reason: Option<&'static str>,
    first: Option<String>,
    last: Option<String>,
    #[serde(rename = "if")]
    condition: Option<&'a str>,
    needed_by: &'a [String],
}

/// Writes it.
pub(super) fn write(
    out: &mut impl Write,
    report: &Report,
    server: &Server,
    reference: &Reference,
) -> io::Result<()> {
    let count = |kind| report.counts.get(&kind).copied().unwrap_or_default();
    let summary = Summary {
        status: "summary",
        server: server.kind.word(),
        release: &server.release,
        version: server.version.map(|it| it.to_string()),
        schema: reference.file.as_deref(),
        newest: reference.newest.map(|it| it.to_string()),
        commands: count(Kind::Command),
        events: count(Kind::Event),
        members: count(Kind::Member),
        values: count(Kind::Value),
        features: count(Kind::Feature),
    };
    writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    for finding in &report.findings {
        writeln!(out, "{}", serde_json::to_string(&line(finding))?)?;
    }
    Ok(())
}

fn line(finding: &Finding) -> Line<'_> {
    let (status, reason) = match finding.verdict {
        Verdict::UsedMissing(reason) | Verdict::Missing(reason) => ("missing", Some(reason.word())),
        Verdict::UsedDeprecated | Verdict::Deprecated => ("deprecated", None),
        Verdict::DeprecatedElsewhere => ("deprecated-elsewhere", None),
        Verdict::Extra => ("extra", None),
    };
    let VersionRange { first, last } = finding.versions.unwrap_or(VersionRange::ALL);
    Line {
        status,
        kind: finding.thing.kind,
        name: &finding.thing.name,
        used: finding.verdict.is_bad(),
        reason,
        first: first.map(|it| it.to_string()),
        last: last.map(|it| it.to_string()),
        condition: finding.condition.as_deref(),
        needed_by: &finding.roots,
    }
}
