//! `qapi dump`

use crate::support::{qapi, qapi_with_input};

#[test]
fn it_prints_what_the_schema_means() {
    let run = qapi(&["dump", "good.json"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("dump", run.stdout);
}

#[test]
fn it_reads_standard_input_and_old_schemas() {
    let old = b"{ 'struct': 'Car', 'data': {}, 'if': 'defined(CONFIG_CARS)' }";
    let run = qapi_with_input(&["dump", "--lenient", "-"], old);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    let car = "module <stdin>\nobject Car\n    if CONFIG_CARS\n";
    assert!(run.stdout.ends_with(car), "{}", run.stdout);
}

#[test]
fn what_is_wrong_goes_to_standard_error() {
    for subcommand in ["dump", "introspect"] {
        let run = qapi(&[subcommand, "bad.json"]);
        assert_eq!((run.status, &*run.stdout), (1, ""));
        assert_eq!(run.stderr.matches("error[").count(), 3, "{}", run.stderr);
        assert!(!run.stderr.contains('\x1b'), "{}", run.stderr);

        let run = qapi(&[subcommand, "nowhere.json"]);
        assert_eq!((run.status, &*run.stdout), (2, ""));
        let message = "error: can't read schema file 'nowhere.json': no such file\n";
        assert_eq!(run.stderr, message);
    }
}
