//! What several subjects need.

use std::path::Path;

use qapi_client::blocking::Client;
use qapi_tests::server::create_image;
use qapi_types::qmp::{
    BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile, BlockdevOptionsQcow2,
    BlockdevRefOrNull, commands,
};

/// The size of the disks of tests.
pub(crate) const MIB: u64 = 1 << 20;

/// Makes an image `NAME.qcow2` in `folder`, and adds the node `name` for it over the node
/// `NAME-file`.
pub(crate) fn add_qcow2(client: &mut Client, folder: &Path, name: &str) {
    let path = folder.join(format!("{name}.qcow2"));
    create_image(&path, "qcow2", MIB);
    let file = BlockdevOptionsFile::new(path.to_str().unwrap());
    let file = BlockdevOptions::new(BlockdevOptionsBranch::File(file));
    // No image that the file may name is opened with it: a snapshot gets its disk later.
    let qcow2 = BlockdevOptionsQcow2::new(file.node_name(format!("{name}-file")))
        .backing(BlockdevRefOrNull::Null);
    let node = BlockdevOptions::new(BlockdevOptionsBranch::Qcow2(qcow2)).node_name(name);
    client.execute(commands::BlockdevAdd::from(node)).unwrap();
}
