//! Types that contain themselves, nested as deep as JSON is read.

use qapi_protocol::codec::Decode;
use qapi_protocol::{MAX_NESTING, decode};
use qapi_types::qmp::{BlockdevOptions, ImageInfo};

/// Reads `depth` times `open`, then `inner`, then `depth` times `close`, on a thread with the
/// stack that Rust gives to threads.
fn nested<T: Decode>(depth: usize, open: &str, inner: &str, close: &str) -> Result<(), String> {
    let text = [&open.repeat(depth), inner, &close.repeat(depth)].concat();
    let read = move || decode::<T>(&text).map(drop).map_err(|error| error.message);
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(read);
    let result = thread.expect("threads can be started").join();
    result.expect("the thread does not panic")
}

#[test]
fn a_chain_of_images_may_be_as_long_as_json_is_deep() {
    let open = r#"{"virtual-size": 1, "filename": "x", "format": "raw", "backing-image": "#;
    let inner = r#"{"virtual-size": 1, "filename": "x", "format": "raw"}"#;
    assert_eq!(
        nested::<ImageInfo>(MAX_NESTING - 1, open, inner, "}"),
        Ok(())
    );
    let error = nested::<ImageInfo>(MAX_NESTING, open, inner, "}");
    assert_eq!(error, Err("recursion limit exceeded".to_owned()));
}

#[test]
fn a_chain_of_nodes_may_be_as_long_as_json_is_deep_wherever_the_tag_stands() {
    for (open, close) in [
        (r#"{"driver": "raw", "file": "#, "}"),
        (r#"{"file": "#, r#", "driver": "raw"}"#),
    ] {
        let read = |depth| nested::<BlockdevOptions>(depth, open, r#""node0""#, close);
        assert_eq!(read(MAX_NESTING), Ok(()));
        assert_eq!(
            read(MAX_NESTING + 1),
            Err("recursion limit exceeded".to_owned())
        );
    }
}
