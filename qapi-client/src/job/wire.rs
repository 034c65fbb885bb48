//! What is said of jobs: the commands and events of any QEMU since 3.0, without their schema.

use qapi_protocol::codec::{self, Enumeration};
use qapi_protocol::{DecodeError, QapiCommand, RawEvent, RawValue, Version, VersionRange};

use super::JobStatus;
use crate::RawCommand;

/// The events that tell of jobs. Those of block jobs call the job `device`.
const STATUS_CHANGE: &str = "JOB_STATUS_CHANGE";
const COMPLETED: &str = "BLOCK_JOB_COMPLETED";
const CANCELLED: &str = "BLOCK_JOB_CANCELLED";
const IO_ERROR: &str = "BLOCK_JOB_ERROR";

/// What an event tells of a job.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// It has this status from now on.
    Status(JobStatus),
    /// A block job has ended, well or with the error. The last status is yet to come.
    Completed {
        error: Option<String>,
        progress: (u64, u64),
    },
    /// A block job has ended because it was cancelled.
    Cancelled,
    /// Reading or writing failed, which the job may survive.
    IoError,
}

/// The names of all of them.
pub(crate) const EVENTS: &[&str] = &[STATUS_CHANGE, COMPLETED, CANCELLED, IO_ERROR];

impl Event {
    /// What `event` tells of the job `id`; `None` when it is about something else.
    pub(super) fn of(id: &str, event: &RawEvent<'_>) -> Option<Result<Self, DecodeError>> {
        let name = &*event.event;
        if !EVENTS.contains(&name) {
            return None;
        }
        let mut data = EventData::default();
        if let Err(error) = codec::decode_object(&mut data, event.data.as_ref()) {
            return Some(Err(error));
        }
        if data.id.or(data.device).as_deref() != Some(id) {
            return None;
        }
        Some(Ok(match name {
            STATUS_CHANGE => Event::Status(data.status?),
            COMPLETED => Event::Completed {
                error: data.error,
                progress: (amount(data.offset?), amount(data.len?)),
            },
            CANCELLED => Event::Cancelled,
            _ => Event::IoError,
        }))
    }
}

/// The members of all of these events.
#[derive(Default)]
struct EventData {
    id: Option<String>,
    device: Option<String>,
    status: Option<JobStatus>,
    error: Option<String>,
    offset: Option<i64>,
    len: Option<i64>,
}

qapi_protocol::members!(EventData {
    ? "id" => id,
    ? "device" => device,
    ? "status" => status,
    ? "error" => error,
    ? "offset" => offset,
    ? "len" => len,
});

/// An amount of progress: never negative, though its type could be.
fn amount(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// `query-jobs`: which jobs there are, and how they are.
pub(crate) struct QueryJobs {}

qapi_protocol::members!(QueryJobs {});

impl QapiCommand for QueryJobs {
    type Response = Vec<JobInfo>;
    const NAME: &'static str = "query-jobs";
    const VERSIONS: VersionRange = VersionRange::since(Version::new(3, 0, 0));
}

/// How a job is.
#[derive(Debug)]
pub(crate) struct JobInfo {
    pub(super) id: String,
    pub(super) status: JobStatus,
    current: i64,
    total: i64,
    pub(super) error: Option<String>,
}

qapi_protocol::members!(JobInfo {
    "id" => id,
    "status" => status,
    "current-progress" => current,
    "total-progress" => total,
    ? "error" => error,
});

impl JobInfo {
    pub(super) fn progress(&self) -> (u64, u64) {
        (amount(self.current), amount(self.total))
    }

    #[cfg(test)]
    pub(super) fn of(id: &str, status: JobStatus, progress: (i64, i64)) -> Self {
        JobInfo {
            id: id.to_owned(),
            status,
            current: progress.0,
            total: progress.1,
            error: None,
        }
    }
}

/// What a job is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// To go on from `ready` to its end.
    Complete,
    /// To end at `ready`, and leave what it was working for as it is.
    Keep,
    /// To end now, whatever it has done.
    Cancel,
    /// To go on from `pending` to its end.
    Finalize,
    /// To be forgotten.
    Dismiss,
}

