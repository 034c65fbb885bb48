//! Documentation of random definitions: what it has to be, mostly.

use super::definitions::Definition;
use crate::differential::random::Random;

/// How many names of a hundred are not described.
const FORGOTTEN: usize = 3;

/// How many lists of members of a hundred have one that is not there.
const INVENTED: usize = 3;

/// The block in front of a definition; none, now and then.
pub(super) fn block(random: &mut Random, definition: &Definition) -> String {
    if random.percent(FORGOTTEN) {
        return String::new();
    }
    let mut text = format!("##\n# @{}:\n", definition.name);
    for member in &definition.members {
        describe(random, &mut text, member);
    }
    if random.percent(INVENTED) {
        describe(random, &mut text, "more");
    }
    if !definition.features.is_empty() {
        text.push_str("#\n# Features:\n");
        for feature in &definition.features {
            describe(random, &mut text, feature);
        }
    }
    text.push_str("##\n");
    text
}

fn describe(random: &mut Random, text: &mut String, name: &str) {
    if !random.percent(FORGOTTEN) {
        text.push_str(&format!("#\n# @{name}: what it is\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_described_most_of_the_time() {
        let definition = Definition::right(("struct", "S", "'data': { }", &["a", "b"]));
        let full = "##\n# @S:\n#\n# @a: what it is\n#\n# @b: what it is\n##\n";
        let blocks = (0..200).map(|case| block(&mut Random::new(1, case), &definition));
        let blocks: Vec<String> = blocks.collect();
        let count = blocks.iter().filter(|block| *block == full).count();
        assert!((150..200).contains(&count), "{count}");
        assert!(blocks.iter().any(String::is_empty));
        assert!(blocks.iter().any(|block| block.contains("# @more:")));
    }
}
