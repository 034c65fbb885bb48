//! A map for keys of which there are few in nearly all schemas, and may be many in some.

use std::collections::HashMap;
use std::hash::Hash;

/// How many keys are compared one by one. Hashing them takes longer.
pub(crate) const FEW: usize = 16;

/// A map from keys to values.
#[derive(Clone, Debug)]
pub(crate) struct SmallMap<K, V> {
    few: Vec<(K, V)>,
    /// All of them, once there are more than a few.
    many: HashMap<K, V>,
}

impl<K: Eq + Hash, V> SmallMap<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        if self.many.is_empty() {
            let mut few = self.few.iter();
            few.find(|(known, _)| known == key).map(|(_, value)| value)
        } else {
            self.many.get(key)
        }
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Adds a key that is new; one that is there keeps its value.
    pub(crate) fn add(&mut self, key: K, value: V) {
        if self.contains(&key) {
            return;
        }
        if self.many.is_empty() && self.few.len() < FEW {
            if self.few.is_empty() {
                self.few.reserve_exact(FEW);
            }
            self.few.push((key, value));
        } else {
            self.many.extend(self.few.drain(..));
            self.many.insert(key, value);
        }
    }
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        SmallMap {
            few: Vec::new(),
            many: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash, V> FromIterator<(K, V)> for SmallMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = SmallMap::default();
        for (key, value) in pairs {
            map.add(key, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_key_stays_however_many_there_are() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 100] {
            let twice = (0..count).chain(0..count).enumerate();
            let map: SmallMap<usize, usize> = twice.map(|(index, key)| (key, index)).collect();
            for key in 0..count {
                assert_eq!(map.get(&key), Some(&key), "{key} of {count}");
            }
            assert!(!map.contains(&count));
        }
    }
}
