//! What each construct becomes, and what holds for any text.

mod any_text;

use super::{Links, Mention, Nowhere, is_heading, without_since};

fn to_markdown(text: &str) -> String {
    super::to_markdown(text, &Nowhere)
}

fn check(cases: &[(&str, &str)]) {
    for (source, markdown) in cases {
        assert_eq!(to_markdown(source), *markdown, "of {source:?}");
    }
}

#[test]
fn names_and_literals_are_code() {
    check(&[
        ("the @file-name, @B_1.", "the `file-name`, `B_1`."),
        ("(\"@a\")", "(\"`a`\")"),
        ("@__org.own_name.", "`__org.own_name`."),
        ("@a.b and @c-", "`a`.b and `c`-"),
        ("a@b.c and @ alone", "a@b.c and @ alone"),
        ("``--opt=*`` there", "`--opt=*` there"),
        ("``a`b``", "``a`b``"),
        ("```a```", "`` `a` ``"),
        ("``two\nlines``", "`two lines`"),
        ("@a@b", "`a`@b"),
        ("``a``\\ ``b``", "`a` `b`"),
        ("`` `` is blank", "\\`\\` \\`\\` is blank"),
    ]);
}

/// Names that all lead somewhere: where, and how they are mentioned.
struct Everywhere;

impl Links for Everywhere {
    fn target(&self, name: &str, mention: Mention) -> Option<String> {
        let is_name = mention != Mention::Word || name.contains('-');
        is_name.then(|| format!("{mention:?}::{name}"))
    }

    fn page(&self, path: &str) -> Option<String> {
        Some(format!("https://a.org/{path}.html"))
    }
}

#[test]
fn names_that_lead_somewhere_are_links() {
    for (source, markdown) in [
        ("the @file.", "the [`file`](At::file)."),
        ("`stop` it", "[`stop`](Reference::stop) it"),
        (":qapi:cmd:`stop`", "[`stop`](Reference::stop)"),
        ("`all about it <stop>`", "[all about it](Reference::stop)"),
        (":qapi:type:`~a.B`", "[`B`](Reference::B)"),
        (
            ":doc:`The [big] book </a/b>`",
            "[The \\[big\\] book](https://a.org/a/b.html)",
        ),
        (":doc:`/a/b`", "[`/a/b`](https://a.org/a/b.html)"),
        (":doc:`b`", "`b`"),
        ("``b-c`` ``a``", "[`b-c`](Word::b-c) `a`"),
        (
            "see b-c, (d-e); \"f-g\".",
            "see [`b-c`](Word::b-c), ([`d-e`](Word::d-e)); \"[`f-g`](Word::f-g)\".",
        ),
        (
            "a/b-c x@b-c b-c/d b-c=d -b-c b-c.txt",
            "a/b-c x@b-c b-c/d b-c=d -b-c b-c.txt",
        ),
        (
            "@a[0] @b(c) !@d",
            "[`a`](At::a)\\[0\\] [`b`](At::b)(c) \\![`d`](At::d)",
        ),
        ("*@a*", "*[`a`](At::a)*"),
        (
            "http://b-c.org a::\n\n  b-c @d",
            "<http://b-c.org> a:\n\n```text\nb-c @d\n```",
        ),
        ("B-C\n---", "### [`B-C`](Word::B-C)"),
    ] {
        assert_eq!(
            super::to_markdown(source, &Everywhere),
            markdown,
            "of {source:?}"
        );
    }
}

#[test]
fn references_show_their_title_or_name() {
    check(&[
        ("`run-it`, `a\nb`", "`run-it`, `a b`"),
        (":qapi:cmd:`stop` it", "`stop` it"),
        ("(:obj:`~a.b.C`, :obj:`!d`)", "(`C`, `d`)"),
        (":ref:`some-place`", "`some-place`"),
        (":ref:`Place <some-place>`", "Place"),
        (":doc:`The [big] book </a/b>`", "The \\[big\\] book"),
        ("`list[].it <list>`", "`list[].it`"),
        ("`the list <list>`", "the list"),
        (":term:`word`", "word"),
        (
            "see `Home <http://a.org/>`_.",
            "see Home (<http://a.org/>).",
        ),
        ("see Home_ and `Other home`_", "see Home\\_ and Other home"),
        ("12:`x`", "12:`x`"),
    ]);
}

#[test]
fn quotes_of_backticks_are_no_code() {
    check(&[
        ("`open", "\\`open"),
        ("`a' and `b'", "\\`a' and \\`b'"),
        ("`` open", "\\`\\` open"),
    ]);
}

#[test]
fn emphasis_stays_and_other_stars_are_escaped() {
    check(&[
        ("*so* and **very much so**.", "*so* and **very much so**."),
        ("*two\nlines*", "*two\nlines*"),
        ("*@name*", "*`name`*"),
        ("2 * 3 * 4", "2 \\* 3 \\* 4"),
        ("*.img and a*b*c", "\\*.img and a\\*b\\*c"),
        ("**open", "\\*\\*open"),
        ("\\*-any", "\\*-any"),
    ]);
}

