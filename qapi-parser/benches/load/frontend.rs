//! How long QEMU's own frontend takes for the same.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use criterion::Criterion;
use qapi_parser::Loader;

use crate::ROOT;
use crate::times::{Bound, Limit, Shortest};

/// How many times as long it has to take, at least.
const FACTOR: f64 = 25.0;

/// Loads the schema named by each line that it is sent, and answers with the nanoseconds that
/// this took: neither Python's start nor that of the package counts.
const DRIVER: &str = "
import sys, time
from qapi.schema import QAPISchema
for line in sys.stdin:
    start = time.perf_counter_ns()
    schema = QAPISchema(line.rstrip('\\n'))
    print(time.perf_counter_ns() - start, flush=True)
";

/// Measures both, in turns.
pub(crate) fn bench(criterion: &mut Criterion, tree: &Path) -> Option<Bound> {
    let mut frontend = Frontend::start(tree)?;
    let (ours, theirs) = (Shortest::default(), Shortest::default());
    let root = tree.join(ROOT);
    criterion.bench_function("load/qemu", |bencher| {
        bencher.iter_custom(|count| {
            theirs.add(frontend.time(ROOT));
            ours.time(count, || {
                let schema = Loader::new().load(&root);
                schema.unwrap_or_else(|errors| panic!("{errors}"))
            })
        });
    });
    theirs.ratio(&ours).map(|ratio| Bound {
        what: "time of QEMU's frontend by ours".to_owned(),
        ratio,
        limit: Limit::AtLeast(FACTOR),
    })
}

/// A Python process with QEMU's frontend.
struct Frontend(Child);

impl Frontend {
    /// `None` where the tree has none, or the system has no Python.
    fn start(tree: &Path) -> Option<Self> {
        let scripts = tree.join("scripts").canonicalize().ok();
        let Some(scripts) = scripts.filter(|scripts| scripts.join("qapi").is_dir()) else {
            println!("{} has no scripts/qapi: no comparison", tree.display());
            return None;
        };
        let child = Command::new("python3")
            .args(["-c", DRIVER])
            .env("PYTHONPATH", scripts)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(tree)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        match child {
            Ok(child) => Some(Frontend(child)),
            Err(error) => {
                println!("no comparison with QEMU's frontend: python3: {error}");
                None
            }
        }
    }

    fn time(&mut self, root: &str) -> Duration {
        let requests = self.0.stdin.as_mut().expect("it is piped");
        writeln!(requests, "{root}").expect("it reads");
        let answers = self.0.stdout.as_mut().expect("it is piped");
        let mut answer = String::new();
        BufReader::new(answers)
            .read_line(&mut answer)
            .expect("it answers");
        Duration::from_nanos(answer.trim().parse().expect("a number"))
    }
}

impl Drop for Frontend {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
