//! Taking the release out of a description.

/// A member's description without the remark that says since when there is the member:
/// `(since X.Y)`, or the sentence `Since X.Y` at its end.
///
/// Parentheses that say more, and versions of something else than QEMU, stay.
pub(crate) fn without_since(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let (before, remark) = rest.split_at(open);
        out.push_str(before);
        match after_remark(remark) {
            Some(after) => {
                out.truncate(out.trim_end().len());
                rest = join(&out, after);
                if rest.starts_with(char::is_alphanumeric) {
                    out.push(' ');
                }
            }
            None => {
                out.push('(');
                rest = remark.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    without_sentence(&out).trim().to_owned()
}

/// What stands behind a remark in parentheses that `text` starts with.
fn after_remark(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?.trim_start();
    after_since(inside)?.trim_start().strip_prefix(')')
}

/// What follows the text in front of a remark. One full stop ends a sentence, where there was
/// one on either side of the remark.
fn join<'a>(before: &str, after: &'a str) -> &'a str {
    match after.strip_prefix('.') {
        Some(stopped) if before.is_empty() || before.ends_with('.') => stopped,
        _ => after,
    }
}

/// `text` without a last sentence that is nothing but `Since X.Y`.
fn without_sentence(text: &str) -> &str {
    let end = text.trim_end();
    let end = end.strip_suffix('.').unwrap_or(end);
    // Two words, perhaps on two lines: `Since`, perhaps with a colon, and the version.
    let Some((words, version)) = end.rsplit_once(char::is_whitespace) else {
        return text;
    };
    let words = words.trim_end();
    let (before, word) = words
        .rsplit_once(char::is_whitespace)
        .unwrap_or(("", words));
    let before = before.trim_end();
    let is_sentence = before.is_empty() || before.ends_with('.');
    let word = word.strip_suffix(':').unwrap_or(word);
    if is_sentence && word.eq_ignore_ascii_case("since") && after_version(version) == Some("") {
        before
    } else {
        text
    }
}

/// What stands behind `since X.Y`.
fn after_since(text: &str) -> Option<&str> {
    const WORD: &str = "since";
    let (word, rest) = text.split_at_checked(WORD.len())?;
    if !word.eq_ignore_ascii_case(WORD) {
        return None;
    }
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let version = rest.trim_start();
    if version.len() == rest.len() {
        return None;
    }
    after_version(version)
}

/// What stands behind a version of two or three numbers.
fn after_version(text: &str) -> Option<&str> {
    let length = text
        .find(|char: char| !char.is_ascii_digit() && char != '.')
        .unwrap_or(text.len());
    let (version, rest) = text.split_at_checked(length)?;
    let numbers = version.split('.');
    let is_version = (2..=3).contains(&numbers.clone().count())
        && numbers.into_iter().all(|number| !number.is_empty());
    is_version.then_some(rest)
}
