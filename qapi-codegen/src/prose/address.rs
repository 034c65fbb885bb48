//! Addresses of the web, as they stand in prose.

/// What an address is made of, besides letters and digits. A `*` or a bracket ends it, though the
/// rules of addresses allow them: they rather belong to the text around it.
const PUNCTUATION: &str = "-._~:/?#@!$&'()+,;=%";

/// The address that `text` starts with, without the punctuation of the sentence around it.
pub(super) fn leading(text: &str) -> Option<&str> {
    let host = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"))?;
    let is_inside = |char: char| char.is_alphanumeric() || PUNCTUATION.contains(char);
    let length = host.find(|char| !is_inside(char)).unwrap_or(host.len());
    let (host, behind) = host.split_at_checked(length)?;
    let count = |paren: char| host.matches(paren).count();
    let mut unopened = count(')').saturating_sub(count('('));
    let trimmed = host.trim_end_matches(|char| {
        let is_unopened = char == ')' && unopened > 0;
        unopened -= usize::from(is_unopened);
        is_unopened || ".,;:!?'(".contains(char)
    });
    if trimmed.is_empty() {
        return None;
    }
    text.get(..text.len() - behind.len() - (host.len() - trimmed.len()))
}
