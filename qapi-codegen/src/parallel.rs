//! Work on all processors.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What `work` makes of each of `items`, in their order.
///
/// All of it is done in new threads, even if that is one: the allocator of many a system gives each
/// thread memory of its own, and what `work` allocates and frees by the million does not become
/// scattered over the gaps between what the caller holds.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match items.get(index) {
                Some(item) => done.push((index, work(item))),
                None => return done,
            }
        }
    };
    let mut done = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, worker).ok();
        let threads: Vec<_> = (0..processors.min(items.len())).map_while(spawn).collect();
        let mut done = Vec::with_capacity(items.len());
        for thread in threads {
            done.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        // What is left where there can be no thread.
        done.extend(worker());
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn results_have_the_order_of_the_items() {
        let items: Vec<u64> = (0..40).collect();
        // The first take longest.
        let results = map(&items, |item| {
            thread::sleep(Duration::from_micros(50 * (40 - item)));
            item * item
        });
        let expected: Vec<u64> = items.iter().map(|item| item * item).collect();
        assert_eq!(results, expected);
    }

    #[test]
    fn nothing_becomes_nothing() {
        assert!(map(&[], |item: &u8| *item).is_empty());
    }
}
