//! `qapi completions`

use std::process::Command;

use crate::support::qapi;

#[test]
fn every_shell_has_a_script() {
    for (shell, part) in [
        ("bash", "complete -F _qapi"),
        ("zsh", "#compdef qapi"),
        ("fish", "complete -c qapi"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer[qapi]"),
    ] {
        let run = qapi(&["completions", shell]);
        assert_eq!((run.status, &*run.stderr), (0, ""));
        assert!(run.stdout.contains(part), "{shell}");
        assert!(run.stdout.contains("wait-event"), "{shell}");
    }
    assert_eq!(qapi(&["completions", "csh"]).status, 2);
}

#[test]
fn bash_completes_subcommands_and_options() {
    let complete = |words: &str, index: usize| {
        let script = format!(
            "source <(\"$0\" completions bash) && \
             COMP_WORDS=({words}) COMP_CWORD={index} && \
             _qapi qapi \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\" && \
             echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash")
            .args(["--norc", "-c", &script, env!("CARGO_BIN_EXE_qapi")])
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("qapi ex", 1), "exec\n");
    assert_eq!(complete("qapi exec --wait-e", 2), "--wait-event\n");
    assert_eq!(complete("qapi check --message-format j", 3), "json\n");
}
