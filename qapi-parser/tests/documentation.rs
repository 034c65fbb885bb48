//! How documentation blocks are taken apart.

use std::borrow::Cow;

use qapi_parser::doc::{Doc, Section, SectionKind};
use qapi_parser::source::MemorySource;
use qapi_parser::syntax::Item;
use qapi_parser::{Diagnostics, Loader, Schema, Strictness};

fn load(text: &str, strictness: Strictness) -> Result<Schema, Diagnostics> {
    let source = MemorySource::from_iter([("schema.json", text)]);
    let loader = Loader::new().strictness(strictness);
    loader.load_from(&source, "schema.json")
}

/// The block that has what `lines` say.
fn doc(lines: &str, strictness: Strictness) -> Doc {
    let text = format!("##\n# @draw:\n{lines}##\n{{ 'command': 'draw' }}\n");
    let source = MemorySource::from_iter([("schema.json", text)]);
    let loader = Loader::new().strictness(strictness);
    let parsed = loader.parse_from(&source, "schema.json");
    let parsed = parsed.expect("the block is right");
    match &parsed.modules()[0].file().items[..] {
        [Item::Definition { doc: Some(doc), .. }] => doc.clone(),
        items => panic!("{items:?}"),
    }
}

fn assert_sections(doc: &Doc, expected: &[(SectionKind, &str)]) {
    let text = |section: &Section| (section.kind.clone(), section.text().into_owned());
    let found: Vec<_> = doc.sections.iter().map(text).collect();
    let expected = expected.iter().cloned();
    let expected: Vec<_> = expected
        .map(|(kind, text)| (kind, text.to_owned()))
        .collect();
    assert_eq!(found, expected);
}

fn text_of(section: Option<&Section>) -> Option<Cow<'_, str>> {
    section.map(Section::text)
}

fn member(name: &str) -> SectionKind {
    SectionKind::Member(name.into())
}

#[test]
fn a_block_is_split_into_its_sections() {
    let doc = doc(
        "#\n\
         # Draws.\n\
         #\n\
         # And more.\n\
         #\n\
         # @color: the color\n\
         #     to take\n\
         #\n\
         #     * one\n\
         #       or two\n\
         #\n\
         # @size:\n\
         #     the size\n\
         #\n\
         # Features:\n\
         #\n\
         # @unstable: It is new.\n\
         #\n\
         # Returns: nothing\n\
         #\n\
         # Errors:\n\
         #     - many\n\
         #     - more\n\
         #\n\
         # TODO: all of it\n\
         #\n\
         # Behind::\n\
         #\n\
         #     literal\n\
         #\n\
         # Since: 1.2\n",
        Strictness::Strict,
    );
    assert_sections(
        &doc,
        &[
            (SectionKind::Plain, "Draws.\n\nAnd more."),
            (member("color"), "the color\nto take\n\n* one\n  or two"),
            (member("size"), "the size"),
            (SectionKind::Feature("unstable".into()), "It is new."),
            (SectionKind::Returns, "nothing"),
            (SectionKind::Errors, "- many\n- more"),
            (SectionKind::Todo, "all of it"),
            (SectionKind::Plain, "Behind::\n\n    literal"),
            (SectionKind::Since, "1.2"),
        ],
    );
    assert_eq!(text_of(doc.body()).as_deref(), Some("Draws.\n\nAnd more."));
    assert_eq!(text_of(doc.member("size")).as_deref(), Some("the size"));
    assert_eq!(doc.member("unstable"), None);
    assert_eq!(
        text_of(doc.feature("unstable")).as_deref(),
        Some("It is new.")
    );
    assert_eq!(text_of(doc.returns()).as_deref(), Some("nothing"));
    assert_eq!(text_of(doc.errors()).as_deref(), Some("- many\n- more"));
    assert_eq!(text_of(doc.todo()).as_deref(), Some("all of it"));
    assert_eq!(text_of(doc.since()).as_deref(), Some("1.2"));
}

