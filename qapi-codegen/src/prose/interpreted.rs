//! References: text in single backticks, perhaps with a role in front of it.

use super::address;

/// Roles of text that is not a name.
const PROSE_ROLES: [&str; 3] = [":emphasis:", ":strong:", ":term:"];

/// The role of references to pages.
const PAGE_ROLE: &str = ":doc:";

/// Roles of references to sections and pages.
const SECTION_ROLES: [&str; 2] = [PAGE_ROLE, ":ref:"];

/// What a reader sees of a reference.
pub(super) enum Shown {
    Code(String),
    Text(String),
}

pub(super) struct Interpreted {
    /// What stands between the backticks, on one line.
    content: String,
    /// A link, marked by the underscore behind it.
    is_link: bool,
    /// How many bytes it takes, backticks and underscores included.
    pub(super) length: usize,
}

impl Interpreted {
    pub(super) fn parse(source: &str) -> Option<Self> {
        let inside = source.strip_prefix('`')?;
        let end = inside.find('`')?;
        let content = inside.get(..end)?;
        let behind = inside.get(end + 1..)?;
        let touches = |char: Option<char>| char.is_some_and(|char| !char.is_whitespace());
        if !touches(content.chars().next()) || !touches(content.chars().next_back()) {
            return None;
        }
        let after_underscores = behind.trim_start_matches('_');
        let underscores = behind.len() - after_underscores.len();
        let is_link =
            matches!(underscores, 1 | 2) && !after_underscores.starts_with(char::is_alphanumeric);
        Some(Interpreted {
            content: content.split_whitespace().collect::<Vec<_>>().join(" "),
            is_link,
            length: end + "``".len() + if is_link { underscores } else { 0 },
        })
    }

    /// A title as text, a name in code font.
    pub(super) fn shown(&self, role: &str) -> Shown {
        let is_prose = self.is_link || PROSE_ROLES.contains(&role);
        let name = match self.titled() {
            Some((title, _)) => {
                let names_section = SECTION_ROLES.contains(&role);
                if is_prose || names_section || title.contains(' ') {
                    return Shown::Text(title.to_owned());
                }
                title
            }
            None if is_prose => return Shown::Text(self.content.clone()),
            None => &self.content,
        };
        // Marks of Sphinx: do not link, and show only the last part of the name.
        let name = match name.strip_prefix('~') {
            Some(path) => path.rsplit('.').next().unwrap_or(path),
            None => name.strip_prefix('!').unwrap_or(name),
        };
        Shown::Code(name.to_owned())
    }

    /// The name of the definition that it refers to, if it refers to one at all.
    pub(super) fn definition(&self, role: &str) -> Option<&str> {
        if self.is_link || PROSE_ROLES.contains(&role) || SECTION_ROLES.contains(&role) {
            return None;
        }
        let path = self.target();
        // In front of the name there may be the module, and in front of that the namespace.
        (!path.starts_with('!')).then(|| path.rsplit(['.', ':', '~']).next().unwrap_or(path))
    }

    /// The path in the manual of the page that it refers to.
    pub(super) fn page(&self, role: &str) -> Option<&str> {
        (role == PAGE_ROLE)
            .then(|| self.target().strip_prefix('/'))
            .flatten()
    }

    /// What it refers to, with or without a title.
    fn target(&self) -> &str {
        self.titled().map_or(&*self.content, |(_, target)| target)
    }

    /// Where a link leads.
    pub(super) fn address(&self) -> Option<&str> {
        let (_, target) = self.titled().filter(|_| self.is_link)?;
        address::leading(target).filter(|address| *address == target)
    }

    /// The parts of `title <target>`.
    fn titled(&self) -> Option<(&str, &str)> {
        let (title, target) = self.content.strip_suffix('>')?.rsplit_once(" <")?;
        let title = title.trim_end();
        (!title.is_empty() && !target.is_empty()).then_some((title, target))
    }
}
