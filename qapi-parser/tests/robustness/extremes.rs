//! Input that nobody would write: it ends in a clear error or in success, soon, and needs
//! little stack.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use qapi_parser::source::{MAX_FILE_SIZE, MemorySource};
use qapi_parser::{Code, Loader, MAX_NESTING, Strictness};

/// The stack that has to do, in a build without optimization. A thread has twice as much as a
/// rule.
const STACK: usize = 1024 << 10;

/// How long the slowest of the inputs may take, on a machine with other work. An algorithm that
/// takes the square of the size would take hours.
const DEADLINE: Duration = Duration::from_secs(100);

/// Runs `work` on a small stack, and not for ever.
fn frugally<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        // Nobody waits for a result that is late.
        let _ = sender.send(work());
    });
    thread.expect("there are threads");
    match receiver.recv_timeout(DEADLINE) {
        Ok(result) => result,
        Err(error) => panic!("{what}: {error}"),
    }
}

/// The codes of what is wrong with a text by the strict rules. It must be possible to read it by
/// the lenient rules as well.
fn codes(what: &str, text: impl Into<Vec<u8>>) -> Vec<Code> {
    let text = text.into();
    codes_by(Strictness::Lenient, what, text.clone());
    codes_by(Strictness::Strict, what, text)
}

/// The codes of what is wrong with a text. It must be shown briefly, whatever there is to show.
fn codes_by(strictness: Strictness, what: &str, text: impl Into<Vec<u8>>) -> Vec<Code> {
    let text = text.into();
    frugally(what, move || {
        let source = MemorySource::from_iter([("schema.json", text)]);
        let loader = Loader::new().strictness(strictness);
        match loader.load_from(&source, "schema.json") {
            Ok(schema) => {
                assert!(!schema.dump().to_string().is_empty());
                Vec::new()
            }
            Err(diagnostics) => {
                let shown = diagnostics.render(false);
                assert!(shown.len() < 200_000, "{}", shown.len());
                diagnostics.iter().map(|error| error.code).collect()
            }
        }
    })
}

#[test]
fn nesting_a_hundred_thousand_deep_is_refused() {
    for (opening, closing) in [
        ("[ ", " ]"),
        ("{ 'a': ", " }"),
        ("[ { 'not': ", " } ]"),
        ("{ 'data': [ ", " ] }"),
    ] {
        let opened = opening.repeat(100_000);
        assert_eq!(
            codes(opening, opened.as_str()),
            [Code::TooDeep],
            "{opening}"
        );
        let closed = opened + "'a'" + &closing.repeat(100_000);
        assert_eq!(codes(opening, closed), [Code::TooDeep], "{opening}");
    }
}

#[test]
fn conditions_as_deep_as_they_may_be_need_little_stack() {
    let condition = |depth: usize| {
        let (open, close) = ("{ 'not': ".repeat(depth), " }".repeat(depth));
        format!("{{ 'struct': 'Cond', 'data': {{ }}, 'if': {open}'X'{close} }}\n")
    };
    let deepest = MAX_NESTING - 1;
    assert_eq!(codes("conditions", condition(deepest)), []);
    assert_eq!(codes("conditions", condition(deepest + 1)), [Code::TooDeep]);
}

#[test]
fn old_conditions_as_deep_as_they_may_be_need_little_stack() {
    for depth in [MAX_NESTING / 2, MAX_NESTING, 10_000] {
        for (open, close) in [("(", ")"), ("!", ""), ("!(", ")")] {
            let condition = format!("{}defined(X){}", open.repeat(depth), close.repeat(depth));
            let text = format!("{{ 'struct': 'Cond', 'data': {{ }}, 'if': '{condition}' }}\n");
            assert!(!codes("old conditions", text).is_empty());
        }
    }
}

#[test]
fn a_string_as_long_as_a_file_may_be_ends_in_a_clear_error() {
    let around = |front: &str, back: &str| {
        let length = MAX_FILE_SIZE - front.len() - back.len();
        format!("{front}{}{back}", "x".repeat(length))
    };
    let unterminated = around("{ 'struct': '", "");
    assert_eq!(
        codes_by(Strictness::Strict, "unterminated", unterminated),
        [Code::UnterminatedString]
    );
    let unknown = around("{ 'struct': 'Str', 'data': { 'a': '", "' } }\n");
    assert_eq!(
        codes_by(Strictness::Strict, "unknown type", unknown),
        [Code::UnknownType]
    );
}

