//! How often memory is asked for.

use std::hint::black_box;
use std::path::PathBuf;

use peer_codec::{Read, Write};

use super::{Kind, kinds, reading, writing};
use crate::Outcome;
use crate::figures::{Figures, Unit};
use crate::recording::{self, ALL_KINDS, SERVER_KINDS};

/// Counts what reading and writing the messages of the recordings allocates. `count` counts what
/// it is given allocates, for which it needs an allocator of its own.
///
/// # Errors
///
/// When the recordings cannot be read.
pub fn allocations(
    recordings: &[PathBuf],
    count: impl Fn(&mut dyn FnMut()) -> u64,
) -> Outcome<Figures> {
    let mut figures = Figures::default();
    let (tasks, _) = reading(recording::read(recordings)?);
    for kind in kinds(&tasks, &SERVER_KINDS) {
        measure(
            &mut figures,
            "Allocations of a message decoded",
            &kind,
            |read: &Read, bytes| count(&mut || drop(black_box(read(black_box(bytes))))),
        );
    }
    let (tasks, _) = writing(recording::read(recordings)?);
    for kind in kinds(&tasks, &ALL_KINDS) {
        measure(
            &mut figures,
            "Allocations of a message encoded",
            &kind,
            |write: &Write, _| count(&mut || drop(black_box(write()))),
        );
    }
    Ok(figures)
}

fn measure<W>(
    figures: &mut Figures,
    table: &str,
    kind: &Kind<'_, W>,
    count: impl Fn(&W, &[u8]) -> u64,
) {
    let messages = kind.tasks.len() as f64;
    figures.add((table, kind.name, "messages"), Unit::Count, [messages]);
    for (contestant, name) in kind.contestants().into_iter().enumerate() {
        let ways = kind.tasks.iter().filter_map(|task| {
            let (_, way) = task.ways.get(contestant)?;
            Some(count(way, &task.message.bytes))
        });
        let per_message = ways.sum::<u64>() as f64 / messages;
        figures.add((table, kind.name, name), Unit::Count, [per_message]);
    }
}
