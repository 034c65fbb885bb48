//! What a schema costs that is a schema many times over.

use std::path::Path;

use criterion::{Criterion, SamplingMode, Throughput};
use qapi_parser::syntax::Item;
use qapi_parser::{Loader, Parsed, Schema, Strictness};

use crate::times::{Bound, Limit, Shortest};
use crate::{ROOT, copies, fresh};

/// How many times over, and the factor of the time that is allowed.
const SIZES: [(usize, f64); 2] = [(10, 12.0), (100, 120.0)];

/// Measures the schema of a tree once and many times over.
pub(crate) fn bench(criterion: &mut Criterion, name: &str, tree: &Path) -> Vec<Bound> {
    let original = Loader::new()
        .strictness(Strictness::Lenient)
        .parse(tree.join(ROOT));
    let original = original.unwrap_or_else(|errors| panic!("{errors}"));
    let once = measure(criterion, name, &original, 1);
    let larger = SIZES.map(|(times, limit)| {
        let ratio = measure(criterion, name, &original, times).ratio(&once);
        ratio.map(|ratio| Bound {
            what: format!("time of {name} {times} times over by that of {name}"),
            ratio,
            limit: Limit::AtMost(limit),
        })
    });
    larger.into_iter().flatten().collect()
}

fn measure(criterion: &mut Criterion, name: &str, original: &Parsed, times: usize) -> Shortest {
    let shortest = Shortest::default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{times}"));
    copies::write(original, times, &folder);
    let root = folder.join(ROOT);
    let mut group = criterion.benchmark_group(format!("load/{name}"));
    group.throughput(Throughput::Elements(times as u64));
    // As few loads of the largest as there can be.
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(times.to_string(), |bencher| {
        assert!(definitions(&fresh::load(&root)) >= times * original_definitions(original));
        bencher.iter_custom(|count| {
            let times = (0..count).map(|_| fresh::time(&root));
            times.inspect(|time| shortest.add(*time)).sum()
        });
    });
    shortest
}

fn definitions(schema: &Schema) -> usize {
    let ids = schema.definitions().iter();
    ids.filter(|id| schema.head(**id).span.is_some()).count()
}

fn original_definitions(original: &Parsed) -> usize {
    let items = original
        .modules()
        .iter()
        .flat_map(|module| &module.file().items);
    items
        .filter(|item| matches!(item, Item::Definition { .. }))
        .count()
}