#[test]
fn many_times_the_same_takes_no_time_to_speak_of() {
    let documented = "##\n# @En:\n#\n# @a: text\n##\n{ 'enum': 'En', 'data': [ 'a' ] }\n";
    for piece in [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "'",
        "\\",
        "\"",
        "#",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        "\0",
        "x",
        "1",
        "\u{e9}",
        "'a'",
        "''",
        "{ }",
        "{ }\n",
        "[ ]\n",
        "'a': ",
        "{ 'a': 'b' }\n",
        "#\n",
        "# x\n",
        "##\n",
        "##\n##\n",
        "##\n#\n##\n",
        "##\n# @x:\n##\n",
        "# @a:\n",
        "# @a: b\n",
        "#  x\n",
        "# Features:\n",
        "# Returns: x\n",
        "# Since: 1\n",
        "# ::\n",
        "# = x\n",
        "# (since 1.0)",
        "{ 'include': 'a.json' }\n",
        "{ 'include': 'schema.json' }\n",
        "{ 'pragma': { } }\n",
        "{ 'pragma': { 'a': [ ] } }\n",
        "{ 'enum': 'En', 'data': [ ] }\n",
        "{ 'struct': 'S', 'base': 'S', 'data': { } }\n",
        "{ 'command': 'c' }\n",
        "{ 'command': 'c', 'data': 'T' }\n",
        documented,
    ] {
        let times = (1 << 18) / piece.len();
        let open = piece.repeat(times);
        codes(piece, format!("##\n# @S:\n#\n{open}"));
        codes(piece, format!("{{ 'struct': 'S', 'data': {{ {open}"));
        codes(piece, open);
    }
}

#[test]
fn all_line_ends_are_line_ends() {
    let text = "##\n# @En:\n#\n# @a: text\n##\n{ 'enum': 'En',\n  'data': [ 'a' ] }\n";
    let wrong = text.replace("'a' ]", "'a\n");
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(codes("right", text.replace('\n', end)), [], "{end:?}");
        let wrong = wrong.replace('\n', end);
        let source = MemorySource::from_iter([("schema.json", wrong)]);
        let error = Loader::new().load_from(&source, "schema.json").unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.starts_with("schema.json:7:13: error: missing terminating"),
            "{end:?}: {shown}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let right = b"{ 'enum': 'En', 'data': [ ] }\n".to_vec();
    let behind = |bytes: &[u8]| [bytes, &right].concat();
    assert_eq!(
        codes("UTF-16", b"\xff\xfe{\0}\0".to_vec()),
        [Code::InvalidUtf8]
    );
    assert_eq!(
        codes("half a character", behind(b"# \xc3\n")),
        [Code::InvalidUtf8]
    );
    assert_eq!(
        codes("a surrogate", behind(b"# \xed\xa0\x80\n")),
        [Code::InvalidUtf8]
    );
    assert_eq!(
        codes("a byte order mark", behind(b"\xef\xbb\xbf")),
        [Code::StrayCharacter]
    );
    assert_eq!(codes("NUL", behind(b"\0")), [Code::StrayCharacter]);
    assert_eq!(codes("NUL in a comment", behind(b"# \0\n")), []);
    let name = b"{ 'enum': 'E\0n', 'data': [ ] }\n".to_vec();
    assert_eq!(codes("NUL in a string", name), [Code::InvalidCharacter]);
}

#[cfg(unix)]
#[test]
fn a_file_that_includes_itself_through_a_symbolic_link_is_an_inclusion_loop() {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("link-to-itself");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let root = folder.join("root.json");
    fs::write(&root, "{ 'include': 'link.json' }\n").unwrap();
    symlink("root.json", folder.join("link.json")).unwrap();
    symlink("dead.json", folder.join("dead.json")).unwrap();

    let codes = |path: std::path::PathBuf| {
        frugally("link", move || {
            let errors = Loader::new().load(path).unwrap_err();
            errors.iter().map(|error| error.code).collect::<Vec<Code>>()
        })
    };
    assert_eq!(codes(root), [Code::IncludeLoop]);
    assert_eq!(codes(folder.join("dead.json")), [Code::UnreadableFile]);
}
