//! Which text makes up one request, where several lines are typed or pasted.

use crate::language::Progress;

/// `text` by its requests: each has a line of its own, or several as long as brackets are open.
pub(super) fn requests(text: &str) -> Vec<&str> {
    let mut requests = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let breaks = rest.match_indices('\n').map(|(at, _)| at);
        let mut begins = breaks.chain([rest.len()]).map(|end| rest.split_at(end));
        let mut progress = Progress::default();
        let whole = begins.find(|(request, _)| progress.is_complete(request));
        let (request, behind) = whole.unwrap_or((rest, ""));
        requests.push(request);
        rest = behind.strip_prefix('\n').unwrap_or(behind);
    }
    requests
}

#[cfg(test)]
mod tests {
    use super::requests;

    #[test]
    fn text_is_taken_apart_by_its_requests() {
        assert!(requests("").is_empty());
        assert_eq!(requests("stop\ncont"), ["stop", "cont"]);
        assert_eq!(requests("stop\n"), ["stop"]);
        assert_eq!(
            requests("{\n\"a\":\n1}\nstop\n{"),
            ["{\n\"a\":\n1}", "stop", "{"]
        );
    }
}
