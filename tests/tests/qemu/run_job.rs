//! Jobs, each run to its end by one call, by both clients.

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use qapi_client::{Job, JobError, JobOutcome, JobStatus, RawCommand};
use qapi_tests::server::{Qemu, create_image};
use qapi_types::qmp::commands;
use serde_json::{Value, json};

use crate::both::{Either, each};
use crate::support::MIB;

/// The size of the images: more than a job copies at once.
const SIZE: u64 = 8 * MIB;

/// Longer than any of these jobs takes.
const LONG: Duration = Duration::from_secs(60);

/// Often enough to see a job at work.
const OFTEN: Duration = Duration::from_millis(20);

/// Adds the node `name`, whose image is full of data.
fn add_full(vm: &mut Either, folder: &Path, name: &str) {
    let path = folder.join(format!("{name}.img"));
    fs::write(&path, vec![0x55; SIZE as usize]).unwrap();
    add(
        vm,
        json!({"driver": "file", "filename": path.to_str().unwrap()}),
        name,
    );
}

/// Adds the node `name`, whose image is empty.
fn add_empty(vm: &mut Either, folder: &Path, name: &str) {
    let path = folder.join(format!("{name}.qcow2"));
    create_image(&path, "qcow2", SIZE);
    let file = json!({"driver": "file", "filename": path.to_str().unwrap()});
    let node = json!({"driver": "qcow2", "file": file, "backing": Value::Null});
    add(vm, node, name);
}

fn add(vm: &mut Either, mut node: Value, name: &str) {
    node["node-name"] = name.into();
    vm.execute(RawCommand::new("blockdev-add").arguments(node))
        .unwrap();
}

fn job() -> Job {
    Job::new("job0").timeout(LONG)
}

fn mirror() -> RawCommand {
    command(
        "blockdev-mirror",
        json!({"device": "old", "target": "new", "sync": "full"}),
    )
}

/// A backup that does not get far while anybody looks.
fn slow_backup() -> RawCommand {
    let arguments = json!({"device": "old", "target": "new", "sync": "full", "speed": 1});
    command("blockdev-backup", arguments)
}

fn command(name: &str, mut arguments: Value) -> RawCommand {
    arguments["job-id"] = "job0".into();
    RawCommand::new(name).arguments(arguments)
}

/// A machine with a disk, which is the node `old`; there is also a node `new`.
fn with_disk(vm: &mut Either, folder: &Path) {
    add_full(vm, folder, "old");
    add_empty(vm, folder, "new");
    let disk = commands::DeviceAdd::new("scsi-hd")
        .id("disk0")
        .bus("scsi0.0")
        .extra("drive", "old");
    vm.check_device(&disk).unwrap();
    vm.execute(disk).unwrap();
}

fn q35() -> Qemu {
    Qemu::q35(&["-device", "virtio-scsi-pci,id=scsi0"])
}

/// The node that the disk is.
fn node_of_disk(vm: &mut Either) -> String {
    let blocks = vm.execute(commands::QueryBlock::new()).unwrap();
    let [block] = blocks.as_slice() else {
        panic!("{blocks:?}");
    };
    block.inserted.as_ref().unwrap().node_name.clone().unwrap()
}

#[track_caller]
fn no_jobs(vm: &mut Either) {
    assert_eq!(vm.execute(commands::QueryJobs::new()).unwrap(), []);
}

#[test]
fn a_mirror_takes_the_place_of_its_disk() {
    each(q35, |qemu, vm| {
        with_disk(vm, qemu.folder());
        let mut seen = Vec::new();
        let outcome = vm.run_job(job(), mirror(), |progress| {
            seen.push(progress.status.clone());
        });
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        assert_eq!(node_of_disk(vm), "new");
        assert!(seen.contains(&JobStatus::Ready), "{seen:?}");
        no_jobs(vm);
    });
}

#[test]
fn a_mirror_is_left_when_it_is_ready_and_completed_later() {
    each(q35, |qemu, vm| {
        with_disk(vm, qemu.folder());
        let outcome = vm.run_job(job().when_ready_leave(), mirror(), |_| {});
        assert_eq!(outcome.unwrap(), JobOutcome::Ready);
        assert_eq!(node_of_disk(vm), "old");
        let outcome = vm.finish_job(job());
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        assert_eq!(node_of_disk(vm), "new");

        let error = vm.finish_job(job()).unwrap_err();
        assert!(matches!(error, JobError::NotFound { .. }), "{error:?}");
    });
}

#[test]
fn a_copy_is_kept_and_the_disk_stays() {
    each(q35, |qemu, vm| {
        with_disk(vm, qemu.folder());
        let outcome = vm.run_job(job().when_ready_keep_copy(), mirror(), |_| {});
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        assert_eq!(node_of_disk(vm), "old");
        no_jobs(vm);
    });
}

