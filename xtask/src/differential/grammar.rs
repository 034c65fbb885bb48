//! Random small schemas over few names, so that errors meet: in definitions that use, extend and
//! contain each other.

mod definitions;
mod docs;

use super::random::Random;
use definitions::Definition;

/// The kind of these schemas in the report.
pub(super) const NAME: &str = "grammar";

/// Definitions that are right together. Random ones take the place of some.
const RIGHT: [(&str, &str, &str, &[&str]); 9] = [
    (
        "enum",
        "Color",
        "'data': [ 'red', 'blue' ]",
        &["red", "blue"],
    ),
    ("enum", "Shade", "'data': [ 'dark' ]", &["dark"]),
    ("struct", "Foo", "'data': { 'a': 'int' }", &["a"]),
    ("struct", "Bar", "'data': { 'b': 'str' }", &["b"]),
    (
        "struct",
        "Baz",
        "'base': 'Foo', 'data': { 't': 'Color' }",
        &["t"],
    ),
    (
        "union",
        "Shape",
        "'base': { 't': 'Color' }, 'discriminator': 't', 'data': { 'red': 'Bar' }",
        &["t"],
    ),
    (
        "union",
        "Solid",
        "'base': 'Baz', 'discriminator': 't', 'data': { 'blue': 'Bar' }",
        &[],
    ),
    (
        "alternate",
        "Either",
        "'data': { 'a': 'int', 'b': 'Foo' }",
        &["a", "b"],
    ),
    ("alternate", "Other", "'data': { 'a': [ 'int' ] }", &["a"]),
];

/// How many random definitions a schema may have.
const COUNTS: [usize; 6] = [1, 1, 1, 2, 2, 3];

/// How many schemas of a hundred must have documentation.
const DOCUMENTED: usize = 40;

/// How many schemas of a hundred have their definitions in a random order.
const SHUFFLED: usize = 50;

/// How many definitions of a hundred leave the right one of their name where it is.
const REPEATED: usize = 2;

/// A random schema.
pub(super) fn schema(random: &mut Random) -> String {
    let mut all: Vec<Definition> = RIGHT.into_iter().map(Definition::right).collect();
    if random.percent(SHUFFLED) {
        for last in (1..all.len()).rev() {
            all.swap(last, random.below(last + 1));
        }
    }
    for _ in 0..random.one(&COUNTS) {
        let new = definitions::any(random);
        if !random.percent(REPEATED) {
            all.retain(|definition| definition.name != new.name);
        }
        all.insert(random.below(all.len() + 1), new);
    }
    let is_documented = random.percent(DOCUMENTED);
    let mut text = String::new();
    if is_documented {
        text.push_str("{ 'pragma': { 'doc-required': true } }\n\n");
    }
    for definition in all {
        if is_documented {
            text.push_str(&docs::block(random, &definition));
        }
        text.push_str(&definition.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use qapi_parser::source::MemorySource;
    use qapi_parser::{Diagnostics, Loader, Schema};

    fn load(text: &str) -> Result<Schema, Diagnostics> {
        let source = MemorySource::from_iter([("s.json", text)]);
        Loader::new().load_from(&source, "s.json")
    }

    #[test]
    fn what_random_definitions_join_is_right() {
        let right = RIGHT.map(|parts| Definition::right(parts).to_string());
        load(&right.concat()).unwrap();
    }

    #[test]
    fn the_same_seed_makes_the_same_schema_and_another_makes_others() {
        let schemas = |seed| -> Vec<String> {
            let schema = |case| schema(&mut Random::new(seed, case));
            (0..20).map(schema).collect()
        };
        assert_eq!(schemas(1), schemas(1));
        assert_ne!(schemas(1), schemas(2));
    }

    #[test]
    fn some_are_right_and_the_others_break_many_rules() {
        let results = (0..1000).map(|case| load(&schema(&mut Random::new(1, case))));
        let mut right = 0;
        let mut codes = std::collections::BTreeSet::new();
        for result in results {
            match result {
                Ok(_) => right += 1,
                Err(diagnostics) => codes.extend(diagnostics.iter().map(|it| it.code.as_str())),
            }
        }
        assert!((100..900).contains(&right), "{right}");
        assert!(codes.len() > 15, "{codes:?}");
        assert!(!codes.contains("syntax"), "{codes:?}");
    }
}
