//! The order in which QEMU sends the members of an object.

/// How many buckets QEMU's table of an object's members has.
const BUCKETS: u32 = 512;

/// The places of `names`, in the order in which QEMU sends the members of these names.
///
/// QEMU keeps the members of an object that it sends in a hash table, and sends them in the order
/// of its buckets, not in that of the schema. All releases have the same table. A reader that
/// knows the order finds each member at the first look; it has to find them in any other order,
/// too, because the protocol promises none. In a bucket, the last member of the schema comes first.
pub(super) fn order_of_members(names: &[&str]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..names.len()).rev().collect();
    places.sort_by_key(|place| names.get(*place).map(|name| bucket(name)));
    places
}

/// The bucket of the member `name`.
fn bucket(name: &str) -> u32 {
    let length = name.len() as u32;
    let mut hash = length.wrapping_mul(0x238f_13af);
    for (place, byte) in name.bytes().enumerate() {
        hash = hash.wrapping_add(u32::from(byte) << (place * 5 % 24));
    }
    hash.wrapping_mul(1_103_515_243).wrapping_add(12_345) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::order_of_members;

    #[test]
    fn members_stand_as_qemu_sends_them() {
        // The schema's order, and that of the greeting, of events and of answers.
        for (names, sent) in [
            (
                ["major", "minor", "micro"].as_slice(),
                ["micro", "minor", "major"].as_slice(),
            ),
            (&["qemu", "package"], &["qemu", "package"]),
            (&["seconds", "microseconds"], &["seconds", "microseconds"]),
            (
                &["name", "meta-type", "features"],
                &["name", "meta-type", "features"],
            ),
        ] {
            let order = order_of_members(names);
            let ordered: Vec<_> = order.into_iter().map(|place| names[place]).collect();
            assert_eq!(ordered, sent);
        }
    }
}
