//! Schemas of several releases, merged.

use qapi_protocol::introspection::Schema;
use qapi_protocol::{QapiCommand, QapiEvent, decode};
use serde_json::json;

use crate::{alias, error, round_trip, untagged, versions};

#[test]
#[expect(deprecated)]
fn what_only_some_releases_have_is_optional_and_constants_say_which_they_are() {
    use versions::{Disk, DiskInfo, commands::*, events::DiskFull};
    round_trip::<Disk>(json!({ "size": 1, "cache": "", "label": "l", "secs": 2 }));
    round_trip::<Disk>(json!({ "size": 1, "cache": "", "node": "n", "uuid": "u" }));
    round_trip::<DiskInfo>(json!({ "id": "d", "ticks": 1 }));
    round_trip::<DiskInfo>(json!({ "id": "d", "flags": 0 }));
    let versions = [
        DiskAdd::VERSIONS,
        QueryDisks::VERSIONS,
        DiskResize::VERSIONS,
        DiskEject::VERSIONS,
        DiskFull::VERSIONS,
    ];
    assert_eq!(
        versions.map(|range| range.to_string()),
        [
            "every QEMU",
            "QEMU 1.5 and newer",
            "QEMU 7.2 only",
            "up to QEMU 5.2",
            "QEMU 2.9 to 7.2",
        ]
    );
}

#[test]
fn a_program_can_look_at_what_was_generated() {
    let schema: Schema = decode(versions::DESCRIPTOR).unwrap();
    let disk = schema.command("disk-add").unwrap().arguments();
    let size = disk.member("disk").unwrap().ty().member("size").unwrap();
    let deprecated = size.features().versions("deprecated").unwrap();
    assert_eq!(deprecated.to_string(), "QEMU 10.0 and newer");
}

#[test]
fn an_old_name_is_the_same_type() {
    use alias::{Algorithm, Digest, Key, KeyAlgorithm, KeyBranch, KeyOptions, commands::KeyAdd};
    let key: KeyOptions = Key::new(KeyBranch::Md5(Digest::new("d")), "k");
    assert_eq!(
        round_trip::<KeyAdd>(json!({ "algorithm": "md5", "name": "k", "digest": "d" })),
        KeyAdd::from(key)
    );
    assert_eq!(Algorithm::Sha1, KeyAlgorithm::from("sha1"));
}

#[test]
fn a_union_may_be_without_the_tag_that_old_releases_lack() {
    use untagged::{GuestInfo, GuestInfoBranch, Limit, LimitBranch, Link, LinkBranch};
    for text in [
        r#"{"enabled": true, "policy": 1, "handle": 2}"#,
        r#"{"handle": 2, "policy": 1, "new": [], "enabled": true}"#,
    ] {
        let info: GuestInfo = decode(text).unwrap();
        assert!(info.enabled);
        let GuestInfoBranch::Untagged(guest) = &info.guest_type else {
            panic!("{info:?}")
        };
        assert_eq!((guest.policy, guest.handle), (1, 2));
        assert_eq!(
            serde_json::to_string(&info).unwrap(),
            r#"{"enabled":true,"policy":1,"handle":2}"#
        );
    }
    let info: GuestInfo =
        round_trip(json!({ "guest-type": "sev", "enabled": true, "policy": 1, "handle": 2 }));
    assert!(matches!(info.guest_type, GuestInfoBranch::Sev(_)));
    let info: GuestInfo = round_trip(json!({ "guest-type": "untagged", "enabled": true }));
    assert_eq!(info.guest_type, GuestInfoBranch::Untagged_);
    let (path, message) = error::<Vec<GuestInfo>>(json!([{ "enabled": true, "policy": 1 }]));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("$[0]", "missing field `handle`")
    );
    let (path, _) = error::<GuestInfo>(json!({ "policy": 1, "handle": "h", "enabled": true }));
    assert_eq!(path, "$.handle");

    assert_eq!(
        round_trip::<Limit>(json!({ "value": 1 })),
        Limit::new(LimitBranch::Untagged, 1)
    );
    let limit: Limit = decode(r#"{"other": {}, "value": 1}"#).unwrap();
    assert_eq!(limit.guest_type, LimitBranch::Untagged);
    assert_eq!(error::<Limit>(json!({})).1, "missing field `value`");

    let chain: Link = round_trip(json!({
        "id": 1, "next": { "guest-type": "sev", "id": 2, "next": { "id": 3 } },
    }));
    let LinkBranch::Untagged(first) = &chain.guest_type else {
        panic!("{chain:?}")
    };
    assert_eq!(first.next.as_ref().map(|second| second.id), Some(2));
}