#[test]
fn a_mirror_is_cancelled_when_it_is_ready() {
    each(q35, |qemu, vm| {
        with_disk(vm, qemu.folder());
        let job = job();
        let canceller = job.canceller();
        let outcome = vm.run_job(job, mirror(), |progress| {
            if progress.status == JobStatus::Ready {
                canceller.cancel();
            }
        });
        assert_eq!(outcome.unwrap(), JobOutcome::Cancelled);
        assert_eq!(node_of_disk(vm), "old");
        no_jobs(vm);
    });
}

#[test]
fn a_snapshot_is_committed() {
    each(Qemu::none, |qemu, vm| {
        add_empty(vm, qemu.folder(), "disk0");
        add_empty(vm, qemu.folder(), "snapshot0");
        let snapshot = json!({"node": "disk0", "overlay": "snapshot0"});
        vm.execute(RawCommand::new("blockdev-snapshot").arguments(snapshot))
            .unwrap();
        let commit = commands::BlockCommit::new("snapshot0").job_id("job0");
        let outcome = vm.run_job(job(), commit, |_| {});
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        no_jobs(vm);
    });
}

#[test]
fn a_backup_tells_how_far_it_is() {
    each(Qemu::none, |qemu, vm| {
        add_full(vm, qemu.folder(), "old");
        add_empty(vm, qemu.folder(), "new");
        let arguments = json!({
            "device": "old", "target": "new", "sync": "full",
            "auto-finalize": false, "auto-dismiss": false,
        });
        let mut last = None;
        let outcome = vm.run_job(job(), command("blockdev-backup", arguments), |progress| {
            last = Some((progress.current, progress.total, progress.fraction()));
        });
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        assert_eq!(last, Some((SIZE, SIZE, Some(1.0))));
        no_jobs(vm);
    });
}

#[test]
fn a_job_is_left_where_it_is_by_choice() {
    each(Qemu::none, |qemu, vm| {
        add_full(vm, qemu.folder(), "old");
        add_empty(vm, qemu.folder(), "new");
        let arguments = json!({
            "device": "old", "target": "new", "sync": "full",
            "auto-finalize": false, "auto-dismiss": false,
        });
        let backup = command("blockdev-backup", arguments);
        let outcome = vm.run_job(job().finalize(false), backup, |_| {});
        assert_eq!(outcome.unwrap(), JobOutcome::Pending);

        let outcome = vm.finish_job(job().dismiss(false));
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        let jobs = vm.execute(commands::QueryJobs::new()).unwrap();
        let [concluded] = jobs.as_slice() else {
            panic!("{jobs:?}");
        };
        assert_eq!(concluded.status, "concluded".into());

        assert_eq!(vm.finish_job(job()).unwrap(), JobOutcome::Completed);
        no_jobs(vm);
    });
}

#[test]
fn an_image_is_created() {
    each(Qemu::none, |qemu, vm| {
        let path = qemu.folder().join("new.img");
        let options = json!({"driver": "file", "filename": path.to_str().unwrap(), "size": SIZE});
        let create = command("blockdev-create", json!({"options": options}));
        let outcome = vm.run_job(job(), create, |_| {});
        assert_eq!(outcome.unwrap(), JobOutcome::Completed);
        assert_eq!(path.metadata().unwrap().len(), SIZE);
        no_jobs(vm);
    });
}

