//! Where two JSON values differ.

use serde_json::{Number, Value};

/// The JSON pointers at which `written` is not what `original` is: members and elements that
/// are missing, that were added, and values that changed. Numbers compare by value.
pub fn differences(original: &Value, written: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(original, written, &mut String::new(), &mut found);
    found
}

fn compare(original: &Value, written: &Value, pointer: &mut String, found: &mut Vec<String>) {
    match (original, written) {
        (Value::Object(original), Value::Object(written)) => {
            for name in original
                .keys()
                .chain(written.keys().filter(|name| !original.contains_key(*name)))
            {
                let token = name.replace('~', "~0").replace('/', "~1");
                below(
                    original.get(name),
                    written.get(name),
                    &token,
                    pointer,
                    found,
                );
            }
        }
        (Value::Array(original), Value::Array(written)) => {
            for index in 0..original.len().max(written.len()) {
                let token = index.to_string();
                below(
                    original.get(index),
                    written.get(index),
                    &token,
                    pointer,
                    found,
                );
            }
        }
        (Value::Number(original), Value::Number(written)) if same(original, written) => {}
        _ if original == written => {}
        _ => found.push(pointer.clone()),
    }
}

/// Compares what both have at `token`, one step below `pointer`.
fn below(
    original: Option<&Value>,
    written: Option<&Value>,
    token: &str,
    pointer: &mut String,
    found: &mut Vec<String>,
) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(token);
    match (original, written) {
        (Some(original), Some(written)) => compare(original, written, pointer, found),
        _ => found.push(pointer.clone()),
    }
    pointer.truncate(length);
}

/// Whether two numbers have the same value; integers are never rounded for that.
fn same(a: &Number, b: &Number) -> bool {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.as_f64() == b.as_f64(),
        (Some(integer), None) => is(b, integer),
        (None, Some(integer)) => is(a, integer),
    }
}

fn is(float: &Number, integer: i128) -> bool {
    // Below 2^53 every integer is a float of its own.
    float.as_f64() == Some(integer as f64) && integer.unsigned_abs() <= 1 << 53
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_added_or_changed_has_a_pointer() {
        let original = json!({"a": [1, {"b/c": true}], "lost": null, "same": "x"});
        let written = json!({"a": [2, {"b/c": false}, 3], "same": "x", "new": 1});
        assert_eq!(
            differences(&original, &written),
            ["/a/0", "/a/1/b~1c", "/a/2", "/lost", "/new"]
        );
    }

    #[test]
    fn numbers_compare_by_value_and_integers_exactly() {
        assert!(differences(&json!(5), &json!(5.0)).is_empty());
        assert!(differences(&json!(0.1), &json!(0.1)).is_empty());
        assert_eq!(differences(&json!(u64::MAX), &json!(u64::MAX - 1)), [""]);
        assert_eq!(differences(&json!(u64::MAX), &json!(u64::MAX as f64)), [""]);
        let (a, b) = ("950.9263599215305", "950.9263599215304");
        let value = |text| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(differences(&value(a), &value(b)), [""]);
    }
}
