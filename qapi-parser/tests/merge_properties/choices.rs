//! Decisions, made of numbers that can be made fewer and smaller.

/// Answers questions, each with the next of some numbers. When there are none left, the answer is
/// the first of what there is to choose from.
pub(crate) struct Choices {
    numbers: std::vec::IntoIter<u16>,
}

impl Choices {
    pub(crate) fn new(numbers: Vec<u16>) -> Self {
        Choices {
            numbers: numbers.into_iter(),
        }
    }

    /// A number below `count`; 0 where that is 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let number = self.numbers.next().unwrap_or(0);
        usize::from(number) % count.max(1)
    }

    /// Whether the one of `count` comes.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let index = self.below(all.len());
        all.get(index)
    }
}
