//! How fast it goes.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use peer_codec::{Read, Write};

use super::{Kind, kinds, reading, writing};
use crate::Outcome;
use crate::figures::{Figures, Unit};
use crate::recording::{self, ALL_KINDS, SERVER_KINDS};

/// How long to do the same thing again and again for one figure.
const TURN: Duration = Duration::from_millis(40);

/// Measures how fast the messages of the recordings are read and written.
///
/// All contestants have their turns in each round.
///
/// # Errors
///
/// When the recordings cannot be read.
pub fn times(rounds: usize, recordings: &[PathBuf]) -> Outcome<Figures> {
    let mut figures = Figures::default();

    let (tasks, left_out) = reading(recording::read(recordings)?);
    for kind in kinds(&tasks, &SERVER_KINDS) {
        measure(
            &mut figures,
            "Decode",
            &kind,
            rounds,
            |read: &Read, bytes| {
                drop(black_box(read(black_box(bytes))));
            },
        );
    }
    figures.notes.extend(left_out.notes("Not decoded"));

    let (tasks, left_out) = writing(recording::read(recordings)?);
    for kind in kinds(&tasks, &ALL_KINDS) {
        measure(&mut figures, "Encode", &kind, rounds, |write: &Write, _| {
            drop(black_box(write()));
        });
    }
    figures.notes.extend(left_out.notes("Not encoded"));
    Ok(figures)
}

fn measure<W>(
    figures: &mut Figures,
    table: &str,
    kind: &Kind<'_, W>,
    rounds: usize,
    act: impl Fn(&W, &[u8]),
) {
    let count = kind.tasks.len() as f64;
    let bytes = kind.bytes() as f64;
    figures.add((table, kind.name, "messages"), Unit::Count, [count]);
    figures.add((table, kind.name, "size"), Unit::Bytes, [bytes]);

    let contestants = kind.contestants();
    let pass = |contestant: usize| {
        for task in &kind.tasks {
            if let Some((_, way)) = task.ways.get(contestant) {
                act(way, &task.message.bytes);
            }
        }
    };
    // Which also warms caches up.
    let passes: Vec<u32> = (0..contestants.len())
        .map(|contestant| passes(|| pass(contestant)))
        .collect();
    let mut values = vec![Vec::new(); contestants.len()];
    for _ in 0..rounds {
        for (contestant, (values, passes)) in values.iter_mut().zip(&passes).enumerate() {
            let start = Instant::now();
            for _ in 0..*passes {
                pass(contestant);
            }
            let time = start.elapsed().as_secs_f64();
            values.push(bytes * f64::from(*passes) / time);
        }
    }
    for (name, values) in contestants.into_iter().zip(values) {
        figures.add((table, kind.name, name), Unit::BytesPerSecond, values);
    }
}

/// How often to do it for a turn.
fn passes(pass: impl Fn()) -> u32 {
    let mut passes = 1;
    loop {
        let start = Instant::now();
        for _ in 0..passes {
            pass();
        }
        let time = start.elapsed();
        if time >= TURN / 4 {
            let factor = TURN.as_secs_f64() / time.as_secs_f64();
            return (f64::from(passes) * factor).ceil() as u32;
        }
        passes *= 2;
    }
}
