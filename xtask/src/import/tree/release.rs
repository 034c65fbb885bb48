//! The version of a tree.

use std::fmt;

use anyhow::{anyhow, bail};

/// The micro version from which on a tree is not of a release: QEMU counts development from 50
/// and release candidates from 90, on top of the release before.
const FIRST_UNRELEASED: u32 = 50;

/// How much of a `VERSION` that is none an error shows, in characters.
const MAX_SHOWN: usize = 40;

/// A release of QEMU as its tree names it: `10.2.2`.
#[derive(Debug, PartialEq)]
pub(in crate::import) struct Release {
    text: String,
    /// `major.minor`
    minor: String,
}

impl Release {
    /// The release that a `VERSION` of this content names.
    pub(super) fn parse(content: &[u8]) -> anyhow::Result<Release> {
        let content = String::from_utf8_lossy(content);
        let text = content.trim();
        let no_version = || {
            let shown: String = text.chars().take(MAX_SHOWN).collect();
            anyhow!("its VERSION is {shown:?}, not a version like 10.2.2")
        };
        let parts: Option<Vec<u32>> = text.split('.').map(number).collect();
        let (major, minor, micro) = match parts.as_deref() {
            Some(&[major, minor]) => (major, minor, 0),
            Some(&[major, minor, micro]) => (major, minor, micro),
            _ => return Err(no_version()),
        };
        if micro >= FIRST_UNRELEASED {
            bail!("{text} is a release candidate or development version; import a release");
        }
        Ok(Release {
            text: text.to_owned(),
            minor: format!("{major}.{minor}"),
        })
    }

    /// `major.minor`
    pub(in crate::import) fn minor(&self) -> &str {
        &self.minor
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A number that is written as numbers are: `007` and `+7` are not.
fn number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(content: &str) -> Result<String, String> {
        let release = Release::parse(content.as_bytes());
        let release = release.map_err(|error| error.to_string())?;
        Ok(format!("{release} {}", release.minor()))
    }

    #[test]
    fn a_release_has_two_or_three_numbers() {
        assert_eq!(parse("10.2.2\n").as_deref(), Ok("10.2.2 10.2"));
        assert_eq!(parse("10.2").as_deref(), Ok("10.2 10.2"));
        assert_eq!(parse("4.1.49").as_deref(), Ok("4.1.49 4.1"));
    }

    #[test]
    fn what_is_no_version_is_shown() {
        for text in [
            "",
            "10",
            "1.2.3.4.5",
            "00.00",
            "10.02",
            "+1.2",
            "99999999999.1",
            "10.2.0-rc1",
            "v10.2.0",
            "10..2",
            "master",
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(&format!("{text:?}")), "{text}: {error}");
        }
        let error = parse(&"1.".repeat(1 << 20)).unwrap_err();
        assert!(error.len() < 200, "{error}");
    }

    #[test]
    fn development_trees_are_refused() {
        for text in ["10.1.50", "10.1.90", "10.1.94"] {
            let expected =
                format!("{text} is a release candidate or development version; import a release");
            assert_eq!(parse(text), Err(expected));
        }
    }
}
