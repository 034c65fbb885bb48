//! The tags that sections start with.

use crate::doc::SectionKind;

/// The tags that QEMU had up to 9.0. What they start is plain text.
pub(super) const OLD_TAGS: [&str; 4] = ["Note", "Notes", "Example", "Examples"];

/// The kind of section that a tag starts.
pub(super) fn kind(tag: &str) -> Option<SectionKind> {
    Some(match tag {
        "Returns" => SectionKind::Returns,
        "Errors" => SectionKind::Errors,
        "Since" => SectionKind::Since,
        "TODO" => SectionKind::Todo,
        _ => return None,
    })
}

/// What stands in front of the first colon, and behind it. `::` is reST markup.
pub(super) fn split_tag(text: &str) -> Option<(&str, &str)> {
    let (tag, text) = text.split_once(':')?;
    (!text.starts_with(':')).then_some((tag, text.trim_start_matches(' ')))
}