#[test]
fn characters_of_markdown_are_escaped() {
    check(&[
        ("[a] a[0] [a](b)", "\\[a\\] a\\[0\\] \\[a\\](b)"),
        ("list<T> 1 > 2", "list\\<T\\> 1 \\> 2"),
        ("a_b_c _d_ __e__", "a_b_c \\_d\\_ \\_\\_e\\_\\_"),
        ("C:\\dir", "C:\\\\dir"),
        ("a | b ~c~", "a \\| b \\~c\\~"),
        ("&amp; a & b", "\\&amp; a & b"),
        ("run --opt -o", "run \\-\\-opt -o"),
        ("a\n# b\n+ c\n= d\n> e", "a\n\\# b\n\\+ c\n\\= d\n\\> e"),
        ("a\n\\  - b", "a\n\\- b"),
        ("at\n1999. No\n-o", "at\n1999\\. No\n-o"),
        ("a\n---b", "a\n\\-\\-\\-b"),
    ]);
}

#[test]
fn addresses_are_links() {
    check(&[
        (
            "See https://a.org/b_c?d=*.",
            "See <https://a.org/b_c?d=>\\*.",
        ),
        ("(http://a.org/b(c))", "(<http://a.org/b(c)>)"),
        (
            "see <http://a.org>, 'http://b.org'",
            "see <http://a.org>, '<http://b.org>'",
        ),
        ("starts with \"http://\".", "starts with \"http://\"."),
    ]);
}

#[test]
fn lists_keep_their_nesting() {
    check(&[
        ("- a\n  b\n- c", "- a\n  b\n- c"),
        ("* a\n\n* b", "- a\n\n- b"),
        ("1) a\n2) b\n\n   c", "1. a\n2. b\n\n   c"),
        ("#. a\n#. b", "1. a\n1. b"),
        ("a:\n- b\n- c\n\nd", "a:\n\n- b\n- c\n\nd"),
        ("a:\n\n    - b\n      c\n\n    - d", "a:\n\n- b\n  c\n\n- d"),
        ("- a:\n  - b\n  - c\n- d", "- a:\n  - b\n  - c\n- d"),
        ("10. a\n\n    - b\n\n11. c", "10. a\n\n    - b\n\n11. c"),
        ("- - a", "- - a"),
        ("- a\n1. b", "- a\n  1\\. b"),
        ("- a\n\n1. b", "- a\n\n1. b"),
        (
            "- a::\n\n    b\n\n- c",
            "- a:\n\n  ```text\n  b\n  ```\n\n- c",
        ),
        ("- Note: a\n  b", "- **Note:** a\n  b"),
    ]);
}

#[test]
fn a_wrapped_line_is_no_list() {
    check(&[
        ("the sum of a\n- b", "the sum of a\n\\- b"),
        ("at least version\n2. More", "at least version\n2\\. More"),
        ("one of\n- a\n- b", "one of\n\n- a\n- b"),
    ]);
}

#[test]
fn literal_blocks_are_fenced() {
    check(&[
        (
            "a::\n\n  b\n    c\n\n  d\n\ne",
            "a:\n\n```text\nb\n  c\n\nd\n```\n\ne",
        ),
        ("a ::\n\n  b", "a\n\n```text\nb\n```"),
        ("a\n\n::\n\n  # b", "a\n\n```text\n# b\n```"),
        ("a::\n\n  ```\n  b", "a:\n\n````text\n```\nb\n````"),
        ("a::\n\nb", "a:\n\nb"),
        ("``a::``\n\n  b", "`a::`\n\nb"),
    ]);
}

#[test]
fn examples_are_fenced() {
    check(&[
        (
            ".. qmp-example::\n\n  -> { \"a\": 1 }\n  <- {}\n\nb",
            "**Example:**\n\n```text\n-> { \"a\": 1 }\n<- {}\n```\n\nb",
        ),
        (
            ".. qmp-example::\n   :title: Try *it*\n\n   -> {}",
            "**Example: Try *it***\n\n```text\n-> {}\n```",
        ),
        (
            ".. qmp-example::\n   :annotated:\n\n   Try it::\n\n    -> {}\n\n   Done.",
            "**Example:** Try it:\n\n```text\n-> {}\n```\n\nDone.",
        ),
        (
            ".. code-block:: rust,ignore\n   :linenos:\n\n   fn a() {}",
            "```text\nfn a() {}\n```",
        ),
        (
            "Example:\n\n1. A\n-> { \"a\":\n     1 }\n\n<- {}\n\n2. B",
            "**Example:**\n\n1. A\n\n```text\n-> { \"a\":\n     1 }\n\n<- {}\n```\n\n2. B",
        ),
        (
            "Example:\n  {\"a\": 1}\n   \"b\" }\n",
            "**Example:**\n\n```text\n{\"a\": 1}\n \"b\" }\n```",
        ),
        ("| a\n|   b\n|", "```text\na\n  b\n```"),
    ]);
}

