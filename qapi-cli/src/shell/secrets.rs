//! Which lines may hold a secret, and are not to be remembered.

/// What the name of a command or a member has in it when its value is a secret.
const SECRET_PARTS: [&str; 5] = ["passw", "passphrase", "credential", "private-key", "secret"];

/// Names that are those of secrets as a whole.
const SECRET_NAMES: [&str; 2] = ["token", "cookie"];

/// Whether `line` may hold a secret: a command of the shell or of the human monitor, or JSON.
///
/// It looks at words, not at their meaning: a line that is forgotten for nothing can be typed
/// again. A name such as `password-secret` or `key-secret` is no secret: its value is the id of an
/// object.
pub(super) fn may_hold_secret(line: &str) -> bool {
    // What hides its letters is not looked through.
    if line.contains("\\u") || line.split("://").skip(1).any(has_password) {
        return true;
    }
    line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
        .map(str::to_ascii_lowercase)
        .any(|word| is_secret(&word))
}

/// Whether an address has a password, behind the `://` of which it stands: `USER:PASSWORD@HOST`.
fn has_password(address: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || "/\"',".contains(c);
    let authority = address.split(ends).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':'))
}

fn is_secret(word: &str) -> bool {
    if word.ends_with("-secret") {
        return false;
    }
    SECRET_PARTS.iter().any(|part| word.contains(part)) || SECRET_NAMES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::may_hold_secret;

    #[test]
    fn secrets_are_known_by_the_names_around_them() {
        for line in [
            "set_password protocol=vnc password=hunter2",
            "expire_password protocol=vnc time=never",
            "change-vnc-password password=hunter2",
            "change vnc password hunter2",
            "object-add qom-type=secret id=sec0 data=hunter2",
            "object_add secret,id=sec0,data=hunter2",
            "object_add qom-type=secret,id=sec0,data=hunter2",
            "guest-set-user-password username=root password=aHVudGVyMg== crypted=false",
            "blockdev-add driver=https node-name=n url=https://me:hunter2@host/disk",
            "blockdev-add driver=https node-name=n url=u cookie=session=hunter2",
            "block_passwd device=d0 password=x",
            "sev-inject-launch-secret packet-header=a secret=b",
            "x options.password='a b'",
            "human-monitor-command command-line='set_password vnc hunter2'",
            r#"{"execute": "set_password", "arguments": {"password": "hunter2"}}"#,
            "{\n \"execute\": \"object-add\",\n \"arguments\": {\"qom-type\":\"secret\",\n\"data\":\"x\"}}",
            r#"transaction actions=[{"type":"x","data":{"passphrase":"x"}}]"#,
            r#"{"execute": "x", "arguments": {"pass\u0077ord": "hunter2"}}"#,
        ] {
            assert!(may_hold_secret(line), "{line}");
        }
    }

    #[test]
    fn what_only_names_a_secret_is_kept() {
        for line in [
            "query-status",
            "blockdev-add driver=luks file.driver=file key-secret=sec0",
            "blockdev-add driver=ssh password-secret=sec0",
            "blockdev-add driver=https url=https://me@host:443/a:b@c cookie-secret=sec0",
            "object-del id=sec0",
            "send-key keys=[{\"type\":\"qcode\",\"data\":\"ret\"}]",
            "info block",
        ] {
            assert!(!may_hold_secret(line), "{line}");
        }
    }
}