impl Verb {
    /// The command that tells it to the job `id`.
    pub(crate) fn command(self, id: &str) -> RawCommand {
        let id = id.to_owned();
        match self {
            Verb::Complete => RawCommand::new("job-complete").arguments(JobId { id }),
            // Without `force`, which `job-cancel` always means.
            Verb::Keep => RawCommand::new("block-job-cancel").arguments(Device { id }),
            Verb::Cancel => RawCommand::new("job-cancel").arguments(JobId { id }),
            Verb::Finalize => RawCommand::new("job-finalize").arguments(JobId { id }),
            Verb::Dismiss => RawCommand::new("job-dismiss").arguments(JobId { id }),
        }
    }
}

struct JobId {
    id: String,
}

qapi_protocol::members!(JobId { "id" => id, });

/// A job, as older commands call it.
struct Device {
    id: String,
}

qapi_protocol::members!(Device { "device" => id, });

/// The job that a command starts, where its arguments say so.
pub(super) fn id_in(arguments: &RawValue<'_>) -> Option<String> {
    let mut named = Named { id: None };
    // What cannot be read is for QEMU to complain of.
    arguments.decode_into(&mut named).ok()?;
    named.id
}

struct Named {
    id: Option<String>,
}

qapi_protocol::members!(Named {
    ? "job-id" => id,
});

impl Enumeration for JobStatus {
    const VALUES: &'static [(&'static str, Self)] = &[
        ("undefined", JobStatus::Undefined),
        ("created", JobStatus::Created),
        ("running", JobStatus::Running),
        ("paused", JobStatus::Paused),
        ("ready", JobStatus::Ready),
        ("standby", JobStatus::Standby),
        ("waiting", JobStatus::Waiting),
        ("pending", JobStatus::Pending),
        ("aborting", JobStatus::Aborting),
        ("concluded", JobStatus::Concluded),
        ("null", JobStatus::Null),
    ];

    fn unknown(value: Box<str>) -> Self {
        JobStatus::Unknown(value)
    }

    fn as_unknown(&self) -> Option<&str> {
        match self {
            JobStatus::Unknown(value) => Some(value),
            _ => None,
        }
    }
}

codec::implement!(enumeration JobStatus);

#[cfg(test)]
mod tests {
    use qapi_protocol::{Message, RawValue, decode};

    use super::super::JobStatus;
    use super::{Event, JobInfo, id_in};

    fn read(json: &str) -> Option<Event> {
        match Message::parse(json.as_bytes()) {
            Ok(Message::Event(event)) => Event::of("j", &event).map(|event| event.unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn events_of_the_job_are_told_from_all_others() {
        assert_eq!(
            read(r#"{"event": "JOB_STATUS_CHANGE", "data": {"id": "j", "status": "running"}}"#),
            Some(Event::Status(JobStatus::Running))
        );
        let completed = |error| {
            let data = format!(
                r#""device": "j", "type": "backup", "len": 7, "offset": 3, "speed": 0{error}"#
            );
            read(&format!(
                r#"{{"event": "BLOCK_JOB_COMPLETED", "data": {{{data}}}}}"#
            ))
        };
        let progress = (3, 7);
        let of = |error| Some(Event::Completed { error, progress });
        assert_eq!(completed(""), of(None));
        let error = Some("No space".to_owned());
        assert_eq!(completed(r#", "error": "No space""#), of(error));
        for other in [
            r#"{"event": "JOB_STATUS_CHANGE", "data": {"id": "k", "status": "running"}}"#,
            r#"{"event": "BLOCK_JOB_CANCELLED", "data": {"device": "k"}}"#,
            r#"{"event": "DEVICE_DELETED", "data": {"device": "j", "path": "/j"}}"#,
            r#"{"event": "JOB_STATUS_CHANGE"}"#,
            r#"{"event": "BLOCK_JOB_ERROR", "data": {}}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn the_id_of_a_job_is_in_the_arguments_of_what_starts_it() {
        let id = |json| id_in(&RawValue::parse(json).unwrap());
        assert_eq!(id(r#"{"job-id": "a", "id": "b"}"#), Some("a".to_owned()));
        for none in [r#"{"id": "b"}"#, r#"{"job-id": 1}"#, "[]", "{}"] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn no_status_and_no_amount_of_a_job_is_too_strange_to_be_read() {
        let json = r#"{"current-progress": -1, "status": "melting", "total-progress": 8,
            "type": "fusion", "id": "m"}"#;
        let info: JobInfo = decode(json).unwrap();
        assert_eq!(info.status, JobStatus::Unknown("melting".into()));
        assert_eq!(info.progress(), (0, 8));
    }
}
