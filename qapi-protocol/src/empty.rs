//! The answer that says nothing.

/// The empty object, `{}`: what commands return that return nothing.
///
/// Members that a newer server may add to it are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Empty;

members!(Empty {});

#[cfg(test)]
mod tests {
    use super::Empty;
    use crate::decode;

    #[test]
    fn any_object_is_read_and_the_empty_one_written() {
        assert_eq!(decode("{}"), Ok(Empty));
        assert_eq!(decode(r#"{"new": [{}]}"#), Ok(Empty));
        assert!(decode::<Empty>("[]").is_err());
        assert!(decode::<Empty>("null").is_err());
        assert_eq!(serde_json::to_string(&Empty).unwrap(), "{}");
    }
}
