//! The project's own tasks: `cargo xtask --help`.

mod bench;
mod conformance;
mod differential;
mod doc;
mod generate;
mod import;
mod install;
mod interface;
mod introspection;
mod package;
mod recording;
mod replay;
mod test;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure what our crates cost, side by side with others
    Bench(bench::Options),
    /// Run the test cases of a QEMU source tree's schema frontend
    Conformance(conformance::Options),
    /// Compare what we say of damaged and of random schemas with what QEMU's frontend says
    Differential(differential::Options),
    /// Build rustdoc of qapi-types with the documentation of a QEMU source tree
    Doc(doc::Options),
    /// Generate the code of qapi-types from schema/
    Gen(generate::Options),
    /// Import the facts of a QEMU source tree into schema/
    Import(import::Options),
    /// Compare what QEMU says of its schema with what `qapi introspect` says
    Introspection(introspection::Options),
    /// Package the crates as they would be published, and build the packages
    Package(package::Options),
    /// Play a script in the shell of `qapi`, and draw what is on the screen
    Recording(recording::Options),
    /// Read recordings as types and write them again
    Replay(replay::Options),
    /// Check everything that a change has to pass
    Test(test::Options),
}

fn main() -> ExitCode {
    // As cargo says it now: checkouts that share a target folder also share this program.
    let folder = env::var_os("CARGO_MANIFEST_DIR");
    let folder = folder.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let folder = Path::new(&folder);
    let workspace = folder.parent().unwrap_or(folder);
    let result = match Arguments::parse().task {
        Task::Bench(options) => bench::run(workspace, &options),
        Task::Conformance(options) => conformance::run(&options),
        Task::Differential(options) => differential::run(workspace, &options),
        Task::Doc(options) => doc::run(workspace, &options),
        Task::Gen(options) => generate::run(workspace, &options),
        Task::Import(options) => import::run(workspace, &options),
        Task::Introspection(options) => introspection::run(&options),
        Task::Package(options) => package::run(workspace, &options),
        Task::Recording(options) => recording::run(workspace, &options),
        Task::Replay(options) => replay::run(&options),
        Task::Test(options) => test::run(workspace, &options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
