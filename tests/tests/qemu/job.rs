//! Jobs, and the events that tell how they go.

use qapi_client::blocking::Client;
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{
    BlockJobInfoBranch, BlockdevCreateOptions, BlockdevCreateOptionsFile, BlockdevSnapshot, Event,
    JobStatus, JobType, commands,
};

use crate::support::{MIB, add_qcow2};

/// Waits until the job `id` has this `status`, and gives all that it had on the way.
#[track_caller]
fn statuses(client: &mut Client, id: &str, last: &JobStatus) -> Vec<JobStatus> {
    let mut statuses = Vec::new();
    expect::event(client, |event| {
        let Event::JobStatusChange(change) = event else {
            return None;
        };
        assert_eq!(change.id, id);
        statuses.push(change.status);
        (statuses.last() == Some(last)).then_some(())
    });
    statuses
}

#[test]
fn a_job_stays_until_it_is_dismissed() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let path = qemu.folder().join("new.img");
    let file = BlockdevCreateOptionsFile::new(path.to_str().unwrap(), MIB);
    let create = commands::BlockdevCreate::new("create0", BlockdevCreateOptions::File(file));
    client.execute(create).unwrap();
    let statuses_until_concluded = statuses(&mut client, "create0", &JobStatus::Concluded);
    assert_eq!(statuses_until_concluded.first(), Some(&JobStatus::Created));
    assert!(statuses_until_concluded.contains(&JobStatus::Running));
    assert_eq!(path.metadata().unwrap().len(), MIB);

    let jobs = client.execute(commands::QueryJobs::new()).unwrap();
    let [job] = jobs.as_slice() else {
        panic!("{jobs:?}");
    };
    assert_eq!(
        (job.id.as_str(), &job.r#type),
        ("create0", &JobType::Create)
    );
    assert_eq!((&job.status, &job.error), (&JobStatus::Concluded, &None));
    assert_eq!(job.current_progress, job.total_progress);

    client
        .execute(commands::JobDismiss::new("create0"))
        .unwrap();
    assert_eq!(
        statuses(&mut client, "create0", &JobStatus::Null),
        [JobStatus::Null]
    );
    assert_eq!(client.execute(commands::QueryJobs::new()).unwrap(), []);
}

#[test]
fn a_job_that_fails_says_why() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let path = qemu.folder().join("absent/new.img");
    let file = BlockdevCreateOptionsFile::new(path.to_str().unwrap(), MIB);
    let create = commands::BlockdevCreate::new("create0", BlockdevCreateOptions::File(file));
    client.execute(create).unwrap();
    statuses(&mut client, "create0", &JobStatus::Concluded);
    let jobs = client.execute(commands::QueryJobs::new()).unwrap();
    let [job] = jobs.as_slice() else {
        panic!("{jobs:?}");
    };
    let error = job.error.as_deref().unwrap();
    assert!(error.contains("absent/new.img"), "{error}");
}

#[test]
fn a_snapshot_is_committed_into_its_disk() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    add_qcow2(&mut client, qemu.folder(), "disk0");
    add_qcow2(&mut client, qemu.folder(), "snapshot0");
    let snapshot = BlockdevSnapshot::new("disk0", "snapshot0");
    client
        .execute(commands::BlockdevSnapshot::from(snapshot))
        .unwrap();

    let commit = commands::BlockCommit::new("snapshot0").job_id("commit0");
    client.execute(commit).unwrap();
    let (ready, _) = expect::event(&mut client, |event| match event {
        Event::BlockJobReady(ready) => Some(ready),
        _ => None,
    });
    assert_eq!(
        (ready.device.as_str(), ready.r#type),
        ("commit0", JobType::Commit)
    );
    let jobs = client.execute(commands::QueryBlockJobs::new()).unwrap();
    let [job] = jobs.as_slice() else {
        panic!("{jobs:?}");
    };
    assert_eq!((job.device.as_str(), job.ready), ("commit0", true));
    assert_eq!(job.r#type, BlockJobInfoBranch::Commit);

    client
        .execute(commands::JobComplete::new("commit0"))
        .unwrap();
    let (completed, _) = expect::event(&mut client, |event| match event {
        Event::BlockJobCompleted(completed) => Some(completed),
        _ => None,
    });
    assert_eq!(completed.device, "commit0");
    assert_eq!(completed.error, None);
    assert_eq!(completed.offset, completed.len);
}
