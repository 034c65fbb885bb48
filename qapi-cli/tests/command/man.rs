//! `qapi man`

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use crate::support::qapi;

#[test]
fn there_is_a_page_for_the_command_and_each_subcommand() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let run = qapi(&["man", pages.to_str().unwrap()]);
    assert_eq!((run.status, &*run.stdout, &*run.stderr), (0, "", ""));

    let names = fs::read_dir(&pages).unwrap();
    let mut names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
    names.sort();
    for name in ["qapi.1", "qapi-check.1", "qapi-exec.1", "qapi-man.1"] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
    for name in names {
        let page = fs::read_to_string(pages.join(&name)).unwrap();
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES"] {
            assert!(
                page.lines().any(|line| line == section),
                "{name:?}: {section}"
            );
        }
        formatted(&pages.join(&name));
    }
    let exec = fs::read_to_string(pages.join("qapi-exec.1")).unwrap();
    assert!(exec.contains(".TH QAPI-EXEC 1"), "{exec}");
    assert!(qapi(&["man"]).stdout.contains(".SH EXAMPLES"));
}

/// What a page looks like where there is groff, which must have nothing to complain about.
fn formatted(page: &Path) {
    let groff = Command::new("groff")
        .args(["-man", "-Tutf8", "-ww", "-P-c"])
        .arg(page)
        .output();
    let output = match groff {
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        output => output.unwrap(),
    };
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "{complaints}"
    );
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("qapi "), "{text}");
}