#[test]
fn a_job_that_fails_says_why() {
    each(Qemu::none, |qemu, vm| {
        // One that has to be dismissed.
        let path = qemu.folder().join("absent/new.img");
        let options = json!({"driver": "file", "filename": path.to_str().unwrap(), "size": SIZE});
        let create = command("blockdev-create", json!({"options": options}));
        let error = vm.run_job(job(), create, |_| {}).unwrap_err();
        assert!(error.to_string().contains("absent/new.img"), "{error}");
        no_jobs(vm);

        // One that dismisses itself.
        add_broken(vm, qemu.folder());
        let backup = json!({"device": "old", "target": "new", "sync": "full"});
        let error = vm.run_job(job(), command("blockdev-backup", backup), |_| {});
        match error.unwrap_err() {
            JobError::Failed {
                message: Some(message),
                ..
            } => assert!(message.contains("Input/output error"), "{message}"),
            other => panic!("{other:?}"),
        }
        no_jobs(vm);

        // One that does not begin.
        let nowhere = json!({"device": "old", "target": "nowhere", "sync": "full"});
        let error = vm.run_job(job(), command("blockdev-backup", nowhere), |_| {});
        match error.unwrap_err() {
            error @ JobError::Start { .. } => {
                assert!(error.to_string().contains("nowhere"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    });
}

/// Adds the node `old`, of which nothing can be read, and the node `new`.
fn add_broken(vm: &mut Either, folder: &Path) {
    add_full(vm, folder, "image");
    let errors = json!([{"event": "none", "iotype": "read"}]);
    let node = json!({"driver": "blkdebug", "image": "image", "inject-error": errors});
    add(vm, node, "old");
    add_empty(vm, folder, "new");
}

#[test]
fn a_job_that_an_error_has_paused_is_seen_and_cancelled() {
    each(Qemu::none, |qemu, vm| {
        add_broken(vm, qemu.folder());
        let arguments = json!({
            "device": "old", "target": "new", "sync": "full", "on-source-error": "stop",
        });
        let job = job().interval(OFTEN);
        let canceller = job.canceller();
        let outcome = vm.run_job(job, command("blockdev-backup", arguments), |progress| {
            if progress.status == JobStatus::Paused && progress.io_errors > 0 {
                canceller.cancel();
            }
        });
        assert_eq!(outcome.unwrap(), JobOutcome::Cancelled);
        no_jobs(vm);
    });
}

#[test]
fn a_job_is_cancelled_from_another_thread() {
    each(Qemu::none, |qemu, vm| {
        add_full(vm, qemu.folder(), "old");
        add_empty(vm, qemu.folder(), "new");
        let job = job().interval(OFTEN);
        let canceller = job.canceller();
        let (running, runs) = mpsc::channel();
        let thread = thread::spawn(move || {
            runs.recv().unwrap();
            canceller.cancel();
        });
        let outcome = vm.run_job(job, slow_backup(), |progress| {
            if progress.current > 0 {
                let _ = running.send(());
            }
        });
        assert_eq!(outcome.unwrap(), JobOutcome::Cancelled);
        thread.join().unwrap();
        no_jobs(vm);
    });
}

#[test]
fn a_job_out_of_time_is_cancelled() {
    each(Qemu::none, |qemu, vm| {
        add_full(vm, qemu.folder(), "old");
        add_empty(vm, qemu.folder(), "new");
        let job = Job::new("job0").cancel_after(Duration::from_millis(200));
        let error = vm.run_job(job, slow_backup(), |_| {}).unwrap_err();
        assert!(
            matches!(
                error,
                JobError::Timeout {
                    cancelled: true,
                    ..
                }
            ),
            "{error:?}"
        );
        no_jobs(vm);
    });
}

#[tokio::test]
async fn another_task_cancels_a_job_of_a_client_that_both_use() {
    let qemu = Qemu::none();
    let mut vm = Either::Blocking(Box::new(qemu.connect()));
    add_full(&mut vm, qemu.folder(), "old");
    add_empty(&mut vm, qemu.folder(), "new");
    // There is room for one client at a time.
    drop(vm);
    let client = qemu.client().await;
    let runner = client.clone();
    let (running, mut runs) = tokio::sync::mpsc::unbounded_channel();
    let job = job().interval(OFTEN);
    let run = tokio::spawn(async move {
        let told = |progress: &qapi_client::JobProgress| {
            if progress.current > 0 {
                let _ = running.send(());
            }
        };
        runner.run_job(job, slow_backup(), told).await
    });
    runs.recv().await.unwrap();
    // Meanwhile the connection is there for everybody.
    client.execute(commands::QueryStatus::new()).await.unwrap();
    client.cancel_job("job0").await.unwrap();
    assert_eq!(run.await.unwrap().unwrap(), JobOutcome::Cancelled);
}

#[tokio::test]
async fn a_job_whose_future_is_dropped_runs_on() {
    let qemu = Qemu::none();
    let mut vm = Either::Blocking(Box::new(qemu.connect()));
    add_full(&mut vm, qemu.folder(), "old");
    add_empty(&mut vm, qemu.folder(), "new");
    drop(vm);
    let client = qemu.client().await;
    let run = client.run_job(job(), slow_backup(), |_| {});
    let patience = Duration::from_millis(300);
    assert!(tokio::time::timeout(patience, run).await.is_err());

    let jobs = client.execute(commands::QueryJobs::new()).await.unwrap();
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    let job = job();
    job.canceller().cancel();
    let outcome = client.finish_job(job, |_| {}).await;
    assert_eq!(outcome.unwrap(), JobOutcome::Cancelled);
}

#[test]
fn sight_of_a_job_is_lost_when_qemu_is_killed() {
    each(Qemu::none, |qemu, vm| {
        add_full(vm, qemu.folder(), "old");
        add_empty(vm, qemu.folder(), "new");
        let error = vm.run_job(job().interval(OFTEN), slow_backup(), |progress| {
            if progress.current > 0 {
                qemu.kill();
            }
        });
        let error = error.unwrap_err();
        assert!(matches!(error, JobError::Lost { .. }), "{error:?}");
    });
}
