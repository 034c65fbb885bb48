//! What each construct becomes.

use super::{to_markdown, without_since};

fn check(cases: &[(&str, &str)]) {
    for (source, markdown) in cases {
        assert_eq!(to_markdown(source), *markdown, "of {source:?}");
    }
}

#[test]
fn names_literals_and_references_are_code() {
    check(&[
        ("the @file-name, @B_1.", "the `file-name`, `B_1`."),
        ("``--opt=*`` and `run-it`", "`--opt=*` and `run-it`"),
        ("``a`b``", "``a`b``"),
        ("``two\nlines``", "`two lines`"),
        (":qapi:cmd:`stop` it", "`stop` it"),
        (":ref:`some-place`", "`some-place`"),
        ("(:obj:`~a.b.C`)", "(`C`)"),
        ("a@b.c", "a@b.c"),
        ("@__org.own_name.", "`__org.own_name`."),
    ]);
}