#[test]
fn a_block_without_text_has_no_section() {
    let doc = doc("#\n#\n", Strictness::Strict);
    assert_sections(&doc, &[]);
    assert_eq!(doc.body(), None);
    assert_eq!(doc.symbol.unwrap().value, "draw");
}

#[test]
fn a_heading_is_plain_text() {
    let text = "##\n# ====\n# Text\n# ====\n#\n# = Old\n##\n";
    let schema = load(text, Strictness::Strict).unwrap();
    let (_, module) = schema.modules().next().unwrap();
    assert_sections(
        &module.comments[0],
        &[(SectionKind::Plain, "====\nText\n====\n\n= Old")],
    );
}

#[test]
fn old_headings_are_plain_text_by_the_lenient_rules() {
    let lines = "# = Heading\n\
                 #\n\
                 # Notes: Some.\n\
                 #\n\
                 # @color: the color\n\
                 #\n\
                 # Example:\n\
                 #\n\
                 #   draw\n\
                 #\n\
                 # Since: 1.2\n";
    assert_sections(
        &doc(lines, Strictness::Lenient),
        &[
            (SectionKind::Plain, "= Heading\n\nNotes: Some."),
            (member("color"), "the color"),
            (SectionKind::Plain, "Example:\n\n  draw"),
            (SectionKind::Since, "1.2"),
        ],
    );
}

#[test]
fn an_old_description_goes_on_up_to_a_blank_line() {
    let lines = "# @color: the color\n\
                 #         to take,\n\
                 # whatever it is\n\
                 # @size: the size\n\
                 #\n\
                 #        of it\n\
                 # Returns: nothing\n\
                 #\n\
                 # @is obsolete: it is text\n";
    assert_sections(
        &doc(lines, Strictness::Lenient),
        &[
            (
                member("color"),
                "the color\n        to take,\nwhatever it is",
            ),
            (member("size"), "the size\n\nof it"),
            (SectionKind::Returns, "nothing"),
            (SectionKind::Plain, "@is obsolete: it is text"),
        ],
    );
}

#[test]
fn blank_lines_and_indentation_between_the_lines_of_a_block_do_not_matter() {
    let text = "  ##\n\n  # @draw:\n\n # Draws.\n\t##\n{ 'command': 'draw' }\n";
    let schema = load(text, Strictness::Strict).unwrap();
    let (_, command) = schema.commands().next().unwrap();
    let doc = command.head.doc.as_ref().unwrap();
    assert_eq!(text_of(doc.body()).as_deref(), Some("Draws."));
}

#[test]
fn members_of_inline_types_have_the_documentation_of_what_they_stand_in() {
    let text = "##\n# @draw:\n#\n# @color: the color (since 1.3)\n##\n\
                { 'command': 'draw', 'data': { '*color': 'str' } }\n";
    let schema = load(text, Strictness::Strict).unwrap();
    let arguments = schema.find_type("q_obj_draw-arg").unwrap();
    let color = schema.all_members(arguments).next().unwrap();
    assert_eq!(color.part.doc.as_deref(), Some("the color (since 1.3)"));
    assert_eq!(color.part.versions.first.unwrap().to_string(), "1.3");
    assert_eq!(schema.ty(arguments).head.doc, None);
}

#[test]
fn what_is_said_of_a_base_member_is_not_said_of_a_branch_of_its_name() {
    let text = "{ 'enum': 'Kind', 'data': [ 'kind', 'other' ] }\n\
                { 'struct': 'Empty', 'data': { } }\n\
                ##\n# @Shape:\n#\n# @kind: the tag\n#\n# @other: the branch\n##\n\
                { 'union': 'Shape', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind',\n\
                  'data': { 'kind': 'Empty', 'other': 'Empty' } }\n";
    let schema = load(text, Strictness::Lenient).unwrap();
    let shape = schema.ty(schema.find_type("Shape").unwrap());
    let qapi_parser::schema::TypeKind::Union(shape) = &shape.kind else {
        panic!("{shape:?}");
    };
    let docs = shape
        .branches
        .iter()
        .map(|branch| branch.part.doc.as_deref());
    assert_eq!(docs.collect::<Vec<_>>(), [None, Some("the branch")]);
}
