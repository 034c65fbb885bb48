//! What the check of a device says, and what QEMU then does, by both clients.

use qapi_client::{DeviceError, DeviceProblem, ExecuteError, RawCommand};
use qapi_protocol::Version;
use qapi_tests::server::Qemu;
use qapi_types::qmp::commands;
use serde_json::{Value, json};

use crate::both::{Either, each};

fn q35() -> Qemu {
    Qemu::q35(&["-device", "pcie-root-port,id=port0,chassis=1"])
}

fn rng() -> commands::DeviceAdd {
    commands::DeviceAdd::new("virtio-rng-pci")
        .id("rng0")
        .bus("port0")
}

#[track_caller]
fn problems(vm: &mut Either, device: &impl qapi_client::Command) -> Vec<DeviceProblem> {
    match vm.check_device(device) {
        Err(DeviceError::Rejected { problems, .. }) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_passes_is_added() {
    each(q35, |_, vm| {
        let device = rng()
            .extra("max-bytes", 1024)
            .extra("period", 500)
            .extra("multifunction", true)
            .extra("disable-legacy", "on")
            .extra("addr", "0.0");
        vm.check_device(&device).unwrap();
        vm.execute(device).unwrap();
    });
}

#[test]
fn all_that_qemu_would_refuse_is_named_at_once() {
    each(q35, |_, vm| {
        let device = rng()
            .extra("max-bytes", "4")
            .extra("perod", 500)
            .extra("multifunction", "on")
            .extra("disable-legacy", true)
            .extra("period", 1_u64 << 32)
            .extra("nested", json!({"a": 1}));
        let problems = problems(vm, &device);
        let told: Vec<_> = problems
            .iter()
            .map(|problem| match problem {
                DeviceProblem::WrongType {
                    property, instead, ..
                } => (property.as_str(), instead.as_deref()),
                DeviceProblem::UnknownProperty {
                    property,
                    suggestion,
                    ..
                } => (property.as_str(), suggestion.as_deref()),
                other => panic!("{other:?}"),
            })
            .collect();
        for expected in [
            ("max-bytes", Some("4")),
            ("perod", Some("period")),
            ("multifunction", Some("true")),
            ("disable-legacy", Some("\"on\"")),
            ("period", None),
            ("nested", None),
        ] {
            assert!(told.contains(&expected), "{expected:?} of {told:?}");
        }
        assert_eq!(told.len(), 6);
    });
}

#[test]
fn each_single_problem_is_one_that_qemu_has_since_9_2() {
    each(q35, |_, vm| {
        let Value::Object(bad) = json!({
            "multifunction": "on", "max-bytes": "4", "period": 4_294_967_296_u64,
            "disable-legacy": true, "failover_pair_id": 1, "rng": 1, "vectors": 4.0,
            "iommu_platform": 0, "nested": {"a": 1}, "wrong": 1,
        }) else {
            unreachable!("it is one");
        };
        let is_strict = release(vm) >= Version::new(9, 2, 0);
        for (name, value) in bad {
            let device = rng().extra(name.clone(), value);
            assert_eq!(problems(vm, &device).len(), 1, "{name}");
            if is_strict {
                let error = vm.execute(device).unwrap_err();
                assert!(matches!(error, ExecuteError::Qemu { .. }), "{error:?}");
            }
        }
    });
}

fn release(vm: &mut Either) -> Version {
    match vm {
        Either::Blocking(client) => client.greeting().version.qemu,
        Either::Tokio(_, client) => client.greeting().version.qemu,
    }
}

#[test]
fn devices_have_other_names_and_similar_ones() {
    each(q35, |_, vm| {
        for driver in ["virtio-rng", "virtio-blk", "e1000-82540em", "ahci", "lsi"] {
            vm.check_device(&commands::DeviceAdd::new(driver)).unwrap();
        }
        match problems(vm, &commands::DeviceAdd::new("virtio-rgn-pci")).as_slice() {
            [DeviceProblem::UnknownDriver { suggestion, .. }] => {
                assert_eq!(suggestion.as_deref(), Some("virtio-rng-pci"));
            }
            other => panic!("{other:?}"),
        }
        for driver in ["pci-device", "device"] {
            let problems = problems(vm, &commands::DeviceAdd::new(driver));
            assert!(
                matches!(problems.as_slice(), [DeviceProblem::AbstractDriver { .. }]),
                "{problems:?}"
            );
        }
        // Not a device, but an object of another kind.
        let problems = problems(vm, &commands::DeviceAdd::new("rng-random"));
        assert!(
            matches!(problems.as_slice(), [DeviceProblem::UnknownDriver { .. }]),
            "{problems:?}"
        );
    });
}

#[test]
fn an_id_that_is_no_string_is_named_which_qemu_overlooks() {
    each(q35, |_, vm| {
        let device = json!({"driver": "virtio-rng-pci", "id": 7, "bus": ["port0"]});
        let device = RawCommand::new("device_add").arguments(device);
        assert_eq!(problems(vm, &device).len(), 2);
    });
}

/// A check that says too much is of no use. Every property of these devices is given the value
/// that it has by default.
#[test]
fn the_defaults_of_all_properties_pass() {
    each(q35, |_, vm| {
        for driver in [
            "virtio-blk-pci",
            "virtio-net-pci",
            "scsi-hd",
            "nvme",
            "usb-storage",
            "vfio-pci",
            "pcie-root-port",
        ] {
            let list = commands::DeviceListProperties::new(driver);
            let properties = vm.execute(list).unwrap();
            let mut device = commands::DeviceAdd::new(driver);
            let mut count = 0;
            for property in properties {
                if let Some(default) = property.default_value {
                    device = device.extra(property.name, default);
                    count += 1;
                }
            }
            assert!(count > 10, "{driver}: {count}");
            vm.check_device(&device).unwrap();
        }
    });
}
