//! `cargo xtask introspection`: our answer to `query-qmp-schema`, and that of a QEMU.
//!
//! Ours comes from the command, which is a program of its own: `xtask` does not depend on the
//! code that it generates.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;

/// What to compare.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The symbols that the QEMU was built with
    #[arg(
        long,
        value_name = "FILE",
        default_value = "schema/defines/debian-13-x86_64.txt"
    )]
    defines_file: PathBuf,
    /// The schema that it was built from: the root file
    schema: PathBuf,
    /// What it answered: a recording, a line for each message
    recording: PathBuf,
}

/// How many differences are shown.
const MAX_SHOWN: usize = 10;

/// Fails unless our answer is that of the recording.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let path = &options.recording;
    let recording = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let theirs = recorded(&recording).with_context(|| path.display().to_string())?;
    let ours = introspect(&options.schema, &options.defines_file)?;
    let differences = differences(&ours, &theirs);
    for difference in differences.iter().take(MAX_SHOWN) {
        println!("{difference}");
    }
    if !differences.is_empty() {
        bail!("{} entries of {} differ", differences.len(), theirs.len());
    }
    println!("All {} entries are the same.", theirs.len());
    Ok(())
}

/// Does so for a schema and a recording of QEMU 10.0 that are here.
pub(crate) fn check(workspace: &Path, schema: &str, recording: &str) -> anyhow::Result<()> {
    run(&Options {
        defines_file: workspace.join("schema/defines/debian-13-x86_64.txt"),
        schema: workspace.join("schema/10.0").join(schema),
        recording: workspace.join("tests/transcripts").join(recording),
    })
}

/// The answer of `qapi introspect`.
fn introspect(schema: &Path, defines: &Path) -> anyhow::Result<Vec<Value>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "qapi-cli", "--"])
        .args(["introspect", "--lenient", "--defines-file"])
        .args([defines, schema])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`qapi introspect` failed ({})", output.status);
    }
    serde_json::from_slice(&output.stdout).context("`qapi introspect` wrote no JSON")
}

/// The first answer to `query-qmp-schema` in a recording.
fn recorded(recording: &str) -> anyhow::Result<Vec<Value>> {
    let mut id = None;
    for (index, line) in recording.lines().enumerate() {
        let line: Value =
            serde_json::from_str(line).with_context(|| format!("line {}", index + 1))?;
        let message = &line["msg"];
        if message["execute"] == "query-qmp-schema" {
            id = message.get("id").cloned();
        } else if id.is_some()
            && message.get("id") == id.as_ref()
            && let Some(entries) = message["return"].as_array()
        {
            return Ok(entries.clone());
        }
    }
    bail!("no answer to query-qmp-schema in it")
}

/// What differs: the same entries have to be there in the same order.
fn differences(ours: &[Value], theirs: &[Value]) -> Vec<String> {
    let count = ours.len().max(theirs.len());
    let show = |entry: Option<&Value>| entry.map_or("nothing".to_owned(), Value::to_string);
    (0..count)
        .map(|index| (index, ours.get(index), theirs.get(index)))
        .filter(|(_, ours, theirs)| ours != theirs)
        .map(|(index, ours, theirs)| {
            let (ours, theirs) = (show(ours), show(theirs));
            format!("entry {index}:\n  ours   {ours}\n  theirs {theirs}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_answer_is_the_one_with_the_id_of_the_request() {
        let recording = r#"{"dir": "->", "msg": {"execute": "query-name", "id": 1}}
{"dir": "->", "msg": {"execute": "query-qmp-schema", "id": 2}}
{"dir": "<-", "msg": {"return": [1], "id": 1}}
{"dir": "<-", "msg": {"event": "STOP"}}
{"dir": "<-", "msg": {"return": [2, 3], "id": 2}}"#;
        assert_eq!(recorded(recording).unwrap(), [json!(2), json!(3)]);

        let (without, _) = recording.rsplit_once('\n').unwrap();
        assert!(recorded(without).is_err());
    }

    #[test]
    fn order_and_number_of_the_entries_matter() {
        let (one, two) = (json!({"name": "one"}), json!({"name": "two"}));
        let both = [one.clone(), two.clone()];
        assert!(differences(&both, &both).is_empty());
        assert_eq!(differences(&both, &[two, one.clone()]).len(), 2);
        assert_eq!(
            differences(&[one], &both),
            ["entry 1:\n  ours   nothing\n  theirs {\"name\":\"two\"}"]
        );
    }
}
