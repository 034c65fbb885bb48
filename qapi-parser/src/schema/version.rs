//! Versions of QEMU.

use std::fmt;

use super::{Version, VersionRange};

impl VersionRange {
    /// The releases from `first` on, where that is known.
    pub fn since(first: Option<Version>) -> Self {
        VersionRange { first, last: None }
    }
}

impl Version {
    /// Reads `MAJOR.MINOR` or `MAJOR.MINOR.MICRO`. A micro version of zero is the same as none,
    /// so that `1.5.0` equals `1.5`.
    pub fn parse(text: &str) -> Option<Version> {
        let mut version = [0; 3];
        let mut count = 0;
        for part in text.split('.') {
            // `u32::from_str` takes a leading `+`.
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *version.get_mut(count)? = part.parse().ok()?;
            count += 1;
        }
        (count >= 2).then_some(Version(version))
    }

    /// Its numbers: major, minor and, unless it is zero, micro.
    pub fn parts(&self) -> &[u32] {
        match &self.0 {
            [parts @ .., 0] => parts,
            parts => parts,
        }
    }
}

impl Version {
    /// Its major and minor number, which its maintenance releases share.
    pub(crate) fn series(&self) -> [u32; 2] {
        let [major, minor, _] = self.0;
        [major, minor]
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts().iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

/// `6.0`, `6.0 to 7.2`, `to 7.2`; `all` without bounds.
impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (None, None) => f.write_str("all"),
            (Some(first), None) => first.fmt(f),
            (None, Some(last)) => write!(f, "to {last}"),
            (Some(first), Some(last)) => write!(f, "{first} to {last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_two_or_three_numbers() {
        for text in ["0.14", "10.2", "1.5.3"] {
            assert_eq!(Version::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "1",
            "1.",
            ".1",
            "1.2.3.4",
            "1.x",
            "+1.2",
            "1.99999999999",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn versions_order_by_number_and_ignore_a_zero_micro() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("9.2") < version("10.0"));
        assert!(version("1.5") < version("1.5.3"));
        assert_eq!(version("0.14.0"), version("0.14"));
    }
}
