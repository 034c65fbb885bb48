//! `qapi check`

use std::fs::File;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Run, command, qapi, qapi_with_input};

#[test]
fn a_good_schema_is_passed_over_in_silence() {
    for format in ["human", "short", "json"] {
        let run = qapi(&["check", "good.json", "--message-format", format]);
        assert_eq!((run.status, &*run.stdout, &*run.stderr), (0, "", ""));
    }
}

#[test]
fn people_see_the_source_and_a_summary() {
    let run = qapi(&["check", "bad.json"]);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    insta::assert_snapshot!("human", run.stdout);
}

#[test]
fn the_short_format_is_a_line_an_error_and_nothing_else() {
    let run = qapi(&["check", "--message-format", "short", "bad.json"]);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    assert_eq!(
        run.stdout,
        "\
bad.json:4:1: error: 'Engine' is already defined
parts/bad.json:2:1: error: member 'fuel' uses unknown type 'Fule'
bad.json:3:1: error: member 'engine' uses unknown type 'Engin'
"
    );
}

#[test]
fn the_json_format_is_an_object_a_line() {
    let run = qapi(&["check", "--message-format", "json", "bad.json"]);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    let lines = run.stdout.lines();
    let objects: Vec<Value> = lines.map(|it| serde_json::from_str(it).unwrap()).collect();
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&objects).unwrap());
}

#[test]
fn all_formats_agree_on_the_place() {
    let short = qapi(&["check", "--message-format", "short", "bad.json", "old.json"]);
    let json = qapi(&["check", "--message-format", "json", "bad.json", "old.json"]);
    let as_short = json.stdout.lines().map(|line| {
        let it: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        let (path, message) = (text("path"), text("message"));
        format!("{path}:{}:{}: error: {message}\n", it["line"], it["column"])
    });
    assert_eq!(as_short.collect::<String>(), short.stdout);
}

#[test]
fn paths_are_as_given() {
    let path = "./../schemas/parts/bad.json";
    let run = qapi(&["check", "--message-format", "short", path]);
    assert_eq!(
        run.stdout,
        format!("{path}:2:1: error: member 'fuel' uses unknown type 'Fule'\n")
    );
}

#[test]
fn old_schemas_are_accepted_when_asked_to() {
    assert_eq!(qapi(&["check", "old.json"]).status, 1);
    assert_eq!(qapi(&["check", "--lenient", "old.json"]).status, 0);
}

#[test]
fn all_schemas_are_checked_and_the_worst_decides() {
    let run = qapi(&["check", "good.json", "bad.json", "old.json"]);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    assert!(run.stdout.ends_with("\n4 errors in 2 schemas\n"));

    let run = qapi(&[
        "check",
        "--message-format=short",
        "nowhere.json",
        "old.json",
    ]);
    assert_eq!(run.status, 2);
    assert!(run.stdout.starts_with("old.json:1:1: error: "));
    assert_eq!(
        run.stderr,
        "error: can't read schema file 'nowhere.json': no such file\n"
    );
}

#[test]
fn what_cannot_be_read_is_not_the_schemas_fault_unless_it_includes_it() {
    let run = qapi(&["check", "parts"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert_eq!(
        run.stderr,
        "error: can't read schema file 'parts': it is a folder\n"
    );

    let run = qapi_with_input(&["check", "-"], b"{ 'include': 'nowhere.json' }");
    assert_eq!((run.status, &*run.stderr), (1, ""));
    assert!(
        run.stdout
            .contains("can't read include file 'nowhere.json'")
    );
}

#[test]
fn standard_input_is_a_schema_of_the_current_folder() {
    let run = qapi_with_input(&["check", "-"], b"{ 'include': 'engine.json' }");
    assert_eq!((run.status, &*run.stdout), (0, ""));

    let run = qapi_with_input(&["check", "--message-format=short", "-"], b"\n[]");
    assert_eq!(run.status, 1);
    assert!(
        run.stdout.starts_with("<stdin>:2:1: error: "),
        "{}",
        run.stdout
    );

    let run = qapi_with_input(&["check", "-", "good.json", "-"], b"");
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert_eq!(
        run.stderr,
        "error: standard input ('-') can be read once only\n"
    );
}

#[test]
fn input_that_is_no_text_is_an_error_at_its_place() {
    let run = qapi_with_input(&["check", "--message-format=short", "-"], b"#\n\xff");
    assert_eq!((run.status, &*run.stderr), (1, ""));
    assert_eq!(run.stdout, "<stdin>:2:1: error: invalid UTF-8\n");
}

#[test]
#[cfg(unix)]
fn endless_input_is_refused() {
    let zero = || Stdio::from(File::open("/dev/zero").unwrap());
    let output = command(&["check", "-"]).stdin(zero()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: can't read schema file '<stdin>': it is larger than 64 MiB\n"
    );
}

#[test]
fn nobody_has_to_read_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.json");
    // More than pipes hold.
    std::fs::write(&path, "{ 'struct': 'Car' }\n".repeat(10_000)).unwrap();
    let mut command = command(&["check", "--message-format=short"]);
    let command = command.arg(&path).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_is_said() {
    let full = File::create("/dev/full").unwrap();
    let output = command(&["check", "bad.json"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("error: can't write to standard output: "),
        "{stderr}"
    );
}

#[test]
fn colours_are_for_terminals_and_on_request() {
    let escapes = |run: Run| run.stdout.contains('\x1b');
    assert!(!escapes(qapi(&["check", "bad.json"])));
    assert!(escapes(qapi(&["check", "--color", "always", "bad.json"])));
    assert!(!escapes(qapi(&["check", "--color", "never", "bad.json"])));
    let always = [
        "check",
        "--color=always",
        "--message-format=short",
        "bad.json",
    ];
    assert!(!escapes(qapi(&always)), "programs read this");
}

#[test]
fn a_wrong_command_line_is_refused() {
    for arguments in [
        &["check"][..],
        &["check", "--message-format", "xml", "good.json"],
        &["check", "--nonsense", "good.json"],
        &["chek", "good.json"],
        &[],
    ] {
        let run = qapi(arguments);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains("--help"), "{}", run.stderr);
    }
}
