//! Schemas that nobody would write are compared soon, and with little stack.

use qapi_parser::Schema;
use qapi_parser::diff::{Diff, MAX_STEPS, TooEntangled};

use crate::random::load;

/// What changes from one text to another, and back, on the stack of a thread.
fn changes(old: &str, new: &str) -> (usize, usize) {
    let load = |text: &str| -> Schema { load(text).expect("nothing is wrong with it") };
    let (old, new) = (load(old), load(new));
    assert!(Diff::between(&old, &old).is_empty());
    let forth = Diff::between(&old, &new);
    let by_place = Diff::by_place(&old, &new).expect("each has one place");
    assert_eq!(by_place.changes().len(), forth.changes().len());
    let steps = by_place.changes().iter().map(|change| change.path.len());
    assert!(steps.max() <= Some(MAX_STEPS));
    assert!(forth.to_string().ends_with('\n'));
    (
        forth.changes().len(),
        Diff::between(&new, &old).changes().len(),
    )
}

#[test]
fn a_long_chain_of_bases_is_no_problem() {
    let chain = |first: &str| {
        let mut text = format!("{{ 'struct': 'St0', 'data': {{ {first} }} }}\n");
        for index in 1..20_000 {
            let base = index - 1;
            text.push_str(&format!(
                "{{ 'struct': 'St{index}', 'base': 'St{base}', 'data': {{ 'm{index}': 'int' }} }}\n"
            ));
        }
        text + "{ 'command': 'set', 'data': { 'last': 'St19999' } }\n"
    };
    assert_eq!(
        changes(&chain("'a': 'int'"), &chain("'b': 'int', 'c': 'int'")),
        (3, 3)
    );
}

#[test]
fn a_long_chain_of_unions_is_no_problem() {
    let chain = |last: &str| {
        let mut text = String::from("{ 'enum': 'En', 'data': [ 'a' ] }\n");
        text.push_str(&format!(
            "{{ 'struct': 'Un0', 'data': {{ '{last}': 'int' }} }}\n"
        ));
        for index in 1..20_000 {
            let branch = index - 1;
            text.push_str(&format!(
                "{{ 'union': 'Un{index}', 'base': {{ 't{index}': 'En' }},
                    'discriminator': 't{index}', 'data': {{ 'a': 'Un{branch}' }} }}\n"
            ));
        }
        text + "{ 'command': 'set', 'data': { 'last': 'Un19999' } }\n"
    };
    assert_eq!(changes(&chain("old"), &chain("new")), (2, 2));
}

#[test]
fn a_long_way_to_what_changed_is_no_problem() {
    let chain = |member: &str| {
        let mut text = String::from("{ 'struct': 'St0', 'data': { 'last': 'int' } }\n");
        for index in 1..500 {
            let next = index - 1;
            text.push_str(&format!(
                "{{ 'struct': 'St{index}', 'data': {{ 'next': 'St{next}', '{member}{index}': 'int' }} }}\n"
            ));
        }
        text + "{ 'command': 'set', 'data': { 'first': 'St499' } }\n"
    };
    assert_eq!(changes(&chain("old"), &chain("new")), (998, 998));
}

#[test]
fn circles_of_different_lengths_are_refused_where_types_have_no_names() {
    let circle = |length: usize| {
        let mut text = String::from("{ 'command': 'set', 'data': { 'first': 'St0' } }\n");
        for index in 0..length {
            let next = (index + 1) % length;
            text.push_str(&format!(
                "{{ 'struct': 'St{index}', 'data': {{ '*next': 'St{next}' }} }}\n"
            ));
        }
        load(&text).expect("nothing is wrong with it")
    };
    let by_place = |old, new| Diff::by_place(&circle(old), &circle(new));
    assert_eq!(by_place(20, 21), Ok(Diff::default()));
    assert_eq!(by_place(500, 500), Ok(Diff::default()));
    assert!(matches!(by_place(500, 501), Err(TooEntangled { .. })));
}

#[test]
fn changes_that_all_concern_everybody_are_refused_where_types_have_no_names() {
    let count = 3_000;
    let net = |member: &str| {
        let mut text = String::new();
        for index in 0..count {
            let next = (index + 1) % count;
            text.push_str(&format!(
                "{{ 'command': 'c{index}', 'data': {{ 'it': 'St{index}' }} }}
                 {{ 'struct': 'St{index}', 'data': {{ '*next': 'St{next}'{member} }} }}\n"
            ));
        }
        load(&text).expect("nothing is wrong with it")
    };
    let (old, new) = (net(""), net(", '*more': 'int'"));
    assert_eq!(Diff::by_place(&old, &old), Ok(Diff::default()));
    assert!(matches!(
        Diff::by_place(&old, &new),
        Err(TooEntangled { .. })
    ));
}

#[test]
fn a_union_of_many_branches_is_no_problem() {
    let union = |mark: &str| {
        let values = (0..10_000).map(|index| format!("'{mark}{index}', 'v{index}'"));
        let values = values.collect::<Vec<_>>().join(", ");
        let branches = (0..10_000).map(|index| format!("'{mark}{index}': 'St', 'v{index}': 'St'"));
        let branches = branches.collect::<Vec<_>>().join(", ");
        format!(
            "{{ 'enum': 'En', 'data': [ {values} ] }}
             {{ 'struct': 'St', 'data': {{ '{mark}': 'int' }} }}
             {{ 'union': 'Un', 'base': {{ 't': 'En' }}, 'discriminator': 't', 'data': {{ {branches} }} }}
             {{ 'command': 'set', 'data': {{ 'it': 'Un' }} }}"
        )
    };
    assert_eq!(changes(&union("a"), &union("b")), (40_002, 40_002));
}

#[test]
fn many_commands_with_one_type_are_no_problem() {
    let commands = |member: &str| {
        let mut text = format!("{{ 'struct': 'St', 'data': {{ '{member}': 'int' }} }}\n");
        for index in 0..10_000 {
            text.push_str(&format!(
                "{{ 'command': 'c{index}', 'data': {{ 'it': 'St' }} }}\n"
            ));
        }
        text
    };
    assert_eq!(changes(&commands("old"), &commands("new")), (2, 2));
}
