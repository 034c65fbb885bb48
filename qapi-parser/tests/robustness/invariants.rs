//! What holds of the result for any input. The fuzz targets check the same.

use qapi_parser::source::{ReadSource, Sources, Span};
use qapi_parser::syntax::{Include, Item, Object, Value, ValueKind};
use qapi_parser::{Diagnostics, Diff, Loader, Parsed, Schema, Strictness};

/// Reads a schema by both rule sets, twice each, and checks what comes of it.
pub(crate) fn hold(source: &impl ReadSource, root: &str) {
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        let loader = Loader::new().strictness(strictness);
        let outcome = || match loader.load_from(source, root) {
            Ok(schema) => of_schema(&schema),
            Err(diagnostics) => of_diagnostics(&diagnostics),
        };
        let first = outcome();
        assert_eq!(first, outcome(), "another result the second time");
        match loader.parse_from(source, root) {
            Ok(parsed) => of_parsed(&parsed),
            Err(diagnostics) => {
                of_diagnostics(&diagnostics);
            }
        }
    }
}

/// A schema has its definitions in its files, differs not from itself, and can be shown.
fn of_schema(schema: &Schema) -> String {
    for id in schema.definitions() {
        if let Some(span) = schema.head(*id).span {
            is_inside(schema.sources(), span);
        }
    }
    let changes = Diff::between(schema, schema);
    assert!(changes.is_empty(), "{changes}");
    format!("{}{}", schema.dump(), schema.facts())
}

/// Diagnostics are at places in the files, and can be shown: in short, each in one line.
fn of_diagnostics(diagnostics: &Diagnostics) -> String {
    assert!(diagnostics.iter().next().is_some());
    for error in diagnostics {
        let labels = error.labels.iter().map(|(span, _)| *span);
        for span in error.span().into_iter().chain(error.place()).chain(labels) {
            is_inside(diagnostics.sources(), span);
        }
        assert!(
            !error.message.is_empty() && !error.message.contains('\n'),
            "{error:?}"
        );
        let place = error.place().map(|place| place.file);
        assert_eq!(place, error.span().map(|span| span.file), "{error:?}");
    }
    let short = diagnostics.to_string();
    assert_eq!(short.lines().count(), diagnostics.iter().count());
    diagnostics.render(true);
    format!("{short}\n{}", diagnostics.render(false))
}

/// What was read is where it says, in the order of the text.
fn of_parsed(parsed: &Parsed) {
    let sources = parsed.sources();
    for module in parsed.modules() {
        let mut last = 0;
        for item in &module.file().items {
            let span = match item {
                Item::Include(Include { span, .. }) => *span,
                Item::Pragma(expr) | Item::Definition { expr, .. } => {
                    of_object(sources, &expr.value, expr.span);
                    expr.span
                }
                Item::Comment(_) => continue,
            };
            is_inside(sources, span);
            assert!(span.start >= last, "{span:?} is in front of {last}");
            last = span.end;
        }
    }
}

fn of_object(sources: &Sources, object: &Object, whole: Span) {
    for (key, value) in object {
        is_part(sources, key.span, whole);
        of_value(sources, value, whole);
    }
}

fn of_value(sources: &Sources, value: &Value, whole: Span) {
    is_part(sources, value.span, whole);
    match &value.kind {
        ValueKind::Object(object) => of_object(sources, object, value.span),
        ValueKind::Array(elements) => {
            for element in elements {
                of_value(sources, element, value.span);
            }
        }
        ValueKind::String(_) | ValueKind::Bool(_) | ValueKind::Null => {}
    }
}

fn is_part(sources: &Sources, part: Span, whole: Span) {
    is_inside(sources, part);
    let is_part = part.file == whole.file && part.start >= whole.start && part.end <= whole.end;
    assert!(is_part, "{part:?} is not in {whole:?}");
}

fn is_inside(sources: &Sources, span: Span) {
    let source = sources.find(span.file).expect("the file is there");
    assert!(source.text().get(span.range()).is_some(), "{span:?}");
}
