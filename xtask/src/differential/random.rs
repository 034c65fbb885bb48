//! Random numbers that are the same everywhere.

/// Numbers that only hang on the seed (the generator is SplitMix64).
pub(super) struct Random(u64);

impl Random {
    /// The numbers of the case of that number.
    pub(super) fn new(seed: u64, case: usize) -> Self {
        let mut random = Random(seed);
        let seed = random.next();
        Random(seed ^ (case as u64).wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Whether something happens that happens so many times of a hundred.
    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of those, of which there is one at least.
    pub(super) fn one<T: Copy, const N: usize>(&mut self, all: &[T; N]) -> T {
        const { assert!(N > 0) };
        all[self.below(N)]
    }

    /// One of them, when there is any.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_case_has_the_same_numbers_and_others_have_others() {
        let numbers = |seed, case| {
            let mut random = Random::new(seed, case);
            [(); 8].map(|()| random.below(1000))
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
        assert!(numbers(7, 7).iter().all(|number| *number < 1000));
        assert_eq!(Random::new(1, 1).pick::<u8>(&[]), None);
    }

    #[test]
    fn what_happens_as_often_as_said() {
        let mut random = Random::new(1, 1);
        let count = (0..10_000).filter(|_| random.percent(30)).count();
        assert!((2_800..3_200).contains(&count), "{count}");
        let ones: Vec<u8> = (0..100).map(|_| random.one(&[1, 2])).collect();
        assert!(ones.contains(&1) && ones.contains(&2));
    }
}