#[test]
fn remarks_have_a_lead_in_bold() {
    check(&[
        (
            ".. note:: A @b\n   c.\n\n   D.\n\nE",
            "**Note:** A `b`\nc.\n\nD.\n\nE",
        ),
        (".. caution::\n\n   A", "**Caution:** A"),
        (
            ".. note:: A::\n\n     b\n\n   C",
            "**Note:** A:\n\n```text\nb\n```\n\nC",
        ),
        (
            ".. admonition:: Notes\n\n   1. A\n   2. B",
            "**Notes:**\n\n1. A\n2. B",
        ),
        (".. seealso:: A", "**See also:** A"),
        (".. versionadded:: 3", "**Versionadded:** 3"),
        (".. note:: A\nB", "**Note:** A\n\nB"),
        ("Note: A\n      b", "**Note:** A\nb"),
        ("A.\nNotes:  B", "A.\n\n**Notes:** B"),
        ("Notes:\n\n- A", "**Notes:**\n\n- A"),
        ("Note:", "**Note:**"),
        ("a Note: b", "a Note: b"),
        (".. note::\n\nA", "**Note:**\n\nA"),
    ]);
}

#[test]
fn comments_and_targets_are_silent() {
    check(&[
        ("a\n\n.. _here:\n\nb", "a\n\nb"),
        (".. a comment\n   of two lines\n\nb", "b"),
    ]);
}

#[test]
fn headings_keep_their_level() {
    check(&[
        ("= A\n\n== B *c*", "# A\n\n## B *c*"),
        ("***\nA_b\n***\n\nc", "# A_b\n\nc"),
        ("A\n===\nb\n\nC\n---", "## A\n\nb\n\n### C"),
    ]);
}

#[test]
fn headings_alone_are_told_from_headings_with_text() {
    for text in ["", "= A", "***\nA\n***", "A\n===\n\n\nB\n---"] {
        assert!(is_heading(text), "{text:?}");
    }
    for text in ["A", "= A\n\nb", "A\n===\nb", "- a", "\\# a", "a::\n\n  # b"] {
        assert!(!is_heading(text), "{text:?}");
    }
}

#[test]
fn tables_keep_their_columns() {
    check(&[
        (
            ".. table:: A table\n   :widths: auto\n\n   ==  ==\n   a   b\n   ==  ==\n\nc",
            "**A table:**\n\n```text\n==  ==\na   b\n==  ==\n```\n\nc",
        ),
        ("+---+\n| a |\n+---+", "```text\n+---+\n| a |\n+---+\n```"),
    ]);
}

#[test]
fn a_term_stands_above_its_definition() {
    check(&[
        (
            "a term\n   means @this\n   and that",
            "a term\\\nmeans `this`\nand that",
        ),
        (
            "a line\ngoes on\n   further in",
            "a line\ngoes on\nfurther in",
        ),
    ]);
}

#[test]
fn characters_without_a_place_in_source_code_are_spaces() {
    check(&[
        ("a\tb\r\nc\u{0}d\u{202e}e", "a b\nc d e"),
        ("\n\n a \n\n", "a"),
    ]);
}

#[test]
fn what_is_nothing_but_a_release_leaves_nothing() {
    for text in [
        "(since 10.1)",
        "(Since: 2.1)",
        "(SINCE 0.15.0).",
        "( since\n 2.4 )",
        "Since 2.1",
        "since:\n2.1.",
        "",
    ] {
        assert_eq!(without_since(text), "", "of {text:?}");
    }
}

#[test]
fn a_description_loses_the_release() {
    for (text, rest) in [
        ("size in bytes (since 1.2)", "size in bytes"),
        ("size,\nin bytes\n  (since\n  1.2)\n", "size,\nin bytes"),
        ("the size (since 1.2).", "the size."),
        ("The size.  (since: 1.2).", "The size."),
        ("the size (Since 1.2); more", "the size; more"),
        ("the size (Since 1.2) (default: 3)", "the size (default: 3)"),
        ("The size (since 1.2)If so", "The size If so"),
        ("The size.\nSince 1.2", "The size."),
        ("(since 1.2) the size\n\nmore", "the size\n\nmore"),
    ] {
        assert_eq!(without_since(text), rest, "of {text:?}");
    }
}

#[test]
fn remarks_that_say_more_stay() {
    for text in [
        "a (default: off; since 5.1)",
        "a (since 5.1; default: off)",
        "a (since Linux 5.10)",
        "a (since 5)",
        "a (since 5..1) (since 5.1-rc1)",
        "a (sincerely) (since5.1)",
        "is there since 5.1",
        "(ß) a",
    ] {
        assert_eq!(without_since(text), text);
    }
}
